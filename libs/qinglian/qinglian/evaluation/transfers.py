"""Sets of labelled transfers between accounts, as AMLGentex writes them: read, and told as events.

A set is a CSV file (also gzipped) with the columns below; others are ignored. `step` counts days, the order of rows is
the order within a day, negative account numbers are nobody. The label columns never enter an event.

Source: https://github.com/aidotse/AMLGentex.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from qinglian.errors import TableRefused
from qinglian.evaluation.tables import Row, is_table_of, rows_of, truth
from qinglian.sample.codes import account_token, code_of
from qinglian.sample.county import declarations
from qinglian.sample.pen import Json, Pen

COLUMNS = frozenset({"step", "type", "amount", "nameOrig", "nameDest", "isSAR", "patternID"})  # `pattern` is its shape
UNTOLD = "untold"  # the shape where a set does not name it
FIRST_ON = date(2023, 1, 1)  # what `step` 0 is
TIMES = 1_000  # the generator's unit is about a thousandth of what a county's organizations move
CASH = "CASH"
CASH_PARTY = {"kind": "unknown", "name": "现金"}
ROW_MS = 10  # between two rows of a day
ROWS_MAX = 900_000  # two events each; the judge takes two million
TOLD = frozenset(  # what a set tells about: rules that wait for anything else stay silent
    {
        "finance.payments.v1",
        "tax.registrations.v1",
        "civil-affairs.organizations.v1",
        "civil-affairs.accounts.v1",
    }
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row."""

    number: int
    day: int
    place: int  # within the day
    cash: bool
    amount_fen: int
    payer: str | None
    payee: str | None
    labelled: bool
    pattern: str
    shape: str

    @property
    def parties(self) -> tuple[str, ...]:
        """The accounts at its ends; nobody is none."""
        return tuple(each for each in (self.payer, self.payee) if each is not None)


class TransferSet:
    """A set with its accounts, each an organization."""

    def __init__(self, name: str, transfers: Sequence[Transfer], *, first_on: date = FIRST_ON) -> None:
        self.name = name
        self.transfers = transfers
        self._first_on = first_on
        known = {account for transfer in transfers for account in transfer.parties}
        self._numbers = {account: place for place, account in enumerate(sorted(known, key=numeric), 1)}
        self._codes = {account: code_of("association", number) for account, number in self._numbers.items()}
        self.account_of = {code: account for account, code in self._codes.items()}

    @property
    def accounts(self) -> Sequence[str]:
        """Every account, smallest number first."""
        return list(self._numbers)

    def events(self) -> Iterator[Json]:
        """Register every account as a small association a year before, tell the payments, declare them told."""
        yield from self._register()
        for transfer in self.transfers:
            yield from self._payments(transfer)
        days = max((transfer.day for transfer in self.transfers), default=0) + 2
        until = self._first_on + timedelta(days)
        yield from (event for event in declarations(until, seed=0) if event["data"]["topic"] in TOLD)

    def _register(self) -> Iterator[Json]:
        pen, on = Pen("set"), str(self._first_on - timedelta(365))
        for account, code in self._codes.items():
            data: Json = {"code": code, "name": self._name(account), "kind": "association", "registered_on": on}
            data |= {"start_up_funds_fen": 3_000_000, "division": code[2:8]}
            yield pen.write("civil-affairs.organization.registered.v1", code, on, data)
            filed = {"account": account_token(code), "bank": "农商银行", "opened_on": on}
            yield pen.write("civil-affairs.account.filed.v1", code, on, filed)
            yield pen.write("tax.registration.opened.v1", code, on, {"registered_on": on})

    def _payments(self, transfer: Transfer) -> Iterator[Json]:
        """Tell a row as its payer and its payee see it; cash and rows with nobody at an end are one event."""
        if transfer.amount_fen == 0:
            return
        moment = datetime.combine(self._first_on, datetime.min.time()) + timedelta(
            days=transfer.day, milliseconds=ROW_MS * transfer.place
        )
        sides = (("out", transfer.payer, transfer.payee), ("in", transfer.payee, transfer.payer))
        for direction, mine, other in sides:
            if mine is None:
                continue
            party: Json = CASH_PARTY
            if other is not None and not transfer.cash:
                code = self._codes[other]
                known = {"code": code, "account": account_token(code)}
                party = {"kind": "organization", "name": self._name(other)} | known
            yield self._payment(transfer, moment, mine=mine, direction=direction, party=party)

    def _payment(self, transfer: Transfer, moment: datetime, *, mine: str, direction: str, party: Json) -> Json:
        identity, code = f"{transfer.number}-{direction}", self._codes[mine]
        data = {
            "payment_id": identity,
            "direction": direction,
            "amount_fen": transfer.amount_fen,
            "booked_on": str(moment.date()),
            "method": "cash" if transfer.cash else "transfer",
            "own_account": account_token(code),
            "counterparty": party,
            "legal_basis": {"instrument": "AGREEMENT"},
        }
        event = Pen("set").write("finance.payment.settled.v1", code, moment.isoformat(timespec="milliseconds"), data)
        return event | {"id": identity}

    def _name(self, account: str) -> str:
        return f"试行协会{self._numbers[account]:05d}"

    def transfer_of(self, event_id: str) -> Transfer | None:
        """Give the row behind a payment's identity."""
        number = event_id.partition("-")[0]
        return self.transfers[int(number)] if number.isdecimal() and int(number) < len(self.transfers) else None


def numeric(account: str) -> tuple[int, str]:
    """Sort accounts by number, other names after them."""
    return (int(account), account) if account.isdecimal() else (2**63, account)


def is_transfer_set(path: Path) -> bool:
    """Say whether a file has the columns of a labelled set.

    Raises: TableRefused.
    """
    return is_table_of(path, COLUMNS)


def read_transfer_set(path: Path, *, first_on: date = FIRST_ON, times: int = TIMES) -> TransferSet:
    """Read a set; its transfers are numbered by their place in the file.

    Units: amounts in the file are yuan; `times` multiplies them after rounding half-even to fen.
    Raises: TableRefused when a row cannot be read.
    """
    found: list[Transfer] = []
    place, day = 0, -1
    for number, row in enumerate(rows_of(path)):
        if number >= ROWS_MAX:
            raise TableRefused(f"{path.name} has more than {ROWS_MAX} transfers.")
        step = row.read("step", int)
        place, day = (place + 1 if step == day else 0), step
        found.append(_transfer(row, number, place=place, times=times))
    return TransferSet(path.name, found, first_on=first_on)


def _transfer(row: Row, number: int, *, place: int, times: int) -> Transfer:
    return Transfer(
        number=number,
        day=row.read("step", int),
        place=place,
        cash=row.read("type", str) == CASH,
        amount_fen=row.read("amount", fen) * times,
        payer=row.read("nameOrig", _account),
        payee=row.read("nameDest", _account),
        labelled=row.read("isSAR", truth),
        pattern=row.read("patternID", str),
        shape=row.cells.get("pattern") or UNTOLD,
    )


def fen(yuan: str) -> int:
    """Read an amount in yuan, rounded half-even.

    Raises: ValueError, ArithmeticError.
    """
    return int((Decimal(yuan) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _account(name: str) -> str | None:
    return None if name.startswith("-") or not name else name
