"""Traces and metrics of a whole process: set up once, so each case is a process of its own."""

import subprocess
import sys

SCRIPT = """
import asyncio, httpx
from chassis import telemetry
from chassis.bus import Outgoing
from chassis.consumer import ShardedConsumer
from chassis.http import build_app
from chassis.memory_bus import MemoryBus
from fastapi import APIRouter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

spans = InMemorySpanExporter()
running = telemetry.configure("registry", exporter=spans)
said = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
router = APIRouter()

@router.get("/here")
async def here() -> str:
    return telemetry.traceparent()

class Handler:
    done = asyncio.Event()
    async def on_assigned(self, shard): return {}
    async def on_revoked(self, shard): pass
    async def on_batch(self, shard, records): self.done.set()

async def ready(): return {}

async def main():
    bus = MemoryBus(partitions=1)
    consumer = ShardedConsumer(bus, group="g", topics=["t"], handler=Handler())
    task = asyncio.create_task(consumer.run())
    headers = (("traceparent", said.encode()),)
    await bus.producer().send_many([Outgoing(topic="t", value=b"", key=b"k", headers=headers)])
    await Handler.done.wait()
    await consumer.stop()
    await task
    app = build_app("registry", routers=[router], ready=ready)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
        inside = (await client.get("/here", headers={"traceparent": said})).json()
        metrics = (await client.get("/metrics")).text
    await running.close()
    found = {span.name: span for span in spans.get_finished_spans()}
    assert f"{found['consume'].links[0].context.trace_id:032x}" == "a" * 32
    assert inside[3:35] == "a" * 32, inside
    assert any("/here" in name for name in found), list(found)
    assert 'qinglian_consumer_records_total{group="g"' in metrics, metrics
    assert "http_server_request_duration" in metrics

asyncio.run(main())
"""


def test_spans_go_on_from_what_was_sent_and_counters_are_told() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
