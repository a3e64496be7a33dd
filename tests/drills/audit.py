"""The database against what was acknowledged: each once, none lost, none doubled."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.agent import documents
from tests.drills.ledger import Acknowledged, Ledger
from tests.drills.replica_set import ReplicaSet
from tests.drills.visits import REPORTING_LANE

Row = Mapping[str, Any]
DATABASE = "clearlane"
EVENT_OF = {
    documents.OPEN_PASSAGE: "passage.opened",
    documents.RELEASE_PASSAGE: "passage.released",
    documents.REPORT_BARRIER: "barrier.opened",
    documents.REPORT_DEPARTURE: "passage.exited",
}


@dataclass(frozen=True)
class Stored:
    """What a majority of the members has."""

    events: Sequence[Row]
    redemptions: Sequence[Row]

    @classmethod
    def read(cls, replica_set: ReplicaSet) -> "Stored":
        """Read it."""
        with replica_set.client(readConcernLevel="majority") as client:
            database = client[DATABASE]
            return cls(list(database["events"].find({})), list(database["redemptions"].find({})))

    def at_lanes(self) -> Counter[tuple[str, str]]:
        """Count what happened in the lanes: by its kind and its passage, or by its kind and the refusal's time."""
        return Counter(
            (event["kind"], event["ids"].get("passage_id") or event["facts"]["shown_at"])
            for event in self.events
            if event["stream"].startswith("lane:") and event["kind"] in {*EVENT_OF.values(), "scan.refused"}
        )


def lost(stored: Stored, ledger: Ledger) -> Iterator[str]:
    """Tell in words of each acknowledgement that the database does not bear out."""
    found = stored.at_lanes()
    spent = {row["passage_id"] for row in stored.redemptions}
    for known in ledger.acknowledged:
        mark = _mark(known)
        if mark is not None and not found[mark]:
            yield f"{mark[0]} of {mark[1]} was acknowledged and is not there"
    for known in ledger.of(documents.RELEASE_PASSAGE):
        if known.asked["passageId"] not in spent:
            yield f"{known.asked['passageId']} was released and its voucher is not spent"


def doubled(stored: Stored) -> Iterator[str]:
    """Tell in words of everything that is there more than once, acknowledged or not."""
    for (kind, which), times in stored.at_lanes().items():
        if times > 1:
            yield f"{kind} of {which} is there {times} times"
    released = Counter(
        event["ids"]["voucher_id"]
        for event in stored.events
        if event["kind"] == "passage.released" and event["stream"].startswith("lane:")
    )
    yield from (f"voucher {voucher} opened {times} times" for voucher, times in released.items() if times > 1)
    redeemed = {row["_id"] for row in stored.redemptions}
    yield from (f"voucher {voucher} opened unredeemed" for voucher in released if voucher not in redeemed)
    yield from (f"voucher {voucher} was redeemed, not opened" for voucher in redeemed - set(released))


def _mark(known: Acknowledged) -> tuple[str, str] | None:
    if known.document == documents.REPORT_REFUSAL and known.asked["laneId"] == REPORTING_LANE:
        return "scan.refused", known.asked["at"]
    kind = EVENT_OF.get(known.document)
    return (kind, known.asked["passageId"]) if kind is not None else None
