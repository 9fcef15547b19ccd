"""Registered operators: measures over sets that the language cannot say.

Source: docs/rule-language.md §4.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

from funds_monitor.domain.bidding import bid_against
from funds_monitor.domain.dates import month, month_of_period
from funds_monitor.domain.entries import Entry
from funds_monitor.domain.neighbours import neighbours_tied
from funds_monitor.domain.paths import path_back, ring_back
from funds_monitor.domain.points import Point

Sets = Mapping[str, list[Entry]]
Numbers = Mapping[str, int]
STAFF_MEANS = 2  # times the sector's mean pay: what staff may get whom the payroll does not list


def group_at(point: Point, entry: Entry) -> str:
    """Give the group of a payment's party at a point."""
    return point.timeline.book.kinship.group(entry.party, point.day)[0]


def pass_through(point: Point, sets: Sets, numbers: Numbers) -> int:
    """Match outflows with earlier inflows, first in first out; add what went to the few largest payees."""
    inflows, place = sets["inflows"], 0
    waiting: deque[int] = deque()
    passed: Counter[str] = Counter()
    for outflow in sets["outflows"]:
        while place < len(inflows) and inflows[place].position < outflow.position:
            waiting.append(inflows[place].data.amount_fen)
            place += 1
        wanted = outflow.data.amount_fen
        while wanted and waiting:
            taken = min(wanted, waiting[0])
            wanted -= taken
            passed[group_at(point, outflow)] += taken
            waiting[0] -= taken
            if not waiting[0]:
                waiting.popleft()
    return sum(amount for _, amount in passed.most_common(numbers["payees_max"]))


def groups_meet(point: Point, sets: Sets, _: Numbers) -> bool:
    """Say whether a party of one set and a party of the other share a group."""
    one = {group_at(point, entry) for entry in sets["one"]}
    return any(group_at(point, entry) in one for entry in sets["other"])


def largest_groups(point: Point, sets: Sets, numbers: Numbers) -> int:
    """Add what the few largest groups paid or were paid."""
    moved: Counter[str] = Counter()
    for entry in sets["of"]:
        moved[group_at(point, entry)] += entry.data.amount_fen
    return sum(amount for _, amount in moved.most_common(numbers["groups"]))


def any_related(point: Point, sets: Sets, numbers: Numbers) -> bool:
    """Say whether any counterparty of a set is related to the organization."""
    return any(point.related(entry, numbers["hops"]) for entry in sets["of"])


def beyond_salary(point: Point, sets: Sets, _: Numbers) -> int:
    """Add what was paid beyond salaries: of a person what exceeds the salary of the month, of others everything.

    Source: indicators.md §1.5 (salary).
    """
    payrolls = {month_of_period(entry.data.period): entry.data for entry in sets["payrolls"]}
    beyond, wages = 0, Counter[tuple[str, int | None]]()
    for entry in sets["paid"]:
        person = entry.data.counterparty.person
        if person is None:
            beyond += entry.data.amount_fen
        else:
            wages[person, month(entry.data.booked_on)] += entry.data.amount_fen
    for (person, in_month), paid in wages.items():
        payroll = payrolls.get(in_month)
        beyond += max(paid - salary_of(point, person, payroll, paid), 0)
    return beyond


def salary_of(point: Point, person: str, payroll: Any, paid: int) -> int:
    """Give a person's salary of a month: as listed; of staff who are not listed, up to twice the sector's mean."""
    if payroll is None:
        return 0
    listed = listed_in(payroll)
    if person in listed:
        return listed[person]
    if payroll.sector_mean_pay_fen is None or not point.holds(person, "staff"):
        return 0
    return min(paid, STAFF_MEANS * int(payroll.sector_mean_pay_fen))


def beyond_allowance(_: Point, sets: Sets, numbers: Numbers) -> int:
    """Add what persons were paid beyond an allowance, person by person and month by month."""
    paid = Counter[tuple[str | None, int | None]]()
    for entry in sets["of"]:
        paid[entry.data.counterparty.person, month(entry.data.booked_on)] += entry.data.amount_fen
    return sum(max(amount - numbers["each"], 0) for amount in paid.values())


def normal_pay(_: Point, sets: Sets, __: Numbers) -> int:
    """Add what those on the payrolls would get at the mean pay of the sector."""
    payrolls = (entry.data for entry in sets["payrolls"])
    return sum(each.headcount * (each.sector_mean_pay_fen or 0) for each in payrolls)


def insider_bonus(point: Point, sets: Sets, numbers: Numbers) -> int:
    """Give the most that an insider or founder gets, so many times what is usual for that person; 0: nobody does.

    Usual is the middle value of the payrolls before that list the person; of several for one month the last counts.
    """
    insiders = point.insiders()
    before = {entry.data.period: listed_in(entry.data) for entry in sets["payrolls"]}
    found = 0
    for person, amount_fen in listed_in(point.entry.data).items():
        earlier = sorted(each[person] for each in before.values() if person in each)
        if person in insiders and earlier and amount_fen >= numbers["times"] * earlier[(len(earlier) - 1) // 2]:
            found = max(found, amount_fen)
    return found


def listed_in(payroll: Any) -> Counter[str]:
    """Give what a payroll lists, by person."""
    found = Counter[str]()
    for each in payroll.payees or ():
        found[each.person] += each.amount_fen
    return found


OPERATIONS: dict[str, Callable[[Point, Sets, Numbers], Any]] = {
    "pass_through": pass_through,
    "groups_meet": groups_meet,
    "any_related": any_related,
    "path_back": path_back,
    "ring_back": ring_back,
    "neighbours_tied": neighbours_tied,
    "bid_against": bid_against,
    "normal_pay": normal_pay,
    "insider_bonus": insider_bonus,
    "beyond_salary": beyond_salary,
    "beyond_allowance": beyond_allowance,
    "largest_groups": largest_groups,
}
