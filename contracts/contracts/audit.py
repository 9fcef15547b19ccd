"""What the audit office says."""

from datetime import date
from typing import Literal

from contracts.parts import Data, ExitAuditOutcome, Fen, FindingKind, Identifier, PersonToken, Text


class FindingIssued(Data, frozen=True):
    """`audit.finding.issued.v1`."""

    finding_id: Identifier
    kind: FindingKind
    severity: Literal["low", "medium", "high"]
    amount_fen: Fen | None = None
    period: Text | None = None
    text: Text | None = None


class FindingRectified(Data, frozen=True):
    """`audit.finding.rectified.v1`."""

    finding_id: Identifier
    rectified_on: date


class ExitAuditCompleted(Data, frozen=True):
    """`audit.exit-audit.completed.v1`: the audit of a leader who leaves."""

    person: PersonToken
    completed_on: date
    outcome: ExitAuditOutcome
