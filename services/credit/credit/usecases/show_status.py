from datetime import date

from msgspec import Struct

from chassis.progress import PartitionStatus, Reading, ShardStatus, partition_statuses, shard_statuses
from credit.usecases.ports import CountUnsent, Today, WorkingYears

WARNED_DAYS_BEFORE = 60  # the notice of a year comes in November of the year before


class Warned(Struct, frozen=True):
    """What somebody should see to, in both languages."""

    zh: str
    en: str


class Status(Struct, frozen=True):
    """How credit is doing now; `warning` says when terms cannot be computed, or soon cannot."""

    ready: bool
    shards: list[ShardStatus]
    partitions: list[PartitionStatus]
    outbox_backlog: int
    working_days_until: str
    warning: Warned | None


async def show_status(*, reading: Reading, count_unsent: CountUnsent, calendar: WorkingYears, today: Today) -> Status:
    """Say how far this process has read, what waits, and until when the working days are known.

    Raises: Unavailable.
    """
    unknown_from = calendar.missing_from(today())
    is_near = (unknown_from - today()).days < WARNED_DAYS_BEFORE
    return Status(
        ready=reading.ready(),
        shards=shard_statuses(reading),
        partitions=partition_statuses(reading),
        outbox_backlog=await count_unsent(),
        working_days_until=unknown_from.isoformat(),
        warning=_unknown(unknown_from) if is_near else None,
    )


def _unknown(since: date) -> Warned:
    return Warned(
        zh=f"{since} 起的工作日安排尚未录入，届时各项期限将无法计算",
        en=f"working days from {since} on are not entered yet; from then on no term can be computed",
    )
