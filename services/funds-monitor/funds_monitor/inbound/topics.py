"""Wakes the monitor by the records of the shards that are ours."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec
from msgspec import Struct

from chassis import logs, telemetry
from chassis.errors import Fenced
from contracts import Record
from funds_monitor.inbound.counters import count
from funds_monitor.usecases.observe_events import observe_events
from funds_monitor.usecases.observe_reference import observe_reference
from funds_monitor.usecases.open_desk import Desk
from funds_monitor.usecases.ports import Admit, OpenWork, Shards, SpanOpener
from funds_monitor.usecases.take_shard import take_shard

_MEMBER = b'"traceparent"'
_log = logs.get(__name__)


class MonitorShards:
    """Hands each shard's batches to the use-case; a shard that was lost is forgotten."""

    def __init__(
        self, desk: Desk, *, shards: Shards, open_work: OpenWork, admit: Admit, span: SpanOpener, facts_max: int
    ) -> None:
        self._desk, self._shards, self._open_work = desk, shards, open_work
        self._admit, self._span, self._facts_max = admit, span, facts_max

    async def on_assigned(self, shard: int) -> dict[tuple[str, int], int]:
        """Take the shard's epoch and say where to read on."""
        held, offsets = await take_shard(
            shard,
            shards=self._shards,
            build=self._desk.build,
            facts_max=self._facts_max,
            read=self._desk.log.positions,
        )
        if not offsets:
            # A shard that is new to everybody has nothing to judge again: it begins at what is known now.
            await observe_reference(held=held, log=self._desk.log, open_work=self._open_work, span=self._span)
        self._desk.held[shard] = held
        self._desk.stirred.set()
        _log.info("shard taken", shard=shard, epoch=held.epoch)
        return offsets

    async def on_batch(self, shard: int, records: list[Record]) -> None:
        """Let a batch take effect.

        Raises: Fenced, Unavailable.
        """
        held = self._desk.held.get(shard)
        if held is None:
            raise Fenced(f"shard {shard} was lost")
        began_s = time.perf_counter()
        with telemetry.batch_span("inbound.topics", _traceparents(records), shard=shard):
            try:
                observed = await observe_events(
                    records, held=held, open_work=self._open_work, admit=self._admit, span=self._span
                )
            except Fenced:
                self._desk.held.pop(shard, None)
                raise
        self._desk.refused.update(observed.refused)
        count(observed, seconds=time.perf_counter() - began_s)
        if observed.parked:
            _log.error("events parked", shard=shard, parked=observed.parked)
        if held.settling is not None:
            self._desk.stirred.set()

    async def on_revoked(self, shard: int) -> None:
        """Forget the shard."""
        self._desk.held.pop(shard, None)


class _Traced(Struct):
    traceparent: str | None = None


_read_traced = msgspec.json.Decoder(_Traced).decode


def _traceparents(records: Sequence[Record]) -> list[str]:
    """Give the traces of a batch's first events, by header or from the event itself, for the links of its span."""
    found: list[str] = []
    for record in records:
        if len(found) >= telemetry.LINKS_MAX:
            break
        headers: Mapping[str, bytes] = dict(record.headers)
        said = headers.get("ce_traceparent") or headers.get("traceparent")
        if said is not None:
            found.append(said.decode("ascii", "replace"))
        elif _MEMBER in record.value:
            with suppress(msgspec.MsgspecError):
                found.append(_read_traced(record.value).traceparent or "")
    return found
