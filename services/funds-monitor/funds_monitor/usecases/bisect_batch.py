"""Finding the one item that breaks a batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from funds_monitor.usecases.ports import EngineFailed, Unsaveable

Item = TypeVar("Item")


async def bisect_batch(
    items: Sequence[Item],
    *,
    attempt: Callable[[Sequence[Item]], Awaitable[None]],
    give_up: Callable[[Item, Exception], Awaitable[None]],
) -> None:
    """Attempt all at once; when content breaks it, halves in order, down to the item that is given up.

    Shape:  O(log n) attempts per bad item; each attempt commits by itself.
    """
    try:
        await attempt(items)
    except (EngineFailed, Unsaveable) as error:
        if len(items) == 1:
            await give_up(items[0], error)
            return
        middle = len(items) // 2
        await bisect_batch(items[:middle], attempt=attempt, give_up=give_up)
        await bisect_batch(items[middle:], attempt=attempt, give_up=give_up)
