"""Records of other departments that explain a payment: C1 to C10, each as of the payment's own position.

Source: indicators.md §1.6, docs/rule-language.md §4 (Clearing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from funds_monitor.domain.entries import NO_KEYS, Entry
from funds_monitor.domain.facts import DAY_US, Fact
from funds_monitor.domain.lives import lives_on
from funds_monitor.domain.names import name_score
from funds_monitor.domain.parties import same_name

if TYPE_CHECKING:
    from funds_monitor.domain.timeline import Timeline

NAME_SCORE_MIN = 92
HELD_DAYS = 90
FEE_TIMES = (1, 2, 3)
REFUND_DAYS = 90
PAID_IN_DAYS = 365
RESOLUTION_DAYS = 365
AWARDS = frozenset({"award"})
CHARGED_KINDS = frozenset({"conference", "training", "exhibition"})
MONEY_KINDS = frozenset({"major_payment", "investment", "lending", "related_party_deal"})
CLEARING_TOPICS: dict[str, tuple[str, ...]] = {
    "C1": ("finance.procurement.v1",),
    "C2": ("finance.subsidies.v1",),
    "C3": ("civil-affairs.fees.v1", "civil-affairs.reports.v1"),
    "C4": ("public-security.overseas.v1",),
    "C5": ("civil-affairs.organizations.v1",),
    "C6": ("civil-affairs.reports.v1",),
    "C7": ("finance.procurement.v1",),
    "C8": (),
    "C9": ("finance.receipts.v1",),
    "C10": ("civil-affairs.reports.v1",),
}


class Marks(NamedTuple):
    """What records make of a payment, as of its own position."""

    cleared: frozenset[str]
    award: str | None  # award_id of the award that it is under
    budgeted: bool  # an outflow whose payee the budget of some award of the organization names
    buyer_code: str | None  # of the award that it is under


def topics_of(keys: Iterable[str]) -> tuple[str, ...]:
    """Name the topics that records of these keys come from; `any` = all keys."""
    named = set(keys)
    every = CLEARING_TOPICS if "any" in named else {key.partition(".")[0] for key in named}
    return tuple(sorted({topic for key in every for topic in CLEARING_TOPICS[key]}))


def refs_of(award: Any) -> frozenset[str]:
    """Give what a payment's `project_ref` may say to mean an award."""
    return frozenset({award.award_id, award.contract_ref} - {None, ""})


def is_body(party: Any, body: Any) -> bool:
    """Say whether a counterparty is a public body: same code or equal names."""
    return (party.code is not None and party.code == body.code) or same_name(party.name, body.name)


def pays_award(payment: Any, award: Any) -> bool:
    """Say whether an inflow meets the payer test of an award."""
    if payment.earmark == "purchase" and payment.project_ref in refs_of(award):
        return True
    return is_body(payment.counterparty, award.buyer)


def pays_grant(payment: Any, grant: Any) -> bool:
    """Say whether an inflow meets the payer test of a grant."""
    if payment.earmark == "subsidy" and payment.project_ref == grant.grant_id:
        return True
    return is_body(payment.counterparty, grant.grantor)


def names_payee(award: Any, party: Any) -> bool:
    """Say whether the budget of an award names a payee, by code or by name."""
    return any(payee == party.code or same_name(payee, party.name) for payee in award.budget_payees or ())


def paying_alike(timeline: Timeline, changed: Entry) -> Iterator[Entry]:
    """Give the inflows after a changed one that meet the same award's or grant's payer test as it does."""
    tests: list[tuple[Callable[[Any, Any], bool], Any]]
    tests = [(pays_award, fact.data) for fact in timeline.facts("award") if pays_award(changed.data, fact.data)]
    tests += [(pays_grant, fact.data) for fact in timeline.facts("grant") if pays_grant(changed.data, fact.data)]
    if tests:
        payments = timeline.payments
        for entry in payments.entries[payments.until(changed.position) :]:
            if entry.data.direction == "in" and any(test(entry.data, record) for test, record in tests):
                yield entry


def marks_of(entry: Entry, timeline: Timeline) -> Marks:
    """Say what records make of an external payment."""
    award, budgeted = None, False
    if timeline.has(AWARDS):
        award = award_of(entry, timeline)
        payee, is_out = entry.data.counterparty, entry.data.direction == "out"
        budgeted = is_out and any(names_payee(each.data, payee) for each in timeline.facts("award"))
    award_id = (award.supplement_of or award.award_id) if award is not None else None
    buyer_code = award.buyer.code if award is not None else None
    return Marks(cleared_keys(entry, timeline, award_id), award_id, budgeted, buyer_code)


def award_of(entry: Entry, timeline: Timeline) -> Any:
    """Give the award that a payment is under: that clears an inflow (C1), that an outflow refers to; None: none.

    Of several the one awarded last; a supplement counts as the award that it adds to.
    """
    latest_first = sorted(timeline.facts("award"), key=lambda each: (each.data.awarded_on, each.position), reverse=True)
    if entry.data.direction == "in":
        found = (each for each in latest_first if pays_within(entry, timeline, each.data, latest_first))
    else:
        found = (each for each in latest_first if entry.data.project_ref in refs_of(each.data))
    award = next(found, None)
    return award.data if award is not None else None


def cleared_keys(entry: Entry, timeline: Timeline, award: str | None) -> frozenset[str]:
    """Give the keys of the records that explain an external payment; `award` is the one that it is under."""
    has = timeline.has
    if entry.data.direction == "in":
        found = ["C1"] if award is not None else []
        found += [key for key, streams, test in INFLOW_TESTS if (not streams or has(streams)) and test(entry, timeline)]
    else:
        found = [key for key, streams, test in OUTFLOW_TESTS if (not streams or has(streams)) and test(entry, timeline)]
        if has(RESOLUTIONS):
            found += resolved(entry, timeline)
    return frozenset(found) if found else NO_KEYS


def pays_within(entry: Entry, timeline: Timeline, data: Any, awards: Iterable[Fact]) -> bool:
    """Say whether an inflow pays an award, and all that has paid it so far stays within what it promises (C1)."""
    if entry.day < data.awarded_on or not pays_award(entry.data, data):
        return False
    supplements = [other.data.amount_fen for other in awards if other.data.supplement_of == data.award_id]
    promised: int = data.amount_fen + sum(supplements)
    return paid_since(entry, timeline, data.awarded_on, pays_award, data) <= promised


def c2_grant(entry: Entry, timeline: Timeline) -> bool:
    """Say whether a grant explains an inflow."""
    for grant in timeline.facts("grant"):
        data = grant.data
        if entry.day < data.granted_on or not pays_grant(entry.data, data):
            continue
        if paid_since(entry, timeline, data.granted_on, pays_grant, data) <= data.amount_fen:
            return True
    return False


def paid_since(entry: Entry, timeline: Timeline, day: date, is_payer: Callable[[Any, Any], bool], record: Any) -> int:
    """Add the external inflows that meet a payer test, dated on a day or later, up to a payment."""
    return sum(
        other.data.amount_fen for other in timeline.inflows_between(day, entry.position) if is_payer(other.data, record)
    )


def c3_fee(entry: Entry, timeline: Timeline) -> bool:
    """Say whether a filed fee, once to three times, or an activity's fee explains an inflow."""
    amount, day = entry.data.amount_fen, entry.day
    for fee in timeline.facts("fee"):
        if any(amount == times * fee.data.amount_fen for times in FEE_TIMES) and lives_on(fee, day, ()):
            return True
    for activity in timeline.facts("activity"):
        data = activity.data
        if data.fee_fen == amount and data.kind in CHARGED_KINDS and data.reported_on <= day and held_near(data, day):
            return True
    return False


def held_near(activity: Any, day: date) -> bool:
    """Say whether an activity was held within 90 days of a date; one end missing: the other; both: no."""
    first = activity.held_from or activity.held_to
    last = activity.held_to or activity.held_from
    if first is None or last is None:
        return False
    near = timedelta(days=HELD_DAYS)
    return bool(first - near <= day <= last + near)


def c4_filing(entry: Entry, timeline: Timeline) -> bool:
    """Say whether a live overseas filing names the payer and this account, or no account."""
    party = entry.data.counterparty
    for filing in timeline.facts("filing"):
        data, ngo = filing.data, filing.data.overseas_ngo
        if data.account not in {None, entry.data.own_account} or not lives_on(filing, entry.day, ()):
            continue
        same_code = ngo.office_code is not None and ngo.office_code == party.code
        if same_code or name_score(ngo.name, party.name) >= NAME_SCORE_MIN:
            return True
    return False


def c5_start_up(entry: Entry, timeline: Timeline) -> bool:
    """Say whether an inflow is start-up money within what the register says."""
    if entry.data.earmark != "start_up_funds":
        return False
    snapshot = timeline.snapshot(entry.position)
    promised = snapshot.data.start_up_funds_fen if snapshot is not None else None
    given = timeline.start_up.sum(0, timeline.start_up.until(entry.position))
    return promised is not None and given <= promised


def c6_activity(entry: Entry, timeline: Timeline) -> bool:
    """Say whether a reported activity explains an outflow within its budget, or the payer's activity an inflow."""
    ref = entry.data.project_ref
    if ref is None:
        return False
    if entry.data.direction == "in":
        code = entry.data.counterparty.code
        if code is None:
            return False
        return any(under_way(activity.data, entry.day) for activity in timeline.activities_of(code, ref))
    activities = [each for each in timeline.facts("activity") if each.data.activity_id == ref]
    for activity in activities:
        budget = activity.data.budget_fen
        if budget is not None and under_way(activity.data, entry.day):
            spent = sum(other.data.amount_fen for other in timeline.outflows_under(ref, entry.position))
            if spent * 10 <= budget * 11:
                return True
    return False


def under_way(activity: Any, day: date) -> bool:
    """Say whether a date is between report (relief: start) and 90 days after the end of an activity."""
    start = (activity.held_from or activity.reported_on) if activity.kind == "relief" else activity.reported_on
    end = activity.held_to or activity.held_from or activity.reported_on
    return bool(start <= day <= end + timedelta(days=HELD_DAYS))


def c7_payee(entry: Entry, timeline: Timeline) -> bool:
    """Say whether the payee stands in the budget of the award that an outflow names."""
    ref, party = entry.data.project_ref, entry.data.counterparty
    if ref is None:
        return False
    return any(ref in refs_of(each.data) and names_payee(each.data, party) for each in timeline.facts("award"))


def c8_tax(entry: Entry, timeline: Timeline) -> bool:
    """Say whether an outflow goes to the tax office or a public fund."""
    return bool(timeline.words.matches(entry.data.counterparty.name, "W.tax"))


def c9_refund(entry: Entry, timeline: Timeline) -> bool:
    """Say whether an outflow gives back what the same party paid in."""
    said = entry.data.purpose_text is not None and timeline.words.matches(entry.data.purpose_text, "W.refund")
    if not said and not timeline.has_voided(entry.party, entry.position):
        return False
    series = timeline.by_party[entry.party]
    high, time_us = series.until(entry.position), entry.position.time_us
    out = series.entries[series.after(time_us - REFUND_DAYS * DAY_US) : high]
    back = series.entries[series.after(time_us - PAID_IN_DAYS * DAY_US) : high]
    paid_out = sum(each.data.amount_fen for each in out if each.data.direction == "out")
    paid_in = sum(each.data.amount_fen for each in back if each.data.direction == "in")
    return bool(paid_out <= paid_in)


def resolved(entry: Entry, timeline: Timeline) -> list[str]:
    """Give C10 and `C10.<kind>` for the resolutions of two thirds passed in the 365 days to the payment."""
    found: list[str] = []
    for resolution in timeline.facts("resolution"):
        data = resolution.data
        recent = entry.day - timedelta(days=RESOLUTION_DAYS) < data.passed_on <= entry.day
        if recent and data.votes_for * 3 >= data.votes_total * 2:
            found.append(f"C10.{data.kind}")
            if data.kind in MONEY_KINDS:
                found.append("C10")
    return found


Test = Callable[[Entry, "Timeline"], bool]
Streams = frozenset[str]  # a test is left out where none of its streams holds anything; none: always made
RESOLUTIONS: Streams = frozenset({"resolution"})
INFLOW_TESTS: tuple[tuple[str, Streams, Test], ...] = (
    ("C2", frozenset({"grant"}), c2_grant),
    ("C3", frozenset({"fee", "activity"}), c3_fee),
    ("C4", frozenset({"filing"}), c4_filing),
    ("C5", frozenset({"org"}), c5_start_up),
    ("C6", frozenset(), c6_activity),
)
OUTFLOW_TESTS: tuple[tuple[str, Streams, Test], ...] = (
    ("C6", frozenset({"activity"}), c6_activity),
    ("C7", frozenset({"award"}), c7_payee),
    ("C8", frozenset(), c8_tax),
    ("C9", frozenset(), c9_refund),
)
ANY_KEYS = frozenset({f"C{number}" for number in range(1, 11)})


def may_touch(  # noqa: PLR0911 - one answer per stream
    record: Fact, awards: Iterable[Fact]
) -> Callable[[Entry], bool] | None:
    """Give a test for payments whose clearing may differ because a record came or went; None: no payment."""
    data = record.data
    match record.stream:
        case "award":
            tied = [each.data for each in awards if each.data.award_id in {data.award_id, data.supplement_of}]
            tests, refs = [data, *tied], refs_of(data)
            return lambda entry: (
                (entry.data.project_ref in refs or names_payee(data, entry.data.counterparty))
                if entry.data.direction == "out"
                else any(pays_award(entry.data, each) for each in tests)
            )
        case "grant":
            return lambda entry: entry.data.direction == "in" and pays_grant(entry.data, data)
        case "fee":
            amounts = {times * data.amount_fen for times in FEE_TIMES}
            return lambda entry: entry.data.direction == "in" and entry.data.amount_fen in amounts
        case "activity":
            return lambda entry: entry.data.project_ref == data.activity_id or entry.data.amount_fen == data.fee_fen
        case "filing":
            return lambda entry: bool(entry.data.direction == "in")
        case "resolution":
            last = data.passed_on + timedelta(days=RESOLUTION_DAYS)
            return lambda entry: entry.data.direction == "out" and data.passed_on <= entry.day < last
        case "org":
            return lambda entry: bool(entry.data.earmark == "start_up_funds")
        case "voided":
            return lambda entry: bool(entry.data.direction == "out")
        case _:
            return None
