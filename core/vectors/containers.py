"""Container numbers: the check digit of each, and how wrong ones are refused."""

from core.problems import ProblemCode

ACCEPTED: tuple[tuple[str, str, str], ...] = (
    ("CSQU3054383", "CSQU3054383", "CSQU 305438 3"),
    ("csqu 305438-3", "CSQU3054383", "CSQU 305438 3"),
    ("ＣＳＱＵ３０５４３８３", "CSQU3054383", "CSQU 305438 3"),
    ("TOLU4734787", "TOLU4734787", "TOLU 473478 7"),
    ("HLBU1234040", "HLBU1234040", "HLBU 123404 0"),
)

REFUSED: tuple[tuple[str, ProblemCode, str | None], ...] = (
    ("", ProblemCode.CONTAINER_FORMAT, None),
    ("CSQU305438", ProblemCode.CONTAINER_FORMAT, None),
    ("CSQU30543833", ProblemCode.CONTAINER_FORMAT, None),
    ("CSQA3054383", ProblemCode.CONTAINER_FORMAT, None),
    ("CS1U3054383", ProblemCode.CONTAINER_FORMAT, None),
    ("CSQU305438O", ProblemCode.CONTAINER_FORMAT, None),
    ("粤SQU3054383", ProblemCode.CONTAINER_FORMAT, None),
    ("CSQU305438\u0663", ProblemCode.CONTAINER_FORMAT, None),
    ("CSQU3054384", ProblemCode.CONTAINER_CHECK_DIGIT, "3"),
    ("CSQU3054393", ProblemCode.CONTAINER_CHECK_DIGIT, "9"),
)

CHECK_DIGITS: tuple[tuple[str, int], ...] = (("CSQU305438", 3), ("TOLU473478", 7), ("HLBU123404", 0))


def vectors() -> dict[str, object]:
    """Return the content of containers.json."""
    accepted = [
        {"text": text, "canonical": canonical, "display": shown} for text, canonical, shown in ACCEPTED
    ]
    refused = [
        {"text": text, "problem": problem, "expected": expected} for text, problem, expected in REFUSED
    ]
    digits = [{"first_ten": first_ten, "check_digit": digit} for first_ten, digit in CHECK_DIGITS]
    return {"accepted": accepted, "refused": refused, "check_digits": digits}
