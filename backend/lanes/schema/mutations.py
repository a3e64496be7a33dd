"""The mutations of lanes, workers and officers: each reads its input and calls one use case."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from backend.captures import model as captures_model
from backend.captures import service as captures
from backend.captures.rules import Answer
from backend.captures.schema import Capture, CaptureResult
from backend.kit.context import UnitOfWork
from backend.kit.graphql import Info, expected_errors
from backend.lanes import model, service
from backend.lanes.schema import inputs
from backend.lanes.schema.types import Passage, shown_one
from core.problems import ProblemCode


@strawberry.type
class Mutation:
    """Root mutations of passages."""

    @strawberry.mutation(
        description="Open the passage of a code shown at a lane. The hub verifies the code again; the same code at the "
        "same lane gives the passage there is. Each CODE_* and LIVE_* refusal is kept in the lane's log."
    )
    @expected_errors
    async def open_passage(self, info: Info, input: inputs.OpenPassageInput) -> inputs.OpenPassageResult:  # noqa: A002
        """Open."""
        context, lane_id = info.context, str(input.lane_id)
        scan = service.read_code(context.settings, input.code, context.clock.now())
        ask = service.OpenPassage(
            passage_id=str(input.passage_id), lane_id=lane_id, scan=scan, scanned_at=input.scanned_at
        )
        opened = await context.once(
            "openPassage",
            input.idempotency_key,
            strawberry.asdict(input),
            service.Opened,
            lambda unit: service.open_passage(unit, ask),
            streams=service.streams_of(lane_id, scan),
        )
        passage = await shown_one(context, opened.passage)
        return inputs.PassageOpened(passage=passage, returned=opened.returned)

    @strawberry.mutation(
        description="Say what the lane measured; later values replace earlier ones until a decision."
    )
    @expected_errors
    async def report_temperature(
        self,
        info: Info,
        input: inputs.ReportTemperatureInput,  # noqa: A002
    ) -> inputs.PassageResult:
        """Report."""
        passage_id, band = str(input.passage_id), input.band
        return await _changed(
            info, "reportTemperature", input, lambda unit: service.report_temperature(unit, passage_id, band)
        )

    @strawberry.mutation(
        description="Ask for the release. The hub decides again on what is known now; a release spends the voucher "
        "in the same transaction. Only this answer opens the barrier. NOT_RELEASABLE: ask again with a new key."
    )
    @expected_errors
    async def release_passage(
        self,
        info: Info,
        input: inputs.PassageKeyInput,  # noqa: A002
    ) -> inputs.ReleasePassageResult:
        """Release."""
        passage_id, lane_id = str(input.passage_id), str(input.lane_id)
        passage = await _once(
            info, "releasePassage", input, lambda unit: service.release_passage(unit, passage_id, lane_id)
        )
        open_until = (passage.released_at or info.context.clock.now()) + service.GRANT_LASTS
        return inputs.PassageReleased(passage=await shown_one(info.context, passage), open_until=open_until)

    @strawberry.mutation(
        description="Send the vehicle to a bay that the hub picks. Its code and its passage go with it."
    )
    @expected_errors
    async def refer_passage(self, info: Info, input: inputs.ReferPassageInput) -> inputs.PassageResult:  # noqa: A002
        """Refer."""
        passage_id, lane_id, reasons = str(input.passage_id), str(input.lane_id), tuple(input.reasons)
        return await _changed(
            info,
            "referPassage",
            input,
            lambda unit: service.refer_passage(unit, passage_id, lane_id, reasons),
        )

    @strawberry.mutation(description="Send the vehicle back by the turn-back way.")
    @expected_errors
    async def refuse_passage(self, info: Info, input: inputs.ReferPassageInput) -> inputs.PassageResult:  # noqa: A002
        """Refuse."""
        passage_id, lane_id, reasons = str(input.passage_id), str(input.lane_id), tuple(input.reasons)
        return await _changed(
            info,
            "refusePassage",
            input,
            lambda unit: service.refuse_passage(unit, passage_id, lane_id, reasons),
        )

    @strawberry.mutation(
        description="An officer decides. RELEASE in a lane: its agent then asks for the release; at a bay: released at "
        "once. It overrules what the lane saw, never an agency's hold or a voucher that is spent or revoked."
    )
    @expected_errors
    async def decide_passage(self, info: Info, input: inputs.DecidePassageInput) -> inputs.PassageResult:  # noqa: A002
        """Decide."""
        says = service.OfficerSays(
            passage_id=str(input.passage_id), outcome=input.outcome, reason=input.reason
        )
        return await _changed(info, "decidePassage", input, lambda unit: service.decide_passage(unit, says))

    @strawberry.mutation(
        description="A vehicle has left its lane or its bay; said twice it changes nothing more."
    )
    @expected_errors
    async def report_departure(
        self,
        info: Info,
        input: inputs.ReportDepartureInput,  # noqa: A002
    ) -> inputs.PassageResult:
        """Report."""
        departure = service.Departure(
            passage_id=str(input.passage_id),
            lane_id=str(input.lane_id) if input.lane_id is not None else None,
            way=input.way,
            at=input.at,
        )
        return await _changed(
            info, "reportDeparture", input, lambda unit: service.report_departure(unit, departure)
        )

    @strawberry.mutation(description="Say where the barrier stands, for the log and the board.")
    @expected_errors
    async def report_barrier(self, info: Info, input: inputs.ReportBarrierInput) -> inputs.PassageResult:  # noqa: A002
        """Report."""
        passage_id, lane_id = str(input.passage_id), str(input.lane_id)
        return await _changed(
            info,
            "reportBarrier",
            input,
            lambda unit: service.report_barrier(unit, passage_id, lane_id, input.state, input.at),
        )

    @strawberry.mutation(
        description="Record a code that the lane refused by itself, without asking the hub. The first of a run is "
        "told at once; those that follow for the same reason are counted and told once a minute."
    )
    @expected_errors
    async def report_refusal(
        self,
        info: Info,
        input: inputs.ReportRefusalInput,  # noqa: A002
    ) -> inputs.ReportRefusalResult:
        """Record."""
        refused = service.LaneRefusal(
            lane_id=str(input.lane_id),
            code=input.code,
            voucher_id=str(input.voucher_id) if input.voucher_id is not None else None,
            at=input.at,
            count=input.count,
            until=input.until,
        )
        recorded = await info.context.once(
            "reportRefusal",
            input.idempotency_key,
            strawberry.asdict(input),
            ProblemCode,
            lambda unit: service.report_refusal(unit, refused),
            streams=[f"lane:{refused.lane_id}"],
        )
        return inputs.RefusalRecorded(code=recorded)

    @strawberry.mutation(
        description="A worker's answer about its leased image. It makes facts of the passage the image was taken for; "
        "the lease is the idempotency key. CAPTURE_LEASE_LOST: another worker has the image, drop it."
    )
    @expected_errors
    async def submit_readings(self, info: Info, input: inputs.SubmitReadingsInput) -> CaptureResult:  # noqa: A002
        """Submit."""
        capture_id, lease, answer = str(input.capture_id), input.lease, _answer(input)
        capture = await info.context.once(
            "submitReadings",
            lease,
            strawberry.asdict(input),
            captures_model.Capture,
            lambda unit: service.submit_readings(unit, capture_id, lease, answer),
            streams=await captures.streams_of(info.context.db, capture_id),
        )
        return Capture.of(capture)


async def _once(
    info: Info, mutation: str, sent: Any, work: Callable[[UnitOfWork], Awaitable[model.Passage]]
) -> model.Passage:
    context = info.context
    return await context.once(
        mutation,
        sent.idempotency_key,
        strawberry.asdict(sent),
        model.Passage,
        work,
        streams=await service.streams_of_passage(context.db, str(sent.passage_id)),
    )


async def _changed(
    info: Info, mutation: str, sent: Any, work: Callable[[UnitOfWork], Awaitable[model.Passage]]
) -> Passage:
    return await shown_one(info.context, await _once(info, mutation, sent, work))


def _answer(sent: inputs.SubmitReadingsInput) -> Answer:
    readings = tuple(
        captures_model.ReadingRow(
            kind=reading.kind,
            text=reading.text,
            jurisdiction=reading.jurisdiction,
            confidence=reading.confidence,
            box=_box(reading.box),
        )
        for reading in sent.readings
    )
    verdicts = tuple(
        captures_model.VerdictRow(
            kind=verdict.kind,
            declared=verdict.declared,
            verdict=verdict.verdict,
            score=verdict.score,
            read=verdict.read,
        )
        for verdict in sent.verdicts
    )
    crops = {
        index: captures.crop_of(
            _box(verdict.evidence.box), verdict.evidence.image, "verdicts", str(index), "evidence", "image"
        )
        for index, verdict in enumerate(sent.verdicts)
        if verdict.evidence is not None
    }
    return Answer(readings, verdicts, sent.cpu_milliseconds, crops)


def _box(sent: inputs.BoxInput) -> captures_model.BoxRow:
    return captures_model.BoxRow(x=sent.x, y=sent.y, width=sent.width, height=sent.height)
