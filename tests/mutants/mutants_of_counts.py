"""Deliberate faults in holding declarations against what came; told to stories whose declarations state numbers."""

from tests.mutants.mutating import Mutant

CONTRACTS = "contracts"
SILENT = ("SO-21", "SO-36")

MUTANTS_OF_COUNTS = [
    Mutant("numbers that nobody looks at", "shard", "if not self.completeness.weigh(fact):", "if False:", SILENT),
    Mutant(
        "a declaration that was not taken and moves completeness all the same",
        "shard",
        "outcome.blocked.add((fact.position.source, fact.position.id))\n            return",
        "outcome.blocked.add((fact.position.source, fact.position.id))",
        SILENT,
    ),
    Mutant(
        "facts that are not counted",
        "shard",
        "            if not counted:\n                self.completeness.count(fact)",
        "            pass",
        SILENT,
    ),
    Mutant(
        "tallies that no commit keeps",
        "shard",
        "outcome.tallies = self.completeness.moved()",
        "self.completeness.moved()",
        SILENT,
    ),
    Mutant(
        "one tally for all topics of a source",
        "completeness",
        "part = (fact.position.source, fact.place.topic, fact.place.partition)",
        'part = (fact.position.source, "", fact.place.partition)',
        SILENT,
    ),
    Mutant(
        "one tally for all sources of a topic",
        "completeness",
        "part = (fact.position.source, fact.place.topic, fact.place.partition)",
        'part = ("", fact.place.topic, fact.place.partition)',
        SILENT,
    ),
    Mutant(
        "a declaration after which counting goes on",
        "counting",
        "self.events, self.amount_fen, self.since_us, self.blocked = 0, 0, at_us, None",
        "pass",
        SILENT,
        CONTRACTS,
    ),
    Mutant(
        "a declaration that was not taken and begins the counting anew",
        "counting",
        "self.blocked = self.against(said, id=id, at_us=at_us)",
        "self.events = self.amount_fen = 0",
        SILENT,
        CONTRACTS,
    ),
    Mutant(
        "withdrawals that count",
        "counting",
        "NOT_COUNTED = (WITHDRAWN, COMPLETED)",
        "NOT_COUNTED = ()",
        SILENT,
        CONTRACTS,
    ),
    Mutant(
        "amounts that nobody adds up",
        "counting",
        'self.amount_fen += getattr(data, "amount_fen", None) or 0',
        "pass",
        SILENT,
        CONTRACTS,
    ),
    Mutant(
        "a count alone that decides",
        "counting",
        " and said.amount_fen in (None, self.amount_fen)",
        "",
        SILENT,
        CONTRACTS,
    ),
    Mutant(
        "a sum alone that decides",
        "counting",
        "said.event_count in (None, self.events) and ",
        "",
        SILENT,
        CONTRACTS,
    ),
]
