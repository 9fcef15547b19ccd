"""The whole sample county: what was promised and found, and what was not planned, one by one with a reason.

    .venv/bin/python benchmarks/sample_county.py [--end-on DATE] [--seed 1] [--size 300] [--in-order] [--no-oracle]
        [--write] [--only SO-01 SO-02 …]

The engine takes the county in order and once more shuffled with each tenth event twice; the oracle, which defines what
is right, takes it in one piece (minutes). Exit code 1 when a story is not found, a look-alike is not silent, or the
three do not agree. No platform is started. `--write` renews the tables of docs/sample-county.md; with `--in-order`,
which leaves out the two long ones, that takes half a minute. With `--only` some rules judge, and the lists of stories,
which speak of all, are left out: the oracle needs some ten minutes for nine rules.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from funds_monitor.domain.rulebook import RuleBook  # noqa: E402 - the root is no package
from qinglian.sample.county import SEED, SIZE, SampleCounty, sample_county  # noqa: E402
from qinglian.sample.stories import LOOK_ALIKES, QUIET  # noqa: E402
from tests.builders.engine import EngineCounty, shipped_rules  # noqa: E402
from tests.builders.records import Json  # noqa: E402
from tests.builders.sample import Alerts, found_in_stories, portions, promised, story_rows, told_events, unplanned  # noqa: E402
from tests.oracle.rules import Rule  # noqa: E402
from tests.properties.comparing import ORACLE_RULES, MakeCounty, delivered, difference, expected  # noqa: E402
from tests.properties.delivery import Step, split  # noqa: E402

DOCUMENT = ROOT / "docs" / "sample-county.md"
TABLE = re.compile(r"^(\|[^\n]*\n\| ---[^\n]*\n)(?:\|[^\n]*\n)*", re.MULTILINE)  # the head, then rows
LEARN_EACH = 10  # portions between two looks at the reference topics
YEARS = 3
# Why an ordinary organization gets an alert: what the generator made of it, and what a person would find.
REASONS = {
    ("SO-01", "b"): (
        "an honest purchase over a fifth of last year's spending whose resolution nobody filed; "
        "filing it withdraws the alert"
    ),
    ("SO-36", "c"): (
        "registered in the year before the county's events begin; what it did until then is told to nobody; "
        "its next sign of life ends the alert"
    ),
    ("SO-39", "c"): (
        "a foundation that has spent little by the end of September: the forecast is there to say so in time; "
        "what it spends until December ends it"
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


def some_rules(only: Sequence[str]) -> tuple[MakeCounty, Sequence[Rule]]:
    """Give engine and definition with some rules, or with everything that is shipped."""
    if not only:
        return EngineCounty, ORACLE_RULES
    book = shipped_rules()
    rules = RuleBook([book.rule(name) for name in only], book.words)
    return partial(EngineCounty, rules), [rule for rule in ORACLE_RULES if rule.id in only]


def judge(events: list[Json], make: MakeCounty) -> Alerts:
    began = time.perf_counter()
    alerts = delivered([Step("feed", portion, (False,)) for portion in portions(events)], make)
    print(f"{len(events):,} events; engine, in order: {time.perf_counter() - began:.0f} s", flush=True)
    return alerts


def agrees(how: str, alerts: Alerts, again: Callable[[], Alerts]) -> bool:
    """Say whether the same alerts come out another way."""
    began = time.perf_counter()
    told = difference(again(), alerts)
    print(f"{how}: {time.perf_counter() - began:.0f} s, {told or 'the same'}", flush=True)
    return not told


def print_lists(county: SampleCounty, alerts: Alerts) -> bool:
    wanted, found = promised(county), found_in_stories(county, alerts)
    silent = {story.key for story in (*LOOK_ALIKES, *QUIET)}
    loud = [line for line in found if line[0] in silent]
    print(f"promised {len(wanted)}, found {len([line for line in wanted if line in found])}")
    beyond = [line for line in found if line not in wanted and line not in loud]
    print(f"said of the people of stories beyond that: {beyond or 'nothing'}")
    print(f"look-alikes {len(silent)}, of which something was said: {loud or 'none'}")
    surprising = unplanned(county, alerts)
    rate = len(surprising) * 100 / (len(county.organizations) * YEARS)
    print(f"unplanned {len(surprising)}: {rate:.2f} per 100 organizations a year")
    for alert in surprising:
        print(f"- {alert['organization_name']}: {alert['rule']} {alert['severity']}, {alert['why_en']}")
        print(f"  reason: {reason_of(alert)}")
    return wanted == found


def tables(county: SampleCounty, alerts: Alerts) -> list[list[str]]:
    """Give the rows of the document's tables: stories, look-alikes, what was not planned."""
    surprising = [
        f"| {one['organization_name']} | {one['rule']} {one['severity']} | {one['why_en']} | {reason_of(one)} |"
        for one in unplanned(county, alerts)
    ]
    return [*story_rows(county), surprising]


def write_tables(rows: Sequence[Sequence[str]]) -> None:
    """Put rows into the tables of the document, under the heads that stand there."""
    new = iter(rows)
    text = DOCUMENT.read_text(encoding="utf-8")
    text = TABLE.sub(lambda found: found[1] + "".join(f"{row}\n" for row in next(new)), text)
    DOCUMENT.write_text(text, encoding="utf-8")


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--end-on", type=date.fromisoformat, default=date(2026, 11, 26))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--in-order", action="store_true")
    parser.add_argument("--no-oracle", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="+", default=[], metavar="RULE")
    options = parser.parse_args(words)
    county = sample_county(seed=options.seed, size=options.size, end_on=options.end_on)
    events = told_events(county)
    make, definition = some_rules(options.only)
    alerts = judge(events, make)
    as_promised = bool(options.only) or print_lists(county, alerts)
    if options.write and not options.only:
        write_tables(tables(county, alerts))
    if not options.in_order:
        as_promised &= agrees("engine, shuffled", alerts, lambda: delivered(shuffled(events, Random("county")), make))
        as_promised &= options.no_oracle or agrees("oracle", alerts, lambda: expected(events, definition))
    return 0 if as_promised else 1


if __name__ == "__main__":
    sys.exit(main())
