"""Declared numbers against what was seen: match, unsure, mismatch, and never a near twin."""

import string

import pytest

from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind, Verdict
from recognition.evidence import Fit
from recognition.pipeline import Observation, readings
from recognition.reading import declared_plate
from recognition.values import Box, Line, Verification
from recognition.verification import BANDS, Expected, judge, verify
from tests.recognition.lines import Sign, line, steps


def plate(text: str) -> Expected:
    return declared_plate(text)


def container(text: str) -> Expected:
    return Expected(SubjectKind.CONTAINER, text)


def check(
    *expected: Expected, plates: tuple[Line, ...] = (), containers: tuple[Line, ...] = ()
) -> list[Verification]:
    observation = Observation(plates, containers)
    return list(verify(observation, readings(observation), expected))


@pytest.mark.parametrize(
    "text", ["粤B12345", "粤BD12345", "粤B1234挂", "粤ZDF15港", "UP2643", "MA-12-34", "RK248AH"]
)
def test_a_clearly_seen_plate_matches(text: str) -> None:
    expected = plate(text)
    [verdict] = check(expected, plates=(line(text.replace("-", "·")),))
    assert (verdict.verdict, verdict.read) == (Verdict.MATCH, expected.text)
    assert verdict.score > -0.5


@pytest.mark.parametrize("text", ["146720使", "使146720"])
def test_an_embassys_plate_matches_and_its_twin_does_not(text: str) -> None:
    [own, twin] = (
        check(plate(declared), plates=(line(text),))[0].verdict
        for declared in (text, text.replace("46720", "46728"))
    )
    assert own is Verdict.MATCH
    assert twin is not Verdict.MATCH


@pytest.mark.parametrize(
    "text", ["使146720", "146720使", "粤B1234警", "粤O12345", "粤B12345D", "LOVE", "8", "Z"]
)
def test_every_plate_that_can_be_declared_can_be_verified(text: str) -> None:
    [verdict] = check(plate(text), plates=(line(text),))
    [other] = check(plate(text), plates=(line("XA·2554"),))
    assert verdict.verdict is Verdict.MATCH
    assert other.verdict is not Verdict.MATCH


def test_a_cross_border_plate_matches_though_its_han_characters_are_not_resolved() -> None:
    [verdict] = check(plate("粤ZP419港"), plates=(line("□Z·P4190", "QZP419□"),))
    assert verdict.verdict is Verdict.MATCH


def twins(text: str, places: range, signs: str) -> list[str]:
    return [
        text[:place] + sign + text[place + 1 :] for place in places for sign in signs if sign != text[place]
    ]


def test_no_plate_that_differs_in_one_character_ever_matches() -> None:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    for seen in twins("粤B103S8", range(1, 2), letters) + twins(
        "粤B103S8", range(2, 7), string.digits + letters
    ):
        [verdict] = check(plate("粤B103S8"), plates=(line(seen),))
        assert verdict.verdict is not Verdict.MATCH, seen
        assert verdict.read != "粤B103S8", seen


def test_an_ordinary_hong_kong_plate_is_no_proof_of_a_personalised_twin() -> None:
    for declared in ("XAZ554", "XA2S54", "8A2554"):
        [verdict] = check(plate(declared), plates=(line("XA·2554"),))
        assert verdict.verdict is not Verdict.MATCH, declared
        assert verdict.read == "XA2554"


def test_no_container_that_differs_in_one_character_ever_matches() -> None:
    number = "CSQU3054383"
    seen = twins(number, range(3), string.ascii_uppercase) + twins(number, range(4, 11), string.digits)
    for text in seen:
        [verdict] = check(container(number), containers=(line(text),))
        assert verdict.verdict is not Verdict.MATCH, text


def test_a_character_between_two_likely_ones_leaves_it_to_the_officer() -> None:
    doubtful: list[Sign] = [*"粤B1234", {"8": 0.5, "B": 0.48}]
    [verdict] = check(plate("粤B12348"), plates=(line(doubtful),))
    assert verdict.verdict is Verdict.UNSURE


def test_readers_that_contradict_each_other_leave_it_to_the_officer() -> None:
    [verdict] = check(plate("粤B12348"), plates=(line("粤B12348", "粤B1234B"),))
    assert verdict.verdict is Verdict.UNSURE


def test_another_surely_read_plate_is_a_mismatch_and_is_what_was_read() -> None:
    [verdict] = check(plate("粤B12345"), plates=(line("粤C98K76"),))
    assert (verdict.verdict, verdict.read) == (Verdict.MISMATCH, "粤C98K76")


def test_another_container_is_a_mismatch() -> None:
    [verdict] = check(container("HLXU1024122"), containers=(line("CSQU3054383"),))
    assert (verdict.verdict, verdict.read) == (Verdict.MISMATCH, "CSQU3054383")


def test_a_plate_of_the_other_side_of_the_border_contradicts_nothing() -> None:
    [mainland, home] = check(plate("粤ZDF15港"), plate("UP2643"), plates=(line("UP·2643"),))
    assert mainland.verdict is Verdict.UNSURE
    assert home.verdict is Verdict.MATCH


def test_of_two_declared_containers_the_one_in_view_matches_and_the_other_is_open() -> None:
    [seen, hidden] = check(
        container("CSQU3054383"), container("HLXU1024122"), containers=(line("CSQU3054383"),)
    )
    assert (seen.verdict, hidden.verdict) == (Verdict.MATCH, Verdict.UNSURE)


def test_an_empty_picture_proves_nothing_and_reads_nothing() -> None:
    [plate_verdict, container_verdict] = check(plate("UP2643"), container("CSQU3054383"))
    assert {plate_verdict.verdict, container_verdict.verdict} == {Verdict.UNSURE}
    assert plate_verdict.read is None
    assert container_verdict.read is None


def test_a_declared_plate_without_its_jurisdiction_is_told_by_its_form() -> None:
    forms = {"粤B12345": "CN", "MA-12-34": "MO", "MA1234": "HK", "RK0248AH99": "OTHER"}
    assert {text: declared_plate(text).jurisdiction for text in forms} == {
        text: Jurisdiction(name) for text, name in forms.items()
    }


def test_what_a_verdict_rests_on_has_its_place_in_the_picture_and_a_doubt_has_none() -> None:
    seen = (line("UP2643", box=Box(10, 20, 100, 20)), line("MW5678", box=Box(300, 200, 90, 20)))
    matched, other, open_still = check(
        plate("UP2643"), plate("AB1234"), container("CSQU3054383"), plates=seen
    )
    assert (matched.verdict, matched.box) == (Verdict.MATCH, seen[0].box)
    assert (other.verdict, other.box) == (Verdict.MISMATCH, seen[1].box)
    assert (open_still.verdict, open_still.box) == (Verdict.UNSURE, None)


def test_a_plate_with_one_more_sign_than_declared_is_no_proof() -> None:
    for seen in ("UP·26437", "KUP·2643"):
        [verdict] = check(plate("UP2643"), plates=(line(seen),))
        assert verdict.verdict is not Verdict.MATCH, seen


def test_a_frames_edge_read_as_one_more_sign_harms_no_plate_that_cannot_be_longer() -> None:
    edge: Sign = {"1": 0.6, "·": 0.4}
    [mainland] = check(plate("粤B1234H"), plates=(line([*"粤B1234H", edge]),))
    [hong_kong] = check(plate("UP2643"), plates=(line([*"UP2643", edge]),))
    assert (mainland.verdict, hong_kong.verdict) == (Verdict.MATCH, Verdict.UNSURE)


def test_a_doubled_sign_that_was_seen_once_leaves_it_to_the_officer() -> None:
    [verdict] = check(plate("SD5555"), plates=(line("SD·555"),))
    assert verdict.verdict is not Verdict.MATCH


def test_a_container_matches_where_its_check_digit_is_out_of_view_but_not_where_another_digit_stands() -> (
    None
):
    [hidden] = check(container("CSQU3054383"), containers=(line("CSQU305438"),))
    [other] = check(container("CSQU3054383"), containers=(line("CSQU3054388"),))
    [invalid] = check(container("CSQU3054384"), containers=(line("CSQU305438"),))
    assert hidden.verdict is Verdict.MATCH
    assert other.verdict is not Verdict.MATCH
    assert invalid.verdict is not Verdict.MATCH


def test_beside_its_partner_a_weakly_seen_plate_matches_where_alone_an_officer_looks() -> None:
    seen = [{"□": 0.97, "D": 0.002} if sign == "D" else sign for sign in "粤ZDF15港"]
    alone = check(plate("粤ZDF15港"), plates=(line(seen),))
    weakly, home = check(
        plate("粤ZDF15港"),
        plate("UP2643"),
        plates=(line(seen), line("UP·2643", box=Box(0, 100, 100, 20))),
    )
    assert alone[0].verdict is Verdict.UNSURE
    assert (weakly.verdict, home.verdict) == (Verdict.MATCH, Verdict.MATCH)
    assert BANDS[SubjectKind.PLATE].score > weakly.score >= BANDS[SubjectKind.PLATE].score_beside_partner


def test_beside_its_partner_a_plate_whose_twin_fits_as_well_is_left_to_the_officer() -> None:
    seen: list[Sign] = [{"0": 0.5, "D": 0.45} if sign == "D" else sign for sign in "粤ZDF15港"]
    twin, home = check(
        plate("粤ZDF15港"),
        plate("UP2643"),
        plates=(line(seen), line("UP·2643", box=Box(0, 100, 100, 20))),
    )
    assert (twin.verdict, home.verdict) == (Verdict.UNSURE, Verdict.MATCH)


def test_a_line_proves_only_the_declared_number_that_fits_it_best() -> None:
    seen: list[Sign] = ["粤", "B", "1", "2", "3", {"4": 0.97}, {"5": 0.97}]
    evidence = [
        [Fit(-0.1, 8.0, Box(0, 0, 100, 20))],
        [Fit(-3.0, 2.0, Box(2, 1, 100, 20))],
    ]
    first, second = judge([plate("粤B12345"), plate("粤B12E45")], evidence)
    assert (first.matches, second.matches) == (True, False)
    [own, twin] = check(plate("粤B12345"), plate("粤B12346"), plates=(line(seen),))
    assert (own.verdict, twin.verdict) == (Verdict.MATCH, Verdict.UNSURE)


def test_a_trailers_plate_does_not_contradict_its_tractors() -> None:
    [tractor] = check(plate("粤B12345"), plates=(line("粤C9876挂"),))
    assert tractor.verdict is Verdict.UNSURE


def test_a_clearly_seen_home_is_not_the_other_one() -> None:
    [verdict] = check(plate("粤ZDF15澳"), plates=(line("粤Z·DF15港"),))
    assert verdict.verdict is not Verdict.MATCH


def test_where_the_home_is_not_resolved_the_plate_of_the_other_home_in_view_speaks_against_it() -> None:
    weak, home = line("□Z·P419□"), line("ER·333", box=Box(0, 100, 100, 20))
    [unresolved] = check(plate("粤ZP419澳"), plates=(weak,))
    [hong_kong] = check(plate("粤ZP419港"), plates=(weak, home))
    [macao] = check(plate("粤ZP419澳"), plates=(weak, home))
    pair = check(plate("粤ZP419澳"), plate("ER333"), plates=(weak, home))
    assert (unresolved.verdict, hong_kong.verdict) == (Verdict.MATCH, Verdict.MATCH)
    assert macao.verdict is Verdict.UNSURE
    assert [entry.verdict for entry in pair] == [Verdict.UNSURE, Verdict.MATCH]


def test_a_container_is_told_from_a_twin_by_the_check_digit_that_the_twin_would_bear() -> None:
    doubtful: list[Sign] = [{"C": 0.5, "G": 0.49}, *"SQU3054383"]
    [own] = check(container("CSQU3054383"), containers=(line(doubtful),))
    [twin] = check(container("GSQU3054387"), containers=(line(doubtful),))
    [same_digit] = check(container("GSQU3054383"), containers=(line(doubtful),))
    assert own.verdict is Verdict.MATCH
    assert {twin.verdict, same_digit.verdict} == {Verdict.UNSURE}


@pytest.mark.parametrize("text", ["EVER", "9999"])
def test_a_mark_of_only_letters_or_digits_is_proved_by_a_word_in_the_picture_and_only_by_that_word(
    text: str,
) -> None:
    def on(*seen: str) -> Verdict:
        words = tuple(Line(Box(0, 0, 100, 20), (steps(word),)) for word in seen)
        observation = Observation((), (), words)
        return verify(observation, readings(observation), [plate(text)])[0].verdict

    assert on("MAX", text) is Verdict.MATCH
    for other in ("EVERY", "FEVER", "EVEN", "VER", "99999", "999", "9998", "9990"):
        assert on(other) is not Verdict.MATCH, other


def test_the_same_plate_badly_read_is_no_other_plate_unless_it_was_read_most_surely() -> None:
    blurred: list[Sign] = [{sign: 0.8, "□": 0.2} for sign in "EV4533"]
    [doubtful] = check(plate("FV4333"), plates=(line(blurred),))
    [sure] = check(plate("FV4333"), plates=(line("EV·4533"),))
    assert (doubtful.verdict, sure.verdict) == (Verdict.UNSURE, Verdict.MISMATCH)
