"""Events that nobody here wrote, three ways through the door, and the definition beside them.

    .venv/bin/python benchmarks/real_input.py [--rows N] [--ways http,kafka,shuffled]

Each way starts an empty platform of its own: once over HTTP, once by the departments' own Kafka producers, once over
HTTP shuffled, with every tenth event sent twice and cut into other batches. Prints one JSON line per way: events,
receipts, alerts, events/s (from the first byte sent until every stage is quiet), whether the alerts equal the oracle's.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.builders import ledgers  # noqa: E402 - the repository root is not a package
from tests.builders.records import heard, records_of, topic_of  # noqa: E402
from tests.e2e.door import Door, Json, batches, own_producer, produce  # noqa: E402
from tests.e2e.equality import told_by_gateway, told_by_oracle  # noqa: E402
from tests.oracle.oracle import open_alerts  # noqa: E402

PORT = 18_180
ALERTS_MIN = 200  # fewer would prove nothing
SENDERS = 4
RUN_EVENTS_MAX = 500


def department_of(event: Json) -> str:
    return str(event["source"].split("/")[1])


def all_events(rows_max: int | None) -> list[Json]:
    rows = ledgers.amlgentex_rows()[:rows_max]
    events = [*ledgers.amlgentex_register(ledgers.amlgentex_numbers(rows)), *ledgers.amlgentex_payments(rows)]
    return [*events, *ledgers.wuhan_events(), *ledgers.hubei_events(), *ledgers.amlgentex_completed()]


def sent(event: Json) -> Json:
    """What goes over the wire; builders mark what only they need to know with an underscore."""
    return {name: value for name, value in event.items() if not name.startswith("_")}


def in_order(events: Sequence[Json]) -> Iterator[list[Json]]:
    """Batches of one department each, in the order of the events."""
    run: list[Json] = []
    for event in events:
        if run and (department_of(run[0]) != department_of(event) or len(run) == RUN_EVENTS_MAX):
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def shuffled(events: Sequence[Json], seed: int = 7) -> Iterator[list[Json]]:
    """Everything in any order, each tenth twice, in batches of odd sizes; the declarations last."""
    chance = random.Random(seed)
    told = [event for event in events if ".source.completed." not in event["type"]]
    told += chance.sample(told, len(told) // 10)
    chance.shuffle(told)
    for department in sorted({department_of(event) for event in told}):
        yield from batches([e for e in told if department_of(e) == department], size=chance.randrange(150, 900))
    yield from in_order([event for event in events if ".source.completed." in event["type"]])


async def over_http(door: Door, work: Iterator[list[Json]]) -> Counter[str]:
    statuses: Counter[str] = Counter()

    async def send_all() -> None:
        for batch in work:
            receipts = await door.send_until_accepted([sent(event) for event in batch], client=department_of(batch[0]))
            statuses.update(receipt["status"] for receipt in receipts)

    await asyncio.gather(*(send_all() for _ in range(SENDERS)))
    return statuses


async def by_own_producers(door: Door, events: Sequence[Json]) -> Counter[str]:
    """Payments and registrations by Kafka; declarations over HTTP, where the gateway writes them to every partition."""
    told = [event for event in events if ".source.completed." not in event["type"]]
    for department in sorted({department_of(event) for event in told}):
        async with own_producer(door.credentials, department) as producer:
            theirs = [event for event in told if department_of(event) == department]
            for batch in batches(theirs, size=2_000):
                for topic in {topic_of(event) for event in batch}:
                    await produce(producer, topic, [sent(event) for event in batch if topic_of(event) == topic])
    await door.until_quiet(timeout_s=900)
    declared = await over_http(door, in_order([event for event in events if ".source.completed." in event["type"]]))
    return declared + Counter(accepted=len(told))


async def run_way(way: str, events: Sequence[Json], home: Path) -> dict[str, Any]:
    credentials = json.loads((home / "credentials.json").read_text())
    async with Door(credentials["gateway"], credentials) as door:
        began = time.perf_counter()
        if way == "kafka":
            statuses = await by_own_producers(door, events)
        else:
            statuses = await over_http(door, shuffled(events) if way == "shuffled" else in_order(events))
        sent_s = time.perf_counter() - began
        await door.until_quiet(timeout_s=1_800)
        took_s = time.perf_counter() - began
        alerts = await door.every_alert(state="open")
        codes = {event["subject"] for event in events if event.get("subject")}
        return {
            "statuses": dict(statuses),
            "sent_s": round(sent_s, 1),
            "quiet_s": round(took_s, 1),
            "alerts": alerts,
            "organizations": len(codes),
        }


def qinglian(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "qinglian.cli", *words], check=True)  # noqa: S603 - our own command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=None)
    parser.add_argument("--ways", default="http,kafka,shuffled")
    options = parser.parse_args()
    events = all_events(options.rows)
    began = time.perf_counter()
    expected = told_by_oracle(open_alerts(heard(records_of(events))))
    print(
        json.dumps(
            {
                "way": "oracle",
                "events": len(events),
                "alerts": len(expected),
                "s": round(time.perf_counter() - began, 1),
            }
        ),
        flush=True,
    )
    failed = options.rows is None and len(expected) < ALERTS_MIN
    for way in options.ways.split(","):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            Path(folder).chmod(0o755)
            qinglian("up", "--home", str(home), "--port", str(PORT), "--empty", "--detach")
            try:
                figures = asyncio.run(run_way(way, events, home))
            finally:
                qinglian("down", "--home", str(home))
        told = told_by_gateway(figures.pop("alerts"))
        figures |= {
            "way": way,
            "events": len(events),
            "alerts": len(told),
            "events_per_s": round(len(events) / figures["quiet_s"]),
        }
        figures |= {"equal": told == expected, "by_rule": dict(Counter(row[1] for row in told))}
        if told != expected:
            failed = True
            figures |= {
                "missing": [str(r)[:400] for r in expected if r not in told][:3],
                "unexpected": [str(r)[:400] for r in told if r not in expected][:3],
            }
        print(json.dumps(figures, ensure_ascii=False), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
