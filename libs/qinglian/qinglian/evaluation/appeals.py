"""Published receipts of honest public appeals: one organization each, of which nothing must be said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from qinglian.errors import TableRefused
from qinglian.evaluation.tables import Row, is_table_of, rows_of
from qinglian.evaluation.transfers import fen
from qinglian.sample.codes import account_token, code_of
from qinglian.sample.county import declarations
from qinglian.sample.pen import Json, Pen

COLUMNS = frozenset({"payer_name", "amount_raw_yuan", "payer_kind"})
DATE = re.compile(r"(20\d\d)[-.](\d\d)[-.](\d\d)")
FOUNDED_ON = "2010-01-01"
TOLD_DAYS = 60  # after the last receipt everything has been told
PERSON = "person"
NO_RECEIPT = "trailer"  # the published total is no gift


@dataclass(frozen=True)
class Appeal:
    """The receipts of one appeal."""

    name: str
    receipts: tuple[tuple[date, str, str, int], ...]  # day, payer's name, kind, fen

    def events(self) -> Iterator[Json]:
        """Tell a foundation with a public fundraising licence, its receipts, and that all has been told."""
        pen, code = Pen("appeal"), code_of("foundation", 1)
        data = {"code": code, "name": "某红十字会", "kind": "foundation", "registered_on": FOUNDED_ON}
        more = {"public_fundraising": True, "start_up_funds_fen": 3_000_000, "division": code[2:8]}
        yield pen.write("civil-affairs.organization.registered.v1", code, FOUNDED_ON, data | more)
        filed = {"account": account_token(code), "bank": "农商银行", "opened_on": FOUNDED_ON}
        yield pen.write("civil-affairs.account.filed.v1", code, FOUNDED_ON, filed)
        yield pen.write("tax.registration.opened.v1", code, FOUNDED_ON, {"registered_on": FOUNDED_ON})
        for place, (day, payer, kind, amount_fen) in enumerate(self.receipts):
            moment = datetime.combine(day, datetime.min.time()) + timedelta(seconds=place)
            payment = {
                "payment_id": f"gift-{place}",
                "direction": "in",
                "amount_fen": amount_fen,
                "booked_on": str(day),
                "method": "transfer",
                "own_account": account_token(code),
                "counterparty": {"kind": kind, "name": payer},
                "legal_basis": {"instrument": "AGREEMENT"},
            }
            yield pen.write("finance.payment.settled.v1", code, moment.isoformat(), payment)
        yield from declarations(max(day for day, *_ in self.receipts) + timedelta(TOLD_DAYS), seed=0)


def is_appeal(path: Path) -> bool:
    """Say whether a file has the columns of published receipts.

    Raises: TableRefused.
    """
    return is_table_of(path, COLUMNS)


def read_appeal(path: Path) -> Appeal:
    """Read receipts; where rows have no date, the file's name says it.

    Raises: TableRefused when a row cannot be read, or there is none.
    """
    found = []
    for row in rows_of(path):
        payer_kind = row.read("payer_kind", str)
        if payer_kind.startswith(NO_RECEIPT):
            continue
        amount_fen, payer = row.read("amount_raw_yuan", fen), row.read("payer_name", str.strip)
        day, kind = _day_of(row, path), PERSON if payer_kind == PERSON else "organization"
        if amount_fen:
            found.append((day, payer or "匿名", kind, amount_fen))
    if not found:
        raise TableRefused(f"{path.name} holds no receipt.")
    return Appeal(path.name, tuple(found))


def _day_of(row: Row, path: Path) -> date:
    dated = DATE.search(row.cells.get("date_raw") or "") or DATE.search(path.name)
    if dated is None:
        raise TableRefused(f"{path.name}, row {row.number}: no date, nor in the file's name.")
    try:
        return date(*map(int, dated.groups()))
    except ValueError as error:
        raise row.refused("date_raw", f"{dated[0]!r} is no date") from error
