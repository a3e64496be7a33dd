"""Codes as they ought not to be: each function makes one kind."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import base45

from backend.kit.clock import FixedClock
from core.identifiers.plates import Jurisdiction, Plate
from core.vouchers import codec, live
from core.vouchers.claims import Direction, LaneClass, Presentation, VoucherClaims
from core.words import Language
from tests.backend.client import new_key
from tests.backend.lanes.steps import REVOKE, Port
from tests.backend.steps import AMEND, Answer, act, voucher_of

SEED = secrets.token_bytes(16)

BadCode = Callable[[Port, FixedClock], Awaitable[str]]


def never_issued(clock: FixedClock, **changes: Any) -> VoucherClaims:
    """Return the claims of a voucher that is in nobody's books."""
    begins = clock.now().replace(microsecond=0) - timedelta(minutes=1)
    sound = VoucherClaims(
        voucher_id=secrets.token_bytes(12),
        not_before=begins,
        expires=begins + timedelta(hours=2),
        trip_id=secrets.token_bytes(12),
        direction=Direction.SOUTHBOUND,
        checkpoint=1,
        plates=(Plate(Jurisdiction.HK, "UP2643"),),
        containers=(),
        driver=secrets.token_bytes(8),
        crew=1,
        language=Language.EN,
        lane_class=LaneClass.GOODS,
        presentation=Presentation.LIVE,
        anchor=live.anchor(SEED),
    )
    return replace(sound, **changes)


def shown(given: VoucherClaims, key: codec.SigningKey, clock: FixedClock) -> str:
    """Return the code of these claims as the phone with SEED shows it now."""
    step = live.step_at(given.not_before, clock.now())
    proof = live.LiveProof(step, live.proof(SEED, step)) if given.anchor else None
    return codec.envelope(codec.issue(given, key), proof)


async def not_ours(_port: Port, _clock: FixedClock) -> str:
    return "https://example.test/parking/1234"


async def cut_short(port: Port, _clock: FixedClock) -> str:
    return (await port.code(await port.approved()))[:-9]


async def signature_changed(port: Port, clock: FixedClock) -> str:
    journey = await port.approved()
    voucher = await voucher_of(journey)
    signed = bytearray(base45.b45decode(voucher["partOne"]))
    signed[-1] ^= 1
    forged: Answer = {**voucher, "partOne": base45.b45encode(bytes(signed)).decode()}
    return journey.phone.code(forged, clock.now())


async def signed_by_a_stranger(_port: Port, clock: FixedClock) -> str:
    return shown(never_issued(clock), codec.SigningKey.generate(), clock)


async def live_part_cut_off(port: Port, _clock: FixedClock) -> str:
    return codec.envelope((await voucher_of(await port.approved()))["partOne"], None)


async def live_part_of_another_phone(port: Port, _clock: FixedClock) -> str:
    part_one = (await voucher_of(await port.approved()))["partOne"]
    return codec.envelope(part_one, live.LiveProof(1, live.proof(SEED, 1)))


async def two_minutes_old(port: Port, clock: FixedClock) -> str:
    code = await port.code(await port.approved())
    clock.advance(timedelta(minutes=2))
    return code


async def half_an_hour_ahead(port: Port, clock: FixedClock) -> str:
    journey = await port.approved()
    return journey.phone.code(await voucher_of(journey), clock.now() + timedelta(minutes=30))


async def revoked(port: Port, _clock: FixedClock) -> str:
    journey = await port.approved()
    code, voucher = await port.code(journey), await voucher_of(journey)
    asked = {"idempotencyKey": new_key(), "voucherId": voucher["id"], "reason": "reported stolen"}
    assert (await port.officer.ask(REVOKE, input=asked))["state"] == "REVOKED"
    return code


async def superseded(port: Port, _clock: FixedClock) -> str:
    journey = await port.approved()
    code = await port.code(journey)
    assert (await act(journey.driver, AMEND, journey.trip_id))["state"] == "DRAFT"
    return code
