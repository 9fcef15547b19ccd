"""What the oracle works on: every event ever heard, and the facts that are believed of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from contracts import Event

DAY_US = 86_400_000_000
CHINA_US = 8 * 3_600_000_000
EPOCH = date(1970, 1, 1)

Position = tuple[int, str, str]

# Source: docs/rule-language.md §4 and the stream table of the indicators; written here once more on purpose.
STREAMS = {
    "finance.payment.settled.v1": "payment",
    "finance.account-coverage.declared.v1": "coverage",
    "finance.procurement.awarded.v1": "award",
    "finance.procurement.accepted.v1": "acceptance",
    "finance.subsidy.granted.v1": "grant",
    "finance.receipt.issued.v1": "receipt",
    "tax.registration.opened.v1": "taxreg_opened",
    "tax.registration.closed.v1": "taxreg_closed",
    "tax.status.changed.v1": "taxstate",
    "tax.return.filed.v1": "tax_return",
    "tax.payroll.filed.v1": "payroll",
    "audit.finding.issued.v1": "finding",
    "audit.finding.rectified.v1": "finding_rectified",
    "public-security.overseas-filing.accepted.v1": "filing",
    "public-security.overseas-filing.reported.v1": "filing_report",
    "public-security.overseas-office.registered.v1": "office",
    "public-security.overseas-office.deregistered.v1": "office_ended",
    "public-security.case.opened.v1": "police_case",
    "civil-affairs.organization.registered.v1": "org",
    "civil-affairs.organization.changed.v1": "org",
    "civil-affairs.organization.suspended.v1": "ended",
    "civil-affairs.organization.deregistered.v1": "ended",
    "civil-affairs.organization.revoked.v1": "ended",
    "civil-affairs.post.taken.v1": "post",
    "civil-affairs.post-approval.granted.v1": "approval",
    "civil-affairs.post.left.v1": "post_left",
    "civil-affairs.term.renewed.v1": "term",
    "audit.exit-audit.completed.v1": "exit_audit",
    "civil-affairs.relation.declared.v1": "relation",
    "civil-affairs.account.filed.v1": "account",
    "civil-affairs.account.closed.v1": "account_closed",
    "civil-affairs.annual-report.filed.v1": "annual",
    "civil-affairs.inspection.concluded.v1": "inspection",
    "civil-affairs.activity.reported.v1": "activity",
    "civil-affairs.resolution.filed.v1": "resolution",
    "civil-affairs.penalty.imposed.v1": "penalty",
    "civil-affairs.fee-standard.filed.v1": "fee",
    "civil-affairs.branch.opened.v1": "branch",
    "civil-affairs.branch.closed.v1": "branch_closed",
    "civil-affairs.complaint.received.v1": "complaint",
    "civil-affairs.contact.failed.v1": "letter",
    "courts.debtor.listed.v1": "debtor",
    "courts.debtor.delisted.v1": "debtor_delisted",
    "credit.listing.decided.v1": "listing",
    "credit.listing.lifted.v1": "listing_lifted",
}


class Heard(NamedTuple):
    """One admitted event with where it was read."""

    event: Event
    topic: str
    partition: int


@dataclass(frozen=True, eq=False)
class Fact:
    """A believed event."""

    position: Position
    stream: str
    code: str | None
    type: str
    data: Any
    sealed: bool

    @property
    def day(self) -> date:
        return day_of(self.position)


def day_at(time_us: int) -> date:
    """Give the date of a time in UTC+8."""
    return EPOCH + timedelta(days=(time_us + CHINA_US) // DAY_US)


def day_of(position: Position) -> date:
    """Give `d`: a deadline (no source) belongs to the day that ends there."""
    time_us, source, _ = position
    return day_at(time_us) if source else day_at(time_us - 1)


def start_of(day: date) -> int:
    """Give 00:00+08:00 of a date."""
    return (day - EPOCH).days * DAY_US - CHINA_US


def end_of(day: date) -> int:
    """Give 00:00+08:00 of the next date."""
    return start_of(day) + DAY_US


def field(thing: Any, path: str) -> Any:
    """Read `counterparty.name` and the like; a field of null is null."""
    for name in path.split("."):
        thing = getattr(thing, name, None)
    return thing


def fact_of(event: Event) -> Fact:
    """Read one event."""
    stream = STREAMS.get(event.type, "other")
    if stream == "receipt" and event.data.cancelled:
        stream = "voided"
    return Fact(
        position=(event.time_us, event.source, event.id),
        stream=stream,
        code=event.subject,
        type=event.type,
        data=event.data,
        sealed=event.quarantined,
    )


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Sort by position."""
    return sorted(facts, key=lambda fact: fact.position)
