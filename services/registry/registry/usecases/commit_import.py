from collections.abc import Mapping, Sequence

from msgspec import json

from chassis.clock import Clock
from chassis.errors import Refused
from chassis.internal_tokens import Principal
from chassis.permissions import Resource, permit
from contracts import Event, Refusal
from contracts.register_writes import read_tokenised
from registry.domain.facts import Fact, day_of
from registry.domain.import_plan import PlannedRow, held_entry, identity_of
from registry.domain.imports import Import
from registry.domain.objections import objection_to
from registry.domain.own_events import own_event, own_fact
from registry.usecases.ports import OpenOwnWork


async def commit_import(id_: str, *, principal: Principal, open_work: OpenOwnWork, clock: Clock) -> Import:
    """Write all rows of a previewed import and say them, in one transaction, alone with the register.

    One that is in already is answered as it was the first time, and not written again.

    Raises: Refused `not_found`, `forbidden`; `conflict` when it is faulty or the register has changed; Unavailable: the
        outcome is unknown, commit again.
    """
    permit(principal, "import-commit")
    async with open_work([]) as work:
        found = await work.load_import(id_)
        if found is None:
            raise Refused("not_found", "there is no such import")
        for division in found.divisions:
            permit(principal, "import-commit", Resource("organization", division=division))
        if found.state == "committed":
            return found
        if found.state == "faulty":
            raise Refused("conflict", "it has faults: mend the file and upload it anew")
        now_us = clock.now_us()
        known = await work.load_facts([row.entry["code"] for row in found.rows])
        await work.say(_said(found, known, now_us))
        done = found.committed(now_us)
        await work.save_import(done)
    return done


def _said(found: Import, known: Mapping[str, Sequence[Fact]], now_us: int) -> list[tuple[Event, Fact]]:
    moved = sum(1 for row in found.rows if identity_of(held_entry(known[row.entry["code"]])) != row.seen)
    if moved:
        raise Refused(
            "conflict", f"the register has changed since the preview, for {moved} organizations: preview anew"
        )
    return [_row_said(found.id, row, known[row.entry["code"]], now_us) for row in found.rows]


def _row_said(import_id: str, row: PlannedRow, facts: Sequence[Fact], now_us: int) -> tuple[Event, Fact]:
    code = str(row.entry["code"])
    data = read_tokenised(row.write, json.encode(row.entry))
    if isinstance(data, Refusal):
        raise Refused("conflict", f"row {row.row} is no longer what the contract allows: preview anew")
    objection = objection_to(row.write, code, data, facts=facts, now_us=now_us, on=day_of(now_us))
    if objection is not None:
        raise Refused("conflict", f"row {row.row}: {objection.detail}")
    event = own_event(row.write, code, data, id=f"import-{import_id}-{row.row}", now_us=now_us)
    return event, own_fact(event, now_us=now_us)
