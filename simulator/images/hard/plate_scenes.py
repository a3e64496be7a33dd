"""Vehicles with their plates, one or two, one or two rows, before any weather."""

from collections.abc import Sequence
from random import Random

from core.identifiers.plates import Jurisdiction, Plate
from simulator.images.hard.cases import Case, Condition, Subject
from simulator.images.hard.grounds import empty_place
from simulator.images.hard.numbers import plates_of
from simulator.images.hard.plates import Made, stamp
from simulator.images.hard.scenery import Scene, shot_of, target_of, view_of
from simulator.images.hard.space import Corners, Surface, paint, upright
from simulator.images.hard.surfaces import soil
from simulator.images.hard.vehicles import BUILDS, Body, body_faces

SIZE = (720, 540)
_GAP = 0.02
_BODIES = {
    Subject.HEAVY: (Body.TRACTOR, Body.COACH),
    Subject.TRAILER: (Body.TRUCK_REAR,),
    Subject.PAIR: (Body.CAR, Body.COACH, Body.TRACTOR),
    Subject.PAIR_MACAO: (Body.CAR, Body.COACH, Body.TRACTOR),
    Subject.PERSONALISED: (Body.CAR,),
}
_ANY = (Body.CAR, Body.CAR, Body.TRACTOR, Body.TRUCK_REAR)


def plate_scene(case: Case, strength: float, random: Random) -> Scene:
    """Return a vehicle before the camera, its plates in the middle of what is seen."""
    plates = plates_of(case.subject, random)
    body = random.choice(_BODIES.get(case.subject, _ANY))
    rear = body is Body.TRUCK_REAR or (case.subject is Subject.HONG_KONG_ROWS and random.random() < 0.6)
    made = [
        stamp(plate, random, two_rows=_two_rows(case.subject, plate, random), rear=rear) for plate in plates
    ]
    if case.condition is Condition.DIRT:
        for plate in made:
            soil(plate.pixels, random, 0.25 + 0.75 * strength)
    hung = hang(made, BUILDS[body].plate, random)
    smallest = min(made, key=lambda plate: plate.sign)
    shot = shot_of(case, SIZE, strength, random)
    view = view_of(shot, (0.0, BUILDS[body].plate, 0.0), smallest.sign, random)
    picture = empty_place(view, random)
    paint(picture, view, [*body_faces(body, random), *hung])
    faces = [surface.corners for surface in hung]
    faces.insert(0, faces.pop(made.index(smallest)))
    return Scene(picture, target_of(view, faces, smallest.sign), tuple(plate.text for plate in plates))


def hang(made: Sequence[Made], height: float, random: Random) -> list[Surface]:
    """Hang the plates before the bumper: one over the other as most do, or side by side."""
    if len(made) == 2 and random.random() < 0.2:
        left = -(sum(plate.width for plate in made) + _GAP) / 2
        places = [
            (left, height - made[0].height / 2),
            (left + made[0].width + _GAP, height - made[1].height / 2),
        ]
    else:
        below = list(made)
        if random.random() < 0.7:
            below.reverse()
        total = sum(plate.height for plate in below) + _GAP * (len(below) - 1)
        top, stacked = height + total / 2, {}
        for plate in below:
            stacked[id(plate)] = (-plate.width / 2 + random.uniform(-0.02, 0.02), top - plate.height)
            top -= plate.height + _GAP
        places = [stacked[id(plate)] for plate in made]
    return [
        Surface(plate.pixels, _place(plate, place), plate.mask)
        for plate, place in zip(made, places, strict=True)
    ]


def _place(plate: Made, place: tuple[float, float]) -> Corners:
    return upright(place[0], place[1], plate.width, plate.height, -0.03)


def _two_rows(subject: Subject, plate: Plate, random: Random) -> bool:
    if subject in (Subject.HEAVY, Subject.TRAILER, Subject.BOTH, Subject.HONG_KONG_ROWS):
        return True
    if plate.jurisdiction is Jurisdiction.HK and subject is Subject.PAIR:
        return random.random() < 0.3
    return subject is Subject.MACAO and random.random() < 0.3
