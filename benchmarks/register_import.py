"""A register extract of 5,000 rows: forty planted faults told, then mended, committed and said, in each form of file.

    .venv/bin/python benchmarks/register_import.py --home .qinglian [--rows 5000]

Needs a running platform; organizations of invented codes stay in its register. The clock of the mended file starts
before it is uploaded and stops when the topic holds an event for each row, read there by a consumer of our own.
Prints one JSON line for each form. Exit code 1 when a fault is not told as planted, something was written by a preview
or a refused commit, an event is missing or there twice, or it took longer than promised.
"""

import argparse
import asyncio
import json
import secrets
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from contracts import TOPICS  # noqa: E402 - the root is no package
from tests.builders.extracts import FORMS, Planted, Row, rows_of, with_forty_faults  # noqa: E402
from tests.e2e.door import Door, Json  # noqa: E402

TOPIC = "civil-affairs.organizations.v1"
PARTITIONS = TOPICS.by_name[TOPIC].partitions
READER = "registry"  # may read the topic; departments may only write
TOOK_S_MAX = 30.0  # promised: mended file sent → in the register, and all events on the topic
NUMBERS_FROM, NUMBERS = 200_000, 800_000  # of invented codes; those of tests are below
EVENTS_TIMEOUT_S = 120.0
LATE_S = 2.0  # a second copy would be on the topic by now, for all is quiet


async def upload(door: Door, content: bytes, media_type: str) -> Json:
    headers = await door.headers("civil-affairs") | {"content-type": media_type}
    answer = await door.http.post("/v1/imports?kind=organizations", content=content, headers=headers)
    answer.raise_for_status()
    return dict(answer.json())


async def commit(door: Door, id_: str) -> int:
    return (await door.http.post(f"/v1/imports/{id_}/commit", headers=await door.headers("civil-affairs"))).status_code


async def is_unknown(door: Door, rows: list[Row]) -> bool:
    """Say of a hundred organizations spread over a file that the register has none of them."""
    answers = [await door.get(f"/v1/organizations/{row[0]}") for row in rows[:: max(1, len(rows) // 100)]]
    return all(answer.status_code == 404 for answer in answers)  # noqa: PLR2004 - not found


async def fresh_rows(door: Door, count: int) -> list[Row]:
    """Give organizations that no earlier run has left in the register."""
    while True:
        rows = rows_of(count, first=NUMBERS_FROM + secrets.randbelow(NUMBERS - count))
        if await is_unknown(door, rows):
            return rows


class Topic:
    """The topic of organizations, read from here on."""

    def __init__(self, credentials: Json) -> None:
        kafka = credentials["kafka"]
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=kafka["bootstrap"],
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=READER,
            sasl_plain_password=kafka["users"][READER],
            enable_auto_commit=False,
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        self._consumer.assign([TopicPartition(TOPIC, number) for number in range(PARTITIONS)])
        await self._consumer.seek_to_end()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def count(self, id_: str, wanted: int, *, timeout_s: float = EVENTS_TIMEOUT_S) -> Counter[str]:
        """Count the events of an import by identity, until as many as wanted are there or time is up."""
        found: Counter[str] = Counter()
        until = time.monotonic() + timeout_s
        while len(found) < wanted and time.monotonic() < until:
            for records in (await self._consumer.getmany(timeout_ms=200)).values():
                ids = (json.loads(record.value)["id"] for record in records)
                found.update(event for event in ids if event.startswith(f"import-{id_}-"))
        return found


async def measure(door: Door, form: str, rows: list[Row]) -> dict[str, object]:
    write, media_type = FORMS[form]
    faulty, planted = with_forty_faults(rows)
    content = write(faulty)
    began = time.perf_counter()
    found = await upload(door, content, media_type)
    preview_s = time.perf_counter() - began
    told = [Planted(each["row"], each["column"], each["code"]) for each in found["errors"]]
    refused = await commit(door, found["id"]) == 409  # noqa: PLR2004 - conflict
    nothing = await is_unknown(door, rows)
    async with Topic(door.credentials) as topic:
        content = write(rows)
        began = time.perf_counter()
        found = await upload(door, content, media_type)
        previewed_s = time.perf_counter() - began
        status = [await commit(door, found["id"])]
        committed_s = time.perf_counter() - began
        events = await topic.count(found["id"], len(rows))
        took_s = time.perf_counter() - began
        status.append(await commit(door, found["id"]))
        await door.until_quiet()
        events += await topic.count(found["id"], 1, timeout_s=LATE_S)
    ok = told == planted and refused and nothing and status == [200, 200] and took_s <= TOOK_S_MAX
    return {
        "form": form,
        "rows": len(rows),
        "bytes": len(content),
        "faults_told": len(told),
        "as_planted": told == planted,
        "nothing_written": refused and nothing,
        "faulty_preview_s": round(preview_s, 2),
        "preview_s": round(previewed_s, 2),
        "commit_s": round(committed_s - previewed_s, 2),
        "events_s": round(took_s - committed_s, 2),
        "took_s": round(took_s, 2),
        "committed_twice": status,
        "events": len(events),
        "events_twice": sum(1 for count in events.values() if count > 1),
        "ok": ok and len(events) == events.total() == len(rows),
    }


async def measure_all(home: Path, rows: int) -> bool:
    credentials = json.loads((home / "credentials.json").read_text())
    ok = True
    async with Door(credentials["gateway"], credentials) as door:
        for form in FORMS:
            said = await measure(door, form, await fresh_rows(door, rows))
            print(json.dumps(said), flush=True)
            ok = ok and bool(said["ok"])
    return ok


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=ROOT / ".qinglian")
    parser.add_argument("--rows", type=int, default=5_000)
    options = parser.parse_args()
    return 0 if asyncio.run(measure_all(options.home, options.rows)) else 1


if __name__ == "__main__":
    sys.exit(main())
