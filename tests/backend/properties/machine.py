"""The state machine that hypothesis plays: every rule is one thing that somebody does, or that time does."""

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis import seed as with_seed
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.passages import OPEN_STATES, PassageState
from core.states import TripState
from tests.backend.client import new_key
from tests.backend.lanes.steps import LANES, REVOKE
from tests.backend.properties.faults import Fault
from tests.backend.properties.promises import Picture, changes, check, log_is_proved
from tests.backend.properties.world import TIMES, Truck, World
from tests.backend.races.test_ends import CANCEL
from tests.backend.steps import AMEND, APPROVE, REISSUE, REJECT, WITHDRAW, Phone, act, answer

T = TypeVar("T")
MOST_TRUCKS = 8
WHICH = st.integers(0, 5)
HOLDS = {0: "AT_BAY", 1: "BEFORE_ARRIVAL", 2: "AT_BAY"}
SPANS = (5, 25, 65, 601, 3601, 25 * 3600)
"""Seconds: around the worker's lease, an agency's deadline, the silence of a lane, and a code's day."""
OFTEN = ("declares", "scans", "drives_through", "asks_for_release", "leaves")
SOMETIMES = ("is_seen", "says", "decides", "sends_away", "fault_comes", "is_repeated")
SELDOM = ("time_passes", "reviews", "takes_back", "revokes", "is_photographed", "claims", "reads")
STEPS = (*OFTEN * 4, *SOMETIMES * 2, *SELDOM)


class Checkpoint(RuleBasedStateMachine):
    """One port from its first order on, as `play` plays it."""

    new_world: ClassVar[Callable[[], Awaitable[World]]]
    run_in: ClassVar[Callable[[Awaitable[Any]], Any]]
    reached: ClassVar[Counter[str]]
    """How often a trip, a passage or a code came into each state, and how many steps and faults there were."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = type(self).run_in(type(self).new_world())
        self.before = self.run(Picture.of(self.world.services))
        self.pictures = itertools.count(1)

    def run(self, step: Awaitable[T]) -> T:
        """Let a step happen."""
        done: T = type(self).run_in(step)
        return done

    def truck(self, which: int) -> Truck:
        """Return one of the trucks."""
        return self.world.trucks[which % len(self.world.trucks)]

    def passage(self, which: int) -> dict[str, Any] | None:
        """Return one of the passages, those that still go on first."""
        rows = sorted(self.before.passages.values(), key=lambda row: row["state"] not in OPEN_STATES)
        return rows[which % len(rows)] if rows else None

    @initialize(trucks=st.integers(1, 3))
    def trucks_come(self, trucks: int) -> None:
        """Some trucks have been cleared already, so that lanes are busy from the start."""
        for _ in range(trucks):
            self.declares(0, len(HOLDS))

    @rule(step=st.sampled_from(STEPS), which=WHICH, how=WHICH)
    def happens(self, step: str, which: int, how: int) -> None:
        """Somebody does something, or time does; `which` says to whom, `how` says in which way."""
        getattr(self, step)(which, how)

    def declares(self, which: int, how: int) -> None:
        """Another order comes and its driver submits, mostly to content agencies; or a driver submits again."""
        if len(self.world.trucks) < MOST_TRUCKS:
            self.run(self.world.order())
            which = -1
        self.run(self.world.declare(self.truck(which), healthy=how > 0))
        if how >= len(HOLDS):
            for agency in (self.world.port.customs, self.world.port.border):
                self.run(answer(agency, self.truck(which).journey.trip_id))

    def says(self, which: int, how: int) -> None:
        """An agency gives its verdict, or another one than before."""
        agency = self.world.port.customs if how % 2 else self.world.port.border
        hold = HOLDS.get(how)
        more = {} if hold is None else {"hold": {"kind": hold, "reason": "look at it"}}
        self.run(answer(agency, self.truck(which).journey.trip_id, "HOLD" if hold else "CLEAR", **more))

    def reviews(self, which: int, how: int) -> None:
        """An officer approves or rejects."""
        more = {"reason": "no papers"} if how == 0 else {"note": None}
        mutation = REJECT if how == 0 else APPROVE
        self.run(act(self.world.port.officer, mutation, self.truck(which).journey.trip_id, **more))

    def takes_back(self, which: int, how: int) -> None:
        """A driver amends, withdraws or takes his code to another phone; the carrier cancels."""
        truck = self.truck(which)
        mutation = (AMEND, REISSUE, WITHDRAW, CANCEL, AMEND, REISSUE)[how]
        asked: dict[str, object] = {"idempotencyKey": new_key()}
        who = truck.journey.driver
        if mutation == CANCEL:
            who, asked["orderId"] = self.world.port.carrier, truck.journey.order_id
        else:
            asked["tripId"] = truck.journey.trip_id
        if mutation == REISSUE:
            truck.phones.append(Phone())
            asked["anchors"] = truck.phones[-1].anchors
        self.run(who.ask(mutation, input=asked))

    def revokes(self, which: int, _how: int) -> None:
        """An officer takes a code back."""
        vouchers = list(self.before.vouchers)
        if vouchers:
            voucher_id = vouchers[which % len(vouchers)]
            asked = {"idempotencyKey": new_key(), "voucherId": voucher_id, "reason": "stolen"}
            self.run(self.world.port.officer.ask(REVOKE, input=asked))

    def scans(self, which: int, how: int) -> None:
        """A driver who may come shows his code at a lane, mostly at a free one; or somebody shows any code anywhere."""
        trucks = self.world.trucks
        lanes: tuple[str, ...] = LANES
        if which < 4:
            ready = {key for key, row in self.before.trips.items() if row["state"] == TripState.APPROVED}
            taken = {row["occupied_lane"] for row in self.before.passages.values()}
            trucks = [truck for truck in trucks if truck.journey.trip_id in ready] or trucks
            lanes = tuple(lane for lane in LANES if lane not in taken) or LANES
        code = self.run(self.world.code(trucks[which % len(trucks)], back=int(how == 0)))
        if code is not None:
            self.run(self.world.port.scan(code, lanes[how % len(lanes)]))

    def drives_through(self, which: int, how: int) -> None:
        """A driver comes, is seen, and his lane asks for the release."""
        self.scans(which, how)
        self.promises_hold()
        self.is_seen(which, how)
        self.asks_for_release(which, how)

    def is_seen(self, which: int, how: int) -> None:
        """A camera takes an image, a worker reads it, the temperature is measured."""
        self.is_photographed(which, how)
        self.claims(which, how)
        self.reads(0, how)
        passage = self.passage(which)
        if passage is not None:
            self.run(self.world.port.measure(passage["_id"]))

    def is_photographed(self, which: int, _how: int) -> None:
        """A camera takes an image."""
        passage = self.passage(which)
        if passage is not None:
            self.run(self.world.picture(passage, next(self.pictures)))

    def claims(self, _which: int, _how: int) -> None:
        """A worker takes the next image."""
        claimed = self.run(self.world.port.claim())
        if claimed["__typename"] == "ClaimedCapture":
            self.world.claimed.insert(0, claimed)

    def reads(self, which: int, how: int) -> None:
        """A worker answers, for an image that it may have had for long."""
        if self.world.claimed:
            image = self.world.claimed[which % len(self.world.claimed)]
            verdict = ("MISMATCH", "UNSURE", "MATCH", "MATCH", "MATCH", "MATCH")[how]
            self.run(self.world.port.read(image, **{about["text"]: verdict for about in image["expected"]}))

    def asks_for_release(self, which: int, _how: int) -> None:
        """A lane's agent asks for the release."""
        passage = self.passage(which)
        if passage is not None:
            self.run(self.world.port.release(passage["_id"], passage["lane_id"]))

    def sends_away(self, which: int, how: int) -> None:
        """A lane's agent refers or refuses."""
        passage = self.passage(which)
        if passage is not None:
            name = "refusePassage" if how < 2 else "referPassage"
            reasons = ["PLATE_MISMATCH"]
            self.run(self.world.port.act(name, passage["_id"], passage["lane_id"], reasons=reasons))

    def decides(self, which: int, how: int) -> None:
        """An officer decides."""
        passage = self.passage(which)
        if passage is not None:
            outcome = ("REFUSE", "REFER", "RELEASE", "RELEASE", "RELEASE", "RELEASE")[how]
            self.run(self.world.port.decide(passage["_id"], outcome))

    def leaves(self, which: int, how: int) -> None:
        """A vehicle is seen to leave: by the agent, or by an officer."""
        passage = self.passage(which)
        if passage is None:
            return
        way = ("BARRIER", "TO_BAY", "TURN_BACK")[how % 3]
        if how > 3:
            self.run(self.world.port.officer_reports(passage["_id"], way))
        else:
            self.run(self.world.port.depart(passage["_id"], way, passage["lane_id"]))

    def time_passes(self, which: int, how: int) -> None:
        """Time passes, and does some of its works, in any order."""
        self.world.clock.advance(timedelta(seconds=SPANS[how]))
        for name in sorted(TIMES)[which:] + sorted(TIMES)[:which]:
            self.run(self.world.sweep(name))
            self.promises_hold()

    def fault_comes(self, _which: int, how: int) -> None:
        """The next transaction meets a fault."""
        self.world.faults.next = tuple(Fault)[how % len(Fault)]

    def is_repeated(self, which: int, how: int) -> None:
        """Somebody sends an earlier request again, with its key."""
        self.world.faults.next = None
        if self.world.sent:
            self.run(self.world.repeat(self.world.sent[-1 - (6 * which + how) % len(self.world.sent)]))

    @invariant()
    def promises_hold(self) -> None:
        """Everything that is promised holds."""
        now = self.run(Picture.of(self.world.services))
        check(now, self.before)
        type(self).reached.update(changes(now, self.before))
        type(self).reached["steps"] += 1
        self.before = now

    def teardown(self) -> None:
        """Everybody goes home: what is left ends by time and departures alone, within a bounded number of steps."""
        self.world.faults.next = None
        type(self).reached["examples"] += 1
        type(self).reached["faults"] += self.world.faults.met
        for _ in range(2):
            for passage in self.before.passages.values():
                if passage["state"] == PassageState.DIVERTED:  # who waits for an officer waits for ever
                    self.run(self.world.port.officer_reports(passage["_id"], "TURN_BACK"))
                    self.promises_hold()
            self.time_passes(0, 5)
            self.promises_hold()
        self.run(log_is_proved(self.world.services))
        ended = {PassageState.EXITED, PassageState.REFUSED, PassageState.ABANDONED, PassageState.FAULT}
        states = {row["state"] for row in self.before.passages.values()}
        assert states <= ended, f"passages that never end: {states - ended}"
        places = [(row["occupied_lane"], row["occupied_bay"]) for row in self.before.passages.values()]
        assert set(places) <= {(None, None)}, "a place that stays taken"
        ends = {"REJECTED", "WITHDRAWN", "CLEARED", "TURNED_BACK", "EXPIRED"}
        left = {row["state"] for row in self.before.trips.values()} - ends
        assert not left, f"trips that never end: {left}"
        assert not [row for row in self.before.vouchers.values() if row["state"] == "ISSUED"], (
            "a code stays good"
        )


def play(
    new_world: Callable[[], Awaitable[World]],
    run_in: Callable[[Awaitable[Any]], Any],
    *,
    seed: int,
    examples: settings,
) -> Counter[str]:
    """Play so many examples; return how often what was reached. Fails with the steps that broke a promise."""
    played: Counter[str] = Counter()
    members = {"new_world": staticmethod(new_world), "run_in": staticmethod(run_in), "reached": played}
    machine = type("Port", (Checkpoint,), members)
    run_state_machine_as_test(with_seed(seed)(machine), settings=examples)
    return played
