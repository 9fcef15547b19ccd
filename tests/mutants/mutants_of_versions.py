"""Deliberate faults of the change from one version of a rule to another."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_VERSIONS = [
    Mutant(
        "a version that judges points of other days again",
        "rejudging",
        "return [entry for entry in in_order if self._plan.span.holds(entry.day)]",
        "return in_order",
        ("SO-01", "SO-21"),
    ),
    Mutant(
        "a version that judges new payments of other days",
        "observing",
        "        if not self._plan.judges_always:\n",
        "        if False:\n",
        ("SO-01", "SO-03"),
    ),
    Mutant(
        "a version that takes back what another one says",
        "alerts",
        "        if self._plan.judges_always:\n",
        "        if True:\n",
        ("SO-01", "SO-03"),
    ),
    Mutant(
        "two versions that judge the day of the change",
        "versions",
        "lasts = [day - timedelta(days=1) for day, _ in starts[1:]] + [date.max]",
        "lasts = [day for day, _ in starts[1:]] + [date.max]",
        ("SO-01", "SO-08"),
    ),
    Mutant(
        "of two versions for one day the one told first",
        "versions",
        "by_rule.setdefault(step.rule, {})[step.effective_from] = step.version",
        "by_rule.setdefault(step.rule, {}).setdefault(step.effective_from, step.version)",
        ("SO-01", "SO-21"),
    ),
    Mutant(
        "a new version that does not look at what came before it was told of",
        "shard",
        "                rejudging.everything()\n",
        "",
        ("SO-01", "SO-21"),
    ),
    Mutant(
        "a rule that is retired and does not take back what it said of later days",
        "shard",
        "        outcome.alerts += withdraw_unjudged(organization, change, self.rules, cause)\n",
        "",
        ("SO-01", "SO-08"),
    ),
    Mutant(
        "true points of a version that is no more",
        "shard",
        "        outcome.hits += forget_judgements(organization, change)\n",
        "        forget_judgements(organization, change)\n",
        ("SO-01", "SO-08"),
    ),
    Mutant(
        "a version that waits, forgotten as soon as another one does not",
        "observing",
        "[day for plan in versions for day in",
        "[day for plan in [self._plan] for day in",
        ("SO-21", "SO-28"),
    ),
    Mutant(
        "dates that are waited for and not forgotten with their points",
        "organizations",
        "del days[bisect_left(days, day)]",
        "pass",
        ("SO-09", "SO-21"),
    ),
    Mutant(
        "a rule that goes on waiting after the version that waits has gone",
        "shard",
        "        outcome.waiting += clear_waiting(organization, change, self.rules)\n",
        "",
        ("SO-21", "SO-28"),
    ),
]
