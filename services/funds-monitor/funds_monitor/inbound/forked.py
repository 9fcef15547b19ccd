"""Work that several processes share: each is a copy of this one, taken when all is loaded, so nothing is sent to it."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

FORK = "fork"
Item = TypeVar("Item")
Result = TypeVar("Result")


class _Copied:
    """What a process was told to do when it was made."""

    work: Callable[[Any], Any]


def _take(work: Callable[[Any], Any]) -> None:
    _Copied.work = staticmethod(work)


def _do(item: Any) -> Any:
    return _Copied.work(item)


def forked_map(work: Callable[[Item], Result], items: Iterable[Item], *, workers: int) -> Iterator[Result]:
    """As `map`, in so many processes; where none can be copied, or one is enough, in this one.

    Shape:  items go to whoever is free, results come back pickled and in the order of the items; a process that dies
    ends the whole.
    """
    if workers < 2 or FORK not in multiprocessing.get_all_start_methods():  # noqa: PLR2004 - one is this process
        yield from map(work, items)
        return
    gc.freeze()  # what is loaded stays shared between the copies as long as nobody walks over it
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context(FORK), initializer=_take, initargs=(work,))
    with pool:
        yield from pool.map(_do, items)
