"""The streams that rules speak of, by event type, and which of them have a life.

Source: indicators.md §1.3.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

STREAMS: dict[str, str] = {
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
    "audit.exit-audit.completed.v1": "exit_audit",
    "public-security.overseas-filing.accepted.v1": "filing",
    "public-security.overseas-filing.reported.v1": "filing_report",
    "public-security.overseas-office.registered.v1": "office",
    "public-security.overseas-office.deregistered.v1": "office_ended",
    "public-security.case.opened.v1": "police_case",
    "public-security.case.closed.v1": "police_case_closed",
    "civil-affairs.organization.registered.v1": "org",
    "civil-affairs.organization.changed.v1": "org",
    "civil-affairs.organization.suspended.v1": "ended",
    "civil-affairs.organization.deregistered.v1": "ended",
    "civil-affairs.organization.revoked.v1": "ended",
    "civil-affairs.post.taken.v1": "post",
    "civil-affairs.post.left.v1": "post_left",
    "civil-affairs.post-approval.granted.v1": "approval",
    "civil-affairs.relation.declared.v1": "relation",
    "civil-affairs.account.filed.v1": "account",
    "civil-affairs.account.closed.v1": "account_closed",
    "civil-affairs.annual-report.filed.v1": "annual",
    "civil-affairs.inspection.concluded.v1": "inspection",
    "civil-affairs.assessment.graded.v1": "assessment",
    "civil-affairs.activity.reported.v1": "activity",
    "civil-affairs.term.renewed.v1": "term",
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
WITHDRAWN = "withdrawn"
COMPLETED = "completed"
LINK = "link"  # what other shards tell; no organization's fact
OTHER = "other"  # believed and stored, read by no rule
VOIDED = "voided"
TRANSFER = "transfer"  # payments from one own account to another
ALL_STREAMS = frozenset({*STREAMS.values(), VOIDED, TRANSFER})


class Life(Struct, frozen=True):
    """How long a fact of a stream holds: its own fields, and the stream that ends it."""

    start: str
    end: str | None = None  # field of the fact itself
    ended_by: str | None = None
    ended_on: str | None = None  # field of the ending fact
    keys: tuple[str, ...] = ()  # equal on both; none: whatever comes first


LIVES: dict[str, Life] = {
    "taxreg_opened": Life("registered_on", ended_by="taxreg_closed", ended_on="closed_on"),
    "taxreg": Life("registered_on", ended_by="taxreg_closed", ended_on="closed_on"),
    "finding": Life("", ended_by="finding_rectified", ended_on="rectified_on", keys=("finding_id",)),
    "filing": Life("from_on", end="to_on"),
    "office": Life("", ended_by="office_ended", ended_on="deregistered_on", keys=("office_code",)),
    "police_case": Life("", ended_by="police_case_closed", ended_on="closed_on", keys=("case_id",)),
    "post": Life("from_on", ended_by="post_left", ended_on="to_on", keys=("person", "post")),
    "approval": Life("approved_on", end="valid_until"),
    "relation": Life("from_on", end="to_on"),
    "account": Life("opened_on", ended_by="account_closed", ended_on="closed_on", keys=("account",)),
    "assessment": Life("valid_from", end="valid_to"),
    "term": Life("from_on", end="to_on"),
    "fee": Life("valid_from", end="valid_to"),
    "branch": Life("opened_on", ended_by="branch_closed", ended_on="closed_on", keys=("branch_id",)),
    "debtor": Life("listed_on", ended_by="debtor_delisted", ended_on="delisted_on", keys=("case_no",)),
    "listing": Life("effective_on", ended_by="listing_lifted", ended_on="lifted_on", keys=("listing_id",)),
}
DATED = frozenset(
    {"approval", "award", "ended", "taxreg_opened", "taxreg_closed", "taxstate", "office", "filing", "filing_report"}
)  # count by their dates, whenever known


def stream_of(event_type: str, data: Any) -> str:
    """Name the stream of an event; a cancelled receipt is `voided`, an unknown type `other`."""
    if event_type.endswith(".event.withdrawn.v1"):
        return WITHDRAWN
    if event_type.endswith(".source.completed.v1"):
        return COMPLETED
    if event_type.startswith("monitor.link."):
        return LINK
    stream = STREAMS.get(event_type, OTHER)
    if stream == "receipt" and data.cancelled:
        return VOIDED
    return stream
