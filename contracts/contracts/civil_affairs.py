"""What the civil affairs bureau says: register, people, accounts, reports, fees, branches, complaints."""

from datetime import date
from typing import Literal

from contracts.parts import (
    AccountToken,
    ActivityKind,
    BalanceFen,
    Code,
    ComplaintKind,
    Count,
    Data,
    Division,
    Fen,
    Identifier,
    Name,
    Party,
    PersonToken,
    Post,
    Relation,
    ResolutionKind,
    Text,
    Year,
)

OrganizationKind = Literal["association", "foundation", "service_institution"]


class OrganizationSnapshot(Data, frozen=True):
    """The whole of an organization's entry in the register: an omitted optional is null."""

    code: Code
    name: Name
    kind: OrganizationKind
    registered_on: date
    start_up_funds_fen: Fen
    division: Division
    address: Text | None = None
    phone: Text | None = None
    legal_representative: PersonToken | None = None
    supervising_body: Name | None = None
    sector: Text | None = None
    public_fundraising: bool | None = None
    charity: bool | None = None
    trade_association: bool | None = None
    charter_has_party_clause: bool | None = None
    has_party_organization: bool | None = None


class OrganizationRegistered(OrganizationSnapshot, frozen=True):
    """`civil-affairs.organization.registered.v1`."""


class OrganizationChanged(OrganizationSnapshot, frozen=True):
    """`civil-affairs.organization.changed.v1`."""


class OrganizationSuspended(Data, frozen=True):
    """`civil-affairs.organization.suspended.v1`."""

    effective_on: date
    reason: Text | None = None
    until_on: date | None = None


class OrganizationDeregistered(Data, frozen=True):
    """`civil-affairs.organization.deregistered.v1`."""

    effective_on: date
    reason: Text | None = None


class OrganizationRevoked(Data, frozen=True):
    """`civil-affairs.organization.revoked.v1`."""

    effective_on: date
    reason: Text | None = None


class PostTaken(Data, frozen=True):
    """`civil-affairs.post.taken.v1`."""

    person: PersonToken
    name_masked: Name
    post: Post
    from_on: date
    official_status: Literal["none", "serving", "retired"] | None = None
    term_no: Count | None = None
    birth_year: Year | None = None


class PostLeft(Data, frozen=True):
    """`civil-affairs.post.left.v1`."""

    person: PersonToken
    post: Post
    to_on: date


class PostApprovalGranted(Data, frozen=True):
    """`civil-affairs.post-approval.granted.v1`."""

    person: PersonToken
    post: Post
    approved_on: date
    approval_ref: Identifier | None = None
    valid_until: date | None = None


class RelationDeclared(Data, frozen=True):
    """`civil-affairs.relation.declared.v1`."""

    a: Party
    b: Party
    relation: Relation
    from_on: date | None = None
    to_on: date | None = None


class AccountFiled(Data, frozen=True):
    """`civil-affairs.account.filed.v1`."""

    account: AccountToken
    bank: Name
    opened_on: date


class AccountClosed(Data, frozen=True):
    """`civil-affairs.account.closed.v1`."""

    account: AccountToken
    closed_on: date


class AnnualReportFiled(Data, frozen=True):
    """`civil-affairs.annual-report.filed.v1`."""

    year: Year
    filed_on: date
    income_fen: Fen | None = None
    spending_fen: Fen | None = None
    programme_spending_fen: Fen | None = None
    management_cost_fen: Fen | None = None
    net_assets_fen: BalanceFen | None = None
    staff_count: Count | None = None
    purchase_income_fen: Fen | None = None
    overseas_activity: bool | None = None
    related_party_deals_fen: Fen | None = None
    has_party_organization: bool | None = None
    charter_has_party_clause: bool | None = None


class InspectionConcluded(Data, frozen=True):
    """`civil-affairs.inspection.concluded.v1`."""

    year: Year
    outcome: Literal["passed", "basically_passed", "failed", "not_filed", "exempt"]
    concluded_on: date


class AssessmentGraded(Data, frozen=True):
    """`civil-affairs.assessment.graded.v1`."""

    grade: Literal["1A", "2A", "3A", "4A", "5A"]
    valid_from: date
    valid_to: date


class ActivityReported(Data, frozen=True):
    """`civil-affairs.activity.reported.v1`."""

    activity_id: Identifier
    kind: ActivityKind
    reported_on: date
    held_from: date
    held_to: date | None = None
    people: Count | None = None
    budget_fen: Fen | None = None
    overseas: bool | None = None
    counterpart: Party | None = None
    fee_fen: Fen | None = None
    branch_id: Identifier | None = None


class TermRenewed(Data, frozen=True):
    """`civil-affairs.term.renewed.v1`."""

    term_no: Count
    from_on: date
    to_on: date


class ResolutionFiled(Data, frozen=True):
    """`civil-affairs.resolution.filed.v1`."""

    resolution_id: Identifier
    kind: ResolutionKind
    passed_on: date
    votes_for: Count
    votes_total: Count


class PenaltyImposed(Data, frozen=True):
    """`civil-affairs.penalty.imposed.v1`."""

    penalty_id: Identifier
    kind: Literal["warning", "fine", "confiscation", "suspension", "revocation"]
    served_on: date
    fine_fen: Fen | None = None
    law: Text | None = None


class FeeStandardFiled(Data, frozen=True):
    """`civil-affairs.fee-standard.filed.v1`."""

    fee_item: Text
    amount_fen: Fen
    valid_from: date
    valid_to: date | None = None


class BranchOpened(Data, frozen=True):
    """`civil-affairs.branch.opened.v1`."""

    branch_id: Identifier
    name: Name
    opened_on: date
    account: AccountToken | None = None


class BranchClosed(Data, frozen=True):
    """`civil-affairs.branch.closed.v1`."""

    branch_id: Identifier
    closed_on: date


class ComplaintReceived(Data, frozen=True):
    """`civil-affairs.complaint.received.v1` (subject optional)."""

    complaint_id: Identifier
    kind: ComplaintKind
    received_on: date
    channel: Text | None = None
    organization_name: Name | None = None


class ContactFailed(Data, frozen=True):
    """`civil-affairs.contact.failed.v1`: a registered letter came back."""

    letter_sent_on: date
    letter_no: Identifier
