"""Compound patterns over the alerts of one organization: every choice of alerts is tried."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from funds_monitor.domain.compiling import compile_node
from funds_monitor.domain.explaining import fill
from funds_monitor.domain.expressions import parse
from funds_monitor.domain.words import Words
from tests.oracle.alerts import LEVELS, cut
from tests.oracle.facts import DAY_US, Fact, day_at
from tests.oracle.kin import GROUP_MEMBERS_MAX, reach
from tests.oracle.points import World

LATEST_SHOWN = 40

Alert = dict[str, Any]
Choice = dict[str, Alert]


class Pattern:
    """One pattern file; `row` is the file as written."""

    def __init__(self, row: Mapping[str, Any], words: Words) -> None:
        self.row = row
        self.id: str = row["id"]
        self.words = words
        self.numbers = {name: spec["default"] for name, spec in row["parameters"].items()}

    def condition(self, text: str, names: Mapping[str, Any]) -> bool:
        """Evaluate a condition over what the alerts of a choice say."""
        return bool(compile_node(parse(text), self.words)(names))


class Telling:
    """What conditions and sentences may ask of an alert."""

    def __init__(self, alert: Alert) -> None:
        self._alert = alert

    def __getattr__(self, name: str) -> Any:
        return day_at(self._alert["window_to_us"]) if name == "on" else self._alert["measured"].get(name)


def pattern_alerts(world: World, pattern: Pattern, code: str, alerts: list[Alert]) -> list[Alert]:
    """Give the alert of a pattern about an organization, as a list of one or none."""
    choices = [choice for choice in choices_of(pattern, alerts) if holds(world, pattern, code, choice)]
    return [content_of(pattern, choices)] if choices else []


def choices_of(pattern: Pattern, alerts: list[Alert]) -> Iterator[Choice]:
    """Give every way to take one alert for each member, of each the latest ones."""
    members = pattern.row["members"]
    fitting = []
    for member in members.values():
        own = [alert for alert in alerts if alert["rule"] == member["rule"] and shows_branch(alert, member)]
        own.sort(key=lambda alert: (-alert["window_to_us"], alert["key"], alert["window_from_us"]))
        fitting.append(own[:LATEST_SHOWN])
    for chosen in product(*fitting):
        yield dict(zip(members, chosen, strict=True))


def shows_branch(alert: Alert, member: Mapping[str, Any]) -> bool:
    shown = alert["measured"]["branch"].split(",")
    return "branches" not in member or any(branch in shown for branch in member["branches"])


def holds(world: World, pattern: Pattern, code: str, choice: Choice) -> bool:
    """Say whether the alerts of a choice are near enough, in order, and bound to each other."""
    times = {name: alert["window_to_us"] for name, alert in choice.items()}
    row = pattern.row
    if max(times.values()) - min(times.values()) > pattern.numbers[row["within"]] * DAY_US:
        return False
    if any(times[first] > times[second] for first, second in row.get("order", [])):
        return False
    day = day_at(max(times.values()))
    return all(tied(world, pattern, code, bond, choice, day) for bond in row.get("bound", []))


def tied(world: World, pattern: Pattern, code: str, bond: Mapping[str, Any], choice: Choice, day: date) -> bool:
    """Say whether one bond holds."""
    evidence = [facts_of(world, code, choice[name]) for name in bond["between"]]
    for kind in bond.get("share", []):
        values = [
            {value for fact in telling(facts, kind) for value in values_of(world, fact, kind, day)}
            for facts in evidence
        ]
        if set.intersection(*values):
            return True
    if "share" in bond:
        return False
    first, second = ([fact for fact in facts if fact.stream == "payment"] for facts in evidence[:2])
    if bond.get("paid_after"):
        begun_us = choice[bond["between"][0]]["window_from_us"]
        return any(fact.position[0] > begun_us for fact in second)
    days = timedelta(days=pattern.numbers[bond["month_ends_within"]])
    return any(
        one.data.booked_on <= last_day(other.data.booked_on) <= one.data.booked_on + days
        for one in first
        for other in second
    )


def last_day(day: date) -> date:
    """Give the last day of a date's month."""
    while (day + timedelta(days=1)).month == day.month:
        day += timedelta(days=1)
    return day


def facts_of(world: World, code: str, alert: Alert) -> list[Fact]:
    """Give the facts shown as evidence that stand in the books of the organization itself."""
    shown = {(time_us, source, name) for source, name, _, time_us in alert["evidence"]}
    streams = ("payment", "post", "approval", "payroll", "award")
    return [fact for stream in streams for fact in world.stream(code, stream) if fact.position in shown]


def telling(facts: list[Fact], kind: str) -> list[Fact]:
    """Give the facts that tell of a kind: of awards the awards themselves, where there are any."""
    awards = [fact for fact in facts if fact.stream == "award"]
    return awards if awards and kind in ("award", "buyer", "item") else facts


def values_of(world: World, fact: Fact, kind: str, day: date) -> list[Any]:
    """Give what a fact has of a kind."""
    match kind:
        case "payment":
            return [fact.position] if fact.stream == "payment" else []
        case "party":
            return people_of(world, fact)
        case "group":
            parties = people_of(world, fact) if fact.stream != "payroll" else []
            return [circle_of(world, party, day, without=fact.code or "") for party in parties]
    awards = awards_of(world, fact)
    if kind == "award":
        return [award.supplement_of or award.award_id for award in awards]
    found = [award.buyer.code if kind == "buyer" else award.catalogue_item for award in awards]
    return [value for value in found if value is not None]


def circle_of(world: World, party: str, day: date, *, without: str) -> str:
    """Give the smallest key of a party's group, the organization itself taken out of it."""
    edges = {one: others - {without} for one, others in world.kin.edges(day, grouping=True).items() if one != without}
    members = reach(edges, {party}, steps=len(edges))
    return min(members) if len(members) <= GROUP_MEMBERS_MAX else party


def people_of(world: World, fact: Fact) -> list[str]:
    """Name the other side of a payment, the person of a post or approval, whom a payroll pays."""
    if fact.stream == "payment":
        return [world.parties.key(fact)]
    if fact.stream in ("post", "approval"):
        return [fact.data.person]
    return [each.person for each in getattr(fact.data, "payees", None) or () if each.amount_fen > 0]


def awards_of(world: World, fact: Fact) -> list[Any]:
    """Give an award itself, or the award that a payment is under."""
    if fact.stream == "award":
        return [fact.data]
    under = world.clearing.award_id_of(fact) if fact.stream == "payment" else None
    return [award.data for award in world.stream(fact.code or "", "award") if award.data.award_id == under]


def content_of(pattern: Pattern, choices: list[Choice]) -> Alert:
    """Write down what the alert says."""
    row = pattern.row
    levels = [level_of(pattern, choice) for choice in choices]
    level = max(levels, key=LEVELS.index)
    best = [choice for choice, each in zip(choices, levels, strict=True) if each == level]
    shown = max(best, key=lambda choice: sorted(map(place_of, choice.values()), reverse=True))
    parts: list[Alert] = []
    for choice in choices:
        parts += [alert for alert in choice.values() if not any(alert is part for part in parts)]
    parts.sort(key=place_of)
    evidence = sorted({each for alert in parts for each in alert["evidence"]}, key=lambda each: (each[3], *each[:2]))
    names = names_at(pattern, shown)
    told = {row["members"][name]["rule"]: str(day_at(alert["window_to_us"])) for name, alert in shown.items()}
    return {
        "rule": pattern.id,
        "rule_version": row["version"],
        "organization": parts[-1]["organization"],
        "organization_name": parts[-1]["organization_name"],
        "severity": level,
        "state": "open",
        "window_from_us": min(alert["window_from_us"] for alert in parts),
        "window_to_us": parts[-1]["window_to_us"],
        "title_zh": row["name"]["zh"],
        "title_en": row["name"]["en"],
        "why_zh": sentence(row["why"]["zh"], names, "zh"),
        "why_en": sentence(row["why"]["en"], names, "en"),
        "measured": {**told, "span_days": names["span_days"], "alerts_together": len(parts)},
        "evidence": cut(evidence),
        "evidence_count": len(evidence),
        "law": unique(clause for alert in parts for clause in alert["law"]),
        "settled": all(alert["settled"] for alert in parts),
        "key": "",
    }


def level_of(pattern: Pattern, choice: Choice) -> str:
    """Give the first level whose condition holds."""
    names = names_at(pattern, choice)
    lines = pattern.row["severity"]
    return str(next(line["level"] for line in lines if "when" not in line or pattern.condition(line["when"], names)))


def names_at(pattern: Pattern, choice: Choice) -> dict[str, Any]:
    times = [alert["window_to_us"] for alert in choice.values()]
    told = {name: Telling(alert) for name, alert in choice.items()}
    return {**pattern.numbers, **told, "span_days": (max(times) - min(times)) // DAY_US}


def place_of(alert: Alert) -> tuple[int, str, str]:
    return (alert["window_to_us"], alert["rule"], alert["key"])


def unique(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))


def sentence(template: str, names: Mapping[str, Any], language: Any) -> str:
    def value_of(path: tuple[str, ...]) -> Any:
        return getattr(names[path[0]], path[1]) if len(path) > 1 else names[path[0]]

    return fill(template, value_of, language)
