"""Deliberate faults around spending: what is usual in a month, and how far off the next festival is."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_SPENDING = [
    Mutant(
        "months that have gone and stay in the middle",
        "sliding",
        "            del self._sums[month], self._entries[month]\n",
        "            pass\n",
        ("SO-30",),
    ),
    Mutant(
        "one month of every year that is the same month",
        "sliding",
        "        month = (entry.day.year, entry.day.month)\n        self._sums[month] +=",
        "        month = (entry.day.year, 1)\n        self._sums[month] +=",
        ("SO-30",),
    ),
    Mutant(
        "the greater one of two in the middle",
        "sliding",
        "return sums[(len(sums) - 1) // 2] if sums else 0",
        "return sums[len(sums) // 2] if sums else 0",
        ("SO-30",),
    ),
    Mutant(
        "a month that begins on whatever day it is",
        "dates",
        "return None if day is None else day.replace(day=1)",
        "return day",
        ("SO-30",),
    ),
    Mutant(
        "a festival that is a day nearer",
        "dates",
        "return None if day is None else FESTIVALS.days_to_next(day)",
        "return None if day is None else FESTIVALS.days_to_next(day + timedelta(days=1))",
        ("SO-30",),
    ),
]
