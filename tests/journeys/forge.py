"""Codes that no phone can make, for the journeys: signed by the port's key but expired or not yet valid, or forged.

Prints one JSON object: name -> text of the code. The folder of the port's keys is the only argument.
"""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.identifiers.plates import Jurisdiction, Plate
from core.vouchers import codec, live
from core.vouchers.claims import Direction, LaneClass, Presentation, VoucherClaims
from core.vouchers.keys import SigningKey
from core.words import Language

SEED = bytes(16)


def code(claims: VoucherClaims, key: SigningKey, now: datetime) -> str:
    """Return the code as a phone would show it now."""
    step = live.step_at(claims.not_before, now)
    proof = codec.LiveProof(step, live.proof(SEED, step))
    return codec.envelope(codec.issue(claims, key), proof)


def main(folder: Path) -> None:
    """Print the codes."""
    key = SigningKey.from_pem((folder / "active.pem").read_bytes())
    now = datetime.now(UTC).replace(microsecond=0)
    genuine = VoucherClaims(
        voucher_id=bytes(range(12)),
        not_before=now - timedelta(minutes=5),
        expires=now + timedelta(hours=2),
        trip_id=bytes(range(12, 24)),
        direction=Direction.SOUTHBOUND,
        checkpoint=1,
        plates=(Plate(Jurisdiction.HK, "UP2643"),),
        containers=(),
        driver=bytes(8),
        crew=1,
        language=Language.EN,
        lane_class=LaneClass.GOODS,
        presentation=Presentation.LIVE,
        anchor=live.anchor(SEED),
    )
    past = replace(genuine, not_before=now - timedelta(hours=3), expires=now - timedelta(hours=1))
    codes = {
        "CODE_FORGED": code(genuine, SigningKey.generate(), now),
        "CODE_EXPIRED": code(past, key, now),
        "CODE_NOT_YET": code(replace(genuine, not_before=now + timedelta(hours=1)), key, now),
        "CODE_WRONG_CHECKPOINT": code(replace(genuine, checkpoint=2), key, now),
        "CODE_WRONG_LANE": code(replace(genuine, lane_class=LaneClass.PASSENGER), key, now),
    }
    print(json.dumps(codes))  # noqa: T201 - the journeys read it


if __name__ == "__main__":
    main(Path(sys.argv[1]))
