"""What the tax bureau says."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from contracts.parts import LIST_LENGTH_MAX, Count, Data, Fen, Month, PersonToken, Text


class TaxRegistrationOpened(Data, frozen=True):
    """`tax.registration.opened.v1`."""

    registered_on: date


class TaxRegistrationClosed(Data, frozen=True):
    """`tax.registration.closed.v1`."""

    closed_on: date
    reason: Text | None = None


class TaxStatusChanged(Data, frozen=True):
    """`tax.status.changed.v1`."""

    status: Literal["normal", "abnormal", "suspended", "cancelled"]
    effective_on: date
    exempt_from: date | None = None
    exempt_until: date | None = None


class TaxReturnFiled(Data, frozen=True):
    """`tax.return.filed.v1`."""

    period_from: date
    period_to: date
    filed_on: date
    income_fen: Fen | None = None
    taxable_sales_fen: Fen | None = None
    exempt_income_fen: Fen | None = None


class Payee(Data, frozen=True):
    """A person of interest on the payroll."""

    person: PersonToken
    amount_fen: Fen


class PayrollFiled(Data, frozen=True):
    """`tax.payroll.filed.v1`; the sector mean is per person and that period."""

    period: Month
    headcount: Count
    total_pay_fen: Fen
    sector_mean_pay_fen: Fen | None = None
    payees: Annotated[tuple[Payee, ...], Meta(max_length=LIST_LENGTH_MAX)] | None = None
