"""Captures, readings and the workers' queue in the schema."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated

import strawberry

from backend.captures import model, policy, service
from backend.captures.schema_types import (
    SEE_EVIDENCE,
    SEE_IMAGES,
    TYPE_PERMISSIONS,
    Capture,
    Evidence,
    url_of,
)
from backend.kit.graphql import Info, PermissionTable, Problem, expected_errors
from core.identifiers.plates import Jurisdiction
from core.passages import SubjectKind
from core.roles import Role

__all__ = ["PERMISSIONS", "Capture", "CaptureResult", "Mutation", "Query", "Subscription"]


@strawberry.type(description="A declared number that the worker looks for.")
class ExpectedSubject:
    """What is asked of an image."""

    kind: SubjectKind
    text: str
    jurisdiction: Jurisdiction | None = strawberry.field(description="Of a plate")


@strawberry.type(description="An image leased to the asking worker.")
class ClaimedCapture:
    """A lease."""

    id: strawberry.ID
    lease: str = strawberry.field(
        description="Names the lease in renewCapture, submitReadings and failCapture"
    )
    lease_expires_at: datetime = strawberry.field(
        description="Renew before, or another worker gets the image"
    )
    url: str = strawberry.field(
        description="Where the image is, from the hub's root; fetch it with the same token"
    )
    view: model.CaptureView
    expected: list[ExpectedSubject] = strawberry.field(
        description="Give a verdict on each that the image bears on"
    )
    attempt: int = strawberry.field(description="1 for the first; after the third the image is FAILED")

    @classmethod
    def of(cls, capture: model.Capture) -> "ClaimedCapture":
        """Show a lease that has just been given or renewed."""
        if capture.lease is None or capture.lease_until is None:
            raise ValueError("the capture is not leased")
        return cls(
            id=strawberry.ID(capture.id),
            lease=capture.lease,
            lease_expires_at=capture.lease_until,
            url=url_of(capture.id),
            view=capture.view,
            expected=[
                ExpectedSubject(kind=row.kind, text=row.text, jurisdiction=row.jurisdiction)
                for row in capture.expected
            ],
            attempt=capture.attempts,
        )


@strawberry.type(description="No image waits; captureWaiting tells when one does.")
class NothingWaiting:
    """An empty queue."""

    waiting: int = strawberry.field(description="How many images wait now")


@strawberry.type(description="Images may wait: claim until nothing is left.")
class CaptureWaiting:
    """A wake-up."""

    waiting: int = strawberry.field(description="How many images wait now")


@strawberry.input(description="A lease as claimCapture gave it.")
class LeaseInput:
    """A lease."""

    capture_id: strawberry.ID
    lease: str


@strawberry.input(description="A lease, and why the image could not be read.")
class FailCaptureInput:
    """A failure."""

    capture_id: strawberry.ID
    lease: str
    reason: str = strawberry.field(description="For whoever runs the port; at most 200 characters are kept")


ClaimCaptureResult = Annotated[
    ClaimedCapture | NothingWaiting | Problem,
    strawberry.union("ClaimCaptureResult", description="A leased image, an empty queue, or why not."),
]
CaptureResult = Annotated[
    Capture | Problem,
    strawberry.union("CaptureResult", description="The capture as it now stands, or why not."),
]


@strawberry.type
class Query:
    """Root fields about captures."""

    @strawberry.field(description="One capture; null when there is none that the asker may see")
    async def capture(self, info: Info, id: strawberry.ID) -> Capture | None:  # noqa: A002 - the schema's word
        """Return it."""
        found = await service.find(info.context.db, str(id))
        return Capture.of(found) if found is not None and policy.sees(info.context.actor, found) else None

    @strawberry.field(
        description="One cut-out; null when there is none that the asker may see, or its time is over"
    )
    async def evidence(self, info: Info, id: strawberry.ID) -> Evidence | None:  # noqa: A002 - the schema's word
        """Return it."""
        context = info.context
        found = await service.evidence(context.db, str(id), context.clock.now())
        return (
            Evidence.of(found) if found is not None and policy.sees_evidence(context.actor, found) else None
        )


@strawberry.type
class Mutation:
    """Root mutations of the workers. A lease is their idempotency key: it belongs to one worker and one image."""

    @strawberry.mutation(
        description="Lease the next image: lane images first, then drivers' photos, oldest first."
    )
    @expected_errors
    async def claim_capture(self, info: Info) -> ClaimCaptureResult:
        """Claim."""
        claimed = await info.context.transaction(service.claim)
        return ClaimedCapture.of(claimed) if claimed is not None else NothingWaiting(waiting=0)

    @strawberry.mutation(
        description="Keep a lease for another 20 seconds. CAPTURE_LEASE_LOST: drop the image."
    )
    @expected_errors
    async def renew_capture(self, info: Info, input: LeaseInput) -> ClaimCaptureResult:  # noqa: A002
        """Renew."""
        capture_id, lease = str(input.capture_id), input.lease
        renewed = await info.context.transaction(lambda unit: service.renew(unit, capture_id, lease))
        return ClaimedCapture.of(renewed)

    @strawberry.mutation(
        description="Give an image back unread. It goes to another worker, and after three attempts to nobody."
    )
    @expected_errors
    async def fail_capture(self, info: Info, input: FailCaptureInput) -> CaptureResult:  # noqa: A002
        """Give back."""
        capture_id, lease, reason = str(input.capture_id), input.lease, input.reason
        returned = await info.context.once(
            "failCapture",
            lease,
            {"capture": capture_id, "reason": reason},
            model.Capture,
            lambda unit: service.fail(unit, capture_id, lease, reason),
            streams=await service.streams_of(info.context.db, capture_id),
        )
        await service.wake_workers(info.context.live)
        return Capture.of(returned)


@strawberry.type
class Subscription:
    """Root subscriptions of the workers."""

    @strawberry.subscription(description="Says at once, and then whenever an image came in, how many wait.")
    async def capture_waiting(self, info: Info) -> AsyncGenerator[CaptureWaiting, None]:
        """Wake the worker."""
        with info.context.live.subscribe_signals(service.TOPIC) as signals:
            yield CaptureWaiting(waiting=await service.waiting(info.context.db))
            async for _ in signals:  # a gap, too, is a reason to look
                yield CaptureWaiting(waiting=await service.waiting(info.context.db))


WORKERS = frozenset({Role.WORKER})

PERMISSIONS: PermissionTable = {
    "Query.capture": SEE_IMAGES,
    "Query.evidence": SEE_EVIDENCE,
    "Mutation.claimCapture": WORKERS,
    "Mutation.renewCapture": WORKERS,
    "Mutation.failCapture": WORKERS,
    "Subscription.captureWaiting": WORKERS,
    **TYPE_PERMISSIONS,
    "ExpectedSubject": {"kind text jurisdiction": WORKERS},
    "ClaimedCapture": {"id lease leaseExpiresAt url view expected attempt": WORKERS},
    "NothingWaiting": {"waiting": WORKERS},
    "CaptureWaiting": {"waiting": WORKERS},
}
