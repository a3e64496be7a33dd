"""Each rule speaks where it is broken and nowhere else; mending one fault silences that one alone."""

import re

import pytest

from backend.orders.rules import RuleFailure
from backend.trips import rules
from backend.trips.model import CrewMember, Declaration, GoodsItem
from backend.trips.rules import LISTED, RULES, Rule
from core.declarations import LeadTimePreset
from core.problems import sentence
from core.words import Language, WordList, placeholders, sentences
from tests.backend.trips.fixtures import FAULTS, NOW, SOUND, Fault, Group

BY_ID = {rule.id: rule for rule in RULES}
EACH_FAULT = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.rule)


def failures(declaration: Declaration, lead_time: LeadTimePreset) -> list[RuleFailure]:
    return list(rules.examine(declaration, NOW, lead_time).failures)


def expected(fault: Fault) -> RuleFailure:
    path = (rules.PLACE, *fault.path)
    return RuleFailure(BY_ID[fault.rule].code, path, tuple(fault.args.items()))


def test_the_declaration_that_says_everything_is_sound_and_is_canonical_already() -> None:
    declared = rules.examine(SOUND, NOW).declared
    assert declared is not None
    assert declared.declaration() == SOUND


def test_there_are_more_than_forty_rules_and_each_has_its_own_id_and_its_fixtures() -> None:
    assert len(RULES) > 40
    assert len(BY_ID) == len(RULES)
    assert sorted(fault.rule for fault in FAULTS) == sorted(BY_ID)


@EACH_FAULT
def test_a_fault_is_found_by_its_rule_at_its_field_with_its_values(fault: Fault) -> None:
    assert failures(fault.planted(SOUND), fault.lead_time) == [expected(fault)]


@EACH_FAULT
def test_what_nearly_breaks_a_rule_passes(fault: Fault) -> None:
    assert failures(fault.passed(SOUND), fault.lead_time) == []


@EACH_FAULT
def test_of_several_faults_mending_one_silences_only_that_one(fault: Fault) -> None:
    together = [fault, *companions(fault)]
    broken = SOUND
    for one in together:
        broken = one.planted(broken)
    everything = {expected(one) for one in together}
    assert set(failures(broken, fault.lead_time)) == everything
    for one in together:
        restored = {name: getattr(SOUND, name) for name in one.plant(SOUND)}
        left = set(failures(broken.model_copy(update=restored), fault.lead_time))
        assert left == everything - {expected(one)}, one.rule


def companions(fault: Fault) -> list[Fault]:
    """Return one fault of each other group, other ones for each fault."""
    place = FAULTS.index(fault)
    found = []
    for group in Group:
        others = [one for one in FAULTS if one.group is group and one.lead_time is LeadTimePreset.NONE]
        if group is fault.group or (group is Group.ROUTE and fault.lead_time is not LeadTimePreset.NONE):
            continue  # without a direction nobody knows the lead time
        found.append(others[place % len(others)])
    return found


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule.id)
def test_a_rule_can_be_read_by_people_in_three_languages(rule: Rule) -> None:
    explained = sentences(WordList.RULES)[rule.id]
    for language in Language:
        assert explained[language]
        assert placeholders(sentences(WordList.PROBLEMS)[rule.code][language]) <= set(rule.args)
        assert sentence(rule.code, dict.fromkeys(rule.args, "1"), language)
    assert rule.source
    assert rule.example
    assert re.fullmatch(r"[a-zA-Z.*]+", rule.field)


def test_no_words_explain_a_rule_that_is_not_there() -> None:
    assert set(sentences(WordList.RULES)) == {rule.id for rule in LISTED}


@EACH_FAULT
def test_the_field_that_a_rule_names_is_the_one_it_points_at(fault: Fault) -> None:
    rule = BY_ID[fault.rule]
    assert set(fault.args) == set(rule.args)
    pattern = "[.]".join("[0-9]+" if part == "*" else part for part in rule.field.split("."))
    assert re.fullmatch(pattern, ".".join(fault.path))


def test_a_trailer_that_stands_among_the_plates_too_is_stated_twice() -> None:
    plates = (*SOUND.plates, *SOUND.trailers)
    found = failures(SOUND.model_copy(update={"plates": plates}), LeadTimePreset.NONE)
    assert [(failure.code.value, failure.path[1:]) for failure in found] == [
        ("PLATE_DUPLICATE", ("trailers", "0", "text"))
    ]


def test_a_summary_too_long_is_told_at_the_summary() -> None:
    found = failures(SOUND.model_copy(update={"goods_summary": "A" * 301}), LeadTimePreset.NONE)
    assert [(failure.code.value, failure.path[1:]) for failure in found] == [
        ("FIELD_TOO_LONG", ("goodsSummary",))
    ]


def test_an_unknown_country_is_told_wherever_it_stands() -> None:
    member = SOUND.crew_members[0].model_copy(update={"nationality": "XX"})
    paper = SOUND.driver_documents[0].model_copy(update={"issuing_country": "XX"})
    item = SOUND.goods_items[0].model_copy(update={"origin_country": "XX"})
    party = SOUND.parties[0].model_copy(update={"country": "XX"})
    stated = SOUND.model_copy(
        update={
            "crew_members": (member,),
            "driver_documents": (paper, *SOUND.driver_documents[1:]),
            "driver_nationality": "XX",
            "goods_items": (item, SOUND.goods_items[1]),
            "parties": (party, *SOUND.parties[1:]),
            "departure_country": "XX",
            "destination_country": "XX",
            "transit_countries": ("HK", ""),
        }
    )
    assert {".".join(failure.path[1:]) for failure in failures(stated, LeadTimePreset.NONE)} == {
        "crewMembers.0.nationality",
        "driverDocuments.0.issuingCountry",
        "driverNationality",
        "goodsItems.0.originCountry",
        "parties.0.country",
        "departureCountry",
        "destinationCountry",
        "transitCountries.1",
    }


def test_goods_that_name_no_container_are_in_none_where_all_are_empty() -> None:
    empty = SOUND.containers[0].model_copy(update={"loaded": False})
    items = tuple(item.model_copy(update={"container_number": None}) for item in SOUND.goods_items)
    stated = SOUND.model_copy(update={"containers": (empty,), "goods_items": items})
    assert [failure.path[1:] for failure in failures(stated, LeadTimePreset.NONE)] == [
        ("goodsItems", "0", "containerNumber"),
        ("goodsItems", "1", "containerNumber"),
    ]


def test_a_draft_of_thousands_of_wrong_entries_is_answered_briefly() -> None:
    crowd = Declaration(
        plates=SOUND.plates[:1] * 2_000,
        trailers=SOUND.trailers * 2_000,
        goods_items=(GoodsItem(),) * 2_000,
        parties=SOUND.parties * 2_000,
        crew_members=(CrewMember(documents=SOUND.driver_documents * 500),) * 20,
        driver_documents=SOUND.driver_documents * 500,
        transit_countries=("XX",) * 2_000,
        references=SOUND.references * 2_000,
    )
    assert len(failures(crowd, LeadTimePreset.NONE)) < 500


def test_a_trip_submitted_under_a_former_rule_is_read_and_not_judged_again() -> None:
    for fault in FAULTS:
        if fault.rule in {"window.start", "window.end", "route.direction", "people.health"}:
            continue  # what every declaration has had from the beginning
        assert rules.canonical(fault.planted(SOUND), NOW) is not None, fault.rule
    assert rules.canonical(SOUND, NOW) == rules.examine(SOUND, NOW).declared
    assert rules.canonical(Declaration(), NOW) is None
