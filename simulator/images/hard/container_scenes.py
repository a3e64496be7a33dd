"""Containers on their chassis, marked in every usual way, before any weather."""

from dataclasses import dataclass
from random import Random

from core.identifiers.containers import check_digit
from simulator.images.camera import Pixels
from simulator.images.hard.cases import Case, Condition, Subject
from simulator.images.hard.grounds import empty_place
from simulator.images.hard.markings import Layout
from simulator.images.hard.numbers import plates_of
from simulator.images.hard.plate_scenes import hang
from simulator.images.hard.plates import stamp
from simulator.images.hard.scenery import Scene, Shot, shot_of, target_of, view_of
from simulator.images.hard.space import Corners, Point, Surface, View, paint, upright, within
from simulator.images.hard.surfaces import COLOURS, Colour, lit, plain, slope, soil
from simulator.images.hard.walls import (
    HEIGHT,
    LENGTH,
    WIDTH,
    Painted,
    corrugation,
    doors,
    roof,
    wall,
)

SIZE = (800, 600)
_SIZES = {Subject.TWO: (1024, 640), Subject.BOTH: (900, 860)}
"""Of what is wider or taller than one number."""
_BASE = 1.15
"""Height of a chassis in metres."""


@dataclass(frozen=True, eq=False)
class _Box:
    """One container: its faces, farthest first, and the parts of them that carry the number."""

    faces: list[Surface]
    marks: list[Corners]
    sign: float
    middle: Point


def container_scene(case: Case, strength: float, random: Random) -> Scene:
    """Return one container or two, the number in the middle of what is seen."""
    numbers = [draw_number(random) for _ in range(2 if case.subject is Subject.TWO else 1)]
    boxes = [
        _box(case, number, place * (WIDTH + 0.35), strength, random) for place, number in enumerate(numbers)
    ]
    signs = [box.sign for box in boxes]
    shot = shot_of(case, _SIZES.get(case.subject, SIZE), strength, random)
    middle = _middle([box.middle for box in boxes])
    view = view_of(_bounded(case, shot, random), middle, min(signs), random)
    picture = empty_place(view, random)
    faces = [face for box in sorted(boxes, key=lambda box: -abs(box.middle[0])) for face in box.faces]
    plates: list[Surface] = []
    texts: list[str] = []
    if case.subject is Subject.BOTH:
        plates, texts, middle = _trailer(case, strength, random)
        view = _both(view, boxes[0].middle, middle)
        picture = empty_place(view, random)
    paint(picture, view, [*faces, *plates])
    marks = [mark for box in boxes for mark in box.marks]
    return Scene(picture, target_of(view, marks, min(signs)), (*numbers, *texts))


def draw_number(random: Random) -> str:
    """Return a container number of any owner, most of category U; a serial whose digit would be 10 is never given."""
    while True:
        owner = "".join(random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(3))
        first_ten = f"{owner}{'U' if random.random() < 0.95 else 'Z'}{random.randrange(1_000_000):06d}"
        if digit := check_digit(first_ten):
            return f"{first_ten}{digit}"


def _box(case: Case, number: str, left: float, strength: float, random: Random) -> _Box:
    ground = random.choice(COLOURS)
    painted = _marked(case.subject, number, random, ground)
    tops = roof(number, random, ground) if case.subject is Subject.ROOF else None
    if case.condition is Condition.DIRT:
        soil(painted.pixels, random, 0.2 + 0.6 * strength)
    width = LENGTH if case.subject is Subject.SIDE else WIDTH
    face = upright(left - width / 2, _BASE, width, HEIGHT)
    mark = within(face, *painted.mark)
    depth = WIDTH if case.subject is Subject.SIDE else LENGTH
    faces = [
        *_hidden(left, width, depth, ground, tops),
        *_chassis(left, width),
        Surface(painted.pixels, face),
    ]
    return _Box(faces, [mark], painted.sign, _middle(list(mark)))


def _marked(subject: Subject, number: str, random: Random, ground: Colour) -> Painted:
    match subject:
        case Subject.VERTICAL:
            return wall(number, Layout.VERTICAL, random, ground, long=False)
        case Subject.SIDE:
            layout = random.choice((Layout.LINE, Layout.TWO_LINES, Layout.THREE_LINES))
            return wall(number, layout, random, ground, long=True)
        case Subject.DOOR_LINE | Subject.ROOF:
            return doors(number, Layout.LINE, random, ground)
        case Subject.DOOR_LINES:
            return doors(number, random.choice((Layout.TWO_LINES, Layout.THREE_LINES)), random, ground)
        case _:
            return doors(number, random.choice((Layout.LINE, Layout.TWO_LINES)), random, ground)


def _hidden(left: float, width: float, depth: float, ground: Colour, tops: Painted | None) -> list[Surface]:
    """The two sides that lead away, and the roof."""
    top, half = _BASE + HEIGHT, width / 2
    side = lit(lit(plain(600, 260, ground), corrugation(600, 260)), slope(600, 260, 0.8, 0.55))
    lid: Pixels = tops.pixels if tops else lit(plain(64, 128, ground), slope(64, 128, 1.1, 1.15))
    reach = LENGTH / 2 if tops else depth
    faces = []
    for across in (left - half, left + half):
        corners: Corners = (
            (across, top, depth),
            (across, top, 0.0),
            (across, _BASE, 0.0),
            (across, _BASE, depth),
        )
        faces.append(Surface(side, corners))
    over: Corners = (
        (left - half, top, reach), (left + half, top, reach), (left + half, top, 0.0), (left - half, top, 0.0),
    )  # fmt: skip
    return [*faces, Surface(lid, over)]


def _chassis(left: float, width: float) -> list[Surface]:
    """The dark under the container: shadow on the road, beam with lamps, wheels."""
    half = width / 2
    ground: Corners = (
        (left - half - 0.2, 0.005, 6.0), (left + half + 0.2, 0.005, 6.0),
        (left + half + 0.2, 0.005, -0.6), (left - half - 0.2, 0.005, -0.6),
    )  # fmt: skip
    beam = plain(240, 60, (38, 38, 40))
    beam[:8] = (70, 72, 74)
    beam[22:38, 8:40] = beam[22:38, 200:232] = (34, 30, 150)
    tyre = lit(plain(40, 60, (30, 28, 28)), slope(40, 60, 1.3, 0.6))
    wheels = [
        Surface(tyre, upright(at, 0.0, 0.55, 0.95, 0.3)) for at in (left - half + 0.1, left + half - 0.65)
    ]
    back = Surface(plain(8, 8, (20, 20, 22)), upright(left - half + 0.1, 0.5, width - 0.2, 0.6, 0.4))
    return [
        Surface(plain(8, 8, (26, 26, 26)), ground), back, *wheels,
        Surface(beam, upright(left - half, _BASE - 0.35, width, 0.35)),
    ]  # fmt: skip


def _trailer(case: Case, strength: float, random: Random) -> tuple[list[Surface], list[str], Point]:
    """The trailer's own plate, on the beam below the doors."""
    [plate] = plates_of(case.subject, random)
    made = stamp(plate, random, two_rows=True, rear=True)
    if case.condition is Condition.DIRT:
        soil(made.pixels, random, 0.2 + 0.6 * strength)
    return hang([made], _BASE - 0.3, random), [plate.text], (0.0, _BASE - 0.3, 0.0)


def _both(view: View, number: Point, plate: Point) -> View:
    """The same camera aimed between number and plate, with a wider lens, so that both are in the picture."""
    aim = _middle([number, plate])
    return View(view.place, aim, view.width, view.height, view.focal * 0.8, view.roll)


def _bounded(case: Case, shot: Shot, random: Random) -> Shot:
    """A roof is seen from high up; two containers from straight behind, or one would hide the other."""
    if case.subject is Subject.ROOF:
        return Shot(shot.width, shot.height, shot.sign, shot.yaw, random.uniform(26, 38), shot.roll)
    if case.subject is Subject.BOTH:  # the plate's upper row is lower than the container's signs
        return Shot(shot.width, shot.height, min(shot.sign * 1.7, 34.0), shot.yaw, shot.pitch, shot.roll)
    if case.subject is Subject.TWO:
        return Shot(shot.width, shot.height, min(shot.sign, 21), shot.yaw * 0.5, shot.pitch * 0.5, shot.roll)
    return shot


def _middle(points: list[Point]) -> Point:
    count = len(points)
    x, y, z = (sum(point[axis] for point in points) / count for axis in range(3))
    return x, y, z
