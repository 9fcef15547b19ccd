"""The whole sample county: what was promised and found, and what was not planned, one by one with a reason.

    .venv/bin/python benchmarks/sample_county.py [--end-on DATE] [--seed 1] [--size 300] [--no-oracle] [--markdown]

The engine takes the county in order and once more shuffled with each tenth event twice; the oracle, which defines what
is right, takes it in one piece (minutes). Exit code 1 when a story is not found, a look-alike is not silent, or the
three do not agree. No platform is started. `--markdown` prints the tables of docs/sample-county.md.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from qinglian.sample.county import SEED, SIZE, SampleCounty, sample_county  # noqa: E402 - the root is no package
from qinglian.sample.stories import LOOK_ALIKES, QUIET  # noqa: E402
from tests.builders.records import Json  # noqa: E402
from tests.builders.sample import Alerts, found_in_stories, portions, promised, story_rows, told_events, unplanned  # noqa: E402
from tests.properties.comparing import delivered, difference, expected  # noqa: E402
from tests.properties.delivery import Step, split  # noqa: E402

LEARN_EACH = 10  # portions between two looks at the reference topics
YEARS = 3
# Why an ordinary organization gets an alert: what the generator made of it, and what a person would find.
REASONS = {
    ("SO-01", "b"): (
        "an honest purchase over a fifth of last year's spending whose resolution nobody filed; "
        "filing it withdraws the alert"
    ),
}


def reason_of(alert: dict[str, Any]) -> str:
    return REASONS.get((alert["rule"], str(alert["measured"]["branch"])), "NOT EXPLAINED")


def shuffled(events: list[Json], rng: Random) -> list[Step]:
    """Any order, each tenth event twice, each partition's declarations in their own time."""
    told = [part for event in events for part in split(event)]
    told += rng.sample(told, len(told) // 10)
    rng.shuffle(told)
    steps = []
    for place, portion in enumerate(portions(told)):
        steps.append(Step("feed", portion, (False,)))
        if place % LEARN_EACH == 0:
            steps.append(Step("learn", arguments=(None,)))
    return steps


def judge(county: SampleCounty, *, with_oracle: bool) -> tuple[Alerts, bool]:
    events = told_events(county)
    began = time.perf_counter()
    alerts = delivered([Step("feed", portion, (False,)) for portion in portions(events)])
    print(f"{len(events):,} events; engine, in order: {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    again = delivered(shuffled(events, Random("county")))
    told = difference(alerts, again)
    print(f"engine, shuffled with duplicates: {time.perf_counter() - began:.0f} s, {told or 'the same'}", flush=True)
    agreed = not told
    if with_oracle:
        began = time.perf_counter()
        told = difference(expected(events), alerts)
        print(f"oracle: {time.perf_counter() - began:.0f} s, {told or 'the same'}", flush=True)
        agreed = agreed and not told
    return alerts, agreed


def print_lists(county: SampleCounty, alerts: Alerts) -> bool:
    wanted, found = promised(county), found_in_stories(county, alerts)
    silent = {story.key for story in (*LOOK_ALIKES, *QUIET)}
    loud = [line for line in found if line[0] in silent]
    print(f"promised {len(wanted)}, found {len([line for line in wanted if line in found])}")
    print(f"look-alikes {len(silent)}, of which something was said: {loud or 'none'}")
    surprising = unplanned(county, alerts)
    rate = len(surprising) * 100 / (len(county.organizations) * YEARS)
    print(f"unplanned {len(surprising)}: {rate:.2f} per 100 organizations a year")
    for alert in surprising:
        print(f"- {alert['organization_name']}: {alert['rule']} {alert['severity']}, {alert['why_en']}")
        print(f"  reason: {reason_of(alert)}")
    return wanted == found


def print_markdown(county: SampleCounty, alerts: Alerts) -> None:
    planted, silent = story_rows(county)
    print("| story | organization | what happens | alerts it must cause |\n| --- | --- | --- | --- |")
    print("\n".join(planted))
    print("\n| look-alike | organization | what happens |\n| --- | --- | --- |")
    print("\n".join(silent))
    print("\n| organization | alert | why | reason |\n| --- | --- | --- | --- |")
    for alert in unplanned(county, alerts):
        says = f"{alert['rule']} {alert['severity']}"
        print(f"| {alert['organization_name']} | {says} | {alert['why_en']} | {reason_of(alert)} |")


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--end-on", type=date.fromisoformat, default=date(2026, 11, 26))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--no-oracle", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(words)
    county = sample_county(seed=options.seed, size=options.size, end_on=options.end_on)
    alerts, agreed = judge(county, with_oracle=not options.no_oracle)
    as_promised = print_lists(county, alerts)
    if options.markdown:
        print_markdown(county, alerts)
    return 0 if agreed and as_promised else 1


if __name__ == "__main__":
    sys.exit(main())
