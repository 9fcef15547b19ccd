from msgspec import Struct

from chassis.clock import Clock
from chassis.errors import Refused
from chassis.internal_tokens import Principal
from chassis.permissions import Resource, permit
from contracts import Event, Refusal
from contracts.register_writes import CHANGE, REGISTER, RegisterWrite, read_tokenised
from registry.domain.facts import day_of
from registry.domain.objections import division_of, objection_to
from registry.domain.own_events import own_event, own_fact, same_content
from registry.usecases.ports import OpenOwnWork


class Writing(Struct, frozen=True):
    """A write as it came: what, about whom, under which identity, by whom."""

    write: RegisterWrite
    code: str
    id: str
    body: bytes
    principal: Principal


async def write_register(asked: Writing, *, open_work: OpenOwnWork, clock: Clock) -> Event:
    """Write into the register and say so, in one transaction; the file shows it at once.

    The same identity with the same content is written once and answered like the first time.

    Raises: Refused, naming what stands against it; Unavailable: the outcome is unknown, send the same again.
    """
    data = read_tokenised(asked.write, asked.body)
    if isinstance(data, Refusal):
        raise Refused(data.code, data.detail, pointer=data.pointer)
    told = getattr(data, "division", None) if asked.write in (REGISTER, CHANGE) else None
    now_us = clock.now_us()
    event = own_event(asked.write, asked.code, data, id=asked.id, now_us=now_us)
    async with open_work([asked.code]) as work:
        facts = (await work.load_facts([asked.code]))[asked.code]
        known = division_of(facts)
        for division in dict.fromkeys((known or told, told or known)):  # out of a division, and into one
            permit(asked.principal, "organization-write", Resource("organization", asked.code, division))
        written = await work.find(event)
        if written is not None:
            if not same_content(written, event):
                raise Refused("identity_conflict", "something else was written under this identity already")
            return event
        objection = objection_to(asked.write, asked.code, data, facts=facts, now_us=now_us, on=day_of(now_us))
        if objection is not None:
            raise Refused(objection.code, objection.detail, pointer=objection.pointer)
        await work.say([(event, own_fact(event, now_us=now_us))])
    return event
