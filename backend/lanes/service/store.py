"""The passages' collection: how one is loaded, opened and changed. Nothing else writes it."""

from collections.abc import Collection, Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.captures import service as captures
from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.lanes.model import ONE_A_BAY, ONE_A_LANE, ONE_OPEN_A_VOUCHER, Passage
from core.passages import ALLOWED, PassageState
from core.problems import ProblemCode, Refusal

PASSAGES = Passage.Settings.name

SETTLED = frozenset(PassageState) - {PassageState.IDENTIFYING, PassageState.MATCHING, PassageState.ASSISTING}
"""States in which no vehicle waits for what its images show."""

TAKEN = {
    ONE_OPEN_A_VOUCHER: ProblemCode.CODE_IN_USE,
    ONE_A_LANE: ProblemCode.LANE_OCCUPIED,
    ONE_A_BAY: ProblemCode.BAY_TAKEN,
}


async def load(unit: UnitOfWork, passage_id: str) -> Passage:
    """Return the passage as this transaction sees it. Raises Refusal NOT_FOUND."""
    row = await unit.db[PASSAGES].find_one({"_id": passage_id}, session=unit.session)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["passageId"])
    return Passage.of(row)


async def matching(unit: UnitOfWork, where: Mapping[str, Any]) -> list[Passage]:
    """Return the few passages that match, newest first."""
    rows = unit.db[PASSAGES].find(where, session=unit.session).sort("opened_at", -1)
    return [Passage.of(row) async for row in rows]


async def insert(unit: UnitOfWork, passage: Passage) -> None:
    """Open the passage. Raises Refusal CODE_IN_USE or LANE_OCCUPIED when another was quicker."""
    try:
        await unit.db[PASSAGES].insert_one(passage.model_dump(by_alias=True), session=unit.session)
    except DuplicateKeyError as error:
        raise taken(error) from error


async def change(unit: UnitOfWork, passage: Passage, changes: Mapping[str, Any]) -> Passage:
    """Apply the changes if the passage still stands as it was seen.

    Raises Refusal PASSAGE_STATE when it has moved on, or when its new state may not follow the present one.
    """
    state = changes.get("state", passage.state)
    if state is not passage.state and state not in ALLOWED[passage.state]:
        raise wrong_state(passage)
    where = {"_id": passage.id, "state": passage.state, "version": passage.version}
    try:
        row = await change_if(
            unit.db[PASSAGES],
            where,
            {"$set": {**changes, "changed_at": unit.now}, "$inc": {"version": 1}},
            unit,
        )
    except DuplicateKeyError as error:
        raise taken(error) from error
    if row is None:
        raise wrong_state(passage)
    if state in SETTLED and passage.state not in SETTLED:
        captures.set_back(unit, passage.id)
    return Passage.of(row)


def need_state(passage: Passage, states: Collection[PassageState]) -> None:
    """Refuse unless the passage is in one of these states. Raises Refusal PASSAGE_NOT_OPEN or PASSAGE_STATE."""
    if passage.state in states:
        return
    if not passage.is_open:
        raise Refusal(ProblemCode.PASSAGE_NOT_OPEN, args={"state": passage.state.value})
    raise wrong_state(passage)


def wrong_state(passage: Passage) -> Refusal:
    """The refusal that names the present state."""
    return Refusal(ProblemCode.PASSAGE_STATE, args={"state": passage.state.value})


def taken(error: DuplicateKeyError) -> Refusal:
    """What it means that a unique index refused: somebody else has the voucher, the lane or the bay."""
    text = str(error)
    code = next((code for name, code in TAKEN.items() if f"index: {name} " in text), ProblemCode.CONFLICT)
    return Refusal(code)
