"""The command `evaluate`: how well images with known truth are read, and how surely declared numbers are told apart.

The truth is a CSV file (UTF-8, first line the names of the columns). Needed are

- `file`: the image, relative to the CSV file; its first folder names the set;
- `kind`: `plate`, `platecrop` (the picture is the plate), `container`, or `both` (the first number is a container's);
- `gt`: the numbers in the image, canonical, apart by `|`.

Optional is `country`: the jurisdictions of the plates (CN, HK, MO), apart by `+`; where they are not told for each
plate, its form tells (MA1234 without hyphens is taken for Hong Kong's). Optional, too, is `group`: images of one set
with the same group are frames of one visit, in the order of the file; of three and more the voted result after each
frame is told. Other columns are left alone.
"""

from recognition.evaluation.command import evaluate

__all__ = ["evaluate"]
