"""What a story is: who plays in it, what happens, and what must be said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from qinglian.sample.cast import YUAN, Organization, Person, firm, person
from qinglian.sample.pen import Json, Pen
from qinglian.sample.rhythms.tax import SECTOR_PAY_FEN
from qinglian.sample.span import Span

PAID = "finance.payment.settled.v1"
FIRMS_FROM = 1_000  # firms of stories deal with nobody else
FIRMS_EACH = 700
CROWD_PERCENT = 5  # of a crowd, where the county is a small one
KNOWN_DAYS = 200  # how long before a story its known parties were last dealt with


@dataclass(frozen=True)
class Expected:
    """One or several alerts that must be open in the end."""

    rule: str
    severity: str
    count: int = 1


@dataclass
class Scene:
    """One telling of a story: its people, its dates, and the events so far."""

    organization: Organization
    others: tuple[Organization, ...]
    span: Span
    pen: Pen
    seed: int
    whole: bool = True
    events: list[Json] = field(default_factory=list)

    def crowd(self, count: int) -> int:
        """Give how many of a crowd come: all of them in a whole county."""
        return count if self.whole else max(count * CROWD_PERCENT // 100, 1)

    def recent(self, days: int) -> date:
        """Give the day so long before the end."""
        return self.span.end_on - timedelta(days)

    def firm(self, place: int) -> Json:
        """Give a firm that appears in this story only."""
        return firm(FIRMS_FROM + self.organization.number * FIRMS_EACH + place)

    def person(self, place: object) -> Person:
        """Give a person that appears in this story only."""
        return person(self.seed, self.organization.number, "story", place)

    def says(self, kind: str, day: date, data: Json, *, at: str = "09:00:00", of: Organization | None = None) -> None:
        """Let a department say something of the organization."""
        subject = (of or self.organization).code
        self.events.append(self.pen.write(kind, subject, f"{day}T{at}", data))

    def changes(self, day: date, of: Organization | None = None, **entry: object) -> None:
        """Let the register enter an organization anew, some of its entry changed."""
        one = of or self.organization
        self.says("civil-affairs.organization.changed.v1", day, one.entry | entry, of=one)

    def pays(self, day: date, yuan: int, to: Json, *, at: str = "10:00:00", **more: Any) -> None:
        """Let the organization pay."""
        self._moves("out", day, yuan * YUAN, to, at, more)

    def receives(self, day: date, yuan: int, by: Json, *, at: str = "10:00:00", **more: Any) -> None:
        """Let the organization be paid."""
        self._moves("in", day, yuan * YUAN, by, at, more)

    def _moves(self, direction: str, day: date, amount_fen: int, party: Json, at: str, more: Json) -> None:
        of = more.pop("of", self.organization)
        self.events.append(self.pen.payment(of, f"{day}T{at}", amount_fen, direction=direction, party=party, **more))

    def receipts_for_all(self) -> None:
        """Let all who paid get receipts, where the story gives none itself: what is not told of is in order."""
        told = {event["subject"] for event in self.events if event["type"] == "finance.receipt.issued.v1"}
        for event in list(self.events):
            data = event["data"]
            if event["type"] != PAID or data["direction"] != "in" or event["subject"] in told:
                continue
            if data.get("earmark"):  # public money and start-up funds need none
                continue
            of = next(one for one in (self.organization, *self.others) if one.code == event["subject"])
            at = f"{data['booked_on']}T17:00:00"
            receipt = self.pen.receipt(of, at, data["amount_fen"], kind="other", payer=data["counterparty"])
            self.events.append(receipt)

    def gives_receipt(self, day: date, yuan: int, *, kind: str, payer: Json, **more: Any) -> None:
        """Let the organization give a receipt."""
        event = self.pen.receipt(self.organization, f"{day}T16:00:00", yuan * YUAN, kind=kind, payer=payer, **more)
        self.events.append(event)

    def files_payroll(self, month: date, yuan: int, *, heads: int, payees: list[Json] | None = None) -> None:
        """Let the organization file the payroll of a month on the tenth of the next one."""
        filed_on = (month.replace(day=1) + timedelta(32)).replace(day=10)
        data = {
            "period": f"{month:%Y-%m}",
            "headcount": heads,
            "total_pay_fen": yuan * YUAN,
            "sector_mean_pay_fen": SECTOR_PAY_FEN,
            "payees": payees,
        }
        self.says("tax.payroll.filed.v1", filed_on, data, at="17:30:00")

    def reports(self, year: int, **more: Any) -> None:
        """Let the organization file its annual report of a year in March of the next one."""
        filed_on = date(year + 1, 3, 20)
        report = {"year": year, "filed_on": str(filed_on), **more}
        self.says("civil-affairs.annual-report.filed.v1", filed_on, report, at="15:00:00")

    def knows(self, *parties: Json, before: date) -> None:
        """Let the organization have dealt with somebody some months before."""
        for place, party in enumerate(parties):
            self.receives(before - timedelta(KNOWN_DAYS + place), 500, party)


@dataclass(frozen=True)
class Story:
    """One story. `given` is what its organization must be; `young_days`: how long before the end it is registered."""

    key: str
    title: str
    tell: Callable[[Scene], None]
    expects: tuple[Expected, ...] = ()
    given: Json = field(default_factory=dict)
    young_days: int | None = None
    others: tuple[Json, ...] = ()
    receipted: bool = True  # everybody who pays gets a receipt, unless the story gives some itself
