"""What the tests of the agencies' answers ask and say more than once."""

from tests.backend.steps import REVIEW

QUEUE = f"""query($after: String) {{ reviewQueue(checkpointId: "liantang", first: 2, after: $after) {{
  edges {{ node {{ {REVIEW.removeprefix("... on TripReview {").removesuffix("}")} }} }}
  pageInfo {{ hasNextPage endCursor }} }} }}"""
WAITING = "{ clearanceQueue { edges { node { trip { id } } } } }"
STOPPED = {"kind": "BEFORE_ARRIVAL", "reason": "Licence missing"}
