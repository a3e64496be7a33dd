"""The life of a voucher; the only writer of vouchers and redemptions."""

from backend.vouchers.service.compromised import (
    WHILE_OPEN,
    count_issued_by_key,
    end_by_key,
    key_needed_until,
    signed_by_revoked_keys,
    tell_revoked_keys,
)
from backend.vouchers.service.ended import EndedCodes, ended_codes
from backend.vouchers.service.ending import REASON_LENGTH, expire_due, revoke, withdraw
from backend.vouchers.service.issuing import VoucherRequest, issue, issue_again, supersede, used_anchors
from backend.vouchers.service.spending import freeze, spend, thaw
from backend.vouchers.service.store import (
    EXPIRY_GRACE,
    REFUSAL_OF_STATE,
    find,
    find_many,
    key_set,
    load,
    print_text,
    pseudonym,
    subjects_of,
)

__all__ = [
    "EXPIRY_GRACE",
    "REASON_LENGTH",
    "REFUSAL_OF_STATE",
    "WHILE_OPEN",
    "EndedCodes",
    "VoucherRequest",
    "count_issued_by_key",
    "end_by_key",
    "ended_codes",
    "expire_due",
    "find",
    "find_many",
    "freeze",
    "issue",
    "issue_again",
    "key_needed_until",
    "key_set",
    "load",
    "print_text",
    "pseudonym",
    "revoke",
    "signed_by_revoked_keys",
    "spend",
    "subjects_of",
    "supersede",
    "tell_revoked_keys",
    "thaw",
    "used_anchors",
    "withdraw",
]
