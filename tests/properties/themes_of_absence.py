"""Stories about what should have been there by a date, and what goes beyond what was allowed."""

from tests.builders.codes import account_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import ABROAD, OFFICE_CODES, Teller, day_text, rng_code

FILING_DAYS = (30, 61)  # after the end of a filing: a report is due, is long overdue


def beyond_filing(teller: Teller) -> None:
    """SO-26: filings that end, money of the same body before and after, reports in time, late and never."""
    rng, desk, code = teller.rng, teller.desk, rng_code(teller)
    ngo, office_code = rng.choice(ABROAD[:4]), rng.choice([None, None, OFFICE_CODES[0]])
    ends: list[int] = []
    for place in range(teller.times(1, 3)):
        end = ends[0] if ends and teller.chance(30) else rng.randint(-40, 40)
        start = end - rng.choice([20, 60, 100, 364, 366, 367])
        at = f"{day_text(start + rng.choice([-16, 0, 30, 120]))}T{rng.choice(['10:00', '17:30'])}"
        filing_id = f"f-{rng.choice([place, 0])}"
        account = account_of(rng.choice([code, code, f"{code}-second"])) if teller.chance(35) else None
        data: Json = {"from_on": day_text(start), "budget_fen": rng.choice([8_000_000, 9_000_000]), "account": account}
        name = ngo if teller.chance(80) else rng.choice(ABROAD)
        teller.tell(
            desk.filing(code, at, ngo=name, to_on=day_text(end), filing_id=filing_id, office_code=office_code, **data)
        )
        if teller.chance(55):
            done = end + rng.choice([-3, 10, 29, 30, 31, 60, 61, 62, 80])
            told = f"{day_text(done + rng.choice([0, 0, 5, 40]))}T10:00"
            teller.tell(desk.filing_report(code, told, filing_id=filing_id, reported_on=day_text(done)))
        ends.append(end)
    for _ in range(teller.times(2, 6) if teller.chance(85) else 0):  # some filed activities never see money
        offset = rng.choice(ends) + rng.choice([-60, -20, -2, -1, 0, 0, 1, 1, 2, 30, 364, 365, 366])
        at = f"{day_text(offset)}T{rng.choice(['00:00', '10:00', '23:59:59.999999'])}"
        who = party(ngo if teller.chance(85) else rng.choice(ABROAD), kind="overseas", code=office_code)
        amount_fen = rng.choice([2_000_000, 4_400_000, 4_500_000, 5_000_000])
        teller.tell(desk.payment(code, at, amount_fen=amount_fen, direction="in", counterparty=who))
    if teller.chance(40):
        teller.tell(desk.office(teller.at(-40, 30), office_code=OFFICE_CODES[0], name=rng.choice(ABROAD[:2])))
    if teller.chance(15):
        teller.tell(desk.office_ended(teller.at(-10, 40), office_code=OFFICE_CODES[0]))
