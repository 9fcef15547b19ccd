"""The sections of an organization's file, as data: which events fill each, and by which of their days."""

from registry.domain.lives import Section

SECTIONS = (
    Section(
        "posts",
        begins=("civil-affairs.post.taken.v1", "from_on"),
        ends=("civil-affairs.post.left.v1", "to_on"),
        key=("person", "post"),
    ),
    Section(
        "post_approvals",
        begins=("civil-affairs.post-approval.granted.v1", "approved_on"),
        key=("person", "post"),
        last_day="valid_until",
    ),
    Section("relations", begins=("civil-affairs.relation.declared.v1", "from_on"), key=(), last_day="to_on"),
    Section(
        "accounts",
        begins=("civil-affairs.account.filed.v1", "opened_on"),
        ends=("civil-affairs.account.closed.v1", "closed_on"),
        key=("account",),
    ),
    Section(
        "branches",
        begins=("civil-affairs.branch.opened.v1", "opened_on"),
        ends=("civil-affairs.branch.closed.v1", "closed_on"),
        key=("branch_id",),
    ),
    Section("terms", begins=("civil-affairs.term.renewed.v1", "from_on"), key=("term_no",), last_day="to_on"),
    Section(
        "fee_standards",
        begins=("civil-affairs.fee-standard.filed.v1", "valid_from"),
        key=("fee_item",),
        last_day="valid_to",
    ),
    Section("assessments", begins=("civil-affairs.assessment.graded.v1", "valid_from"), key=(), last_day="valid_to"),
    Section(
        "activities",
        begins=("civil-affairs.activity.reported.v1", "reported_on"),
        key=("activity_id",),
        has_life=False,
    ),
    Section(
        "annual_reports", begins=("civil-affairs.annual-report.filed.v1", "filed_on"), key=("year",), has_life=False
    ),
    Section(
        "inspections", begins=("civil-affairs.inspection.concluded.v1", "concluded_on"), key=("year",), has_life=False
    ),
    Section(
        "resolutions",
        begins=("civil-affairs.resolution.filed.v1", "passed_on"),
        key=("resolution_id",),
        has_life=False,
    ),
    Section("penalties", begins=("civil-affairs.penalty.imposed.v1", "served_on"), key=("penalty_id",), has_life=False),
    Section(
        "complaints",
        begins=("civil-affairs.complaint.received.v1", "received_on"),
        key=("complaint_id",),
        has_life=False,
    ),
    Section(
        "contacts_failed",
        begins=("civil-affairs.contact.failed.v1", "letter_sent_on"),
        key=("letter_no",),
        has_life=False,
    ),
)
