"""Traces and metrics: one span per batch or request, counters once per batch, /metrics for Prometheus.

A span per event costs more than the event itself; a batch's span links to the traces that its events came with.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, TraceFlags
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

LINKS_MAX = 128  # the SDK's own limit per span
_TRACEPARENT_PARTS = 4
_TRACE_ID_DIGITS, _SPAN_ID_DIGITS = 32, 16

tracer = trace.get_tracer("qinglian")
meter = metrics.get_meter("qinglian")


class Telemetry:
    """The providers of one process; closed last, so that the end is told too."""

    def __init__(self, tracers: TracerProvider, meters: MeterProvider) -> None:
        self._tracers, self._meters = tracers, meters

    async def open(self) -> None:
        """Do nothing: it works from the moment it is configured."""

    async def close(self) -> None:
        """Send what is left."""
        self._tracers.shutdown()
        self._meters.shutdown()


def configure(
    service_name: str, otlp_endpoint: str | None = None, *, exporter: SpanExporter | None = None
) -> Telemetry:
    """Set up traces and metrics for this process, once; without an endpoint nothing leaves it but /metrics."""
    resource = Resource.create({"service.name": service_name})
    tracers = TracerProvider(resource=resource)
    readers: list[MetricReader] = [PrometheusMetricReader()]
    if otlp_endpoint:
        root = otlp_endpoint.rstrip("/")
        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{root}/v1/traces")))
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{root}/v1/metrics")))
    if exporter is not None:
        tracers.add_span_processor(BatchSpanProcessor(exporter))
    meters = MeterProvider(metric_readers=readers, resource=resource)
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(meters)
    return Telemetry(tracers, meters)


@contextmanager
def batch_span(name: str, traceparents: Iterable[str | None] = (), **attributes: Any) -> Iterator[Span]:
    """Open the span of one batch, linked to the traces that its events came with."""
    links = [Link(context) for context in _contexts(traceparents)]
    with tracer.start_as_current_span(name, links=links, attributes=attributes) as span:
        yield span


def traceparent() -> str | None:
    """Return the current span as a W3C `traceparent`, to be sent along.

    Source: W3C Trace Context, section 3.2
    """
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


@contextmanager
def continued(said: str | None) -> Iterator[None]:
    """Go on in the trace that an event came with."""
    contexts = _contexts([said])
    if not contexts:
        yield
        return
    with trace.use_span(NonRecordingSpan(contexts[0]), end_on_exit=False):
        yield


def metrics_text() -> tuple[bytes, str]:
    """Return all metrics of this process in Prometheus' text form, and its media type."""
    return generate_latest(), CONTENT_TYPE_LATEST


def _contexts(traceparents: Iterable[str | None]) -> Sequence[SpanContext]:
    unique = dict.fromkeys(said for said in traceparents if said)
    found = (_context(said) for said in list(unique)[:LINKS_MAX])
    return [context for context in found if context is not None]


def _context(said: str) -> SpanContext | None:
    parts = said.split("-")
    if len(parts) < _TRACEPARENT_PARTS or len(parts[1]) != _TRACE_ID_DIGITS or len(parts[2]) != _SPAN_ID_DIGITS:
        return None
    try:
        trace_id, span_id, flags = int(parts[1], 16), int(parts[2], 16), int(parts[3], 16)
    except ValueError:
        return None
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return context if context.is_valid else None
