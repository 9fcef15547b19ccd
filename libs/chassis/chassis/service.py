"""Runs a service: opens its parts in order, serves, drains when asked to end, closes in reverse.

A part must open while Kafka and PostgreSQL are away: a service starts, says that it is not ready, and waits for them.
"""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import uvicorn
import uvloop
from fastapi import FastAPI

from chassis import logs
from chassis.errors import Stopped, Unavailable

CLOSE_TIMEOUT_S = 10.0  # for one part; then the process ends without it, which must be harmless at any instruction
RESTART_PAUSE_S = 1.0
_BACKLOG = 1024  # connections that wait to be taken
_log = logs.get(__name__)


class Part(Protocol):
    """What is opened when a service starts and closed when it ends."""

    async def open(self) -> None:
        """Get ready; must not wait for a dependency that is away."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class Background:
    """A part that works by itself; started again after a bug, and ended only by what an operator must see."""

    def __init__(
        self, name: str, run: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self.name = name
        self._run, self._stop = run, stop
        self._task: asyncio.Task[None] | None = None
        self.stopped: asyncio.Future[Stopped] | None = None

    async def open(self) -> None:
        """Start working."""
        self.stopped = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._keep_running(), name=self.name)

    async def close(self) -> None:
        """Let it finish what it is at, then end it."""
        if self._task is None:
            return
        try:
            if self._stop is not None:
                await self._stop()
        finally:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _keep_running(self) -> None:
        while True:
            try:
                await self._run()
            except Stopped as reason:
                if self.stopped is not None and not self.stopped.done():
                    self.stopped.set_result(reason)
                return
            except Unavailable as error:
                _log.warning("a part waits for what it needs", part=self.name, reason=error.detail)
            except Exception:  # noqa: BLE001 - a bug in one part must not end the others
                _log.exception("a part failed and is started again", part=self.name)
            else:
                return
            await asyncio.sleep(RESTART_PAUSE_S)


@dataclass(kw_only=True)
class Service:
    """A service as it is wired by its `bootstrap.py`; parts in the order in which they are opened."""

    name: str
    app: FastAPI
    parts: Sequence[Part]
    host: str = "127.0.0.1"
    port: int = 0
    drain_s: float = 10.0
    serving: asyncio.Event = field(default_factory=asyncio.Event)


async def run(service: Service) -> int:
    """Run a service until a signal or a reason to stop; return the exit code."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    listener = _listen(service)
    opened: list[Part] = []
    try:
        for part in service.parts:
            await part.open()
            opened.append(part)
        _settle_memory()
        return await _serve(service, listener, asked)
    finally:
        listener.close()
        for part in reversed(opened):
            await _close(part)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def main(
    argv: Sequence[str],
    *,
    serve: Callable[[], Awaitable[Service]],
    migrate: Callable[[], None],
    **commands: Callable[[], None],
) -> None:
    """Answer `python -m <package>.bootstrap serve|migrate|…` and leave the process."""
    known: dict[str, Callable[[], object]] = {"serve": lambda: _serve_for_ever(serve), "migrate": migrate, **commands}
    chosen = known.get(argv[0]) if len(argv) == 1 else None
    if chosen is None:
        sys.stderr.write(f"usage: {'|'.join(known)}\n")
        sys.exit(2)
    code = chosen()
    sys.exit(code if isinstance(code, int) else 0)


def _serve_for_ever(wire: Callable[[], Awaitable[Service]]) -> int:
    async def wired() -> int:
        return await run(await wire())

    return uvloop.run(wired())


async def _serve(service: Service, listener: socket.socket, asked: asyncio.Event) -> int:
    server = _Server(
        uvicorn.Config(
            service.app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=max(1, round(service.drain_s)),
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    ending = asyncio.create_task(asked.wait())
    reasons: list[asyncio.Future[Stopped]] = [
        part.stopped for part in service.parts if isinstance(part, Background) and part.stopped is not None
    ]
    service.serving.set()
    _log.info("serving", host=service.host, port=service.port)
    waited: set[asyncio.Future[Any]] = {serving, ending, *reasons}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    code = 0
    for reason in reasons:
        if reason.done():
            code = reason.result().exit_code
            _log.critical("stopping", reason=str(reason.result()))
    draining = getattr(service.app.state, "draining", None)
    if isinstance(draining, asyncio.Event):
        draining.set()
    server.should_exit = True
    await serving
    return code


class _Server(uvicorn.Server):
    """uvicorn without its own idea of signals: draining is ours, and covers more than HTTP."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _listen(service: Service) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in service.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((service.host, service.port))
        listener.listen(_BACKLOG)  # now: two that only bind would both believe that the port is theirs
    except OSError as error:
        listener.close()
        raise SystemExit(f"{service.name}: cannot listen on {service.host}:{service.port}: {error.strerror}") from error
    service.port = listener.getsockname()[1]
    return listener


def _settle_memory() -> None:
    # What is loaded now stays: looking at it again in each collection is what makes Python's collector the bottleneck.
    gc.collect()
    gc.freeze()


async def _close(part: Part) -> None:
    try:
        await asyncio.wait_for(part.close(), CLOSE_TIMEOUT_S)
    except TimeoutError:
        _log.warning("a part did not close in time", part=type(part).__name__)
    except Exception:  # noqa: BLE001 - the others must be closed whatever happens here
        _log.exception("a part failed to close", part=type(part).__name__)
