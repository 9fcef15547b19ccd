"""Keeps parts running: starts them, restarts what dies, stops all in reverse."""

import contextlib
import math
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from qinglian import process
from qinglian.errors import PartFailed, Stopped
from qinglian.home import Home
from qinglian.part import Part

TICK_S = 0.1
BACKOFF_FIRST_S, BACKOFF_MAX_S = 0.25, 10.0  # after a kill a part must serve again within twenty seconds
STEADY_S = 30.0  # ready this long, and the next crash counts as the first
PROBE_STARTING_S, PROBE_READY_S = 0.25, 2.0
PROBES_PARALLEL = 8  # more than there are parts
READY_TIMEOUT_S = 90.0  # a cold page cache and a long recovery of the broker's log fit into it
STARTS_FAILED_MAX = 5  # a part that has never been ready is not going to be after five tries
STOP_TIMEOUT_S = 20.0  # the services drain for ten
LOG_LINES = 15  # of a part that did not come up, shown to whoever started it


@dataclass
class Running:
    """One part and how it fares."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    probe: Future[bool] | None = None
    restarts: int = 0
    failures: int = 0
    start_at: float = math.inf  # when to start it again; never, while its first start is still on the way
    probe_at: float = 0.0
    ready_since: float = 0.0

    @property
    def pid(self) -> int | None:
        """The living process, if there is one."""
        return self.process.pid if self.process and self.process.poll() is None else None


class Supervisor:
    """Holds the processes of one home; `tick` does a little of what is due and never waits."""

    def __init__(self, home: Home, *, stopping: Event, on_change: Callable[[], None] = lambda: None) -> None:
        self._home = home
        self._stopping = stopping
        self._on_change = on_change
        self._probes: ThreadPoolExecutor | None = None
        self.running: dict[str, Running] = {}

    def start(self, parts: Sequence[Part]) -> None:
        """Start parts side by side; `wait_ready` waits for them.

        Raises: PartFailed, when one cannot even be started.
        """
        for part in parts:
            running = self.running[part.name] = Running(part)
            self._spawn(running)

    def wait_ready(self, names: Sequence[str], *, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Keep everything running until these parts are ready.

        Raises: PartFailed with the end of its log, when one does not come up. Stopped, when asked to stop meanwhile.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            self.tick()
            waiting = [self.running[name] for name in names if not self.running[name].ready]
            if not waiting:
                return
            for running in waiting:
                if time.monotonic() > deadline or running.failures >= STARTS_FAILED_MAX:
                    raise PartFailed(self._obituary(running))
            if self._stopping.wait(TICK_S):
                raise Stopped("Stopped while starting.")

    def tick(self) -> None:
        """Notice what died, restart what is due, ask who is ready."""
        for running in self.running.values():
            if running.process is None:
                if time.monotonic() >= running.start_at:
                    running.restarts += 1
                    self._restart(running)
            elif running.process.poll() is not None:
                self._on_exit(running)
            elif running.probe is not None and running.probe.done():
                self._on_probed(running, ready=running.probe.result())
            elif running.probe is None and time.monotonic() >= running.probe_at:
                # In a thread: a part that hangs must not keep the others from being restarted.
                self._probes = self._probes or ThreadPoolExecutor(PROBES_PARALLEL, thread_name_prefix="probe")
                running.probe = self._probes.submit(running.part.is_ready)

    def stop(self) -> None:
        """Stop all parts, the last started first, each in good order if it can."""
        for running in reversed(self.running.values()):
            if running.process is not None:
                self._stop_one(running.process, running.part.stop_signal)
            running.process, running.ready = None, False
        self.running.clear()
        if self._probes:
            self._probes.shutdown(wait=True, cancel_futures=True)
            self._probes = None
        self._on_change()

    def kill(self, name: str, signal_number: int = signal.SIGKILL) -> None:
        """Send a part a signal, as a fault would."""
        child = self.running[name].process
        if child is not None and child.poll() is None:
            child.send_signal(signal_number)
            if signal_number == signal.SIGKILL:
                child.wait()

    def _spawn(self, running: Running) -> None:
        running.process = process.start(running.part.command(), home=self._home)
        running.ready, running.probe, running.probe_at, running.start_at = False, None, 0.0, math.inf
        self._on_change()

    def _restart(self, running: Running) -> None:
        try:
            self._spawn(running)
        except (OSError, PartFailed, subprocess.SubprocessError):
            self._back_off(running)

    def _on_exit(self, running: Running) -> None:
        if running.ready and time.monotonic() - running.ready_since > STEADY_S:
            running.failures = 0
        running.process, running.ready = None, False
        self._back_off(running)

    def _back_off(self, running: Running) -> None:
        delay_s = min(BACKOFF_FIRST_S * 2**running.failures, BACKOFF_MAX_S)
        running.failures += 1
        running.start_at = time.monotonic() + delay_s
        self._on_change()

    def _on_probed(self, running: Running, *, ready: bool) -> None:
        now = time.monotonic()
        running.probe = None
        running.probe_at = now + (PROBE_READY_S if ready else PROBE_STARTING_S)
        if ready != running.ready:
            running.ready, running.ready_since = ready, now
            self._on_change()

    def _stop_one(self, child: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(stop_signal)
            child.send_signal(signal.SIGCONT)
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _obituary(self, running: Running) -> str:
        log = self._home.log_file(running.part.name)
        return f"{running.part.name} did not become ready. The end of {log}:\n{process.tail(log, lines=LOG_LINES)}"
