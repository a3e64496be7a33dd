"""Vouchers in the schema."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from backend.kit.context import Actor, UnitOfWork
from backend.kit.graphql import Info, PermissionTable, Problem, expected_errors
from backend.sites import service as sites
from backend.vouchers import model, policy, service
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import VoucherState
from core.vouchers.claims import Presentation
from core.vouchers.keys import base64url

HOLDER = frozenset({Role.DRIVER})
READERS = frozenset({Role.DRIVER, Role.OFFICER})


@strawberry.type(
    description="The signed single code of one trip. It is a CWT (RFC 8392) signed with Ed25519; the keys are at "
    "/.well-known/jwks.json. Valid for at most 24 hours."
)
class Voucher:
    """A voucher."""

    id: strawberry.ID = strawberry.field(description="24 hexadecimal digits; the claim cti of the code")
    trip_id: strawberry.ID
    state: VoucherState
    presentation: Presentation
    not_before: datetime = strawberry.field(description="Lanes refuse the code before this moment")
    expires_at: datetime = strawberry.field(description="Lanes refuse the code after this moment")
    part_one: str | None = strawberry.field(
        description="Base45 text of the signed claims, given to the voucher's own driver only. The phone shows "
        "`CL1:` + length of part one + part one + live part"
    )
    print_text: str | None = strawberry.field(
        description="The whole text of the QR code of a PRINT voucher, given to its own driver only; null for a live "
        "one, whose text changes every 30 s. As a picture: GET /vouchers/{id}/code.svg or code.png, bearer token"
    )
    anchor: str | None = strawberry.field(
        description="Base64url of the 16-byte anchor it was issued for; by it the phone finds the seed it keeps"
    )
    ended_reason: str | None = strawberry.field(description="Why an officer revoked it, in his words")
    ended_by_key: bool = strawberry.field(
        description="REVOKED because the key that signed it was: reissueVoucher gives another one"
    )

    @classmethod
    def of(cls, voucher: model.Voucher, actor: Actor) -> "Voucher":
        """Show a voucher; its text only to its holder."""
        mine = policy.is_holder(actor, voucher)
        anchor = base64url(voucher.anchor) if voucher.anchor else None
        return cls(
            id=strawberry.ID(voucher.id),
            trip_id=strawberry.ID(voucher.subject.partition(":")[2]),
            state=voucher.state,
            presentation=voucher.presentation,
            not_before=voucher.not_before,
            expires_at=voucher.expires_at,
            part_one=voucher.part_one if mine else None,
            print_text=service.print_text(voucher) if mine else None,
            anchor=anchor if mine else None,
            ended_reason=voucher.ended_reason,
            ended_by_key=voucher.ended_by_key,
        )


@strawberry.type(
    description="A voucher as a JWT (RFC 7519), EdDSA. Header: typ `clearlane-voucher+jwt`, kid. Claims: iss (the "
    "hub's address), aud `urn:clearlane:partner`, sub (trip), jti (voucher), iat, nbf, exp, clearlane (all else that "
    "the code says). Verify typ, alg, iss, aud and exp against the key of that kid at /.well-known/jwks.json; a key "
    "that is no longer there is no longer good. That it is genuine does not say that it is unspent: ask for the "
    "voucher's state."
)
class VoucherJwt:
    """The twin of a code."""

    voucher_id: strawberry.ID
    token: str
    key_id: str = strawberry.field(description="The kid of its header: 8 hexadecimal digits")
    expires_at: datetime

    @classmethod
    def of(cls, voucher: model.Voucher) -> "VoucherJwt | None":
        """Show the twin of an issued voucher; None for another, or one from before there were twins."""
        if voucher.state is not VoucherState.ISSUED or voucher.twin is None or voucher.key_id is None:
            return None
        return cls(
            voucher_id=strawberry.ID(voucher.id),
            token=voucher.twin,
            key_id=voucher.key_id,
            expires_at=voucher.expires_at,
        )


@strawberry.type(
    description="Codes of the agent's checkpoints that ended although their time is not over, so that a lane refuses "
    "them while its hub is away. Each list of ids is base64url without padding of 12 bytes a voucher, one after the "
    "other. An id may come twice; what has ended never becomes good again."
)
class EndedVouchers:
    """The revocation list."""

    version: str = strawberry.field(description="Give it as `since` next time")
    whole: bool = strawberry.field(
        description="All there are: forget what you knew. Otherwise add these to it"
    )
    revoked: str = strawberry.field(description="The office took them back")
    superseded: str = strawberry.field(description="A newer code, or a changed declaration, took their place")
    spent: str = strawberry.field(description="They were used for a crossing")

    @classmethod
    def of(cls, ended: service.EndedCodes) -> "EndedVouchers":
        """Show a list."""
        ids = {state: base64url(ended.ids[state]) for state in ended.ids}
        return cls(
            version=ended.version,
            whole=ended.whole,
            revoked=ids[VoucherState.REVOKED],
            superseded=ids[VoucherState.SUPERSEDED],
            spent=ids[VoucherState.SPENT],
        )


@strawberry.input(description="Take an issued code back. Lanes refuse it from the next scan on.")
class RevokeVoucherInput:
    """Which, and why."""

    idempotency_key: str = strawberry.field(description="8 to 64 characters, fresh for every intention")
    voucher_id: strawberry.ID
    reason: str = strawberry.field(description="One sentence, at most 500 characters; the log keeps its hash")


VoucherResult = Annotated[
    Voucher | Problem,
    strawberry.union("VoucherResult", description="The voucher as it now stands, or why not."),
]


@dataclass(frozen=True)
class VoucherReply:
    """What is kept of an answer: which voucher it was about."""

    voucher_id: str


async def shown(info: Info, voucher_id: str) -> Voucher:
    """Return the voucher as it now stands. Raises Refusal NOT_FOUND."""
    voucher = await service.find(info.context.db, voucher_id)
    if voucher is None or not policy.may_see(info.context.actor, voucher):
        raise Refusal(ProblemCode.NOT_FOUND)
    return Voucher.of(voucher, info.context.actor)


@strawberry.type
class Query:
    """Root fields about vouchers."""

    @strawberry.field(description="A voucher of yours, null for any other; officers see all")
    async def voucher(self, info: Info, id: strawberry.ID) -> Voucher | None:  # noqa: A002 - the schema's word
        """Return it."""
        voucher = await service.find(info.context.db, str(id))
        if voucher is None or not policy.may_see(info.context.actor, voucher):
            return None
        return Voucher.of(voucher, info.context.actor)

    @strawberry.field(
        description="The revocation list of a lane agent's own checkpoints: all of it, or what came since a version"
    )
    async def ended_vouchers(self, info: Info, since: str | None = None) -> EndedVouchers:
        """Return it."""
        mine = set(info.context.actor.lanes)
        places = [place.id for place in await sites.checkpoints() if mine & {lane.id for lane in place.lanes}]
        ended = await service.ended_codes(info.context.db, places, since, info.context.clock.now())
        return EndedVouchers.of(ended)


@strawberry.type
class Mutation:
    """Root mutations about vouchers."""

    @strawberry.mutation(
        description="An officer takes a code back, with a reason. VOUCHER_STATE when it is no longer ISSUED."
    )
    @expected_errors
    async def revoke_voucher(self, info: Info, input: RevokeVoucherInput) -> VoucherResult:  # noqa: A002
        """Revoke it."""
        voucher_id = str(input.voucher_id)
        before = await service.find(info.context.db, voucher_id)

        async def revoke(unit: UnitOfWork) -> VoucherReply:
            return VoucherReply((await service.revoke(unit, voucher_id, input.reason)).id)

        reply = await info.context.once(
            "revokeVoucher",
            input.idempotency_key,
            [voucher_id, input.reason],
            VoucherReply,
            revoke,
            streams=[before.subject] if before else [],
        )
        return await shown(info, reply.voucher_id)


PERMISSIONS: PermissionTable = {
    "Query.voucher": READERS,
    "Query.endedVouchers": frozenset({Role.LANE_AGENT}),
    "Mutation.revokeVoucher": frozenset({Role.OFFICER}),
    "Voucher": {
        "id tripId state presentation notBefore expiresAt endedReason endedByKey": READERS | {Role.AGENCY},
        "partOne printText anchor": HOLDER,
    },
    "EndedVouchers": {"version whole revoked superseded spent": frozenset({Role.LANE_AGENT})},
    "VoucherJwt": {"voucherId token keyId expiresAt": READERS | {Role.CARRIER}},
}
