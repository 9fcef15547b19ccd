"""`qinglian up` as a person sees it: progress, the live view, Ctrl-C."""

import contextlib
import signal
from collections.abc import Iterator
from threading import Event
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from chassis.clock import SystemClock
from qinglian.county import County
from qinglian.credentials import load_credentials
from qinglian.errors import Stopped
from qinglian.home import Home
from qinglian.jars import BYTES_TOTAL
from qinglian.pulse import Pulse
from qinglian.sample.feeder import Feeder
from qinglian.sample.live import CHINA
from qinglian.sample.memory import begin_memory, load_memory
from qinglian.view import Lines, Screen, ready_lines


def run_in_foreground(
    console: Console, home: Home, *, port: int, empty: bool, kafka_url: str | None, postgresql_url: str | None
) -> None:
    """Start everything, show it, and stop it in reverse when asked to.

    Raises: HomeInUse, when this home is running already. LauncherError, when something does not come up.
    """
    home.prepare()
    with home.locked(), _asked_to_stop() as stopping, _download_bar(console) as bar:
        begin_memory(home, empty=empty, today=SystemClock().now().astimezone(CHINA).date())

        def advance(count_bytes: int) -> None:
            if stopping.is_set():
                raise Stopped("Stopped while fetching.")
            bar.update(bar.task_ids[0], advance=count_bytes, visible=True)

        county = County(
            home.path,
            port=port,
            stopping=stopping,
            kafka_url=kafka_url,
            postgresql_url=postgresql_url,
            report=console.print,
            progress=advance,
        )
        try:
            county.start()
            bar.stop()
            with _fed(console, home, empty=empty) as feeder:
                _show(console, county, feeder)
        except Stopped:
            pass
        finally:
            console.print("stopping")
            county.stop()
    console.print("everything is stopped")


@contextlib.contextmanager
def _fed(console: Console, home: Home, *, empty: bool) -> Iterator[Feeder | None]:
    """Let the sample county be told while everything runs; `empty` leaves it out this time."""
    memory = None if empty else load_memory(home)
    if memory is None:
        yield None
        return
    feeder = Feeder(home, memory, report=(lambda _: None) if console.is_terminal else console.print)
    feeder.start()
    try:
        yield feeder
    finally:
        feeder.stop()


def _show(console: Console, county: County, feeder: Feeder | None) -> None:
    if not console.is_terminal:
        for line in ready_lines(county):
            console.print(line, soft_wrap=True)
        county.keep_running(Lines(console, county).update)
        return
    pulse = Pulse(county.infrastructure.kafka, load_credentials(county.home))
    pulse.start()
    try:
        with Screen(console, county, pulse, feeder) as screen:
            county.keep_running(screen.update)
    finally:
        pulse.stop()


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[Event]:
    stopping = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _download_bar(console: Console) -> Progress:
    columns = (TextColumn("fetching Kafka (once)"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    bar.add_task("jars", total=BYTES_TOTAL, visible=False)
    return bar
