"""Which facts are a cause for the abnormal list; each cause has one listing, whoever tells of it and how often.

Source: 社会组织信用信息管理办法 (order 60, 2018), its causes for the abnormal list; article numbers not seen.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from msgspec import Struct, structs

from contracts import EventReference
from credit.domain.acts import Cause
from credit.domain.facts import INSPECTED, PENALIZED, REPORTED, UNREACHED, Fact, day_of
from credit.domain.terms import (
    FOUNDATION_CODES,
    FOUNDATION_REPORT_DUE,
    LETTERS_APART_DAYS,
    REPORT_DUE,
    SMALL_FINE_BELOW_FEN,
)

OUTCOMES_AT_FAULT = ("not_filed", "failed")


class Ground(Struct, frozen=True):
    """A cause that facts give, and the listing that it would have."""

    listing_id: str
    cause: Cause
    reason: str
    facts: tuple[EventReference, ...]
    arose_on: date


def grounds(organization: str, facts: Iterable[Fact]) -> dict[str, Ground]:
    """Find the causes in facts that are believed, by the id of their listing.

    A report that came late and an inspection that failed for the same year are one cause.
    """
    kept = list(facts)
    found: dict[str, Ground] = {}
    for each in (
        *_inspections(organization, kept),
        *_late_reports(organization, kept),
        *_penalties(organization, kept),
        *_letters(organization, kept),
    ):
        known = found.get(each.listing_id)
        found[each.listing_id] = structs.replace(known, facts=known.facts + each.facts) if known else each
    return found


def _inspections(organization: str, facts: list[Fact]) -> Iterator[Ground]:
    for fact in facts:
        if fact.type == INSPECTED and fact.data["outcome"] in OUTCOMES_AT_FAULT:
            year = fact.data["year"]
            said = "未报送" if fact.data["outcome"] == "not_filed" else "年检不合格"
            yield _ground(organization, "annual_report", str(year), reason=f"{year} 年度工作报告{said}", facts=[fact])


def _late_reports(organization: str, facts: list[Fact]) -> Iterator[Ground]:
    month, day = FOUNDATION_REPORT_DUE if organization.startswith(FOUNDATION_CODES) else REPORT_DUE
    for fact in facts:
        if fact.type == REPORTED:
            year, filed_on = int(fact.data["year"]), date.fromisoformat(str(fact.data["filed_on"]))
            due_on = date(year + 1, month, day)
            if filed_on > due_on:
                reason = f"{year} 年度工作报告于 {filed_on} 报送，逾期({due_on} 截止)"
                yield _ground(organization, "annual_report", str(year), reason=reason, facts=[fact])


def _penalties(organization: str, facts: list[Fact]) -> Iterator[Ground]:
    for fact in facts:
        if fact.type != PENALIZED:
            continue
        kind, fine_fen = fact.data["kind"], fact.data.get("fine_fen") or 0
        if kind == "warning" or (kind == "fine" and fine_fen < SMALL_FINE_BELOW_FEN):
            said = "警告" if kind == "warning" else f"罚款 {fine_fen // 100}.{fine_fen % 100:02} 元"
            number = str(fact.data["penalty_id"])
            yield _ground(organization, "penalty", number, reason=f"受到{said}行政处罚", facts=[fact])


def _letters(organization: str, facts: list[Fact]) -> Iterator[Ground]:
    """Two registered letters that came back, the second neither too soon nor too late after the first."""
    letters = sorted(
        (fact for fact in facts if fact.type == UNREACHED), key=lambda fact: str(fact.data["letter_sent_on"])
    )
    least, most = LETTERS_APART_DAYS
    for first, second in pairwise(letters):
        apart = (_sent_on(second) - _sent_on(first)).days
        if least <= apart <= most:
            number = f"{first.data['letter_no']}+{second.data['letter_no']}"
            reason = f"{_sent_on(first)} 与 {_sent_on(second)} 两次挂号信均被退回，无法取得联系"
            yield _ground(organization, "unreachable", number, reason=reason, facts=[first, second])


def _ground(organization: str, cause: Cause, number: str, *, reason: str, facts: list[Fact]) -> Ground:
    digest = hashlib.sha256(f"{organization}\n{cause}\n{number}".encode()).hexdigest()
    references = tuple(EventReference(fact.source, fact.id) for fact in facts)
    arose_on = day_of(max(fact.time_us for fact in facts))
    return Ground(f"abn-{digest[:24]}", cause, reason, references, arose_on)


def _sent_on(fact: Fact) -> date:
    return date.fromisoformat(str(fact.data["letter_sent_on"]))
