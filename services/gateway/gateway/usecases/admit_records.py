from collections.abc import Sequence

from msgspec import Struct

from contracts import Record, Topics
from gateway.domain.admitting import Admit, Turned, settle_identities, sort_records
from gateway.domain.counting import copies_of, count_arrivals, parts_of
from gateway.domain.dead_letters import DeadLetter, Rejection, dead_letter, rejection_of
from gateway.usecases.ports import OpenAdmissionWork, OpenSpan


class Admitted(Struct, frozen=True):
    """What a batch held."""

    events: int
    rejected: int


async def admit_records(
    shard: int,
    records: Sequence[Record],
    *,
    admit: Admit,
    topics: Topics,
    open_work: OpenAdmissionWork,
    open_span: OpenSpan,
) -> Admitted:
    """Write the receipt of every event of a batch and the dead letter of every refused record, once.

    Raises: Fenced, Unavailable.
    """
    with open_span("usecases.admit_records"):
        with open_span("contracts.admit"):
            arrivals = sort_records(records, admit)
        with open_span("outbound.admission", links=[each.event.traceparent for each in arrivals.arrived]):
            async with open_work(shard) as work:
                arrived = work.skim(arrivals.arrived)
                known = await work.load_receipts(arrived) if arrived else {}
                settled = settle_identities(arrived, known)
                await work.save_receipts(settled.fresh, settled.replaced)
                buried = [_buried(each, topics) for each in arrivals.turned + settled.conflicts]
                rejected = await work.save_rejections(buried)
                books = await work.load_books(parts_of(arrivals.arrived), copies_of(arrivals.arrived))
                await work.save_books(count_arrivals(arrivals.arrived, settled.repeated, books))
                await work.save_progress(arrivals.heard, arrivals.next_offsets)
    return Admitted(len(arrivals.arrived) - len(settled.conflicts), rejected)


def _buried(turned: Turned, topics: Topics) -> tuple[Rejection, DeadLetter]:
    topic = topics.by_name[turned.record.topic]
    return rejection_of(turned, topic.owner), dead_letter(turned, topic.dead_name)
