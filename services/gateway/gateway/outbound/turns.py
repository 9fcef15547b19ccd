"""Requests with the same identity go one after the other: what the second finds is what the first left."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager

from gateway.domain.receipts import Identity


class OneTurn:
    """A request that has its turn."""

    def __init__(self, earlier: dict[str, list["asyncio.Future[None]"]]) -> None:
        self._earlier = earlier

    async def earlier_done(self, source: str) -> None:
        """Wait until every request of a source that had its turn before this one is done."""
        waited = self._earlier.get(source, [])
        if waited:
            await asyncio.wait(waited)


class IdentityTurns:
    """The turns of one process; between processes the order of the log decides, and admission tells of conflicts."""

    def __init__(self) -> None:
        self._taken: dict[Identity, asyncio.Future[None]] = {}
        self._running: dict[str, list[asyncio.Future[None]]] = {}
        self._held_back: dict[str, asyncio.Future[None]] = {}  # sources of which one request has to be the last

    @asynccontextmanager
    async def take(self, identities: Iterable[Identity], *, alone: Collection[str] = ()) -> AsyncIterator[OneTurn]:
        """Wait until nobody else has any of these, and have them until the block ends.

        Requests of the sources that are to be `alone` wait until then; earlier ones end by themselves.
        """
        wanted = set(identities)
        sources = {identity.source for identity in wanted} | set(alone)
        while taken := self._in_the_way(wanted, sources):
            await asyncio.wait(taken)
        # From here to `yield` nothing is awaited: all identities are taken at once, so nobody waits in a circle.
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        turn = OneTurn({source: list(self._running.get(source, ())) for source in sources})
        self._taken.update(dict.fromkeys(wanted, done))
        self._held_back.update(dict.fromkeys(alone, done))
        for source in sources:
            self._running.setdefault(source, []).append(done)
        try:
            yield turn
        finally:
            self._give_back(wanted, sources, done)

    def _in_the_way(self, wanted: set[Identity], sources: set[str]) -> "set[asyncio.Future[None]]":
        found = {self._taken[identity] for identity in wanted if identity in self._taken}
        return found | {self._held_back[source] for source in sources if source in self._held_back}

    def _give_back(self, wanted: set[Identity], sources: set[str], done: "asyncio.Future[None]") -> None:
        for identity in wanted:
            del self._taken[identity]
        for source in sources:
            if self._held_back.get(source) is done:
                del self._held_back[source]
            self._running[source].remove(done)
            if not self._running[source]:
                del self._running[source]
        done.set_result(None)
