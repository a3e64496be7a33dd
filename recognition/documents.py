"""What the worker asks of the hub, in the hub's schema."""

_PROBLEM = "... on Problem { code message path args { name value } }"
_CLAIMED = "... on ClaimedCapture { id lease leaseExpiresAt url expected { kind text jurisdiction } }"

WAITING = "subscription { captureWaiting { waiting } }"
CLAIM = f"mutation {{ claimCapture {{ __typename {_CLAIMED} {_PROBLEM} }} }}"
RENEW = (
    f"mutation ($input: LeaseInput!) {{ renewCapture(input: $input) {{ __typename {_CLAIMED} {_PROBLEM} }} }}"
)
SUBMIT = (
    "mutation ($input: SubmitReadingsInput!) "
    f"{{ submitReadings(input: $input) {{ __typename ... on Capture {{ id }} {_PROBLEM} }} }}"
)
FAIL = (
    "mutation ($input: FailCaptureInput!) "
    f"{{ failCapture(input: $input) {{ __typename ... on Capture {{ id }} {_PROBLEM} }} }}"
)
