"""How long from an accepted event to its alert on the stream, at a steady rate.

    .venv/bin/python benchmarks/latency.py --home .qinglian --rate 50 --seconds 60

Each event is a payment of 2.1 million yuan of an organization of its own, so each is one alert. The clock starts
when the 202 has been read and stops when the alert has been read from the stream, both here. Prints one JSON line.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.e2e.door import Door  # noqa: E402 - the repository root is not a package
from tests.e2e.events import payment, some_code  # noqa: E402

WARM_UP_S = 5.0


async def measure(home: Path, rate: int, seconds: int) -> dict[str, object]:
    credentials = json.loads((home / "credentials.json").read_text())
    accepted: dict[str, float] = {}
    seen: dict[str, float] = {}
    async with Door(credentials["gateway"], credentials) as door:
        listening = asyncio.create_task(listen(door, seen))
        await asyncio.sleep(WARM_UP_S)
        began, total = time.perf_counter(), rate * seconds
        sending = []
        for number in range(total):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            sending.append(asyncio.create_task(send(door, accepted)))
        await asyncio.gather(*sending)
        until = time.perf_counter() + 30
        while len(seen.keys() & accepted.keys()) < total and time.perf_counter() < until:
            await asyncio.sleep(0.1)
        listening.cancel()
    delays_ms = sorted((seen[code] - accepted[code]) * 1000 for code in accepted if code in seen)
    percentile = statistics.quantiles(delays_ms, n=100)
    return {
        "rate": rate,
        "sent": total,
        "seen": len(delays_ms),
        "p50_ms": round(percentile[49], 1),
        "p99_ms": round(percentile[98], 1),
        "max_ms": round(delays_ms[-1], 1),
    }


async def send(door: Door, accepted: dict[str, float]) -> None:
    code = some_code()
    await door.send_until_accepted([payment(code, yuan="2100000")], client="finance")
    accepted[code] = time.perf_counter()


async def listen(door: Door, seen: dict[str, float]) -> None:
    async for event in door.stream():
        if event["event"] == "alert.raised":
            seen.setdefault(event["data"]["alert"]["organization"]["code"], time.perf_counter())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=ROOT / ".qinglian")
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.home, options.rate, options.seconds))))


if __name__ == "__main__":
    main()
