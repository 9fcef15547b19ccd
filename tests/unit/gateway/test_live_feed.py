"""Followers of the stream: nothing missed, nothing twice, and nobody holds the others up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.errors import Unavailable
from gateway.domain.stream_entries import Entry
from gateway.outbound.live_feed import FOLLOWERS_MAX, QUEUE_MAX, LiveFeed

pytestmark = pytest.mark.anyio


class Book:
    """A log in memory."""

    def __init__(self, count: int = 0) -> None:
        self.entries = [Entry(number, "alert.raised", b"{}") for number in range(1, count + 1)]

    def grow(self, count: int) -> None:
        """Append."""
        last = len(self.entries)
        self.entries += [Entry(last + number, "alert.raised", b"{}") for number in range(1, count + 1)]

    async def load_last(self) -> int:
        """Give the last number."""
        return len(self.entries)

    async def load_after(self, sequence: int, *, limit: int) -> list[Entry]:
        """Give the entries after a number."""
        await asyncio.sleep(0)
        return self.entries[sequence : sequence + limit]


@pytest.fixture
async def running() -> AsyncIterator[tuple[Book, LiveFeed]]:
    book = Book(7)
    feed = LiveFeed(book, heartbeat_s=0.01)
    task = asyncio.ensure_future(feed.run())
    await settle()
    yield book, feed
    await feed.close()
    task.cancel()
    await asyncio.wait([task])


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def numbers(entries: AsyncIterator[Entry | None], count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        entry = await anext(entries)
        if entry is not None:
            found.append(entry.sequence)
    return found


async def test_without_a_number_only_what_is_new_is_told(running: tuple[Book, LiveFeed]) -> None:
    book, feed = running
    entries = feed.follow(None)
    book.grow(2)
    feed.stir()
    assert await numbers(entries, 2) == [8, 9]


async def test_with_a_number_all_after_it_is_told_once(running: tuple[Book, LiveFeed]) -> None:
    book, feed = running
    entries = feed.follow(3)
    book.grow(3)
    feed.stir()
    await settle()
    assert await numbers(entries, 7) == [4, 5, 6, 7, 8, 9, 10]


async def test_a_number_from_another_life_goes_on_from_now(running: tuple[Book, LiveFeed]) -> None:
    book, feed = running
    entries = feed.follow(999)
    waiting = asyncio.ensure_future(numbers(entries, 1))
    await settle()
    book.grow(1)
    feed.stir()
    assert await waiting == [8]


async def test_silence_is_told_too(running: tuple[Book, LiveFeed]) -> None:
    _, feed = running
    assert await anext(feed.follow(None)) is None


async def test_a_slow_client_is_let_go_and_the_others_go_on(running: tuple[Book, LiveFeed]) -> None:
    book, feed = running
    slow, quick = feed.follow(None), feed.follow(None)
    reading = asyncio.ensure_future(numbers(quick, QUEUE_MAX + 1))
    await settle()
    for _ in range(11):
        book.grow(100)
        feed.stir()
        await settle()
    told = [entry.sequence async for entry in slow if entry is not None]
    assert told == list(range(8, 8 + QUEUE_MAX)), "what it got has no gap: it resumes after it"
    assert await reading == list(range(8, 8 + QUEUE_MAX + 1))


async def test_there_is_a_limit_to_followers(running: tuple[Book, LiveFeed]) -> None:
    _, feed = running
    followers = [feed.follow(None) for _ in range(FOLLOWERS_MAX)]
    with pytest.raises(Unavailable):
        feed.follow(None)
    assert len(followers) == FOLLOWERS_MAX


async def test_when_the_process_ends_followers_are_let_go(running: tuple[Book, LiveFeed]) -> None:
    _, feed = running
    entries = feed.follow(None)
    ended = asyncio.ensure_future(consume(entries))
    await settle()
    await feed.close()
    await ended


async def consume(entries: AsyncIterator[Entry | None]) -> None:
    async for _ in entries:
        pass
