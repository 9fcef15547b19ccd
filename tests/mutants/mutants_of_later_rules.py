"""Deliberate faults that the stories of single rules must notice; those of every rule stand in `mutants`."""

from tests.mutants.mutating import Mutant

MONTHLY = ("SO-05", "SO-06")  # judged once a month is over, by shared deadlines of payments

MUTANTS_OF_LATER_RULES = [
    Mutant(
        "an end that counts only once it is known",
        "streams",
        '"award", "ended",',
        '"award",',
        ("SO-38",),
    ),
    Mutant(
        "whoever is not registered taken for active",
        "timeline",
        'if "ended" in self._streams:',
        'if snapshot is not None and "ended" in self._streams:',
        ("SO-38",),
    ),
    Mutant(
        "nobody's cash laid to somebody",
        "parties",
        "return not key.startswith(OWN)",
        "return True",
        ("SO-02",),
    ),
    Mutant(
        "alerts of one rule that are told apart by their first key alone",
        "judging",
        'sha256("\\n".join(map(str, values)).encode())',
        "sha256(str(values[0]).encode())",
        ("SO-02",),
    ),
    Mutant(
        "a shared deadline that stands on the last payment that names it",
        "deadlines",
        "return shared_due(plan, self._deadline, self.payments.entries[0].fact, self._value)",
        "return shared_due(plan, self._deadline, self.payments.entries[-1].fact, self._value)",
        MONTHLY,
    ),
    Mutant(
        "a shared deadline whose last payment went, and whose hit stays",
        "deadlines",
        "                gone.append(before)",
        "                continue",
        MONTHLY,
    ),
    Mutant(
        "a deadline of payments that heeds no condition",
        "deadlines",
        "if deadline.where is not None and not deadline.where.run(around):",
        "if deadline.where is None and deadline.once is None and not around:",
        MONTHLY,
    ),
    Mutant(
        "a wait that does not mind until when",
        "observing",
        "until = values.get(wait.until) if wait.until else None",
        "until = None",
        ("SO-05", "SO-27"),
    ),
    Mutant(
        "a payroll that gives everybody everybody's pay",
        "operators",
        "return listed[person]",
        "return sum(listed.values())",
        ("SO-05",),
    ),
    Mutant(
        "pay beyond what is known that anybody counts as staff for",
        "operators",
        'or not point.holds(person, "staff"):',
        "or not point.day:",
        ("SO-05",),
    ),
    Mutant(
        "a quarter of the year for a month",
        "dates",
        "return None if day is None else day.year * 100 + day.month",
        "return None if day is None else day.year * 100 + (day.month + 2) // 3",
        ("SO-05", "SO-06"),
    ),
    Mutant(
        "a set that runs beyond its last day",
        "sets",
        "high = until if plan.feature.ahead else min(high, until)",
        "high = until if plan.feature.ahead else high",
        ("SO-09",),
    ),
    Mutant(
        "a set that does not look ahead",
        "sets",
        "high = until if plan.feature.ahead else min(high, until)",
        "high = min(high, until)",
        ("SO-10", "SO-11"),
    ),
    Mutant(
        "titles of which nothing is taken away",
        "words",
        'whole = whole.replace(word, "") if counts else whole',
        "pass",
        ("SO-20",),
    ),
]
