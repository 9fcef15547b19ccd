"""Deliberate faults of who hears of what: a rule that a movement concerns is passed over."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_HEARING = [
    Mutant(
        "what tells of cover is heard by no rule that asks for it",
        "plans",
        '{*COVER_STREAMS, "payment"} if rule.asks_cover else ()',
        "()",
        ("SO-36", "SO-39", "SO-24", "SO-07"),
    ),
    Mutant(
        "signs of life that a rule of silence does not hear",
        "plans",
        "rule.silence.signs if rule.silence is not None else ()",
        "()",
        ("SO-36", "SO-07"),
    ),
    Mutant(
        "of many facts that moved, only the window of the first is heard",
        "placing",
        "yield begin, moved[-1].time_us",
        "yield begin, moved[0].time_us",
        ("SO-18",),
    ),
    Mutant(
        "of many facts that moved, only the last stretch is heard",
        "placing",
        "            yield begin, until_us\n            begin",
        "            begin",
        ("SO-25", "SO-14", "SO-03"),
    ),
    Mutant(
        "true points that wait are asked once and never again",
        "observing",
        "book.seen == self._completeness.revision",
        "book.seen is not None",
        ("SO-25", "SO-21"),
    ),
    Mutant(
        "of several sources that move forward only the first is noted",
        "completeness",
        "self.revision += 1",
        "self.revision = 1",
        ("SO-25", "SO-21"),
    ),
    Mutant(
        "a set that hears of the first list that it was given and of no later one",
        "sets",
        "(tuple(point[name]) for name in self.lists)",
        "()",
        ("SO-09",),
    ),
    Mutant(
        "a set under the list of another point",
        "sets",
        "if not plan.lists:",
        "if True:",
        ("SO-09",),
    ),
]
