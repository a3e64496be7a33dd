"""Documents and requests made to keep the hub busy, each with a word of what it is told."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from backend.kit.limits import GRAPHQL_BYTES

TRIP = "id state reference declaration { plates { text } containers { number seals } } failures { message }"
PAGE = f"edges {{ node {{ {TRIP} }} }}"
TRIPS = f'trips(checkpointId: "liantang", first: 100) {{ {PAGE} }}'
REVIEWS = f"""reviewQueue(checkpointId: "liantang", first: 100) {{ edges {{ node {{
  trip {{ {TRIP} }} clearances {{ agency state }} reviewReasons {{ rule args {{ name value }} }} }} }} }}"""
SIGN_IN = "demoSignIn(input: { role: OFFICER }) { __typename }"
CATALOGUE = (
    "__schema { types { name fields { name args { name type { name ofType { name } } } type { name } } } }"
)
SAVE = """mutation($input: SaveDeclarationInput!) { saveDeclaration(input: $input) { __typename } }"""
ROOM = GRAPHQL_BYTES - 200
"""What a body has room for beside the frame of JSON."""

TOO_LARGE, TOO_COSTLY = "QUERY_TOO_LARGE", "QUERY_TOO_COSTLY"


@dataclass(frozen=True)
class Hostile:
    """One request: what it is, its body, and what its refusal says or which code it has."""

    name: str
    body: bytes
    told: str


HOSTILE: list[Hostile] = []


def ask(name: str, query: str, told: str, variables: object = None) -> None:
    """Add a request to the list."""
    body = {"query": query} if variables is None else {"query": query, "variables": variables}
    HOSTILE.append(Hostile(name, json.dumps(body, ensure_ascii=False).encode(), told))


def bomb(levels: int, spreads: int) -> str:
    """Return a document whose fragments spread the next one so many times each."""
    parts = [f"fragment f{level} on Query {{{f' ...f{level + 1}' * spreads}}}" for level in range(levels)]
    return " ".join(["{ ...f0 }", *parts, f"fragment f{levels} on Query {{ serverTime }}"])


def nested(part: str, levels: int, core: str = "id") -> str:
    """Return `core` within so many levels of `part`."""
    return f"{part} {{ " * levels + core + " }" * levels


def many(part: Callable[[int], str], number: int) -> str:
    """Return so many numbered parts."""
    return " ".join(part(each) for each in range(number))


# the same thing again and again
ask("a field a thousand times", "{" + " serverTime" * 1000 + " }", TOO_LARGE)
ask("an object five hundred times", "{" + " viewer { id }" * 499 + " }", TOO_LARGE)
ask("twenty times twenty of the same", "{" + f" checkpoints {{ {'id ' * 20} }}" * 20 + " }", TOO_LARGE)
ask(
    "as many fields as there are tokens",
    "{ checkpoints {" + many(lambda n: f"id{n}", 1990) + "} }",
    TOO_LARGE,
)
ask("thirty-one aliases", "{" + many(lambda n: f"a{n}: serverTime", 31) + " }", TOO_LARGE)
ask("aliases in a fragment spread twice", "{ ...f a: viewer { id } ...f }" + f"""
  fragment f on Query {{ {many(lambda n: f"a{n}: serverTime", 16)} }}""", TOO_LARGE)  # fmt: skip

# depth
ask("thirteen levels", "{ " + nested("viewer", 13) + " }", TOO_LARGE)
ask("a hundred and ninety levels", "{ " + nested("viewer", 190) + " }", TOO_LARGE)
ask("a thousand levels", "{ " + nested("a", 900) + " }", "nested too deeply")
ask("depth through fragments", "{ ...f0 }" + many(
    lambda n: f"fragment f{n} on Query {{ viewer {{ ...f{n + 1} }} }}", 30
) + "fragment f30 on Query { serverTime }", TOO_LARGE)  # fmt: skip
ask("a list in a list in a list", f"{{ trip(id: {'[' * 190}{']' * 190}) {{ id }} }}", "ID")

# fragments
ask("fragments that double thirty times", bomb(30, 2), TOO_LARGE)
ask("fragments that grow twentyfold", bomb(30, 20), TOO_LARGE)
ask("fragments that double within fields", "{ checkpoints { ...f0 } }" + many(
    lambda n: f"fragment f{n} on Checkpoint {{ lanes {{ id }} ...f{n + 1} ...f{n + 1} }}", 30
) + "fragment f30 on Checkpoint { id }", TOO_LARGE)  # fmt: skip
ask("a circle of fragments", "{ ...f0 }" + many(
    lambda n: f"fragment f{n} on Query {{ ...f{(n + 1) % 35} }}", 35
), "Cannot spread fragment")  # fmt: skip
ask("a fragment that holds itself twice", "{ ...f } fragment f on Query { ...f ...f ...f }", "Cannot spread")
ask("circles of all fragments with all", "{ ...f0 }" + many(
    lambda n: f"fragment f{n} on Query {{ {many(lambda m: f'...f{m}', 35)} }}", 35
), TOO_LARGE)  # fmt: skip
ask("a fragment nobody defined", "{ ...nothing }", "Unknown fragment")
ask("two hundred unused fragments", "{ serverTime }" + many(
    lambda n: f"fragment f{n} on Query {{ serverTime }}", 200
), TOO_LARGE)  # fmt: skip
ask("four hundred operations", many(lambda n: f"query q{n} {{ serverTime }}", 400), TOO_LARGE)

# names that nearly exist: each is compared with all there are
ask("unknown fields", "mutation {" + many(lambda n: f"submitDeclaratio{n}", 700) + "}", "Cannot query field")
ask(
    "unknown fields in the longest list",
    "{ trip(id: 1) {" + many(lambda n: f"declaratio{n}", 700) + "} }",
    "Cannot",
)
ask("unknown arguments", "{ trip(" + many(lambda n: f"tripId{n}: 1", 600) + ") { id } }", "Unknown argument")
ask("unknown types", "{" + many(lambda n: f"... on CheckpointEven{n} {{ f{n} }}", 300) + "}", "Unknown type")
ask("unknown values", '{ trips(checkpointId: "x", states: [' + many(lambda n: f"SUBMITTE{n}", 900) + "]) {"
    " edges { cursor } } }", "does not exist in")  # fmt: skip
ask("unknown directives", "{ serverTime " + many(lambda n: f"@skip{n}", 900) + "}", "Unknown directive")
ask("unknown variables", "{" + many(lambda n: f"a{n}: trip(id: $v{n}) {{ id }}", 30) + "}", "is not defined")
ask("a name of nineteen thousand letters", "{ " + "x" * 19_900 + " }", "Cannot query field")

# directives and variables
ask(
    "a directive three hundred times",
    "{ serverTime" + " @include(if: true)" * 250 + "}",
    "can only be used once",
)
ask(
    "five hundred variables", "query(" + many(lambda n: f"$v{n}: Int", 390) + ") { serverTime }", "never used"
)
ask("variables through fragments", "query(" + many(lambda n: f"$v{n}: ID!", 200) + ") { ...f0 }" + many(
    lambda n: f"fragment f{n} on Query {{ a{n}: trip(id: $v{n}) {{ id }} ...f{n + 1} }}", 20
) + "fragment f20 on Query { serverTime }", "never used")  # fmt: skip

# what would be costly to answer
ask("long pages side by side", "{" + many(lambda n: f"a{n}: {TRIPS}", 8) + "}", TOO_COSTLY)
ask("the longest page, and more", f"{{ {REVIEWS} b: {REVIEWS} c: {REVIEWS} }}", TOO_COSTLY)
ask(
    "a page without end",
    '{ trips(checkpointId: "liantang", first: 2147483647) { edges { cursor } } }',
    TOO_COSTLY,
)
ask("a page without end, by a variable", 'query($n: Int!) { trips(checkpointId: "x", first: $n) { edges { cursor } } }',
    TOO_COSTLY, {"n": 2**31 - 1})  # fmt: skip
ask("a page without end, by a variable's default",
    'query($n: Int = 2000000000) { trips(checkpointId: "x", first: $n) { edges { cursor } } }', TOO_COSTLY)  # fmt: skip
ask(
    "cost in a fragment",
    "{ ...f } fragment f on Query {" + many(lambda n: f"a{n}: {TRIPS}", 8) + "}",
    TOO_COSTLY,
)
ask("cost behind directives", "{" + many(lambda n: f"a{n}: {TRIPS.replace('{', '@include(if: false) {', 1)}", 8)
    + "}", TOO_COSTLY)  # fmt: skip
ask("cost in fragments within fragments", "{" + " ... on Query { ...f }" + "} fragment f on Query { ...g } "
    "fragment g on Query {" + many(lambda n: f"a{n}: {TRIPS}", 8) + "}", TOO_COSTLY)  # fmt: skip
ask("thirty mutations", "mutation {" + many(lambda n: f"a{n}: {SIGN_IN}", 30) + "}", TOO_COSTLY)
ask("mutations in a fragment", "mutation { ...f } fragment f on Mutation {" + many(
    lambda n: f"a{n}: {SIGN_IN}", 30) + "}", TOO_COSTLY)  # fmt: skip

# the schema's own catalogue
ask("the catalogue thirty times", "{" + many(lambda n: f"a{n}: {CATALOGUE}", 10) + "}", TOO_COSTLY)
ask("the catalogue in circles", "{ __schema { types { " + nested("fields { type", 4, "name") + " }}}} } } }",
    "Maximum introspection depth")  # fmt: skip
ask(
    "the catalogue's types of types",
    "{ __schema { types { " + nested("ofType", 60, "name") + " } } }",
    TOO_LARGE,
)

# as many bytes as a body may have
ask("a comment of 256 KiB", "#" + "x" * ROOM + "\n{ serverTime }", TOO_LARGE)
ask("commas of 256 KiB", "," * ROOM + "{ serverTime }", TOO_LARGE)
ask("a name of 256 KiB", "{" + "x" * ROOM + "}", TOO_LARGE)
ask("a text of 256 KiB", '{ trip(id: "' + "x" * ROOM + '") { id } }', TOO_LARGE)
ask("a block of 100,000 lines", '{ trip(id: """' + "\n " * (ROOM // 3) + '""") { id } }', TOO_LARGE)
ask("100,000 tokens", "{" + " a" * (ROOM // 2 - 1) + "}", TOO_LARGE)
ask("braces of 256 KiB", "{" * ROOM, TOO_LARGE)
ask(
    "a number of 256 KiB",
    '{ trips(checkpointId: "x", first: ' + "9" * ROOM + ") { edges { cursor } } }",
    TOO_LARGE,
)
ask(
    "a number of 19,000 digits",
    "{ trips(checkpointId: 1, first: " + "9" * 19_000 + ") { edges { cursor } } }",
    "Int",
)
ask("escapes of 256 KiB", '{ trip(id: "' + "\\u0041" * (ROOM // 7) + '") { id } }', TOO_LARGE)
ask("a block of 6,000 lines", '{ trip(id: """' + "\n  x" * 4_900 + '""" a: 1) { id } }', "Unknown argument")
ask("nothing but NUL", "\0" * 10_000, "Syntax Error")

# variables
ask("100,000 numbers", "query($s: [TripState!]) { trips(checkpointId: 1, states: $s) { edges { cursor } } }", TOO_LARGE,
    {"s": [1] * 80_000})  # fmt: skip
ask("wide lists of input", SAVE, TOO_LARGE, {"input": {"idempotencyKey": "12345678", "tripId": "1", "declaration": {
    "containers": [{} for _ in range(60_000)]}}})  # fmt: skip
ask("input with what is unknown", SAVE, "feverFree", {"input": {"idempotencyKey": "12345678", "tripId": "1",
    "declaration": {f"feverFre{each}": 1 for each in range(4_900)}}})  # fmt: skip
ask("lists in input with what is unknown", SAVE, "number", {"input": {"idempotencyKey": "12345678", "tripId": "1",
    "declaration": {"containers": [{"numbe": 1} for _ in range(2_400)]}}})  # fmt: skip
ask("a text for a number", 'query($n: Int!) { trips(checkpointId: "x", first: $n) { edges { cursor } } }', "Int",
    {"n": "9" * 200_000})  # fmt: skip
ask("variables nobody asked for", "{ serverTime }", TOO_LARGE, {f"v{each}": each for each in range(15_000)})

# JSON itself
HOSTILE += [
    Hostile("JSON of brackets", b"[" * GRAPHQL_BYTES, "JSON"),
    Hostile("JSON of objects", b'{"a":' * (GRAPHQL_BYTES // 5), "JSON"),
    Hostile("a batch", b"[" + b'{"query":"{serverTime}"},' * 10_000 + b"{}]", "list"),
    Hostile("variables 900 deep", b'{"query":"query($a:ID!){trip(id:$a){id}}","variables":{"a":'
            + b"[" * 900 + b"]" * 900 + b"}}", "$a"),
    Hostile("the same name 20,000 times", b'{"query":1,' + b'"query":1,' * 20_000 + b'"query":1}', "query"),
]  # fmt: skip
