"""Versions of rules as the definition has them: who judges the points of a day, and since when without a break."""

from collections.abc import Iterable, Sequence
from datetime import date

from tests.oracle.rules import Rule, Rules

Change = tuple[str, int | None, date]  # rule, version (None: it is retired), first day
Stretch = tuple[int | None, date]  # version, first day


class InCharge(Rule):
    """A version of a rule over one stretch of days."""

    def __init__(self, rule: Rule, stretch: Stretch, changes: Sequence[Change]) -> None:
        super().__init__(rule.row, rule.words)
        self._stretch, self._changes = stretch, changes

    def judges(self, day: date) -> bool:
        """Say whether a day lies in the stretch."""
        return stretch_on(self._changes, day) == self._stretch


def rules_over_time(rules: Rules, versions: Iterable[Rule], changes: Sequence[Change]) -> Rules:
    """Put each version of a rule that changes, over each of its stretches, in the rule's place."""
    changing = {rule for rule, _, _ in changes}
    found = [rule for rule in rules if rule.id not in changing]
    for version in versions:
        told = [change for change in changes if change[0] == version.id]
        stretches = {stretch_on(told, first) for _, _, first in told}
        found += [InCharge(version, each, told) for each in stretches if each[0] == version.row["version"]]
    return Rules(found, rules.patterns)


def stretch_on(changes: Iterable[Change], day: date) -> Stretch:
    """Give who judges on a day: the greatest first day up to it counts, of several told for it the last one."""
    by_day = {first: version for _, version, first in changes}
    stretch: Stretch = (None, date.min)
    for first in sorted(by_day):
        if first <= day and by_day[first] != stretch[0]:
            stretch = (by_day[first], first)
    return stretch
