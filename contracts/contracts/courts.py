"""What the courts say."""

from datetime import date

from contracts.parts import Data, Identifier


class DebtorListed(Data, frozen=True):
    """`courts.debtor.listed.v1`: the organization is on the list of judgment debtors."""

    case_no: Identifier
    listed_on: date


class DebtorDelisted(Data, frozen=True):
    """`courts.debtor.delisted.v1`."""

    case_no: Identifier
    delisted_on: date
