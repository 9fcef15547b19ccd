"""Ledgers that this project did not write, read as payment events.

They live beside the repository (`QINGLIAN_SHARED`, else `../shared`); where they are absent, tests skip and say so.
"""

import csv
import gzip
import os
from collections.abc import Container, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest

from tests.builders.codes import account_of, code_of
from tests.builders.events import SOURCES, Desk, Json

ROOT = Path(__file__).resolve().parents[2]
CHINA = timezone(timedelta(hours=8))
AMLGENTEX_FROM = datetime(2023, 4, 1, tzinfo=CHINA)
AMLGENTEX_REGISTERED_ON = date(2022, 4, 1)
AMLGENTEX_DAYS = 100
NOBODY = ("-1", "-2")
TIMES = 1_000  # the generator's unit is about a thousandth of what a county's organizations move
BASIS = {"instrument": "AGREEMENT"}
CASH = {"kind": "unknown", "name": "现金"}


def shared_file(name: str) -> Path:
    """Find a shared file, or skip the test that asks for it."""
    home = Path(os.environ.get("QINGLIAN_SHARED", ROOT.parent / "shared")) / "data"
    path = home / name
    if not path.exists():
        pytest.skip(f"no {name} under {home}: set QINGLIAN_SHARED to the folder that holds data/")
    return path


def fen(amount: str) -> int:
    """Round an amount in yuan half-even to fen."""
    return int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def amlgentex_code(number: str) -> str:
    """Give the organization behind an account number."""
    return code_of(int(number))


def amlgentex_rows() -> list[dict[str, str]]:
    """Read the transfers in order."""
    with gzip.open(shared_file("money/amlgentex_seed7.csv.gz"), "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def amlgentex_numbers(rows: list[dict[str, str]]) -> list[str]:
    """Name every account, smallest number first."""
    numbers = {row[side] for row in rows for side in ("nameOrig", "nameDest")} - set(NOBODY)
    return sorted(numbers, key=int)


def amlgentex_register(numbers: list[str]) -> Iterator[Json]:
    """Register each account as an association a year before, its account filed, its tax registration opened."""
    desk = Desk("reg")
    day = AMLGENTEX_REGISTERED_ON.isoformat()
    for number in numbers:
        code = amlgentex_code(number)
        yield desk.registered(code, f"{day}T00:00", name=f"试行协会{int(number):05d}")
        yield desk.account_filed(code, f"{day}T00:00")
        yield desk.tax_opened(code, f"{day}T00:00")


def amlgentex_payments(rows: list[dict[str, str]], of: Container[str] | None = None) -> Iterator[Json]:
    """Give each row as payments: payer out, payee in; cash and rows with nobody at an end are one event.

    With `of`, only the sides of these accounts.
    """
    place, day = 0, ""
    for row in rows:
        place, day = (place + 1 if row["step"] == day else 0), row["step"]
        amount_fen = fen(row["amount"]) * TIMES
        if amount_fen == 0:
            continue
        at = AMLGENTEX_FROM + timedelta(days=int(row["step"]), seconds=place)
        for direction, mine, other in (("out", "nameOrig", "nameDest"), ("in", "nameDest", "nameOrig")):
            if row[mine] not in NOBODY and (of is None or row[mine] in of):
                yield amlgentex_payment(row, at, amount_fen, direction=direction, mine=row[mine], other=row[other])


def amlgentex_payment(
    row: dict[str, str], at: datetime, amount_fen: int, *, direction: str, mine: str, other: str
) -> Json:
    """Write one side of a row."""
    code = amlgentex_code(mine)
    party: Json = CASH
    if other not in NOBODY and row["type"] != "CASH":
        theirs = amlgentex_code(other)
        party = {
            "kind": "organization",
            "name": f"试行协会{int(other):05d}",
            "code": theirs,
            "account": account_of(theirs),
        }
    return payment(
        f"aml-{row['tx']}-{direction}",
        code,
        at,
        amount_fen,
        direction=direction,
        party=party,
        method="cash" if row["type"] == "CASH" else "transfer",
    )


def payment(
    identity: str, code: str, at: datetime, amount_fen: int, *, direction: str, party: Json, method: str = "transfer"
) -> Json:
    """Write a payment of a ledger."""
    return {
        "specversion": "1.0",
        "id": identity,
        "source": SOURCES["finance"],
        "type": "finance.payment.settled.v1",
        "subject": code,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "payment_id": identity,
            "direction": direction,
            "amount_fen": amount_fen,
            "booked_on": at.date().isoformat(),
            "method": method,
            "own_account": account_of(code),
            "counterparty": party,
            "legal_basis": BASIS,
        },
    }


def amlgentex_completed() -> list[Json]:
    """Declare everything told to the end of the last day."""
    end = (AMLGENTEX_FROM + timedelta(days=AMLGENTEX_DAYS + 1)).date()
    return Desk("end").all_completed(f"{end.isoformat()}T00:00")


def amlgentex_events(accounts_max: int | None = None) -> Iterator[Json]:
    """Give the ledger: register, payments, completeness; of the first accounts only where a number is given."""
    rows = amlgentex_rows()
    numbers = amlgentex_numbers(rows)[:accounts_max]
    yield from amlgentex_register(numbers)
    yield from amlgentex_payments(rows, set(numbers))
    yield from amlgentex_completed()


def red_cross_events(name: str, number: int, rows: list[tuple[date, str, str, str]]) -> Iterator[Json]:
    """Give an appeal's receipts as payments to one organization with a public fundraising licence.

    A row is date, payer's name, yuan, kind.
    """
    code, desk = code_of(number), Desk(f"rc{number}")
    founded = "2010-01-01"
    yield desk.registered(code, founded, name=name, kind="foundation", public_fundraising=True)
    yield desk.account_filed(code, founded)
    yield desk.tax_opened(code, founded)
    for place, (day, payer, yuan, kind) in enumerate(rows):
        at = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(seconds=place)
        party = {"kind": "person" if kind == "person" else "organization", "name": payer.strip() or "匿名"}
        if fen(yuan):
            yield payment(f"rc{number}-{place}", code, at, fen(yuan), direction="in", party=party)
    yield from desk.all_completed(f"{max(row[0] for row in rows) + timedelta(days=60)}T00:00")


def wuhan_events() -> Iterator[Json]:
    """Give the receipts of Wuhan, all of one day; the last row is the published total, not a receipt."""
    with shared_file("money/wuhan_rc_abc_2020-01-28.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["payer_kind"] != "trailer_control_total"]
    day = date(2020, 1, 28)
    return red_cross_events(
        "武汉市红十字会", 990_001, [(day, row["payer_name"], row["amount_raw_yuan"], row["payer_kind"]) for row in rows]
    )


def hubei_events() -> Iterator[Json]:
    """Give the receipts of Hubei, dated as the file says."""
    with shared_file("money/hubei_rc_2020-02-07.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return red_cross_events(
        "湖北省红十字会",
        990_002,
        [
            (
                date.fromisoformat(row["date_raw"].replace(".", "-")),
                row["payer_name"],
                row["amount_raw_yuan"],
                row["payer_kind"],
            )
            for row in rows
        ],
    )
