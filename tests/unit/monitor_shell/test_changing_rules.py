"""The use-cases with rules that change say what the definition says, whatever is killed, cut, delayed or sent twice."""

from collections.abc import Sequence
from random import Random

import pytest

from contracts import Record, admit
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.versions import Step
from funds_monitor.usecases.learn_rules import learn_rules
from funds_monitor.usecases.ports import StoredRule
from tests.builders.engine import county_of_versions
from tests.builders.events import Desk
from tests.builders.records import Log
from tests.oracle.versions import Change
from tests.properties.comparing import difference, expected
from tests.properties.delivery import Step as Told
from tests.properties.delivery import arrival
from tests.properties.themes import story
from tests.properties.versions import Life, days_of, life_of, sides_of
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.rule_shelf import RuleShelf
from tests.unit.monitor_shell.shell_county import ShellCounty

pytestmark = pytest.mark.anyio
STORIES_PER_THEME = 12
PORTIONS = (1, 2, 3, 8, 20)


def first_days(life: Life) -> list[Change]:
    """Give what can be told: a retirement names the version that judges, so the story has none."""
    return [change for change in life.changes if change[1] is not None]


class ChangingCounty:
    """A county that hears of versions while it judges."""

    def __init__(self, life: Life) -> None:
        self._book = county_of_versions({life.rule, *life.unchanging()}, life.others).rules
        shelf = RuleShelf()
        shelf.versions = [StoredRule(rule.id, rule.version, "draft", "") for rule in self._book.rules]
        shelf.first = list(self._book.steps)
        self.county = ShellCounty(MemoryStore(), rules=shelf, compile_rules=self._compiled)
        desk, log = Desk("rules"), Log()
        events = [
            desk.event(
                "monitor.rule.activated.v1",
                None,
                "2026-11-01",
                {"rule": rule, "version": version, "effective_from": first.isoformat(), "by": ["甲", "乙"]},
            )
            for rule, version, first in first_days(life)
        ]
        self.records = [record for event in events for record in log.append(event)]

    def _compiled(self, rules: Sequence[StoredRule], steps: Sequence[Step]) -> RuleBook:
        judging = {(rule.id, rule.version) for rule in rules}
        versions = [rule for rule in self._book.rules if (rule.id, rule.version) in judging]
        patterns = {pattern.id for pattern in self._book.patterns}
        in_order = [step for step in steps if step.rule not in patterns]
        return RuleBook(versions, self._book.words, self._book.patterns, in_order)

    async def hear(self, records: Sequence[Record]) -> None:
        county = self.county
        await learn_rules(records, desk=county.desk, rules=county.rules, compile_rules=self._compiled, admit=admit)

    async def deliver(self, records: Sequence[Record], rng: Random) -> None:
        """Let facts and versions arrive, with the county's work and its accidents in between."""
        await self.county.start()
        place = heard = 0
        while place < len(records):
            size = rng.choice(PORTIONS)
            await self.county.feed(records[place : place + size], fails=rng.randrange(12) == 0)
            place += size
            heard = max(heard, rng.randint(0, len(self.records)) if rng.randrange(3) == 0 else 0)
            await self.hear(self.records[:heard])
            await self.county.meanwhile(rng)
        await self.hear(self.records)
        await self.county.finish()


@pytest.mark.parametrize("theme", ["SO-01", "SO-03", "SO-21", "SO-28", "SO-36", "TY-03"])
async def test_use_cases_and_definition_agree_on_rules_that_change(theme: str) -> None:
    for number in range(STORIES_PER_THEME):
        rng = Random(f"changing-{theme}-{number}")
        told = story(rng, theme)
        life = life_of(rng, "SO-03" if theme == "TY-03" else theme, days_of(told))
        changing = ChangingCounty(life)
        await changing.deliver(arrival(told, rng), rng)
        steps = [Told("announce", arguments=change) for change in first_days(life)]
        wanted = expected(told, sides_of(life).rules(steps))
        assert not difference(wanted, changing.county.content()), f"story {theme} {number}: {life.changes}"
        assert not changing.county.desk.refused
