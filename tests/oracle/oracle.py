"""The definition, slow and obvious: the whole set of events in, the open alerts' content out."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from contracts import partition_of
from contracts.topics import TOPICS
from tests.oracle.alerts import alerts_of, hits_of, lacking
from tests.oracle.beliefs import believed_facts
from tests.oracle.books import Books
from tests.oracle.clearing import Clearing
from tests.oracle.facts import Heard
from tests.oracle.kin import Kin
from tests.oracle.parties import Parties
from tests.oracle.patterns import Pattern, pattern_alerts
from tests.oracle.points import World
from tests.oracle.rules import Rule, read_rules
from tests.oracle.told import Told

RULES = Path(__file__).resolve().parents[2] / "services" / "funds-monitor" / "rules"
PARTITIONS = next(iter(TOPICS.by_name.values())).partitions

Alerts = dict[str, list[dict[str, Any]]]


def open_alerts(heard: Sequence[Heard], rules: Sequence[Rule] | None = None) -> Alerts:
    """Give the open alerts of every organization that has one, in a fixed order; `Rules` bring their patterns along."""
    rules = read_rules(RULES) if rules is None else rules
    patterns = [Pattern(row, rules[0].words) for row in getattr(rules, "patterns", ())]
    world = world_of(heard, rules)
    told = Told(heard)
    found: Alerts = {}
    for code in world.books.codes():
        shard = partition_of(code, PARTITIONS)
        alerts = [alert for rule in rules for alert in alerts_of(world, rule, code=code, shard=shard, told=told)]
        alerts += [alert for pattern in patterns for alert in pattern_alerts(world, pattern, code, alerts)]
        if alerts:
            found[code] = sorted(alerts, key=order_of)
    return found


def waiting(heard: Sequence[Heard], rules: Iterable[Rule] | None = None) -> set[tuple[str, str, str]]:
    """Name organization, rule and topic wherever a true point waits for completeness."""
    rules = list(read_rules(RULES) if rules is None else rules)
    world, told = world_of(heard, rules), Told(heard)
    return {
        (code, rule.id, topic)
        for code in world.books.codes()
        for rule in rules
        if "waits" in rule.row
        for hit in hits_of(world, rule, code)
        for topic in lacking(hit, shard=partition_of(code, PARTITIONS), told=told)
    }


def world_of(heard: Iterable[Heard], rules: Sequence[Rule]) -> World:
    """Lay the believed facts out."""
    words = rules[0].words
    books = Books(believed_facts(heard))
    parties = Parties(books, words)
    return World(books, parties, Kin(books, parties, words), Clearing(books, parties, words))


def order_of(alert: dict[str, Any]) -> tuple[Any, ...]:
    """Sort alerts of one organization the same way everywhere."""
    return (alert["rule"], alert["key"], alert["window_to_us"], alert["window_from_us"], alert["evidence"])
