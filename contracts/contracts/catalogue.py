"""Every event type that there is, with the Struct of its data and what it says about its subject."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from contracts import audit, civil_affairs, courts, credit, finance, joint, monitor, public_security, tax
from contracts.parts import Data, EventWithdrawn, SourceCompleted
from contracts.topics import COMPLETED, TOPICS, WITHDRAWN, Topics

SubjectRule = Literal["required", "optional", "none"]


class EventType(Struct, frozen=True):
    """A type of event: its data, and whether it is about one organization."""

    name: str
    data: type[Data]
    subject: SubjectRule = "required"

    @property
    def department(self) -> str:
        """The first word of the name."""
        return self.name.partition(".")[0]


_DATA: Mapping[str, type[Data]] = {
    "finance.payment.settled.v1": finance.PaymentSettled,
    "finance.account-coverage.declared.v1": finance.AccountCoverageDeclared,
    "finance.procurement.awarded.v1": finance.ProcurementAwarded,
    "finance.procurement.accepted.v1": finance.ProcurementAccepted,
    "finance.subsidy.granted.v1": finance.SubsidyGranted,
    "finance.receipt.issued.v1": finance.ReceiptIssued,
    "tax.registration.opened.v1": tax.TaxRegistrationOpened,
    "tax.registration.closed.v1": tax.TaxRegistrationClosed,
    "tax.status.changed.v1": tax.TaxStatusChanged,
    "tax.return.filed.v1": tax.TaxReturnFiled,
    "tax.payroll.filed.v1": tax.PayrollFiled,
    "audit.finding.issued.v1": audit.FindingIssued,
    "audit.finding.rectified.v1": audit.FindingRectified,
    "audit.exit-audit.completed.v1": audit.ExitAuditCompleted,
    "public-security.overseas-filing.accepted.v1": public_security.OverseasFilingAccepted,
    "public-security.overseas-filing.reported.v1": public_security.OverseasFilingReported,
    "public-security.overseas-office.registered.v1": public_security.OverseasOfficeRegistered,
    "public-security.overseas-office.deregistered.v1": public_security.OverseasOfficeDeregistered,
    "public-security.case.opened.v1": public_security.CaseOpened,
    "public-security.case.closed.v1": public_security.CaseClosed,
    "civil-affairs.organization.registered.v1": civil_affairs.OrganizationRegistered,
    "civil-affairs.organization.changed.v1": civil_affairs.OrganizationChanged,
    "civil-affairs.organization.suspended.v1": civil_affairs.OrganizationSuspended,
    "civil-affairs.organization.deregistered.v1": civil_affairs.OrganizationDeregistered,
    "civil-affairs.organization.revoked.v1": civil_affairs.OrganizationRevoked,
    "civil-affairs.post.taken.v1": civil_affairs.PostTaken,
    "civil-affairs.post.left.v1": civil_affairs.PostLeft,
    "civil-affairs.post-approval.granted.v1": civil_affairs.PostApprovalGranted,
    "civil-affairs.relation.declared.v1": civil_affairs.RelationDeclared,
    "civil-affairs.account.filed.v1": civil_affairs.AccountFiled,
    "civil-affairs.account.closed.v1": civil_affairs.AccountClosed,
    "civil-affairs.annual-report.filed.v1": civil_affairs.AnnualReportFiled,
    "civil-affairs.inspection.concluded.v1": civil_affairs.InspectionConcluded,
    "civil-affairs.assessment.graded.v1": civil_affairs.AssessmentGraded,
    "civil-affairs.activity.reported.v1": civil_affairs.ActivityReported,
    "civil-affairs.term.renewed.v1": civil_affairs.TermRenewed,
    "civil-affairs.resolution.filed.v1": civil_affairs.ResolutionFiled,
    "civil-affairs.penalty.imposed.v1": civil_affairs.PenaltyImposed,
    "civil-affairs.fee-standard.filed.v1": civil_affairs.FeeStandardFiled,
    "civil-affairs.branch.opened.v1": civil_affairs.BranchOpened,
    "civil-affairs.branch.closed.v1": civil_affairs.BranchClosed,
    "civil-affairs.complaint.received.v1": civil_affairs.ComplaintReceived,
    "civil-affairs.contact.failed.v1": civil_affairs.ContactFailed,
    "courts.debtor.listed.v1": courts.DebtorListed,
    "courts.debtor.delisted.v1": courts.DebtorDelisted,
    "monitor.alert.raised.v1": monitor.AlertRaised,
    "monitor.alert.amended.v1": monitor.AlertAmended,
    "monitor.alert.withdrawn.v1": monitor.AlertWithdrawn,
    "monitor.case.opened.v1": monitor.MonitorCaseOpened,
    "monitor.case.acted.v1": monitor.MonitorCaseActed,
    "monitor.case.handed-over.v1": monitor.MonitorCaseHandedOver,
    "monitor.case.closed.v1": monitor.MonitorCaseClosed,
    "monitor.rule.activated.v1": monitor.RuleActivated,
    "monitor.rule.retired.v1": monitor.RuleRetired,
    "monitor.rule.demoted.v1": monitor.RuleDemoted,
    "monitor.link.asserted.v1": monitor.LinkAsserted,
    "monitor.link.retracted.v1": monitor.LinkRetracted,
    "credit.listing.proposed.v1": credit.ListingProposed,
    "credit.listing.noticed.v1": credit.ListingNoticed,
    "credit.listing.decided.v1": credit.ListingDecided,
    "credit.listing.objected.v1": credit.ListingObjected,
    "credit.listing.lifted.v1": credit.ListingLifted,
    "credit.colour.changed.v1": credit.ColourChanged,
    "joint.task.requested.v1": joint.TaskRequested,
    "joint.task.accepted.v1": joint.TaskAccepted,
    "joint.task.completed.v1": joint.TaskCompleted,
    "joint.task.refused.v1": joint.TaskRefused,
    "joint.task.recalled.v1": joint.TaskRecalled,
}

_NO_SUBJECT = frozenset(
    {
        "public-security.overseas-office.registered.v1",
        "public-security.overseas-office.deregistered.v1",
        "monitor.rule.activated.v1",
        "monitor.rule.retired.v1",
        "monitor.rule.demoted.v1",
    }
)
_SUBJECT_OPTIONAL = frozenset(
    {
        "public-security.case.opened.v1",
        "public-security.case.closed.v1",
        "civil-affairs.complaint.received.v1",
        # A task may be about an application of a body that has no code yet.
        "joint.task.requested.v1",
        "joint.task.accepted.v1",
        "joint.task.completed.v1",
        "joint.task.refused.v1",
        "joint.task.recalled.v1",
    }
)


def event_types_of(topics: Topics) -> Mapping[str, EventType]:
    """Return all types of a deployment: those of the table, and withdrawal and completeness of each department."""
    return MappingProxyType({each.name: each for each in _event_types(topics)})


def _event_types(topics: Topics) -> Iterator[EventType]:
    for name, data in _DATA.items():
        yield EventType(name, data, _subject_rule(name))
    for department in topics.departments:
        # A withdrawal stands under the subject of its target, and some targets have none.
        yield EventType(f"{department}.{WITHDRAWN}", EventWithdrawn, "optional")
        yield EventType(f"{department}.{COMPLETED}", SourceCompleted, "none")


def _subject_rule(name: str) -> SubjectRule:
    if name in _NO_SUBJECT:
        return "none"
    return "optional" if name in _SUBJECT_OPTIONAL else "required"


EVENT_TYPES = event_types_of(TOPICS)
