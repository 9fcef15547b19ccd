"""Deliberate faults around silence: which accounts are covered, and whose receipts are whose."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_COVER = [
    Mutant(
        "declarations that cover the day between them",
        "cover",
        "wanted = max(wanted, part.to_on + ONE_DAY)",
        "wanted = max(wanted, part.to_on + ONE_DAY + ONE_DAY)",
        ("SO-24",),
    ),
    Mutant(
        "accounts that are covered although nobody filed one",
        "cover",
        "return bool(open_spans) and all(",
        "return all(",
        ("SO-24",),
    ),
    Mutant(
        "accounts and declarations that change nothing of what was judged",
        "rejudging",
        "self._note(None, plan.cover_bit)",
        "pass",
        ("SO-24",),
    ),
    Mutant(
        "receipts of groups that nobody follows",
        "plans",
        "by_group = sum(each.bit for each in receipts if each.by_group)",
        "by_group = 0",
        ("SO-24",),
    ),
    Mutant(
        "whoever got a receipt leaned on by the account only",
        "shard",
        "return found | {party for each in entries if is_named(party := timeline.party_of(each))}",
        "return found",
        ("SO-24",),
    ),
    Mutant(
        "a payment of the first day that covers its account",
        "cover",
        "entry.data.booked_on < span.from_on",
        "entry.data.booked_on <= span.from_on",
        ("SO-24", "SO-39"),
    ),
    Mutant(
        "a basis that ends within the days",
        "cover",
        "or date.max) >= span.to_on",
        "or date.max) >= span.from_on",
        ("SO-39", "SO-24"),
    ),
    Mutant(
        "an account that is to be covered when it is closed",
        "cover",
        "min(end, span.to_on)",
        "span.to_on",
        ("SO-24", "SO-39"),
    ),
    Mutant(
        "episodes by what a fact says, not by the feature that is named",
        "episodes",
        "value = hit.values.get(field) if field in rule.features else getattr(hit.entry.data, field, None)",
        "value = getattr(hit.entry.data, field, None)",
        ("SO-39",),
    ),
    Mutant(
        "what comes before something, that itself among it",
        "sets",
        "high = min(high, series.before(first.position)) if first is not None else low",
        "high = min(high, series.until(first.position)) if first is not None else low",
        ("SO-07",),
    ),
    Mutant(
        "the newest facts that are all of them",
        "sets",
        "window._replace(low=max(window.low, window.high - newest))",
        "window",
        ("SO-07",),
    ),
    Mutant(
        "the largest payers, whoever they belong to",
        "operators",
        "moved[group_at(point, entry)] += entry.data.amount_fen",
        "moved[entry.party] += entry.data.amount_fen",
        ("SO-07",),
    ),
]
