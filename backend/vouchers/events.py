"""What others may hear of vouchers."""

from dataclasses import dataclass

from backend.kit.eventlog import Event
from core.roles import Role

_CONCERNED = frozenset({Role.DRIVER, Role.CARRIER, Role.OFFICER, Role.LANE_AGENT})


@dataclass(frozen=True, kw_only=True)
class VoucherIssued(Event):
    """A new code exists for the subject."""

    kind = "voucher.issued"
    audience = _CONCERNED
    presentation: str


@dataclass(frozen=True, kw_only=True)
class VoucherSuperseded(Event):
    """A newer code, or a changed declaration, has taken this one's place."""

    kind = "voucher.superseded"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class VoucherRevoked(Event):
    """The code was withdrawn; its reason stands with the voucher, not here."""

    kind = "voucher.revoked"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class VoucherExpired(Event):
    """The code ran out unused."""

    kind = "voucher.expired"
    audience = _CONCERNED


@dataclass(frozen=True, kw_only=True)
class VoucherKeyRevoked(Event):
    """A signing key was revoked: nothing it signed is accepted any more. Told once at each checkpoint."""

    kind = "voucher.key_revoked"
    audience = frozenset({Role.OFFICER, Role.LANE_AGENT})
    key_id: str
