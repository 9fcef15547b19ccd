"""Answer where an event is and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from funds_monitor.usecases.ports import Answers, ChainLink, Json


async def answer_event_status(source: str, event_id: str, *, answers: Answers) -> Json:
    """Say whether an event is applied, quarantined, corrected, withdrawn, pending or unknown, and name its alerts.

    `pending` with `code` `parked`: stored, but this program could not take it; it is tried again after a restart.
    `pending` with `code` `correction`: it corrects an event that has not come.
    `pending` with `code` `count_mismatch`: a declaration that was not taken, in one partition at least.

    Raises: Unavailable.
    """
    chain = await answers.chain(source, event_id)
    here = next((link for link in chain if (link.source, link.id) == (source, event_id)), None)
    if here is None:
        return {"source": source, "id": event_id, "status": "unknown", "alerts": []}
    status, code = _judge_chain(here, chain)
    alerts = (
        await answers.alerts_of(here.organization, source=source, event_id=event_id)
        if here.organization is not None
        else []
    )
    return {
        "source": source,
        "id": event_id,
        "type": here.event_type or None,
        "status": status,
        "code": code,
        "topic": here.topic,
        "partition": here.partition,
        "offset": here.offset,
        "alerts": alerts,
    }


def _judge_chain(here: ChainLink, chain: Sequence[ChainLink]) -> tuple[str, str | None]:
    """Judge one event of a chain: a withdrawn member or a cycle voids all, the last correction is believed."""
    if here.parked:
        return "pending", "parked"
    if here.blocked:
        return "pending", "count_mismatch"
    if here.withdraws or not here.event_type:
        return "applied", None
    members = {link.id: link for link in chain if link.event_type == here.event_type}
    component = _component(here.id, members)
    if {link.refers_to for link in chain if link.withdraws} & component:
        return "withdrawn", None
    corrections = [members[name] for name in component & members.keys() if members[name].refers_to is not None]
    if len(corrections) >= len(component):
        return "withdrawn", "cycle"
    believed = component & members.keys() - {link.refers_to for link in corrections}
    return _judge_believed(here) if here.id == max(believed, key=str.encode) else ("corrected", None)


def _judge_believed(here: ChainLink) -> tuple[str, str | None]:
    if here.sealed:
        return "quarantined", None
    return ("pending", "correction") if here.pending else ("applied", None)


def _component(start: str, members: dict[str, ChainLink]) -> set[str]:
    """Name everything that is connected to an event by corrections, ids that were never seen included."""
    edges: dict[str, set[str]] = {}
    for name, link in members.items():
        if link.refers_to is not None:
            edges.setdefault(name, set()).add(link.refers_to)
            edges.setdefault(link.refers_to, set()).add(name)
    found, todo = {start}, [start]
    while todo:
        for name in edges.get(todo.pop(), set()) - found:
            found.add(name)
            todo.append(name)
    return found
