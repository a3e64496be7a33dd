"""Types that every domain's schema shares: Problem, paging, and the decorator that turns refusals into data."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, ParamSpec, TypeAlias, TypeVar

import strawberry

from backend.kit.context import Context
from backend.kit.paging import Page
from core.problems import ProblemCode, Refusal

Info: TypeAlias = strawberry.Info[Context, None]
P = ParamSpec("P")
T = TypeVar("T")

strawberry.enum(
    ProblemCode, description="Every expected refusal. Programs act on the code, people read the message."
)


@strawberry.type(
    description="One named value of a problem's sentence, so that an app can say it in any language."
)
class ProblemArgument:
    """A name and a value."""

    name: str
    value: str


def arguments(values: Mapping[str, str]) -> list[ProblemArgument]:
    """Return the values as the schema shows them, sorted by name."""
    return [ProblemArgument(name=name, value=str(value)) for name, value in sorted(values.items())]


@strawberry.type(
    description="An expected refusal: what is the case and what to do. Nothing was changed by the refused call."
)
class Problem:
    """A refusal as data."""

    code: ProblemCode = strawberry.field(description="For programs")
    message: str = strawberry.field(description="For people, in English")
    path: list[str] = strawberry.field(
        description="The input field it points at, outermost first; empty if none"
    )
    args: list[ProblemArgument] = strawberry.field(description="Values named in the sentence")

    @classmethod
    def of(cls, refusal: Refusal) -> "Problem":
        """Show the refusal."""
        return cls(
            code=refusal.code, message=refusal.message, path=list(refusal.path), args=arguments(refusal.args)
        )


@strawberry.type(description="Where a page of a list stands (Relay cursor connections).")
class PageInfo:
    """Paging state."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


def page_info(page: Page) -> PageInfo:
    """Describe the page."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.cursors[-1] if page.cursors else None,
    )


@strawberry.type(description="One item of a list with its cursor.")
class Edge(Generic[T]):
    """An item and where it stands."""

    cursor: str
    node: T


def expected_errors(
    resolver: Callable[P, Awaitable[T]],
) -> Callable[P, Awaitable[T | Problem]]:
    """Let a mutation answer a Refusal as a Problem; anything else stays an error and is logged."""

    @functools.wraps(resolver)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> T | Problem:
        try:
            return await resolver(*args, **kwargs)
        except Refusal as refusal:
            return Problem.of(refusal)

    return answered
