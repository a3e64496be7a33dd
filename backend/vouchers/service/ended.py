"""The list of codes that ended before their time: what a lane refuses though its hub is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.database import Row
from backend.vouchers.service.store import EXPIRY_GRACE, VOUCHERS
from core.problems import ProblemCode, Refusal
from core.states import VoucherState

OVERLAP = timedelta(seconds=60)
"""A transaction that ended a code a moment ago may not be visible yet: what is younger is told again next time."""
ENDED = (VoucherState.REVOKED, VoucherState.SUPERSEDED, VoucherState.SPENT)


@dataclass(frozen=True)
class EndedCodes:
    """Ids of vouchers that ended though their time is not over; `whole` where they are all there are."""

    version: str
    whole: bool
    ids: dict[VoucherState, bytes]
    """Of each state, 12 bytes a voucher."""


async def ended_codes(
    db: AsyncDatabase[Row], sites: Sequence[str], since: str | None, now: datetime
) -> EndedCodes:
    """Return the codes of these checkpoints that ended since a version, or all of them.

    Raises:
        Refusal: INVALID_INPUT for a `since` that no list has said.
    """
    where: Row = {"site": {"$in": list(sites)}, "ended_at": {"$type": "date"}}
    if since is not None:
        where["ended_at"] = {"$gt": _moment(since)}
    where |= {
        "state": {"$in": [state.value for state in ENDED]},
        "expires_at": {"$gt": now - EXPIRY_GRACE},
    }
    found: dict[VoucherState, list[bytes]] = {state: [] for state in ENDED}
    async for row in db[VOUCHERS].find(where, {"state": 1}):
        found[VoucherState(row["state"])].append(bytes.fromhex(row["_id"]))
    version = str(int((now - OVERLAP).timestamp() * 1000))
    return EndedCodes(version, since is None, {state: b"".join(ids) for state, ids in found.items()})


def _moment(version: str) -> datetime:
    if not version.isdigit() or len(version) != 13:
        raise Refusal(
            ProblemCode.INVALID_INPUT, path=["since"], args={"reason": "the version of an earlier list"}
        )
    return datetime.fromtimestamp(int(version) / 1000, UTC)
