"""What time does to vouchers."""

from backend.kit.sweeps import Sweep
from backend.vouchers import service

SWEEPS = (
    Sweep("vouchers.expire", 30, service.expire_due),
    Sweep("vouchers.revoked_keys", 2, service.tell_revoked_keys),
)
