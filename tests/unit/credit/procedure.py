"""Listings as tests tell them."""

from datetime import date

from contracts import EventReference
from contracts.working_days import WORKING_DAYS
from credit.domain.acts import Act
from credit.domain.checking import check
from credit.domain.listing import Listing, after, opened

FACT = EventReference("/civil-affairs/registry", "inspection-2025")


def day(text: str) -> date:
    """Read a day of 2026, `02-14`."""
    return date.fromisoformat(f"2026-{text}")


def proposed(on: str = "01-26", *, by: str = "officer") -> Listing:
    """Give a listing that was only proposed."""
    act = Act("propose", on=day(on), by=by, text="2025 年度工作报告未报送", facts=(FACT,))
    return opened("abn-1", "O", cause="annual_report", act=act)


def step(
    listing: Listing, act: str, on: str, *, by: str = "approver", today: str | None = None, **said: object
) -> Listing:
    """Take a step as a person would, with what the procedure wants of it."""
    wanted: dict[str, object] = {"document": "平民〔2026〕1号", "text": "见附件"} | said
    done = Act(act, on=day(on), by=by, **wanted)  # type: ignore[arg-type]
    check(listing, done, today=day(today or on))
    return after(listing, done, WORKING_DAYS)


def listed(on: str = "02-25") -> Listing:
    """Give a listing in force: notice of 2 February, nobody stated anything."""
    noticed = step(proposed(), "notice", "02-02", by="officer")
    return step(noticed, "decide", on, outcome="list")
