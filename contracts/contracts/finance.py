"""What the finance department says."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from contracts.parts import (
    LIST_LENGTH_MAX,
    AccountToken,
    Body,
    Code,
    Data,
    Earmark,
    Fen,
    Identifier,
    LegalBasis,
    Name,
    Party,
    Procedure,
    Text,
)

BIDDERS_MAX = 200  # a tender with more is split into lots
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", min_length=3, max_length=3)]


class PaymentSettled(Data, frozen=True):
    """`finance.payment.settled.v1`: money came into or left an account of the organization."""

    payment_id: Identifier
    direction: Literal["in", "out"]
    amount_fen: Fen
    booked_on: date
    method: Literal["transfer", "cash", "other"]
    own_account: AccountToken
    counterparty: Party
    legal_basis: LegalBasis
    purpose_text: Text | None = None
    original_currency: Currency | None = None
    original_amount_minor: Fen | None = None
    earmark: Earmark | None = None
    project_ref: Identifier | None = None


class AccountCoverageDeclared(Data, frozen=True):
    """`finance.account-coverage.declared.v1`: which account is lawfully delivered over which time."""

    account: AccountToken
    covered_from: date
    covered_to: date
    legal_basis: LegalBasis


class Bidder(Data, frozen=True):
    """One bid in a procurement."""

    code: Code
    name: Name
    price_fen: Fen | None = None
    outcome: Literal["won", "lost", "disqualified"] | None = None


class ProcurementAwarded(Data, frozen=True):
    """`finance.procurement.awarded.v1`: the organization (subject) won a purchase of services."""

    award_id: Identifier
    buyer: Body
    catalogue_item: Identifier
    procedure: Procedure
    amount_fen: Fen
    awarded_on: date
    term_from: date | None = None
    term_to: date | None = None
    bidders: Annotated[tuple[Bidder, ...], Meta(max_length=BIDDERS_MAX)] | None = None
    budget_payees: Annotated[tuple[Name, ...], Meta(max_length=LIST_LENGTH_MAX)] | None = None
    contract_ref: Identifier | None = None
    supplement_of: Identifier | None = None
    title: Text | None = None
    budget_item: Identifier | None = None
    exception_ref: Identifier | None = None


class ProcurementAccepted(Data, frozen=True):
    """`finance.procurement.accepted.v1`: the buyer looked at what was delivered."""

    award_id: Identifier
    accepted_on: date
    outcome: Literal["passed", "failed", "partial"]


class SubsidyGranted(Data, frozen=True):
    """`finance.subsidy.granted.v1`: public money without a purchase."""

    grant_id: Identifier
    grantor: Body
    title: Text
    amount_fen: Fen
    granted_on: date
    purpose_text: Text | None = None
    used_until: date | None = None


class ReceiptIssued(Data, frozen=True):
    """`finance.receipt.issued.v1`: the organization gave a receipt, or voided one."""

    receipt_no: Identifier
    kind: Literal["donation", "membership", "service", "other"]
    payer: Party
    amount_fen: Fen
    issued_on: date
    fee_item: Text | None = None
    cancelled: bool | None = None
    in_kind: bool | None = None
