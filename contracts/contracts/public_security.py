"""What the public security bureau says."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from contracts.parts import (
    LIST_LENGTH_MAX,
    AccountToken,
    Data,
    Fen,
    Identifier,
    Name,
    PersonToken,
    PoliceCaseKind,
    Text,
)


class OverseasNgo(Data, frozen=True):
    """A foreign body, with its office here where it has one."""

    name: Name
    country: Name
    office_code: Identifier | None = None


class OverseasFilingAccepted(Data, frozen=True):
    """`public-security.overseas-filing.accepted.v1`: a temporary activity of a foreign body was filed."""

    filing_id: Identifier
    overseas_ngo: OverseasNgo
    from_on: date
    to_on: date
    budget_fen: Fen
    account: AccountToken | None = None
    activity: Text | None = None


class OverseasFilingReported(Data, frozen=True):
    """`public-security.overseas-filing.reported.v1`."""

    filing_id: Identifier
    reported_on: date
    spent_fen: Fen | None = None


class OverseasOfficeRegistered(Data, frozen=True):
    """`public-security.overseas-office.registered.v1` (no subject)."""

    office_code: Identifier
    name: Name
    country: Name


class OverseasOfficeDeregistered(Data, frozen=True):
    """`public-security.overseas-office.deregistered.v1` (no subject)."""

    office_code: Identifier
    deregistered_on: date


class CaseOpened(Data, frozen=True):
    """`public-security.case.opened.v1` (subject optional)."""

    case_id: Identifier
    kind: PoliceCaseKind
    persons: Annotated[tuple[PersonToken, ...], Meta(max_length=LIST_LENGTH_MAX)] | None = None
    organization_name: Name | None = None


class CaseClosed(Data, frozen=True):
    """`public-security.case.closed.v1` (subject optional)."""

    case_id: Identifier
    closed_on: date
    outcome: Text | None = None
