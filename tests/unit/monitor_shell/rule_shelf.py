"""Rules kept in memory: their versions, and what was told of them; compiled from versions that a test has at hand."""

from collections.abc import Sequence

from funds_monitor.domain.rulebook import RuleBook, RuleSetRefused
from funds_monitor.domain.versions import Step
from funds_monitor.usecases.ports import RULES_TOPIC, Identity, Offsets, RuleLife, RulesKept, RuleTold, StoredRule
from tests.builders.engine import shipped_rules
from tests.unit.monitor.test_versions import RULE, times

VERSIONS = {(RULE, 1): shipped_rules().rule(RULE), (RULE, 2): times(10, 2), (RULE, 3): times(0, 3)}
BROKEN = 4  # a version that is stored and does not hold


class RuleShelf:
    """Where rules are kept, for a process that may end and come back."""

    def __init__(self) -> None:
        self.versions = [StoredRule(RULE, version, "draft", "") for version in range(1, BROKEN + 1)]
        self.first = [Step(RULE, 1)]
        self.told: dict[Identity, tuple[RuleTold, str]] = {}

    async def load(self) -> list[StoredRule]:
        return self.versions

    async def save(self, rules: Sequence[StoredRule]) -> None:
        self.versions += rules

    async def load_kept(self, before: Offsets) -> RulesKept:
        kept = RulesKept(versions=self.versions, first=self.first)
        for told, refused in self.told.values():
            if told.offset < before.get((RULES_TOPIC, told.partition), 0):
                if refused:
                    kept.refused.append(told.identity)
                else:
                    kept.told.append(told)
        return kept

    async def load_life(self, rule: str) -> RuleLife:
        first = [step for step in self.first if step.rule == rule]
        return RuleLife(first, [each for each in self.told.values() if each[0].rule == rule])

    async def save_told(self, told: RuleTold, refused: str) -> str:
        return self.told.setdefault(told.identity, (told, refused))[1]


def compiled(rules: Sequence[StoredRule], steps: Sequence[Step]) -> RuleBook:
    """Compile versions that are at hand.

    Raises: RuleSetRefused, with the broken one.
    """
    if any(rule.version == BROKEN for rule in rules):
        raise RuleSetRefused(["SO-01-v4.yaml:1:1: does not hold"])
    return RuleBook([VERSIONS[rule.id, rule.version] for rule in rules], shipped_rules().words, steps=steps)
