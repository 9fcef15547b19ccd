"""Sends the county's history through the gateway's own door, as the departments themselves."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from contracts.partitions import partition_of
from qinglian.push import Pushed, Pusher
from qinglian.sample.county import SampleCounty, by_department, phases
from qinglian.sample.memory import Memory
from qinglian.sample.pen import Json

BATCH_EVENTS = 500
MONEY_LANES = 2  # most events are payments: two clients keep the gateway busy, more only wait for it

MakePusher = Callable[[str], Pusher]


@dataclass(frozen=True)
class Lane:
    """What one client sends, one batch after the other."""

    name: str
    department: str
    events: Sequence[Json]


def lanes_of(county: SampleCounty) -> tuple[tuple[Lane, ...], ...]:
    """Lay the history out: what explains money, the money, the declarations; lanes of one group run side by side."""
    first, money = phases(county.events())
    explaining = tuple(Lane(f"first {name}", name, events) for name, events in by_department(first).items() if events)
    moving = tuple(
        Lane(f"money {number}", "finance", [event for event in money if _lane_of(event) == number])
        for number in range(MONEY_LANES)
    )
    declared = by_department(county.declarations())
    return explaining, moving, tuple(Lane(f"declared {name}", name, events) for name, events in declared.items())


class Loader:
    """Sends lanes from where they stopped; what was sent twice counts once, by its identity."""

    def __init__(self, memory: Memory, make_pusher: MakePusher, *, save: Callable[[Memory], None]) -> None:
        self.pushed = Pushed()
        self.total = 0
        self._memory = memory
        self._make_pusher = make_pusher
        self._save = save
        self._lock = Lock()

    @property
    def sent(self) -> int:
        """How many events have been sent, earlier starts included."""
        return sum(self._memory.sent.values())

    def load(self, groups: Sequence[Sequence[Lane]]) -> None:
        """Send everything; the first trouble of a lane ends it all.

        Raises: LauncherError, when the gateway stays away. Stopped, when somebody asked to stop.
        """
        self.total = sum(len(lane.events) for lanes in groups for lane in lanes)
        for lanes in groups:
            with ThreadPoolExecutor(len(lanes)) as threads:
                for done in [threads.submit(self._send, lane) for lane in lanes]:
                    done.result()
        self._memory.loaded = True
        self._memory.sent = {}
        self._save(self._memory)

    def _send(self, lane: Lane) -> None:
        pusher = self._make_pusher(lane.department)
        while batch := lane.events[self._memory.sent.get(lane.name, 0) :][:BATCH_EVENTS]:
            pushed = Pushed()
            pusher.push_batch([as_sent(event) for event in batch], pushed)
            with self._lock:
                self.pushed.accepted += pushed.accepted
                self.pushed.duplicate += pushed.duplicate
                for _, reason in pushed.refusals:
                    self.pushed.refuse(0, reason)
                self._memory.sent[lane.name] = self._memory.sent.get(lane.name, 0) + len(batch)
                self._save(self._memory)


def as_sent(event: Json) -> str:
    """Write an event as it goes over the wire."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def in_lanes(events: Sequence[Json]) -> list[Lane]:
    """Lay a few events out, one lane a department."""
    return [Lane(name, name, found) for name, found in by_department(events).items() if found]


def _lane_of(event: Json) -> int:
    return partition_of(str(event["subject"]), MONEY_LANES)
