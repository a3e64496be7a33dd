"""Every decision is explained: to officers all of it, to the driver his own without what must stay inside."""

from dataclasses import replace
from datetime import timedelta

from backend.clearances import service
from backend.kit.clock import FixedClock
from backend.kit.context import Actor, Context, Services
from core.roles import Role
from core.states import Agency, ClearanceState
from tests.backend.clearances.asking import EXPLAINED, ask, reply
from tests.backend.client import Client
from tests.backend.steps import AMEND, APPROVE, REJECT, Answer, Journey, act, answer, refused_codes, submit
from tests.conftest import SignIn


async def explained(client: Client, journey: Journey) -> Answer:
    found: Answer = await client.ask(EXPLAINED, id=journey.trip_id)
    return found


def told(steps: list[Answer]) -> list[tuple[str, str, str | None, str | None]]:
    return [(step["kind"], step["decider"], step["agency"], step["name"]) for step in steps]


async def test_an_officer_reads_every_step_with_rules_inputs_and_who_took_it(
    under_review: Journey, officer: Client
) -> None:
    await ask(officer, under_review.trip_id, "Who has the fever?")
    await reply(under_review.driver, under_review.trip_id, text="My colleague.")
    await act(officer, APPROVE, under_review.trip_id, note="Seen by the doctor")
    explanation = await explained(officer, under_review)
    assert (explanation["state"], explanation["byRule"], explanation["decidedBy"]) == (
        "APPROVED",
        False,
        "Officer Wong 黃",
    )
    assert told(explanation["steps"]) == [
        ("AGENCIES_ASKED", "RULES", None, None),
        ("AGENCY_ANSWERED", "AGENCY", "CUSTOMS", "Customs 海关"),
        ("AGENCY_ANSWERED", "AGENCY", "BORDER_INSPECTION", "Border inspection 边检"),
        ("SENT_TO_OFFICER", "RULES", None, None),
        ("QUESTION_ASKED", "OFFICER", None, "Officer Wong 黃"),
        ("QUESTION_ANSWERED", "DRIVER", None, "陈大文"),
        ("APPROVED", "OFFICER", None, "Officer Wong 黃"),
    ]
    assert [step["text"] for step in explanation["steps"][4:]] == [
        "Who has the fever?",
        "My colleague.",
        "Seen by the doctor",
    ]
    assert explanation["steps"][3]["reasons"] == [
        {"rule": "FEVER_DECLARED", "inputs": [{"name": "fever_free", "value": "false"}]}
    ]


async def test_the_driver_reads_his_own_without_names_inputs_or_notes(
    under_review: Journey, officer: Client
) -> None:
    await act(officer, APPROVE, under_review.trip_id, note="Seen by the doctor")
    explanation = await explained(under_review.driver, under_review)
    assert (explanation["byRule"], explanation["decidedBy"]) == (False, None)
    assert [reason["rule"] for reason in explanation["reasons"]] == ["OFFICER_APPROVED"]
    assert {step["name"] for step in explanation["steps"]} == {None}
    assert [reason["rule"] for reason in explanation["steps"][3]["reasons"]] == [
        "OFFICER_LOOKS",
        "FEVER_DECLARED",
    ]
    for inside in ("doctor", "Wong", "fever_free", "Customs 海关"):
        assert inside not in str(explanation)


async def test_a_drawn_drivers_explanation_is_that_of_one_an_agency_left_silent(
    journey: Journey, customs: Client, border: Client, officer: Client, api: Services
) -> None:
    await answer(customs, journey.trip_id)
    always = replace(api, settings=api.settings.model_copy(update={"random_review_share": 1000}))
    desk = Context(always, Actor(role=Role.AGENCY, id="agency-border", agency=Agency.BORDER_INSPECTION))
    clear = service.Answer(ClearanceState.CLEAR, None, None)
    await desk.transaction(lambda unit: service.answer(unit, journey.trip_id, clear))
    to_officer = (await explained(officer, journey))["reasons"]
    assert [reason["rule"] for reason in to_officer] == ["RANDOM_CHECK"]
    assert {"name": "share", "value": "1000"} in to_officer[0]["inputs"]
    to_driver = await explained(journey.driver, journey)
    assert to_driver["reasons"] == [
        {"rule": "OFFICER_LOOKS", "message": "关员正在审核该行程。", "inputs": []}
    ]
    assert "RANDOM" not in str(to_driver)
    events = """subscription($id: ID!) { tripEvents(tripId: $id, after: 0) { __typename
      ... on TripEventMessage { event { kind facts { name value } } } } }"""
    async with journey.driver.listen(events, "tripEvents", id=journey.trip_id) as listener:
        heard = [await listener.next()]
        while (heard[-1].get("event") or {}).get("kind") != "trip.under_review":
            heard.append(await listener.next())
    assert "RANDOM" not in str(heard)


async def test_a_rules_own_approval_and_a_silence_name_their_inputs(
    journey: Journey, customs: Client, clock: FixedClock, system: Context, officer: Client
) -> None:
    await answer(customs, journey.trip_id)
    clock.advance(timedelta(seconds=31))
    await service.silence_due(system)
    explanation = await explained(officer, journey)
    assert (explanation["byRule"], explanation["decidedBy"]) == (True, "rules")
    (reason,) = explanation["reasons"]
    assert reason["rule"] == "SILENCE_CLEARS"
    named = {one["name"]: one["value"] for one in reason["inputs"]}
    assert (named["policy"], named["state"], named["inspection"]) == ("CLEAR", "SILENT", "NOT_REQUIRED")
    assert "deadline" in named
    assert [step["kind"] for step in explanation["steps"]][2:] == ["AGENCY_SILENT", "APPROVED"]


async def test_the_driver_reads_why_he_was_rejected(under_review: Journey, officer: Client) -> None:
    await act(officer, REJECT, under_review.trip_id, reason="Come without fever")
    explanation = await explained(under_review.driver, under_review)
    assert (explanation["state"], explanation["byRule"]) == ("REJECTED", False)
    assert explanation["steps"][-1]["text"] == "Come without fever"


async def test_after_amending_nothing_is_decided_and_the_earlier_steps_stay(
    under_review: Journey, officer: Client, customs: Client
) -> None:
    await act(officer, APPROVE, under_review.trip_id)
    await act(under_review.driver, AMEND, under_review.trip_id)
    taken_back = await explained(officer, under_review)
    assert (taken_back["byRule"], taken_back["decidedBy"], taken_back["reasons"]) == (None, None, [])
    assert [step["kind"] for step in taken_back["steps"]][-2:] == ["APPROVED", "TAKEN_BACK"]
    again = Journey(under_review.driver, type(under_review.phone)(), "", under_review.trip_id)
    await submit(again, feverFree=True)
    submitted = await explained(officer, under_review)
    assert (submitted["state"], submitted["byRule"]) == ("SUBMITTED", None)
    assert [step["kind"] for step in submitted["steps"]][-2:] == ["TAKEN_BACK", "AGENCIES_ASKED"]


async def test_nobody_reads_an_explanation_that_is_not_his(under_review: Journey, sign_in: SignIn) -> None:
    for role, code in refused_codes(Role.OFFICER, Role.AGENCY, Role.DRIVER).items():
        answered = await (await sign_in(role)).raw(EXPLAINED, id=under_review.trip_id)
        assert (role, answered["errors"][0]["extensions"]["code"]) == (role, code)
    another = await sign_in(Role.DRIVER)
    assert (await another.raw(EXPLAINED, id=under_review.trip_id))["data"] == {"decisionExplanation": None}
