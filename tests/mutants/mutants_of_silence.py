"""Deliberate faults of the look for signs of life."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_SILENCE = [
    Mutant(
        "a sign of life that is taken back goes on counting",
        "silence",
        "if day is not None and self._count(day, -1):",
        "if day is not None and False:",
        ("SO-36",),
    ),
    Mutant(
        "a silence that begins again when a sign goes is not heard of",
        "deadlines",
        "touched = {before for day in moved if (before := signs.before(day)) is not None} | moved",
        "touched = set(moved)",
        ("SO-36",),
    ),
    Mutant(
        "who is registered later is never silent",
        "deadlines",
        'if any(fact.stream == "org" for fact in placement.records):',
        "if False:",
        ("SO-36",),
    ),
    Mutant(
        "letters and inspections that do not hear of signs of life",
        "rejudging",
        "        if first is not None:\n            self._note(Position(",
        "        if False:\n            self._note(Position(",
        ("SO-36",),
    ),
]
