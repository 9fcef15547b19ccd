"""Over which time an organization's accounts are lawfully delivered, day by day."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.oracle.facts import Fact, Position

if TYPE_CHECKING:
    from tests.oracle.points import World


def covered(world: "World", code: str, *, position: Position, span: tuple[date, date]) -> bool | None:
    """Say that every account on file that is open on some day of a span is covered; null: that is not known."""
    first, last = span
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    filed = world.books.of(code, "account")
    open_days = {account: [day for day in days if world.books.lives_on(account, day)] for account in filed}
    known = [
        account_covered(world, account, position, span, open_on) for account, open_on in open_days.items() if open_on
    ]
    return True if known and all(known) else None


def account_covered(
    world: "World", account: Fact, position: Position, span: tuple[date, date], open_on: list[date]
) -> bool:
    """Say whether declarations hold every day on which it is open; without any, whether a payment's basis lasted."""
    first, last = span
    told = [fact.data for fact in world.books.of(account.code, "coverage") if not fact.sealed]
    told = [each for each in told if each.account == account.data.account]
    if told:
        return all(any(each.covered_from <= day <= each.covered_to for each in told) for day in open_on)
    for payment in world.parties.external(account.code or ""):
        until = payment.data.legal_basis.valid_until
        before = payment.position <= position and payment.data.booked_on < first
        if payment.data.own_account == account.data.account and before and (until is None or until >= last):
            return True
    return False
