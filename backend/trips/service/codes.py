"""A trip's code: issued at the approval, again for another phone or on paper, and anew when its key was revoked."""

from collections.abc import Sequence
from datetime import timedelta

from backend.kit.context import Context, UnitOfWork
from backend.kit.sweeps import each
from backend.orders.rules import Findings
from backend.sites import service as sites
from backend.trips import rules
from backend.trips.model import Trip
from backend.trips.service import store
from backend.vouchers import service as vouchers
from backend.vouchers.model import Voucher
from backend.vouchers.service import VoucherRequest
from core.problems import ProblemCode, Refusal
from core.states import TripState, VoucherState


async def issue(unit: UnitOfWork, trip: Trip) -> Voucher:
    """Issue the approved trip's live code; the former is superseded. Raises Refusal ANCHOR_REUSED, TRIP_STATE."""
    return await _named(unit, trip, await vouchers.issue(unit, await _request(unit, trip), trip.anchors))


async def _request(unit: UnitOfWork, trip: Trip) -> VoucherRequest:
    declared = store.declaration_of(trip)
    checkpoint = await sites.checkpoint(trip.checkpoint_id, unit.session)
    begins, ends = rules.voucher_validity(
        declared.window_start, declared.window_end, unit.now, timedelta(hours=unit.settings.voucher_hours)
    )
    return VoucherRequest(
        subject=store.stream_of(trip.id),
        site=trip.checkpoint_id,
        checkpoint=checkpoint.number,
        holder=trip.driver_id,
        direction=declared.direction,
        plates=declared.plates,
        containers=declared.container_numbers,
        crew=declared.crew,
        language=declared.language,
        not_before=begins,
        expires=ends,
    )


async def _named(unit: UnitOfWork, trip: Trip, voucher: Voucher) -> Voucher:
    change = {"$set": {"voucher_id": voucher.id, "expires_at": voucher.expires_at}}
    await store.changed(unit, trip.id, [TripState.APPROVED], change, ProblemCode.TRIP_NOT_APPROVED)
    return voucher


async def reissue(unit: UnitOfWork, trip_id: str, anchors: Sequence[str]) -> Voucher:
    """Give the driver's phone (another one, or one that lost its seed) a new code; the former is superseded.

    So does a phone whose driver had printed the code: the paper stops working. After a key was revoked it brings the
    codes back that could not be replaced by themselves.

    Raises:
        Refusal: NOT_FOUND; TRIP_NOT_APPROVED with `state`; VOUCHER_STATE with `state` after a revocation;
            ANCHOR_INVALID, ANCHOR_REUSED.
    """
    trip = await store.load_own(unit, trip_id)
    findings = Findings()
    chains = rules.examine_anchors(findings, anchors)
    if findings.failures:
        raise findings.failures[0].refusal()
    if await store.used_anchors(unit, chains, trip_id):
        raise Refusal(ProblemCode.ANCHOR_REUSED, path=["anchors"])
    change = {"$set": {"anchors": list(chains)}}
    trip = await store.changed(unit, trip_id, [TripState.APPROVED], change, ProblemCode.TRIP_NOT_APPROVED)
    present = await vouchers.load(unit, trip.voucher_id) if trip.voucher_id else None
    if present is None or not (present.state is VoucherState.ISSUED or present.ended_by_key):
        raise Refusal(ProblemCode.VOUCHER_STATE, args={"state": present.state.value if present else ""})
    return await issue(unit, trip)


async def print_code(unit: UnitOfWork, trip_id: str, voucher_id: str) -> Voucher:
    """Put the driver's code on paper: a printed voucher takes the place of the one he saw.

    Raises:
        Refusal: NOT_FOUND; TRIP_NOT_APPROVED with `state`; VOUCHER_STATE with `state` where the code he saw is not the
            present one any more.
    """
    trip = await store.load_own(unit, trip_id)
    seen = await vouchers.load(unit, voucher_id)
    if seen is None or seen.subject != store.stream_of(trip_id):
        raise Refusal(ProblemCode.NOT_FOUND, path=["voucherId"])
    if trip.state is not TripState.APPROVED:
        raise Refusal(ProblemCode.TRIP_NOT_APPROVED, args={"state": trip.state.value})
    if seen.state is not VoucherState.ISSUED:
        raise Refusal(ProblemCode.VOUCHER_STATE, path=["voucherId"], args={"state": seen.state.value})
    return await _named(unit, trip, await vouchers.issue_again(unit, seen, ()))


async def replace_compromised(context: Context) -> int:
    """Give each trip whose code was signed with a revoked key another one, for a seed its phone has kept.

    What cannot be replaced so (no seed left, or the vehicle is at the checkpoint) is revoked.
    """
    subjects = await vouchers.signed_by_revoked_keys(context)
    return await each(context, subjects, _replace, subjects.__getitem__)


async def _replace(unit: UnitOfWork, voucher_id: str) -> bool:
    voucher = await vouchers.load(unit, voucher_id)
    if voucher is None or voucher.state is not VoucherState.ISSUED:
        return False
    trip = await store.load(unit, voucher.subject.partition(":")[2])
    if trip is not None and trip.state is TripState.APPROVED and trip.voucher_id == voucher_id:
        used = await vouchers.used_anchors(unit, trip.anchors)
        if spare := [anchor for anchor in trip.anchors if anchor not in used]:
            await _named(unit, trip, await vouchers.issue_again(unit, voucher, spare))
            return True
    return await vouchers.end_by_key(unit, voucher_id) is not None
