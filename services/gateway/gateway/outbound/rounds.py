"""Group commit: whoever asks while a round is under way shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class Rounds(Generic[Ask, Answer]):
    """Works off what several callers ask in one go, one round at a time.

    The first caller starts at once; those who come while it works wait for it and go together. An answer never comes
    from a round that began before it was asked for.
    """

    def __init__(self, work: Callable[[Sequence[Ask]], Awaitable[Answer]], *, asks_max: int) -> None:
        self._work = work
        self._asks_max = asks_max
        self._waiting: list[tuple[Ask, asyncio.Future[Answer]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, ask: Ask) -> Answer:
        """Take part in the next round and return what it gave."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((ask, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work_off())
        return await future

    async def _work_off(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[: self._asks_max], self._waiting[self._asks_max :]
            try:
                answer = await self._work([ask for ask, _ in taken])
            except Exception as error:  # noqa: BLE001 - told to everyone who takes part in this round
                for _, future in taken:
                    if not future.done():
                        future.set_exception(error)
            else:
                for _, future in taken:
                    if not future.done():
                        future.set_result(answer)
