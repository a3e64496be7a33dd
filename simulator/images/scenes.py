"""A lane as its cameras see it: empty, a truck from the front, a truck from behind. 1280 x 960 pixels."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

from core.identifiers.plates import Plate
from simulator.images.camera import Light, Pixels, develop, expose, make_noise
from simulator.images.doors import draw_doors, draw_front_wall
from simulator.images.fonts import bold
from simulator.images.plates import Colour, Side, draw_plate
from simulator.vehicles import Vehicle, behind, tractor

WIDTH, HEIGHT = 1280, 960
"""Pixels of every picture."""
CABS: tuple[Colour, ...] = (
    (188, 34, 30), (236, 236, 232), (28, 74, 140), (236, 176, 40), (60, 110, 70), (70, 74, 80),
)  # fmt: skip
GLASS, RUBBER, STEEL = (44, 58, 70), (26, 26, 28), (92, 96, 100)
MOST_DEVELOPED = 10
"""Scenes kept ready, 3.7 MB each: two views of a vehicle in each of a few lanes, and of the empty lane."""
PLATE_SCALE = (0.62, 0.76)


def photograph(vehicle: Vehicle | None, view: str, shot: int = 0) -> bytes:
    """Return a JPEG of the lane with this vehicle, or empty, seen by the FRONT or the REAR camera.

    The same vehicle, view and shot give the same bytes; another shot has other noise only.
    """
    side = Side(view)
    seed = f"{vehicle.appearance if vehicle else 0} {side} {shot}"
    return expose(_developed(vehicle, side), _light(vehicle), seed)


def prepare(vehicle: Vehicle | None) -> None:
    """Draw what is dear to draw of a vehicle before it comes: a camera has its picture at once."""
    for side in Side:
        photograph(vehicle, side)


@lru_cache(maxsize=MOST_DEVELOPED)
def _developed(vehicle: Vehicle | None, side: Side) -> Pixels:
    seed = vehicle.appearance if vehicle else 0
    random = Random(f"{seed} {side}")
    scene = _lane()
    if vehicle is not None and side is Side.FRONT:
        _front(scene, vehicle, random)
    elif vehicle is not None:
        _rear(scene, vehicle, random)
    return develop(scene, random, _light(vehicle))


def warm_up() -> None:
    """Make ready what all pictures share, and the empty lane. Raises FontMissing."""
    bold(1)
    for light in Light:
        make_noise(light, HEIGHT, WIDTH)
    prepare(None)


def _light(vehicle: Vehicle | None) -> Light:
    if vehicle is None:
        return Light.DAY
    return Random(f"{vehicle.appearance} light").choice((Light.DAY, Light.DAY, Light.NIGHT, Light.RAIN))


def _lane() -> Image.Image:
    """The empty lane under its canopy: road, kerbs, the booth's wall."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (172, 184, 194))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 110), fill=(120, 126, 132))
    for left in range(60, WIDTH, 300):
        draw.rectangle((left, 66, left + 150, 92), fill=(246, 246, 236))
    draw.polygon(((0, HEIGHT), (250, 330), (1030, 330), (WIDTH, HEIGHT)), fill=(104, 106, 108))
    draw.polygon(((0, HEIGHT), (250, 330), (210, 330), (0, 800)), fill=(206, 206, 202))
    draw.polygon(((WIDTH, HEIGHT), (1030, 330), (1070, 330), (WIDTH, 800)), fill=(206, 206, 202))
    draw.polygon(((150, HEIGHT), (316, 330), (326, 330), (180, HEIGHT)), fill=(214, 178, 60))
    draw.polygon(((1130, HEIGHT), (964, 330), (954, 330), (1100, HEIGHT)), fill=(214, 178, 60))
    return image


def _front(scene: Image.Image, vehicle: Vehicle, random: Random) -> None:
    draw = ImageDraw.Draw(scene)
    paint = random.choice(CABS)
    if len(vehicle.containers) > 1:
        scene.paste(draw_front_wall(vehicle.containers[1], random), (330, 0))
    draw.rounded_rectangle((300, 120, 980, 800), radius=46, fill=paint)
    draw.rounded_rectangle((345, 170, 935, 430), radius=30, fill=GLASS)
    draw.line((380, 410, 560, 250), fill=(84, 98, 110), width=5)
    draw.line((620, 410, 800, 250), fill=(84, 98, 110), width=5)
    for left in (236, 990):
        draw.rounded_rectangle((left, 210, left + 54, 400), radius=14, fill=RUBBER)
    for top in range(470, 600, 26):
        draw.rounded_rectangle((430, top, 850, top + 14), radius=6, fill=_darker(paint))
    draw.rectangle((290, 630, 990, 850), fill=STEEL)
    for left in (312, 858):
        draw.rounded_rectangle((left, 660, left + 110, 720), radius=18, fill=(232, 232, 214))
    for left in (310, 850):
        draw.rectangle((left, 850, left + 120, 930), fill=RUBBER)
    _hang(scene, tractor(vehicle.plates), Side.FRONT, (640, 742), random)


def _rear(scene: Image.Image, vehicle: Vehicle, random: Random) -> None:
    draw = ImageDraw.Draw(scene)
    doors = draw_doors(vehicle.containers[0] if vehicle.containers else None, random)
    draw.rectangle((318, 20, 962, 690), fill=(58, 60, 62))
    scene.paste(doors, (330, 32))
    draw.rectangle((318, 680, 962, 860), fill=(52, 54, 56))
    for left in (330, 890):
        draw.rounded_rectangle((left, 716, left + 60, 752), radius=8, fill=(176, 32, 30))
    for left in (350, 810):
        draw.rectangle((left, 860, left + 120, 935), fill=RUBBER)
    _hang(scene, behind(vehicle.plates), Side.REAR, (640, 772), random)


def _hang(
    scene: Image.Image, plates: Sequence[Plate], side: Side, centre: tuple[int, int], random: Random
) -> None:
    """Hang the plates on the bumper, one over the other, as cross-border vehicles carry them."""
    scale = random.uniform(*PLATE_SCALE)
    two_rows = random.random() < 0.3
    drawn = [draw_plate(plate, side, two_rows=two_rows) for plate in plates]
    small = [
        image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        for image in drawn
    ]
    height = sum(image.height for image in small) + 10 * (len(small) - 1)
    left, top = centre[0] + random.randint(-40, 40), centre[1] - height // 2
    for image in small:
        scene.paste(image, (left - image.width // 2, top))
        top += image.height + 10


def _darker(colour: Colour) -> Colour:
    red, green, blue = (round(part * 0.6) for part in colour)
    return red, green, blue
