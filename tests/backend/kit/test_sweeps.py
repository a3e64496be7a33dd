"""What time does: one item that is refused does not keep the others waiting."""

from backend.kit.context import Context, UnitOfWork
from backend.kit.sweeps import each
from core.problems import ProblemCode, Refusal


async def test_a_refused_item_is_left_and_the_others_are_changed(system: Context) -> None:
    done: list[str] = []

    async def work(_unit: UnitOfWork, item: str) -> bool:
        if item == "second":
            raise Refusal(ProblemCode.CONFLICT)
        done.append(item)
        return item != "fourth"

    items = ["first", "second", "third", "fourth"]
    assert await each(system, items, work, lambda item: f"test:{item}") == 2
    assert done == ["first", "third", "fourth"]
