"""The costliest requests that the limits let through: what anybody may ask of the hub at most, again and again."""

import json

from tests.backend.protocol.hostile import CATALOGUE, Hostile, many

ROWS = 40
"""Trips on a page that the documents below ask for."""
TRIP = "id state reference declaration { plates { text } } createdAt submittedAt decidedAt version"
PAGE = f'trips(checkpointId: "liantang", first: {ROWS}) {{ edges {{ cursor node {{ {TRIP} }} }} }}'
BOARD = """laneBoard(checkpointId: "liantang") { at lanes { laneId state } bays { laneId state } }"""

SIGN_IN = 'demoSignIn(input: { role: OFFICER, accountId: "officer-1" }) { __typename }'

ALLOWED: list[Hostile] = []


def ask(name: str, query: str) -> None:
    """Add a request to the list."""
    ALLOWED.append(Hostile(name, json.dumps({"query": query}).encode(), "data"))


ask("the whole catalogue of the schema", "{" + many(lambda n: f"a{n}: {CATALOGUE}", 5) + "}")
ask("full pages side by side", "{" + many(lambda n: f"a{n}: {PAGE}", 10) + "}")
ask("boards side by side", "{" + many(lambda n: f"a{n}: {BOARD}", 30) + "}")
ask("single questions side by side", "{" + many(lambda n: f'a{n}: trip(id: "t{n}") {{ id }}', 30) + "}")
ask("as many names as one set may repeat", "{ checkpoints {" + " id number name __typename" * 20 + " } }")
ask("sign-ins side by side", "mutation {" + many(lambda n: f"a{n}: {SIGN_IN}", 5) + "}")
