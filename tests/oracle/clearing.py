"""The records of other departments that explain a payment, C1 to C10, each by scanning."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Any

from funds_monitor.domain.names import name_score
from funds_monitor.domain.words import Words
from tests.oracle.books import Books, amount_of, since
from tests.oracle.facts import DAY_US, Fact
from tests.oracle.parties import Parties, same_name

NAME_SCORE_MIN = 92
HELD_DAYS = 90
FEE_TIMES_MAX = 3
RESOLUTIONS = frozenset({"major_payment", "investment", "lending", "related_party_deal"})


class Clearing:
    """Does a record explain this payment, as of its own position?"""

    def __init__(self, books: Books, parties: Parties, words: Words) -> None:
        self._books = books
        self._parties = parties
        self._words = words
        self._known: dict[tuple[Fact, str], bool] = {}

    def cleared(self, payment: Fact, keys: tuple[str, ...]) -> bool:
        """Say whether one of the records holds."""
        every = tuple(f"C{n}" for n in range(1, 11))
        return any(self.holds(payment, key) for key in (every if "any" in keys else keys))

    def holds(self, payment: Fact, key: str) -> bool:
        if (payment, key) not in self._known:
            number, _, kind = key.lower().partition(".")
            self._known[payment, key] = self._c10(payment, {kind}) if kind else getattr(self, f"_{number}")(payment)
        return self._known[payment, key]

    def _before(self, payment: Fact, direction: str) -> list[Fact]:
        """Give external payments of one direction up to and including this one."""
        payments = self._parties.external(payment.code or "")
        return [one for one in payments if one.data.direction == direction and one.position <= payment.position]

    def award_id_of(self, fact: Fact) -> str | None:
        """Name the award that a payment is under; a supplement by what it adds to."""
        award = self._award_of(fact)
        return (award.data.supplement_of or award.data.award_id) if award is not None else None

    def buyer_code_of(self, fact: Fact) -> str | None:
        """Give the code of an award's buyer, or of the buyer of the award that a payment is under."""
        award = fact if fact.stream == "award" else self._award_of(fact)
        return str(award.data.buyer.code) if award is not None else None

    def _award_of(self, fact: Fact) -> Fact | None:
        """Give the award that a payment is under: cleared by it, or named as its project; the one awarded last."""
        if fact.stream != "payment":
            return None
        awards = self._books.of(fact.code, "award")
        if fact.data.direction == "in":
            found = self._awards_paid(fact)
        else:
            found = [award for award in awards if fact.data.project_ref in refs_of(award.data)]
        return max(found, key=lambda award: (award.data.awarded_on, award.position), default=None)

    def is_budgeted(self, fact: Fact) -> bool:
        """Say whether an outflow goes to a payee whom the budget of any award names."""
        if fact.stream != "payment" or fact.data.direction != "out":
            return False
        party = fact.data.counterparty
        awards = self._books.of(fact.code, "award")
        payees = [payee for award in awards for payee in award.data.budget_payees or ()]
        return any(payee == party.code or same_name(payee, party.name) for payee in payees)

    def _c1(self, payment: Fact) -> bool:
        return bool(self._awards_paid(payment))

    def _awards_paid(self, payment: Fact) -> list[Fact]:
        """Give the awards that explain an inflow."""
        awards = self._books.of(payment.code, "award")
        found = []
        for award in awards:
            data = award.data

            def is_payer(one: Fact, data: Any = data) -> bool:
                by_ref = one.data.earmark == "purchase" and one.data.project_ref in refs_of(data)
                return is_party(one, data.buyer) or by_ref

            promised_fen = data.amount_fen + sum(
                other.data.amount_fen for other in awards if other.data.supplement_of == data.award_id
            )
            if self._paid_within(payment, is_payer, data.awarded_on, promised_fen):
                found.append(award)
        return found

    def _c2(self, payment: Fact) -> bool:
        for grant in self._books.of(payment.code, "grant"):
            data = grant.data

            def is_payer(one: Fact, data: Any = data) -> bool:
                by_ref = one.data.earmark == "subsidy" and one.data.project_ref == data.grant_id
                return is_party(one, data.grantor) or by_ref

            if self._paid_within(payment, is_payer, data.granted_on, data.amount_fen):
                return True
        return False

    def _paid_within(self, payment: Fact, is_payer: Any, day: date, promised_fen: int) -> bool:
        if payment.data.direction != "in" or not is_payer(payment) or not since(payment, day):
            return False
        paid = [one for one in self._before(payment, "in") if is_payer(one) and since(one, day)]
        return amount_of(paid) <= promised_fen

    def _c3(self, payment: Fact) -> bool:
        if payment.data.direction != "in":
            return False
        amount_fen, day = payment.data.amount_fen, payment.day
        for fee in self._books.of(payment.code, "fee"):
            times = [fee.data.amount_fen * k for k in range(1, FEE_TIMES_MAX + 1)]
            if amount_fen in times and self._books.lives_on(fee, day):
                return True
        for activity in self._books.of(payment.code, "activity"):
            charged = activity.data.kind in ("conference", "training", "exhibition")
            if charged and activity.data.fee_fen == amount_fen and activity.data.reported_on <= day:
                held = held_on(activity)
                if held and held[0] - timedelta(HELD_DAYS) <= day <= held[1] + timedelta(HELD_DAYS):
                    return True
        return False

    def _c4(self, payment: Fact) -> bool:
        if payment.data.direction != "in":
            return False
        party = payment.data.counterparty
        for filing in self._books.of(payment.code, "filing"):
            ngo = filing.data.overseas_ngo
            same = ngo.office_code is not None and ngo.office_code == party.code
            same = same or name_score(ngo.name, party.name) >= NAME_SCORE_MIN
            here = filing.data.account in (None, payment.data.own_account)
            if same and here and self._books.lives_on(filing, payment.day):
                return True
        return False

    def _c5(self, payment: Fact) -> bool:
        snapshot = self._books.snapshot(payment.code or "", payment.position)
        promised_fen = snapshot.data.start_up_funds_fen if snapshot is not None else None
        if payment.data.direction != "in" or payment.data.earmark != "start_up_funds" or promised_fen is None:
            return False
        given = [one for one in self._before(payment, "in") if one.data.earmark == "start_up_funds"]
        return amount_of(given) <= promised_fen

    def _c6(self, payment: Fact) -> bool:
        paying_out = payment.data.direction == "out"
        holder = payment.code if paying_out else payment.data.counterparty.code
        if holder is None or payment.data.project_ref is None:
            return False
        under = [one for one in self._before(payment, "out") if one.data.project_ref == payment.data.project_ref]
        for activity in self._books.of(holder, "activity"):
            data = activity.data
            if data.activity_id != payment.data.project_ref:
                continue
            starts = (data.held_from or data.reported_on) if data.kind == "relief" else data.reported_on
            ends = (data.held_to or data.held_from or data.reported_on) + timedelta(HELD_DAYS)
            in_time = starts <= payment.day <= ends
            in_budget = data.budget_fen is not None and amount_of(under) * 10 <= data.budget_fen * 11
            if in_time and (in_budget or not paying_out):
                return True
        return False

    def _c7(self, payment: Fact) -> bool:
        if payment.data.direction != "out" or payment.data.project_ref is None:
            return False
        party = payment.data.counterparty
        for award in self._books.of(payment.code, "award"):
            if payment.data.project_ref not in refs_of(award.data):
                continue
            for payee in award.data.budget_payees or ():
                if payee == party.code or same_name(payee, party.name):
                    return True
        return False

    def _c8(self, payment: Fact) -> bool:
        return payment.data.direction == "out" and self._words.matches(payment.data.counterparty.name, "W.tax")

    def _c9(self, payment: Fact) -> bool:
        if payment.data.direction != "out":
            return False
        code, key, end = payment.code or "", self._parties.key(payment), payment.position
        same = [one for one in self._parties.external(code) if one.position <= end and self._parties.key(one) == key]
        out = [one for one in same if one.data.direction == "out" and one.position[0] > end[0] - 90 * DAY_US]
        back = [one for one in same if one.data.direction == "in" and one.position[0] > end[0] - 365 * DAY_US]
        voided = [one for one in self._books.of(code, "voided") if one.position <= end]
        said = self._words.matches(payment.data.purpose_text, "W.refund") or any(
            self._parties.key(one) == key for one in voided
        )
        return amount_of(out) <= amount_of(back) and said

    def _c10(self, payment: Fact, kinds: AbstractSet[str] = RESOLUTIONS) -> bool:
        if payment.data.direction != "out":
            return False
        return any(
            resolution.data.kind in kinds
            and payment.day - timedelta(365) < resolution.data.passed_on <= payment.day
            and resolution.data.votes_for * 3 >= resolution.data.votes_total * 2
            for resolution in self._books.of(payment.code, "resolution")
        )


def refs_of(award: Any) -> set[str]:
    """Give what a payment's `project_ref` may say to mean an award."""
    return {award.award_id, award.contract_ref} - {None, ""}


def is_party(payment: Fact, office: Any) -> bool:
    """Say whether the counterparty is an office: same code or equal names."""
    party = payment.data.counterparty
    return (party.code is not None and party.code == office.code) or same_name(party.name, office.name)


def held_on(activity: Fact) -> tuple[date, date] | None:
    """Give from when to when an activity was held."""
    first = activity.data.held_from or activity.data.held_to
    last = activity.data.held_to or activity.data.held_from
    return (first, last) if first and last else None
