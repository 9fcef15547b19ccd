"""What all racers share: where the events lie, how a course is measured, what is told of it."""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass

TOPICS = tuple(os.environ.get("BENCH_TOPICS", "").split(","))
EVENTS = int(os.environ.get("BENCH_EVENTS", "0"))
GROUP = os.environ.get("BENCH_GROUP", "bench")
BOOTSTRAP = os.environ.get("QINGLIAN_KAFKA_BOOTSTRAP", "")
USER = os.environ.get("QINGLIAN_KAFKA_USERNAME", "")
PASSWORD = os.environ.get("QINGLIAN_KAFKA_PASSWORD", "")
DATABASE_URL = os.environ.get("QINGLIAN_DATABASE_URL", "")
SCHEMA = os.environ.get("BENCH_SCHEMA", "")


@dataclass(frozen=True)
class Run:
    """One course: events between the first batch and the last, time on the clock and on the processor."""

    events: int
    wall_s: float
    cpu_s: float
    alerts: int = 0


class Watch:
    """Starts with the first events that are done, so that connecting and joining the group do not count."""

    def __init__(self) -> None:
        self._began: tuple[int, float, float] | None = None

    def note(self, done: int) -> bool:
        """Say that so many events are done; true when that is all."""
        if self._began is None and done:
            self._began = (done, time.perf_counter(), time.process_time())
        return done >= EVENTS

    def run(self, *, alerts: int = 0, more_cpu_s: float = 0.0) -> Run:
        """Give the course up to now."""
        done, wall_s, cpu_s = self._began or (EVENTS, time.perf_counter(), time.process_time())
        return Run(
            events=EVENTS - done,
            wall_s=time.perf_counter() - wall_s,
            cpu_s=time.process_time() - cpu_s + more_cpu_s,
            alerts=alerts,
        )


def tell(run: Run) -> None:
    """Write a course for the starter."""
    sys.stdout.write(json.dumps(asdict(run)) + "\n")
