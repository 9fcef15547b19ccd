"""Loads the sample county beside the running platform and keeps its clock going; one thread, stopped at once."""

from collections.abc import Callable
from threading import Event, Thread

import httpx

from chassis.clock import Clock, SystemClock
from qinglian.credentials import load_credentials
from qinglian.errors import LauncherError, Stopped
from qinglian.home import Home
from qinglian.push import Pushed, Pusher
from qinglian.sample.county import declarations, sample_county
from qinglian.sample.live import CHINA, SLOT_S, LiveCast, live_cast, live_events, slot_at
from qinglian.sample.loading import Loader, as_sent, in_lanes, lanes_of
from qinglian.sample.memory import Memory, save_memory
from qinglian.sample.pen import Json

DOOR_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0
TENTHS = 10  # progress is said so often on the way

Report = Callable[[str], None]


class Feeder:
    """Sends the departments' events of a county that does not exist."""

    def __init__(
        self, home: Home, memory: Memory, *, report: Report = lambda _: None, clock: Clock | None = None
    ) -> None:
        self._home = home
        self._memory = memory
        self._report = report
        self._clock = clock or SystemClock()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sample", daemon=True)
        self._door = httpx.Client(base_url=load_credentials(home)["gateway"], timeout=DOOR_TIMEOUT_S, trust_env=False)
        self._clients = load_credentials(home)["clients"]
        self._pushers: dict[str, Pusher] = {}
        self._loader = Loader(memory, self._pusher, save=self._save)
        self._tenths_said = 0
        self.line = ""

    def start(self) -> None:
        """Begin in a thread of its own: the platform is in use meanwhile."""
        self._thread.start()

    def stop(self) -> None:
        """Send no more; what is on the way gets its answer, or is sent again at the next start."""
        self._stopping.set()
        self._thread.join(STOP_TIMEOUT_S)
        self._door.close()

    def _run(self) -> None:
        try:
            self._tell_all()
        except Stopped:
            pass
        except LauncherError as error:
            self._say(f"stopped: {error} The next start goes on from there.")

    def _tell_all(self) -> None:
        memory = self._memory
        county = sample_county(seed=memory.seed, size=memory.size, end_on=memory.last_day)
        if not memory.loaded:
            self._loader.load(lanes_of(county))
            self._say_loaded()
        cast = live_cast(county)
        del county  # its stories hold some ten thousand events
        self._go_on(cast)

    def _go_on(self, cast: LiveCast) -> None:
        declared_on, slot = self._memory.last_day, slot_at(self._clock.now())
        while not self._stopping.is_set():
            today = self._clock.now().astimezone(CHINA).date()
            if today > declared_on:
                self._send(declarations(today, seed=self._memory.seed))
                declared_on = today
            self._send(live_events(cast, slot))
            slot = max(slot + 1, slot_at(self._clock.now()))
            self._stopping.wait(max(0.0, slot * SLOT_S - self._clock.now().timestamp()))

    def _send(self, events: list[Json]) -> None:
        for lane in in_lanes(events):
            self._pushers.setdefault(lane.department, self._pusher(lane.department)).push_batch(
                [as_sent(event) for event in lane.events], Pushed()
            )

    def _pusher(self, department: str) -> Pusher:
        return Pusher(self._door, self._clients[department], pause=self._pause)

    def _pause(self, pause_s: float) -> None:
        if self._stopping.wait(pause_s):
            raise Stopped("Stopped while sending.")

    def _save(self, memory: Memory) -> None:
        save_memory(self._home, memory)
        if self._stopping.is_set():
            raise Stopped("Stopped while loading.")
        self.line = f"{self._loader.sent:,} of {self._loader.total:,} events"
        tenths = self._loader.sent * TENTHS // max(self._loader.total, 1)
        if tenths > self._tenths_said:
            self._tenths_said = tenths
            self._report(f"sample county: {self.line}")

    def _say_loaded(self) -> None:
        pushed = self._loader.pushed
        words = f"loaded, {pushed.accepted:,} accepted, {pushed.duplicate:,} already there, {pushed.rejected:,} refused"
        if pushed.refusals:
            words += f" (first: {pushed.refusals[0][1]})"
        self._say(words)

    def _say(self, words: str) -> None:
        self.line = words
        self._report(f"sample county: {words}")
