"""Deliberate faults in what rules ask of people, partners and of organizations that have ended."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_PEOPLE = [
    Mutant(
        "staff elsewhere counted as a post",
        "reference",
        "any(post != STAFF for post in self.posts(person, code, day))",
        "any(self.posts(person, code, day))",
        ("SO-28",),
    ),
    Mutant(
        "a bonus that anybody gets",
        "operators",
        "if person in insiders and earlier",
        "if earlier",
        ("SO-12",),
    ),
    Mutant(
        "usual pay of each payroll, though a month was filed twice",
        "operators",
        "{entry.data.period: listed_in(entry.data) for",
        "{entry.position: listed_in(entry.data) for",
        ("SO-12",),
    ),
    Mutant(
        "pay of officials of whatever status",
        "points",
        "if book.official(each.person, self.day) == status)",
        "if book.official(each.person, self.day) != 'none')",
        ("SO-29",),
    ),
    Mutant(
        "pay of officials without a post here",
        "points",
        "if book.serves(each.person, code, self.day)",
        "if code",
        ("SO-29",),
    ),
    Mutant(
        "an approval that counts only once it is known",
        "streams",
        '{"approval", "award",',
        '{"award",',
        ("SO-28",),
    ),
    Mutant(
        "a qualification that always was",
        "register",
        "if each.position.time_us < end_us(day)]",
        "if each.position.time_us < end_us(day) + (1 << 60)]",
        ("SO-35",),
    ),
    Mutant(
        "partners that nobody leans on",
        "shard",
        "partners_in(placement.records) | payers_in(",
        "payers_in(",
        ("SO-35",),
    ),
    Mutant(
        "partners whose qualification becomes known later and changes nothing",
        "rejudging",
        " or (plan.rule.asks_partners and movement.moves_partners):",
        ":",
        ("SO-35",),
    ),
    Mutant(
        "a rule for the ended that speaks of the active",
        "judging",
        "if org.status not in plan.rule.statuses:",
        'if org.status != "active":',
        ("SO-38",),
    ),
]
