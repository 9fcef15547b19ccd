"""Listings as JSON: the whole for who works on them, and what is public for everybody else."""

from datetime import date
from typing import Any

import msgspec

from credit.domain.listing import Deadline
from credit.domain.terms import INSTRUMENT
from credit.usecases.ports import Shown
from credit.usecases.show_status import Status

Json = dict[str, Any]
CAUSES_ZH = {
    "annual_report": "未按规定报送年度工作报告或年检不合格",
    "party_organization": "未按规定设立党组织",
    "rectification": "逾期未按责令改正",
    "fundraising": "违反公开募捐规定",
    "penalty": "受到警告或者小额罚款",
    "unreachable": "通过登记住所无法联系",
    "other": "法律、行政法规规定的其他情形",
}


def whole_view(shown: Shown, *, today: date) -> Json:
    """Write everything about a listing."""
    listing = shown.listing
    return {
        **public_view(shown),
        "id": listing.id,
        "state": listing.state,
        "division": shown.division,
        "reason": listing.reason,
        "proposer": listing.proposer,
        "facts": msgspec.to_builtins(listing.facts),
        "doubted": listing.doubted,
        "lifted_on": _text(listing.lifted_on),
        "lifted_reason": listing.lifted_reason,
        "deadlines": [_deadline(each, today) for each in listing.deadlines],
        "acts": [msgspec.to_builtins(each) for each in listing.acts],
        "law": [{"instrument": INSTRUMENT, "article": "", "unverified": True}],
    }


def public_view(shown: Shown) -> Json:
    """Write what anyone may know of a listing in force."""
    listing = shown.listing
    return {
        "organization": {"code": listing.organization, "name": shown.name},
        "list": listing.list,
        "cause": listing.cause,
        "cause_zh": CAUSES_ZH[listing.cause],
        "effective_on": _text(listing.effective_on),
    }


def status_view(status: Status) -> Json:
    """Write how credit is doing."""
    return {"service": "credit", "lag": sum(each.lag for each in status.partitions), **msgspec.to_builtins(status)}


def _deadline(deadline: Deadline, today: date) -> Json:
    warning = None
    if deadline.unknown_year is not None:
        warning = f"{deadline.unknown_year} 年工作日安排尚未录入，期限无法计算"
    return {
        "name": deadline.name,
        "since": _text(deadline.since),
        "due_on": _text(deadline.due_on),
        "met_on": _text(deadline.met_on),
        "missed": deadline.missed_on(today),
        "unverified": deadline.unverified,
        "warning": warning,
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
