"""Each number of a rule doubled and halved: which change does no scenario of the rule notice?"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path

from msgspec import Struct

from funds_monitor.domain.patterns import PatternReader
from funds_monitor.domain.rule_files import RuleFile
from funds_monitor.domain.rule_reading import RuleReader
from funds_monitor.domain.rulebook import PATTERN_FILES, RuleBook
from funds_monitor.domain.words import Words
from tests.builders.engine import EngineCounty, shipped_rules
from tests.builders.records import records_of
from tests.builders.scenarios import CODE, Scenario, events_of, fits


class Change(Struct, frozen=True):
    """One number of a rule set to another value."""

    rule: str
    place: tuple[str, ...]  # parameter, then `default`, or `by_kind` or `by_size` and the key
    value: int

    @property
    def name(self) -> str:
        """The change as the list of exceptions names it."""
        return f"{self.rule} {'.'.join(self.place).removesuffix('.default')} = {self.value}"


def changes_of(path: Path) -> Iterator[Change]:
    """Give every number of a rule file doubled and halved."""
    content = RuleFile(path).content
    for parameter, spec in content.get("parameters", {}).items():
        places = {(parameter, "default"): spec["default"]}
        for kind in ("by_kind", "by_size"):
            places |= {(parameter, kind, key): number for key, number in spec.get(kind, {}).items()}
        for place, number in places.items():
            for value in dict.fromkeys((number * 2, number // 2)):
                if value != number:
                    yield Change(content["id"], place, value)


def changed_book(path: Path, words: Words, change: Change | None) -> RuleBook:
    """Give a book of one rule, or of one pattern over all rules, with one number changed."""
    file = RuleFile(path)
    if change is not None:
        file.content = deepcopy(file.content)
        spec = file.content["parameters"]
        for key in change.place[:-1]:
            spec = spec[key]
        spec[change.place[-1]] = change.value
    if path.match(PATTERN_FILES):
        pattern = PatternReader(file, {rule.id: rule for rule in shipped_rules().rules}, words).read()
        assert pattern is not None, file.messages
        return RuleBook([rule for rule in shipped_rules().rules if rule.id in pattern.rules], words, [pattern])
    rule = RuleReader(file, words).read()
    assert rule is not None, file.messages
    return RuleBook([rule], words)


def all_hold(book: RuleBook, scenarios: Iterable[Scenario], of: str) -> bool:
    """Say whether the scenarios of a rule or pattern end as they say."""
    return all(holds(book, scenario, of) for scenario in scenarios)


def holds(book: RuleBook, scenario: Scenario, of: str) -> bool:
    """Say whether a scenario of a rule or pattern ends as it says."""
    county = EngineCounty(book)
    county.feed(records_of(events_of(scenario)))
    county.finish()
    alerts = [alert for alert in county.content().get(CODE, []) if alert["rule"] == of]
    waiting = {
        topic for storage in county.storage for code, rule, topic in storage.waiting if (code, rule) == (CODE, of)
    }
    fitting = len(alerts) == len(scenario.expect) and all(map(fits, alerts, scenario.expect))
    return fitting and waiting == set(scenario.waiting)
