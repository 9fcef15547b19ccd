"""Three pipelines over the same events, and what the rules cost.

    .venv/bin/python benchmarks/pipelines.py [--events 8000] [--rounds 5] [--only rules|race] [--write]

A typical pipeline, FastStream that only decodes, and funds-monitor with all rules and exactly once read the same events
of the sample county from the same topics of a real Kafka, into the same PostgreSQL, each in a process of its own, in
turns that change from round to round; everything is started by this script on loopback and ends with it. Then the
engine alone judges the same events by all rules and by ten named ones, in turns too. Medians with the smallest and the
largest; `--write` renews the tables of docs/benchmarks.md, and every run adds a line to benchmarks/pipelines.jsonl.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from aiokafka import AIOKafkaConsumer, TopicPartition  # noqa: E402 - the repository root is not a package
from pydantic import SecretStr  # noqa: E402

from chassis.database import Database  # noqa: E402
from chassis.kafka_bus import KafkaBus  # noqa: E402
from chassis.settings import ServiceSettings  # noqa: E402
from contracts import TOPICS, admit  # noqa: E402
from funds_monitor.bootstrap import HEARD  # noqa: E402
from funds_monitor.domain.rulebook import RuleBook  # noqa: E402
from funds_monitor.usecases.judge_records import judge_records  # noqa: E402
from qinglian.local import Infrastructure  # noqa: E402
from qinglian.sample.county import SampleCounty, sample_county  # noqa: E402
from tests.builders.engine import shipped_rules  # noqa: E402
from tests.builders.records import Json, records_of  # noqa: E402
from tests.integration.monitor.empty_store import migration_statements  # noqa: E402
from tests.integration.monitor.running import outgoing  # noqa: E402
from tests.real import running_infrastructure  # noqa: E402

DOCUMENT = ROOT / "docs" / "benchmarks.md"
RUNS = ROOT / "benchmarks" / "pipelines.jsonl"
BEGIN, END = "<!-- begin: pipelines.py -->", "<!-- end: pipelines.py -->"
RACERS = ("typical", "faststream", "ours")
TITLES = {
    "typical": "typical: aiokafka, pydantic, one transaction an event",
    "faststream": "FastStream, batches, decoding only",
    "ours": "funds-monitor: all rules, exactly once",
}
# The ten that money wakes, named: what all others cost is measured against these.
TEN = ("SO-01", "SO-02", "SO-03", "SO-15", "SO-16", "SO-18", "SO-21", "SO-22", "SO-25", "SO-26")
PAYMENT, REGISTERED = "finance.payment.settled.v1", "civil-affairs.organization.registered.v1"
PAYMENTS_PERCENT = 80
END_ON = date(2026, 11, 26)
EVENTS_MAX = 30_000  # the payments of the whole county and a quarter of that
ROUNDS_MAX = 20
PORTION = 1_000  # messages of one send
RUN_TIMEOUT_S = 240  # a racer that does not arrive ends the race


@dataclass(frozen=True)
class Figures:
    """Median, smallest and largest of some rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figures":
        """Sum some rounds up."""
        return cls(statistics.median(values), min(values), max(values))

    def written(self, digits: int = 0) -> str:
        """Write them for a table."""
        return f"{self.median:,.{digits}f} ({self.least:,.{digits}f} - {self.most:,.{digits}f})"


def some_events(county: SampleCounty, count: int) -> list[Json]:
    """Give events of some organizations chosen by a seed, in order of time: four payments to one of anything else.

    The county tells a payment with its receipt; live traffic is mostly money, so the others are thinned out, but for
    registrations, without which nobody is judged.
    """
    by_code: dict[str, list[Json]] = {}
    for event in county.events():
        by_code.setdefault(event.get("subject", ""), []).append(event)
    codes, dice = sorted(by_code), random.Random("pipelines")
    dice.shuffle(codes)
    payments: list[Json] = []
    others: list[Json] = []
    for code in codes:
        if len(payments) >= count * PAYMENTS_PERCENT // 100:
            break
        for event in by_code[code]:
            (payments if event["type"] == PAYMENT else others).append(event)
    payments = payments[: count * PAYMENTS_PERCENT // 100]
    registered = [event for event in others if event["type"] == REGISTERED]
    rest = [event for event in others if event["type"] != REGISTERED]
    wanted = max(0, min(len(rest), count - len(payments) - len(registered)))
    chosen = [*payments, *registered, *dice.sample(rest, wanted)]
    return sorted(chosen, key=lambda event: (event["time"], event["id"]))


# ------------------------------------------------------------------ the race


def settings_of(infrastructure: Infrastructure) -> dict[str, str]:
    return {
        "QINGLIAN_KAFKA_BOOTSTRAP": infrastructure.kafka_bootstrap,
        "QINGLIAN_KAFKA_USERNAME": "admin",
        "QINGLIAN_KAFKA_PASSWORD": infrastructure.kafka_password("admin"),
        "QINGLIAN_DATABASE_URL": infrastructure.database_url("funds_monitor"),
    }


async def stored(infrastructure: Infrastructure) -> int:
    """Count the records of all topics; asking every leader also waits until each partition has one."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=infrastructure.kafka_bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username="admin",
        sasl_plain_password=infrastructure.kafka_password("admin"),
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic.name, number) for topic in HEARD for number in range(topic.partitions)]
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


async def publish(infrastructure: Infrastructure, events: Sequence[Json]) -> None:
    """Send events as departments do, once."""
    await stored(infrastructure)
    bus = KafkaBus(
        ServiceSettings(
            kafka_bootstrap=infrastructure.kafka_bootstrap,
            kafka_username="admin",
            kafka_password=SecretStr(infrastructure.kafka_password("admin")),
        )
    )
    producer = bus.producer()
    messages = list(outgoing(events))
    for start in range(0, len(messages), PORTION):
        await producer.send_many(messages[start : start + PORTION])
    await bus.close()
    found = await stored(infrastructure)
    if found != len(events):
        msg = f"{found} records are stored, {len(events)} were to be"
        raise RuntimeError(msg)


async def make_schema(infrastructure: Infrastructure, name: str, *, filled: bool) -> None:
    """Make an empty schema, with the monitor's tables for those who need them."""
    database = Database(infrastructure.database_url("funds_monitor"), pool_max=1, schema=name)
    async with database.dedicated() as connection:
        await connection.execute(f"CREATE SCHEMA {name}")
        for statement in migration_statements() if filled else ():
            await connection.execute(statement)


def run_racer(racer: str, infrastructure: Infrastructure, *, turn: int, events: int) -> dict[str, Any]:
    """Let one racer run a course in a process of its own."""
    schema = f"bench_{racer}_{turn}"
    asyncio.run(make_schema(infrastructure, schema, filled=racer == "ours"))
    bench = {
        "BENCH_TOPICS": ",".join(topic.name for topic in HEARD),
        "BENCH_EVENTS": str(events),
        "BENCH_GROUP": f"bench-{racer}-{turn}",
        "BENCH_SCHEMA": schema,
    }
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(Path(__file__).parent / f"race_{racer}.py")],
        env=os.environ | settings_of(infrastructure) | bench,
        stdout=subprocess.PIPE,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    print(
        f"round {turn + 1} {racer}: {found['events'] / found['wall_s']:,.0f} events/s, "
        f"{found['cpu_s'] / found['events'] * 1e6:,.0f} µs, {found['alerts']} alerts",
        flush=True,
    )
    return found


def race(events: Sequence[Json], rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Let all run over the same events, each round in another order."""
    found: dict[str, list[dict[str, Any]]] = {racer: [] for racer in RACERS}
    with running_infrastructure() as infrastructure:
        asyncio.run(publish(infrastructure, events))
        for turn in range(rounds):
            first = turn % len(RACERS)
            for racer in RACERS[first:] + RACERS[:first]:
                found[racer].append(run_racer(racer, infrastructure, turn=turn, events=len(events)))
    return found


def race_rows(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    rates = {name: Figures.of([run["events"] / run["wall_s"] for run in runs]) for name, runs in found.items()}
    costs = {name: Figures.of([run["cpu_s"] / run["events"] * 1e6 for run in runs]) for name, runs in found.items()}
    base = rates["typical"].median
    return [
        "| pipeline | events/s | CPU µs per event | times typical | alerts |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {TITLES[name]} | {rates[name].written()} | {costs[name].written()} | "
            f"{rates[name].median / base:.1f} | {found[name][-1]['alerts'] or '-'} |"
            for name in RACERS
        ),
    ]


# ------------------------------------------------------------------ what rules cost


def costs_of_rules(events: Sequence[Json], rounds: int) -> tuple[dict[str, list[float]], int]:
    """Judge the same events by all rules and by the ten, in turns: CPU µs per event; and how many rules there are."""
    book = shipped_rules()
    books = {
        "none": RuleBook([], book.words),
        "ten": RuleBook([book.rule(name) for name in TEN], book.words),
        "all": book,
    }
    records = records_of(events)
    found: dict[str, list[float]] = {name: [] for name in books}
    for turn in range(rounds):
        for name in sorted(books, reverse=turn % 2 == 1):
            began = time.process_time()
            judge_records(records, rules=books[name], admit=admit, topics=TOPICS)
            found[name].append((time.process_time() - began) / len(records) * 1e6)
            print(f"round {turn + 1} rules {name}: {found[name][-1]:,.0f} µs", flush=True)
    return found, len(book.rules)


def cost_rows(found: dict[str, list[float]], count: int) -> list[str]:
    titles = {"none": "no rule: reading, timelines, reference data", "ten": "the ten", "all": f"all {count}"}
    ratio = Figures.of([everything / ten for everything, ten in zip(found["all"], found["ten"], strict=True)])
    return [
        "| engine alone, in process | CPU µs per event |",
        "| --- | ---: |",
        *(f"| {title} | {Figures.of(found[name]).written()} |" for name, title in titles.items()),
        "",
        f"All against the ten ({', '.join(TEN)}): {ratio.written(2)}.",
    ]


# ------------------------------------------------------------------ what is told


def about(events: Sequence[Json], rounds: int) -> str:
    payments = sum(1 for event in events if event["type"] == PAYMENT)
    return (
        f"{len(events):,} events of the sample county, {payments * 100 // len(events)} % payments; {rounds} rounds; "
        f"median (least - most); {os.cpu_count()} cores, shared by racer, broker and database; "
        f"Python {platform.python_version()}."
    )


def write_document(lines: Sequence[str]) -> None:
    """Put the tables between the marks of the document."""
    text = DOCUMENT.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCUMENT.write_text(head + "\n".join([BEGIN, "", *lines, "", END]) + tail, "utf-8")


def rounded(value: Any) -> Any:
    """Leave three digits of every fraction, everywhere inside."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return round(value, 3) if isinstance(value, float) else value


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("race", "rules"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(words)
    rounds = min(max(options.rounds, 1), ROUNDS_MAX)
    events = some_events(sample_county(end_on=END_ON), min(options.events, EVENTS_MAX))
    lines, line = [about(events, rounds)], {"events": len(events), "rounds": rounds}
    if options.only != "rules":
        ran = race(events, rounds)
        lines += ["", *race_rows(ran)]
        line |= {"race": ran}
    if options.only != "race":
        costs, count = costs_of_rules(events, rounds)
        lines += ["", *cost_rows(costs, count)]
        line |= {"rules": count, "rule_cost_us": costs}
    print("\n".join(lines))
    with RUNS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(rounded(line)) + "\n")
    if options.write:
        write_document(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
