"""The way of one event is the way that ARCHITECTURE.md writes: every module entered, and every span opened."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from joserfc.jwk import ECKey
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from chassis import migrations, shipped, telemetry
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from funds_monitor import bootstrap as monitor
from funds_monitor.settings import MonitorSettings
from gateway.settings import GatewaySettings
from tests.builders.records import Json
from tests.integration.gateway.house import House, outgoing, running_gateway, settings_for, some_code, some_desk, until

pytestmark = [pytest.mark.real, pytest.mark.anyio]
ROOT = Path(__file__).parents[2]
OURS = ("contracts", "gateway", "funds_monitor")
WIRING = ("gateway.bootstrap", "funds_monitor.bootstrap")
LEGS = {
    "in over HTTP": "gateway.usecases.accept_events",
    "in by Kafka": "gateway.usecases.admit_records",
    "monitor": "funds_monitor.usecases.observe_events",
    "out": "gateway.usecases.show_alert",
}


class Ways:
    """Modules in the order of their first entry, for each trace of this process."""

    def __init__(self) -> None:
        self.entered: dict[int, dict[str, None]] = {}
        self._modules: dict[str, str | None] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Note a call, as `sys.setprofile` asks."""
        if event != "call":
            return
        module = self._module(frame.f_code.co_filename)
        context = trace.get_current_span().get_span_context() if module else None
        if context is not None and context.is_valid:
            self.entered.setdefault(context.trace_id, {})[str(module)] = None

    def _module(self, file: str) -> str | None:
        if file not in self._modules:
            parts = Path(file).with_suffix("").parts
            starts = [index for index, part in enumerate(parts) if part in OURS]
            inside = "tests" not in parts and file.startswith(str(ROOT)) and starts
            name = ".".join(parts[starts[-1] :]) if inside else None
            self._modules[file] = None if name in WIRING else name
        return self._modules[file]


class Watched:
    """A gateway and a monitor of this process, with every span and every module entered below one."""

    def __init__(self, house: House, spans: InMemorySpanExporter) -> None:
        self.house, self._spans = house, spans
        self.ways = Ways()

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what happens meanwhile."""
        self._spans.clear()
        self.ways.entered.clear()
        sys.setprofile(self.ways)
        try:
            yield
        finally:
            sys.setprofile(None)

    def leg(self, name: str) -> tuple[list[str], list[str]]:
        """Return the modules of a leg in order of first entry, and its spans in order of opening."""
        ((trace_id, modules),) = ((t, way) for t, way in self.ways.entered.items() if LEGS[name] in way)
        opened = [span for span in self._spans.get_finished_spans() if _trace_id(span) == trace_id]
        return list(modules), [span.name for span in sorted(opened, key=lambda span: span.start_time or 0)]


def _trace_id(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.trace_id


@pytest.fixture(scope="module")
def settings(infrastructure: Any) -> GatewaySettings:
    migrations.upgrade(infrastructure.database_url("funds_monitor"), shipped.path("funds_monitor", "migrations"))
    return settings_for(infrastructure)


@pytest.fixture
async def watched(
    infrastructure: Any, settings: GatewaySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Watched]:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("qinglian"))
    async with running_gateway(settings) as house, running_monitor(infrastructure, tmp_path):
        yield Watched(house, spans)


@asynccontextmanager
async def running_monitor(infrastructure: Any, folder: Path) -> AsyncIterator[None]:
    public = folder / "internal.pem"
    public.write_bytes(ECKey.generate_key("P-256").as_pem(private=False))
    settings = MonitorSettings(
        internal_public_key_file=public,
        kafka_bootstrap=infrastructure.kafka_bootstrap,
        kafka_username="funds-monitor",
        kafka_password=SecretStr(infrastructure.kafka_password("funds-monitor")),
    )
    bus, database = KafkaBus(settings), Database(infrastructure.database_url("funds_monitor"))
    service = monitor.wire(settings, bus=bus, database=database, clock=SystemClock())
    opened = []
    try:
        for part in service.parts:
            await part.open()
            opened.append(part)
        yield
    finally:
        for part in reversed(opened):
            await part.close()
        await bus.close()


async def until_told(watched: Watched, event: Json) -> None:
    """Wait until the alert of a payment stands in the stream."""

    async def is_told() -> bool:
        about = event["subject"].encode()
        async with watched.house.database.read() as session:
            return bool(await session.fetch("SELECT 1 FROM stream_log WHERE position($1::bytea IN body) > 0", about))

    await until(is_told)


async def is_known(house: House, event: Json) -> bool:
    """Say whether admission has written the receipt of an event; it and the monitor do not wait for each other."""
    return bool((await house.where(event))["http"] == 200)


def large_payment() -> Json:
    return some_desk().payment(some_code(), "2026-03-02", amount_fen=210_000_000)


def written(leg: str) -> tuple[list[str], list[str]]:
    """Read the modules and spans that ARCHITECTURE.md writes for a leg."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    block = re.search(rf"```way {leg}\n(.*?)\n```", text, re.DOTALL)
    assert block, f"ARCHITECTURE.md does not write the way {leg}"
    modules, _, spans = block[1].partition("\nspans:")
    return modules.split(), [span.strip() for span in spans.split(">")]


async def test_every_module_entered_and_every_span_are_those_that_the_architecture_writes(
    watched: Watched, infrastructure: Any
) -> None:
    first, over_http, by_kafka = large_payment(), large_payment(), large_payment()
    await watched.house.send(first)
    await until_told(watched, first)  # what is made once and kept is not on an event's way
    with watched.recording():
        assert (await watched.house.send(over_http)).status_code == 202
        await until_told(watched, over_http)
    found = {leg: watched.leg(leg) for leg in LEGS if leg != "in by Kafka"}
    with watched.recording():
        await watched.house.produce(infrastructure, *outgoing([by_kafka]))
        await until_told(watched, by_kafka)
        await until(partial(is_known, watched.house, by_kafka))
    found["in by Kafka"] = watched.leg("in by Kafka")

    assert found == {leg: written(leg) for leg in LEGS}
