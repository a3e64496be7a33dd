"""What the frames of one passage say together."""

import pytest

from core.identifiers.plates import Jurisdiction
from recognition.values import Box, ContainerReading, PlateReading, Readings
from recognition.voting import vote

HERE, THERE = Box(0, 0, 100, 20), Box(400, 0, 100, 20)


def container(text: str, confidence: float, *, digit: bool = True, box: Box = HERE) -> ContainerReading:
    return ContainerReading(text, confidence, digit, box)


def containers(*found: ContainerReading) -> Readings:
    return Readings((), found)


def plates(text: str, confidence: float, inferred: str = "") -> Readings:
    return Readings((PlateReading(text, Jurisdiction.CN, confidence, HERE, inferred),), ())


def test_no_frame_and_empty_frames_say_nothing() -> None:
    assert vote([]) == vote([Readings((), ()), Readings((), ())]) == Readings((), ())


def test_a_number_read_in_more_frames_is_surer_than_in_one() -> None:
    one, three = (vote([containers(container("CSQU3054383", 0.6))] * count).containers for count in (1, 3))
    assert one[0].confidence < three[0].confidence < 1


def test_the_number_most_frames_read_wins_over_a_variant_of_one_frame() -> None:
    frames = [containers(container(text, 0.7)) for text in ("WSAU4160620", "NSAU4160620", "WSAU4160620")]
    assert [entry.text for entry in vote(frames).containers] == ["WSAU4160620"]


def test_a_number_with_a_rival_is_less_sure_than_one_without() -> None:
    alone = vote([containers(container("WSAU4160620", 0.7))] * 2)
    rivalled = vote(
        [*[containers(container("WSAU4160620", 0.7))] * 2, containers(container("NSAU4160620", 0.9))]
    )
    assert rivalled.containers[0].confidence < alone.containers[0].confidence


def test_an_unread_check_digit_says_less() -> None:
    frames = [
        containers(container("NSAU4160620", 0.6, digit=False)),
        containers(container("WSAU4160620", 0.6)),
    ]
    [found] = vote(frames).containers
    assert (found.text, found.check_digit) == ("WSAU4160620", True)


def test_two_containers_that_stand_apart_in_one_frame_stay_two() -> None:
    frame = containers(container("CSQU3054383", 0.8), container("CSQU3054399", 0.8, box=THERE))
    assert {entry.text for entry in vote([frame, frame]).containers} == {"CSQU3054383", "CSQU3054399"}


def test_nothing_is_told_that_no_frame_read() -> None:
    frames = [containers(container(text, 0.5)) for text in ("CSQU3054383", "CSQU3054388", "MSKU4135329")]
    assert {entry.text for entry in vote(frames).containers} <= {"CSQU3054383", "CSQU3054388", "MSKU4135329"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_home_character_seen_in_one_frame_is_no_longer_inferred(order: tuple[int, int]) -> None:
    frames = [plates("粤ZDF15港", 0.6, inferred="港"), plates("粤ZDF15港", 0.9)]
    [found] = vote([frames[place] for place in order]).plates
    assert (found.text, found.inferred) == ("粤ZDF15港", "")


def test_the_same_number_twice_in_one_frame_is_one_vote() -> None:
    roof_and_door = containers(container("CSQU3054383", 0.6), container("CSQU3054383", 0.5, box=THERE))
    [reading] = vote([roof_and_door]).containers
    assert reading.confidence == 0.6


def test_different_numbers_of_different_frames_are_all_told_best_first() -> None:
    frames = [containers(container("HLXU1024120", 0.5)), containers(container("CSQU3054383", 0.9))]
    assert [reading.text for reading in vote(frames).containers] == ["CSQU3054383", "HLXU1024120"]


def test_the_order_of_the_frames_changes_no_answer() -> None:
    frames = [
        containers(container("WSAU4160620", 0.7)),
        containers(container("NSAU4160620", 0.4, digit=False)),
        containers(container("MSAU4160620", 0.5)),
    ]
    assert vote(frames) == vote(frames[::-1])


def test_a_plate_does_not_lose_to_a_cut_off_of_it() -> None:
    frames = [plates("粤B12345", 0.8), plates("粤B1234", 0.7), plates("粤B12345", 0.8)]
    assert vote(frames).plates[0].text == "粤B12345"
