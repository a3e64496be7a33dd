"""What the worker asks of the hub, in the hub's schema."""

from core.hub import PROBLEM

_CLAIMED = "... on ClaimedCapture { id lease leaseExpiresAt url expected { kind text jurisdiction } }"

WAITING = "subscription { captureWaiting { waiting } }"
CLAIM = f"mutation {{ claimCapture {{ __typename {_CLAIMED} {PROBLEM} }} }}"
RENEW = (
    f"mutation ($input: LeaseInput!) {{ renewCapture(input: $input) {{ __typename {_CLAIMED} {PROBLEM} }} }}"
)
SUBMIT = (
    "mutation ($input: SubmitReadingsInput!) "
    f"{{ submitReadings(input: $input) {{ __typename ... on Capture {{ id }} {PROBLEM} }} }}"
)
FAIL = (
    "mutation ($input: FailCaptureInput!) "
    f"{{ failCapture(input: $input) {{ __typename ... on Capture {{ id }} {PROBLEM} }} }}"
)
