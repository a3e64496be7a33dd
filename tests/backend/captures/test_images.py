"""An image is what its bytes say, and nothing that is none gets in."""

import hashlib
from collections import Counter
from collections.abc import Callable

import pytest

from backend.captures.images import inspect
from core.images import MOST_BYTES, ImageType
from core.problems import Refusal
from tests.backend.lanes.steps import picture
from tests.hostile_images import IMAGE_PROBLEMS, encoded, hostile, plate, png, resident_bytes, turned


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_sound_image_is_known_by_its_bytes(kind: str, media_type: str) -> None:
    body = picture(80, 60, kind)

    facts = inspect(body)

    assert (facts.content_type, facts.width, facts.height) == (media_type, 80, 60)
    assert facts.sha256 == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "IMAGE_TYPE"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMAGE_TYPE"),
        (lambda: b"%PDF-1.7", "IMAGE_TYPE"),
        (lambda: encoded(plate(), "GIF"), "IMAGE_TYPE"),
        (lambda: b"\xff\xd8\xff" + b"not a picture" * 9, "IMAGE_BROKEN"),
        (lambda: picture()[:-200], "IMAGE_BROKEN"),
        (lambda: picture(kind="PNG")[:200], "IMAGE_BROKEN"),
        (lambda: picture(kind="WEBP")[:300], "IMAGE_BROKEN"),
        (lambda: b"\x89PNG\r\n\x1a\n", "IMAGE_BROKEN"),
        (lambda: picture(8, 8), "IMAGE_BROKEN"),
        (lambda: png(60_000, 60_000), "IMAGE_TOO_MANY_PIXELS"),
        (lambda: picture() + b"\0" * MOST_BYTES, "IMAGE_TOO_LARGE"),
    ],
)
def test_what_is_no_sound_image_is_refused_by_name(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        inspect(make())

    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_width_and_height_are_those_of_the_picture_as_it_is_to_be_seen(kind: str) -> None:
    sizes = [inspect(turned(plate(), kind, orientation)) for orientation in range(1, 9)]

    assert [(facts.width, facts.height) for facts in sizes] == [(150, 60)] * 4 + [(60, 150)] * 4


def test_a_thousand_hostile_files_are_taken_or_refused_by_name_and_their_memory_is_given_back() -> None:
    outcomes: Counter[str] = Counter()
    settled = 0
    for number, file in enumerate(hostile(1000, seed=20261125)):
        try:
            outcomes[inspect(file.data).content_type] += 1
        except Refusal as refusal:
            outcomes[refusal.code.value] += 1
        if number == 500:
            settled = resident_bytes()

    assert set(outcomes) <= {*ImageType, *IMAGE_PROBLEMS}
    assert (
        min(outcomes[name] for name in (*ImageType, "IMAGE_BROKEN", "IMAGE_TYPE", "IMAGE_TOO_MANY_PIXELS"))
        > 20
    )
    assert resident_bytes() - settled < 32_000_000
