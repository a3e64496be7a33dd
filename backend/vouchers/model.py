"""What is stored of a voucher, and of its one redemption."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from beanie import Document
from pymongo import ASCENDING, IndexModel

from core.states import VoucherState
from core.vouchers.claims import Presentation


class Voucher(Document):
    """One signed code. `subject` names what it admits (`trip:<id>`), and is the event stream it is told on.

    `part_one` is the base45 text of the CWT; it holds plates: personal data, given to its holder only.
    """

    id: str  # type: ignore[assignment]  # 24 hex digits: the 12 random bytes of the claim cti
    subject: str
    site: str
    holder: str
    state: VoucherState
    presentation: Presentation
    part_one: str
    twin: str | None = None  # the same claims as a JWT, signed in the same moment with the same key
    key_id: str | None = None  # the key that signed both
    anchor: bytes | None
    not_before: datetime
    expires_at: datetime
    issued_at: datetime
    frozen_by: str | None = None  # the open passage that keeps it from expiring
    ended_at: datetime | None = None
    ended_reason: str | None = None
    ended_by_key: bool = False  # the key that signed it was revoked: its driver may have another one

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Voucher":
        """Read a stored row."""
        voucher: Voucher = cls.model_validate(row)
        return voucher

    class Settings:
        """Storage."""

        name = "vouchers"
        indexes: ClassVar[list[Any]] = [
            IndexModel([("subject", ASCENDING), ("issued_at", ASCENDING)]),
            IndexModel(
                [("subject", ASCENDING)],
                name="one_issued_a_subject",
                unique=True,
                partialFilterExpression={"state": VoucherState.ISSUED.value},
            ),
            IndexModel(
                [("anchor", ASCENDING)],
                name="each_anchor_once",
                unique=True,
                partialFilterExpression={"anchor": {"$type": "binData"}},
            ),
            IndexModel([("state", ASCENDING), ("expires_at", ASCENDING)]),
            IndexModel([("key_id", ASCENDING), ("expires_at", ASCENDING)]),
            IndexModel(
                [("site", ASCENDING), ("ended_at", ASCENDING)],
                name="ended_of_a_site",
                partialFilterExpression={"ended_at": {"$type": "date"}},
            ),
        ]


class Redemption(Document):
    """That a voucher was spent. Its `_id` is the voucher's id: the database itself refuses a second one."""

    id: str  # type: ignore[assignment]
    passage_id: str
    at: datetime

    class Settings:
        """Storage."""

        name = "redemptions"


class RevokedKey(Document):
    """That a key's revocation was told: its `_id` is the key's name, so it is told once."""

    id: str  # type: ignore[assignment]
    at: datetime

    class Settings:
        """Storage."""

        name = "revoked_keys"


MODELS: list[type[Document]] = [Voucher, Redemption, RevokedKey]
