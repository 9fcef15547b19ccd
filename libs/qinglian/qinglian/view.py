"""One calm screen: where it is, how each part fares, what flows. Plain lines where there is no terminal."""

import time
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from qinglian.county import County
from qinglian.pulse import Pulse
from qinglian.sample.feeder import Feeder
from qinglian.supervisor import Running

REFRESH_S = 0.5
SEVERITY_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "blue"}


class Screen:
    """Redraws itself at most twice a second."""

    def __init__(self, console: Console, county: County, pulse: Pulse, feeder: Feeder | None = None) -> None:
        self._county = county
        self._pulse = pulse
        self._feeder = feeder
        self._drawn_at = 0.0
        self._live = Live(self._draw(), console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def update(self) -> None:
        """Draw when it is time."""
        now = time.monotonic()
        if now - self._drawn_at >= REFRESH_S:
            self._drawn_at = now
            self._live.update(self._draw(), refresh=True)

    def _draw(self) -> RenderableType:
        places = _places(self._county)
        if self._feeder is not None and self._feeder.line:
            places.add_row("sample county", self._feeder.line)
        return Group(places, _parts(self._county), _flow(self._pulse), _alerts(self._pulse.alerts))


class Lines:
    """Says one line whenever a part changes."""

    def __init__(self, console: Console, county: County) -> None:
        self._console = console
        self._county = county
        self._said: dict[str, str] = {}

    def update(self) -> None:
        """Say what is new."""
        for running in list(self._county.supervisor.running.values()):
            name, state = running.part.name, _state(running)
            if self._said.get(name) != state:
                self._said[name] = state
                self._console.print(f"{name}: {state}", highlight=False)


def ready_lines(county: County) -> list[str]:
    """What a person needs to know once everything is up."""
    return [
        f"Qinglian is ready: {county.gateway}",
        f"  interface    {county.gateway}/docs",
        f"  kafka        {county.infrastructure.kafka_bootstrap} (SASL_PLAINTEXT, SCRAM-SHA-512)",
        f"  credentials  {county.home.credentials_file}",
    ]


def _state(running: Running) -> str:
    if running.ready:
        word = "ready"
    elif running.pid is None:
        word = "down, to be restarted"
    else:
        word = "starting" if running.restarts == 0 else "restarting"
    again = f" (restarted {running.restarts} ×)" if running.restarts else ""
    return word + again


def _places(county: County) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row(
        Text("清廉 Qinglian", style="bold"), Text(county.phase, style="green" if county.phase == "ready" else "yellow")
    )
    table.add_row("gateway", f"{county.gateway}   {county.gateway}/docs")
    table.add_row("kafka", county.infrastructure.kafka_bootstrap)
    table.add_row("credentials", str(county.home.credentials_file))
    return table


def _parts(county: County) -> Table:
    table = Table(box=None, padding=(0, 2), title_justify="left")
    for heading in ("part", "state", "process", "restarts"):
        table.add_column(heading, justify="right" if heading in {"process", "restarts"} else "left")
    for running in list(county.supervisor.running.values()):
        # A mark beside the colour: colour alone is no sign for everybody.
        mark = Text("● ready", style="green") if running.ready else Text(f"○ {_state(running)}", style="yellow")
        table.add_row(running.part.name, mark, str(running.pid or "-"), str(running.restarts))
    return table


def _flow(pulse: Pulse) -> Text:
    return Text(
        f"\nevents {pulse.events:,} · {pulse.events_per_s:,.0f} a second · alert revisions {pulse.alert_records:,}\n"
    )


def _alerts(alerts: list[dict[str, Any]]) -> RenderableType:
    if not alerts:
        return Text("no alerts yet", style="dim")
    table = Table(box=None, padding=(0, 2))
    for heading in ("severity", "rule", "organization", "alert"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for alert in alerts:
        severity, organization = str(alert.get("severity", "")), alert.get("organization") or {}
        name = organization.get("name") or organization.get("code") or ""
        style = SEVERITY_STYLES.get(severity, "")
        table.add_row(
            Text(severity, style=style), str(alert.get("rule", "")), Text(name), Text(str(alert.get("title", "")))
        )
    return table
