"""A trip's code in the schema: another one for a phone or for paper, and its twin for partners."""

import strawberry

from backend.kit.context import UnitOfWork
from backend.kit.graphql import Info, expected_errors
from backend.orders.schema import KEY
from backend.trips import policy, service
from backend.vouchers import schema as vouchers_schema
from backend.vouchers import service as vouchers


@strawberry.input(description="Names a trip and gives four fresh anchors for its code.")
class ReissueVoucherInput:
    """Which trip, for which seeds."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    anchors: list[str] = strawberry.field(description="Four, each base64url of 16 bytes")


@strawberry.input(description="Names a trip, and the code that will stop working when another is printed.")
class PrintVoucherInput:
    """Which trip, and what its driver saw."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    voucher_id: strawberry.ID = strawberry.field(
        description="The trip's present voucher as you last saw it. Of two who print at once, one is told VOUCHER_STATE"
    )


@strawberry.type
class CodeQuery:
    """Root fields about the code of a trip."""

    @strawberry.field(
        description="The present code of the trip as a JWT, for partners who check it with an ordinary library: the "
        "same claims, signed with the same key, exp equal to the voucher's expiry. For the trip's driver, the carrier "
        "of its order and officers; null for anybody else, and while no voucher is ISSUED. No lane accepts it."
    )
    async def voucher_jwt(self, info: Info, trip_id: strawberry.ID) -> vouchers_schema.VoucherJwt | None:
        """Return it."""
        trip = await service.find(info.context.db, str(trip_id))
        if trip is None or trip.voucher_id is None or not policy.may_see(info.context.actor, trip):
            return None
        voucher = await vouchers.find(info.context.db, trip.voucher_id)
        return vouchers_schema.VoucherJwt.of(voucher) if voucher is not None else None


@strawberry.type
class CodeMutation:
    """Root mutations about the code of a trip."""

    @strawberry.mutation(
        description="Another phone, or one that lost its seed, gets a new code for an approved trip; the former is "
        "SUPERSEDED, be it on a phone or on paper. TRIP_NOT_APPROVED, VOUCHER_STATE (after a revocation), "
        "ANCHOR_INVALID, ANCHOR_REUSED."
    )
    @expected_errors
    async def reissue_voucher(
        self,
        info: Info,
        input: ReissueVoucherInput,  # noqa: A002 - the schema's word
    ) -> vouchers_schema.VoucherResult:
        """Issue it."""
        trip_id = str(input.trip_id)

        async def reissue(unit: UnitOfWork) -> vouchers_schema.VoucherReply:
            return vouchers_schema.VoucherReply((await service.reissue(unit, trip_id, input.anchors)).id)

        reply = await info.context.once(
            "reissueVoucher",
            input.idempotency_key,
            [trip_id, input.anchors],
            vouchers_schema.VoucherReply,
            reissue,
            streams=[service.stream_of(trip_id)],
        )
        return await vouchers_schema.shown(info, reply.voucher_id)

    @strawberry.mutation(
        description="The driver puts his code on paper: a PRINT voucher takes the place of the one on his phone, which "
        "is SUPERSEDED at once. Paper has no live part: whoever holds a copy can use it, once, and only lanes whose "
        "policy acceptsPrint take it. reissueVoucher brings the code back to the phone and ends the paper. "
        "TRIP_NOT_APPROVED, VOUCHER_STATE."
    )
    @expected_errors
    async def print_voucher(
        self,
        info: Info,
        input: PrintVoucherInput,  # noqa: A002
    ) -> vouchers_schema.VoucherResult:
        """Print it."""
        trip_id, voucher_id = str(input.trip_id), str(input.voucher_id)

        async def print_code(unit: UnitOfWork) -> vouchers_schema.VoucherReply:
            return vouchers_schema.VoucherReply((await service.print_code(unit, trip_id, voucher_id)).id)

        reply = await info.context.once(
            "printVoucher",
            input.idempotency_key,
            [trip_id, voucher_id],
            vouchers_schema.VoucherReply,
            print_code,
            streams=[service.stream_of(trip_id)],
        )
        return await vouchers_schema.shown(info, reply.voucher_id)
