"""What is personal is said to be personal, and never travels by a way on which nobody records it."""

import re
from pathlib import Path

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    Node,
    Visitor,
    get_named_type,
    parse,
    visit,
)
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

from backend.schema import DOMAINS, make_schema

DOCUMENTS = Path(__file__).resolve().parents[2] / "pwa/src/officer/documents.graphql"
NAMES = re.compile(r"^(driver|person|crew)(Name|Phone|Nationality|Documents|Members)$")
PERSONAL = {
    f"{kind}.{field}"
    for domain in DOMAINS
    for kind, fields in getattr(domain, "PERSONAL", {}).items()
    for field in fields.split()
}


def objects() -> dict[str, GraphQLObjectType]:
    """The object types of the schema, by name."""
    kinds = make_schema()._schema.type_map
    return {name: kind for name, kind in kinds.items() if isinstance(kind, GraphQLObjectType)}


def test_each_field_named_after_a_person_is_said_to_be_personal() -> None:
    named = {
        f"{name}.{field}" for name, kind in objects().items() for field in kind.fields if NAMES.match(field)
    }
    assert named == PERSONAL
    assert len(named) >= 4


def test_no_subscription_reaches_personal_data() -> None:
    kinds = objects()
    reached, ahead = set(), {"Subscription"}
    while ahead:
        name = ahead.pop()
        reached.add(name)
        for field in kinds[name].fields.values():
            target = get_named_type(field.type)
            members = getattr(target, "types", (target,))
            ahead |= {member.name for member in members if member.name in kinds} - reached
    assert len(reached) > 5
    assert not {field for field in PERSONAL if field.partition(".")[0] in reached}


class Named(Visitor):
    """The fields that a definition asks for, and the fragments it takes in."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.fragments: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Note a field."""
        self.fields.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Note a fragment."""
        self.fragments.add(node.name.value)


def named(definition: Node) -> Named:
    """Return what a definition names."""
    found = Named()
    visit(definition, found)
    return found


def test_no_list_on_an_officers_page_asks_for_personal_data() -> None:
    definitions = parse(DOCUMENTS.read_text()).definitions
    fragments = {one.name.value: named(one) for one in definitions if isinstance(one, FragmentDefinitionNode)}
    lists = 0
    for operation in definitions:
        if not isinstance(operation, OperationDefinitionNode) or not operation.name:
            continue
        if "first" not in {variable.variable.name.value for variable in operation.variable_definitions or ()}:
            continue
        asked = named(operation)
        fields, ahead = set(asked.fields), set(asked.fragments)
        while ahead:
            fragment = fragments[ahead.pop()]
            fields |= fragment.fields
            ahead |= fragment.fragments
        assert not fields & {field.partition(".")[2] for field in PERSONAL}, operation.name.value
        lists += 1
    assert lists >= 6
