"""`python -m funds_monitor.inbound.judge_command [DIR]`: what the rules of a folder say of events from standard input.

One CloudEvent in JSON a line in, in any order; one open alert in JSON a line out, and a summary last. What `qinglian
evaluate` runs: the engine of the service, without Kafka, PostgreSQL or a network. `--workers` processes share the
shards; their number changes nothing that is said. `--progress` tells on standard error how far each shard is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from chassis import shipped
from contracts import CLOUDEVENTS_HEADERS, TOPICS, Record, admit, partition_of
from funds_monitor.domain.rulebook import RuleSetRefused, load_rules
from funds_monitor.inbound.forked import forked_map
from funds_monitor.usecases.judge_records import Reached, judge_records

EVENTS_MAX = 2_000_000  # about 3 KB of memory each
APPENDED_US = 4_102_444_800_000_000  # 2100-01-01T00:00Z, for all alike: nothing is early, no wall clock is asked
COMPLETED = ".source.completed.v1"
PARTITIONS = TOPICS.all[0].partitions
PROGRESS = "progress"  # the first word of lines that tell how far a shard is: its number, facts judged, facts


class NotTaken(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A line that is no event, or more events than fit into memory."""


class Told(msgspec.Struct):
    """Of an event what decides where it is appended."""

    type: str = ""
    source: str = ""
    subject: str | None = None
    data: dict[str, Any] = {}


_read = msgspec.json.Decoder(Told).decode


def records_of(lines: Iterable[bytes]) -> Iterator[Record]:
    """Append events where their departments would; a declaration goes to every partition of its topic.

    A type that several topics take (a withdrawal) goes to the first of its department.

    Raises: NotTaken.
    """
    for number, line in enumerate(lines):
        if number >= EVENTS_MAX:
            raise NotTaken(f"more than {EVENTS_MAX} events")
        try:
            told = _read(line)
        except msgspec.MsgspecError as error:
            raise NotTaken(f"line {number + 1} is no event: {error}") from error
        key = told.subject or told.source
        topic = TOPICS.topic_of(told.type) or next(iter(TOPICS.owned_by(told.type.partition(".")[0])), TOPICS.all[0])
        name, places = topic.name, [partition_of(key, PARTITIONS)]
        if told.type.endswith(COMPLETED):
            places, name = list(range(PARTITIONS)), str(told.data.get("topic", name))
        for place in places:
            yield Record(
                topic=name,
                partition=place,
                offset=number,
                key=key.encode(),
                value=line,
                headers=CLOUDEVENTS_HEADERS,
                timestamp_us=APPENDED_US,
            )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="judge_command", description="Judge events from standard input.")
    parser.add_argument("rules", nargs="?", type=Path, help="folder of rule files; those that are shipped")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the shards")
    parser.add_argument("--progress", action="store_true", help="tell on standard error how far each shard is")
    return parser.parse_args(arguments)


def _say_progress(reached: Reached) -> None:
    sys.stderr.write(f"{PROGRESS} {reached.shard} {reached.judged} {reached.facts}\n")
    sys.stderr.flush()


def main(arguments: Sequence[str], *, lines: Iterable[bytes] | None = None, out: BinaryIO | None = None) -> int:
    """Judge what standard input tells; without a folder, by the rules that are shipped."""
    out, options = out if out is not None else sys.stdout.buffer, _options(arguments)
    heard = {"heard": _say_progress} if options.progress else {}
    try:
        rules = load_rules(options.rules or shipped.path("funds_monitor", "rules"))
        told = records_of(lines if lines is not None else sys.stdin.buffer)
        spread = partial(forked_map, workers=options.workers)
        judged = judge_records(told, rules=rules, admit=admit, topics=TOPICS, spread=spread, **heard)
    except (RuleSetRefused, NotTaken) as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    encode = msgspec.json.encode
    for alert in judged.alerts:
        out.write(encode({"alert": alert}) + b"\n")
    named = {**{rule.id: rule.name for rule in rules.rules}, **{each.id: each.name for each in rules.patterns}}
    names = {key: {"zh": name.zh, "en": name.en} for key, name in named.items()}
    summary = {"rules": names, "facts": judged.facts, "refused": judged.refused, "errors": judged.errors}
    out.write(encode({"summary": summary}) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
