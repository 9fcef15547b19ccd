"""The way of one event is the way that ARCHITECTURE.md writes: every module entered, and every span opened."""

import re
import secrets
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
from opentelemetry.trace import SpanContext
from pydantic import SecretStr

from chassis import migrations, shipped, telemetry
from chassis.clock import SystemClock
from chassis.database import Database
from chassis.kafka_bus import KafkaBus
from contracts import partition_of
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
        """Record what begins meanwhile."""
        self._spans.clear()
        self.ways.entered.clear()
        sys.setprofile(self.ways)
        try:
            yield
        finally:
            sys.setprofile(None)

    async def has_ended(self, *legs: str, of: Json) -> bool:
        """Say whether these legs are gone to their end: what is done after a commit is on the way too."""
        return all(self._whole(leg, of) for leg in legs)

    def leg(self, name: str, *, of: Json) -> tuple[list[str], list[str]]:
        """Return the modules of a leg in order of first entry, and its spans in order of opening."""
        ((modules, spans),) = self._whole(name, of)
        return modules, [span.name for span in spans]

    def _whole(self, leg: str, event: Json) -> list[tuple[list[str], list[ReadableSpan]]]:
        by_trace: dict[int, list[ReadableSpan]] = {}
        for span in self._spans.get_finished_spans():
            by_trace.setdefault(_trace_id(span.context), []).append(span)
        found = []
        for trace_id, spans in by_trace.items():
            about = {_trace_id(link.context) for span in spans for link in span.links}
            is_whole = any(span.parent is None for span in spans)
            modules = list(self.ways.entered.get(trace_id, ()))
            if LEGS[leg] in modules and is_whole and int(event["traceparent"].split("-")[1], 16) in about:
                found.append((modules, sorted(spans, key=lambda span: span.start_time or 0)))
        return found


def _trace_id(context: SpanContext | None) -> int:
    return context.trace_id if context else 0


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


def large_payments() -> Iterator[Json]:
    """Give payments that raise an alert each, all of one shard: the second walks when all before the first is done."""
    shard = None
    while True:
        code = some_code()
        shard = partition_of(code, monitor.PARTITIONS) if shard is None else shard
        if partition_of(code, monitor.PARTITIONS) == shard:
            traceparent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
            yield some_desk().payment(code, "2026-03-02", amount_fen=210_000_000) | {"traceparent": traceparent}


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
    payments = large_payments()
    first, over_http, by_kafka = next(payments), next(payments), next(payments)
    with watched.recording():  # what is made once and kept is not on an event's way
        await watched.house.send(first)
        await until(partial(watched.has_ended, *LEGS, of=first))
    with watched.recording():
        assert (await watched.house.send(over_http)).status_code == 202
        await until(partial(watched.has_ended, *LEGS, of=over_http))
    found = {leg: watched.leg(leg, of=over_http) for leg in LEGS}
    with watched.recording():
        await watched.house.produce(infrastructure, *outgoing([by_kafka]))
        await until(partial(watched.has_ended, "in by Kafka", of=by_kafka))
    found["in by Kafka"] = watched.leg("in by Kafka", of=by_kafka)

    for leg in LEGS:
        assert found[leg] == written(leg), leg
