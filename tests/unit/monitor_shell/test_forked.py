"""Work that processes share: as `map`, whoever does it."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool

import pytest

from funds_monitor.inbound.forked import forked_map

ITEMS = range(7)


def squares(seen: Callable[[int], object]) -> Callable[[int], tuple[int, int]]:
    """Give work that cannot be sent anywhere: it is copied with the process."""

    def square(item: int) -> tuple[int, int]:
        seen(item)
        return item * item, os.getpid()

    return square


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    done: list[int] = []
    found = list(forked_map(squares(done.append), ITEMS, workers=workers))
    assert [square for square, _ in found] == [item * item for item in ITEMS]
    here = {process for _, process in found} == {os.getpid()}
    assert here == (workers == 1)
    assert (done == list(ITEMS)) == (workers == 1)  # what others do to their copies is not seen here


def test_where_no_process_can_be_copied_this_one_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert {process for _, process in forked_map(squares(id), ITEMS, workers=2)} == {os.getpid()}


def test_what_one_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(forked_map(lambda item: 1 // item, ITEMS, workers=2))


def test_a_process_that_dies_ends_the_whole() -> None:
    with pytest.raises(BrokenProcessPool):
        list(forked_map(lambda _: os._exit(9), ITEMS, workers=2))
