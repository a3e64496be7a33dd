"""The rules of a declaration in the schema, as the code has them."""

import strawberry

from backend.trips.rules import LISTED, Rule, Subject
from core.problems import ProblemCode, sentence
from core.words import Language, WordList, render

strawberry.enum(Subject, name="RuleSubject", description="What a rule of a declaration is about.")
_ANY_VALUE = "…"


@strawberry.type(
    description="A rule of a declaration. A submitted declaration that breaks it fails with its code."
)
class DeclarationRule:
    """A rule."""

    id: strawberry.ID = strawberry.field(
        description="Stays the same while the rule does, such as container.twice"
    )
    subject: Subject
    code: ProblemCode = strawberry.field(description="What `RuleFailure.code` is then")
    field: str = strawberry.field(
        description="The field it points at, below `declaration`; a star stands for a place in a list"
    )
    args: list[str] = strawberry.field(description="Names of the values that its failure gives")
    source: str = strawberry.field(description="The standard or law it comes from")
    example: str = strawberry.field(
        description="What breaks it, written in no language; a dash is nothing at all"
    )
    jurisdictions: list[str] = strawberry.field(
        description="Where it holds (ISO 3166-1); none: everywhere. For lead times the checkpoint's preset decides"
    )
    explanation: str = strawberry.field(description="What it asks")
    message: str = strawberry.field(
        description="What people are told when it is broken; dots stand for values"
    )

    @classmethod
    def of(cls, rule: Rule, language: Language) -> "DeclarationRule":
        """Show a rule."""
        return cls(
            id=strawberry.ID(rule.id),
            subject=rule.subject,
            code=rule.code,
            field=rule.field,
            args=list(rule.args),
            source=rule.source,
            example=rule.example,
            jurisdictions=list(rule.jurisdictions),
            explanation=render(WordList.RULES, rule.id, {}, language),
            message=sentence(rule.code, dict.fromkeys(rule.args, _ANY_VALUE), language),
        )


def every_rule(language: Language) -> list[DeclarationRule]:
    """Return all rules in the order in which they speak."""
    return [DeclarationRule.of(rule, language) for rule in LISTED]
