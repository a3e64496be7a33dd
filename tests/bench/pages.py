"""What the pages really send: operations out of their own documents, with the fragments they use."""

from functools import cache

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from scripts.house.places import ROOT


@cache
def sent_by(app: str, operation: str) -> str:
    """Return the operation of `driver`, `carrier` or `officer` as that app sends it.

    Raises LookupError where its documents have none of that name.
    """
    document = parse((ROOT / "pwa" / "src" / app / "documents.graphql").read_text())
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and node.name and node.name.value == operation:
            used = _used_in(node, fragments)
            return print_ast(DocumentNode(definitions=(node, *(fragments[name] for name in used))))
    raise LookupError(f"the {app} app has no operation {operation}")


def _used_in(node: Node, fragments: dict[str, FragmentDefinitionNode]) -> list[str]:
    """Return the names of all fragments below a node, those within fragments too, each once."""
    used: list[str] = []

    class Spreads(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: object) -> None:
            name = spread.name.value
            if name not in used:
                used.append(name)
                visit(fragments[name], self)

    visit(node, Spreads())
    return used
