"""What is personal is said to be personal, and never travels by a way on which nobody records it."""

import re

from graphql import GraphQLObjectType, get_named_type

from backend.schema import DOMAINS, make_schema

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
