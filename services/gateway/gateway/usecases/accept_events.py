from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from chassis.clock import Clock
from chassis.errors import Refused, Unavailable
from contracts import Refusal, Topics
from gateway.domain.callers import Caller
from gateway.domain.counting import Claim, claims_of, reconcile
from gateway.domain.dead_letters import Rejection
from gateway.domain.planning import Item, Message, Plan, identities_asked, plan_sending
from gateway.domain.publishing import may_publish
from gateway.domain.receipts import Place, Receipt, receipt_of
from gateway.usecases.ports import EventTopic, OpenSpan, Receipts, Reckoning, Rejections, Turn, Turns

ERRORS_TOLD_MAX = 100  # enough to repair a batch by


class Accepting(Struct, frozen=True):
    """What accepting leans on."""

    turns: Turns
    receipts: Receipts
    rejections: Rejections
    reckoning: Reckoning
    topic: EventTopic
    topics: Topics
    clock: Clock
    open_span: OpenSpan


class Answer(Struct, frozen=True, gc=False):
    """What one event is answered; `receipt` unless it was refused."""

    status: str
    receipt: Receipt | None = None
    refusal: Refusal | None = None


async def accept_events(
    items: Sequence[Item], *, publisher: Caller, partial: bool, batch: bool, leaning_on: Accepting
) -> list[Answer]:
    """Let a request's events into the log, all or (without `partial`) none; return after the log has acknowledged them.

    Nothing is remembered before it is acknowledged: if we end in between, the same ids are sent again and the second
    copy is known by its identity wherever it is read.

    Raises: Refused when an event is refused and `partial` is not asked for; Unavailable: send the same ids again.
    """
    with leaning_on.open_span("usecases.accept_events"):
        with leaning_on.open_span("domain.publishing"):
            judged = [_judge(item, publisher) for item in items]
        claims = claims_of(judged)
        alone = sorted({claim.source for claim in claims})
        async with leaning_on.turns.take(identities_asked(judged), alone=alone) as turn:
            plan = await (_counted(judged, claims, turn, leaning_on) if claims else _planned(judged, leaning_on))
            await _note_refusals(plan, publisher, leaning_on)
            if plan.refusals and not partial:
                raise _refused(plan, batch=batch)
            await _send(plan, turn, leaning_on)
    return [_answer(plan, index) for index in range(len(plan.verdicts))]


async def _planned(judged: Sequence[Item], leaning_on: Accepting) -> Plan:
    known = await leaning_on.receipts.load(identities_asked(judged))
    return plan_sending(judged, known, leaning_on.topics)


async def _counted(
    judged: Sequence[Item], claims: Mapping[Claim, Collection[str]], turn: Turn, leaning_on: Accepting
) -> Plan:
    """Plan a request with declarations that state numbers: first everything that came before them is counted."""
    for source in sorted({claim.source for claim in claims}):
        await turn.earlier_done(source)
    books = await leaning_on.reckoning.load(claims)
    plan = await _planned(judged, leaning_on)
    differences = reconcile(plan, books, leaning_on.topics, now_us=leaning_on.clock.now_us())
    if differences:
        with suppress(Unavailable):  # not being able to keep them must not change what the publisher is told now
            await leaning_on.reckoning.note(differences)
    return plan


def _judge(item: Item, publisher: Caller) -> Item:
    if isinstance(item, Refusal):
        return item
    return may_publish(item, publisher) or item


async def _send(plan: Plan, turn: Turn, leaning_on: Accepting) -> None:
    """Send what is new; declarations of completeness after the acknowledgement of all that came before them."""
    sent: list[Receipt] = []
    try:
        if plan.messages:
            sent += _receipts(plan.messages, await _sent(plan.messages, leaning_on))
        if plan.declarations:
            for source in sorted({message.event.source for message in plan.declarations}):
                await turn.earlier_done(source)
            sent += _receipts(plan.declarations, await _sent(plan.declarations, leaning_on))
    finally:
        plan.receipts.update({receipt.identity: receipt for receipt in sent})
        if sent or plan.moves:
            await _remember(sent, plan, leaning_on)


async def _sent(messages: list[Message], leaning_on: Accepting) -> list[Place]:
    with leaning_on.open_span("outbound.event_topic", links=[message.event.traceparent for message in messages]):
        return await leaning_on.topic.send(messages)


async def _remember(sent: list[Receipt], plan: Plan, leaning_on: Accepting) -> None:
    try:
        await leaning_on.receipts.save(sent, plan.moves)
    except Unavailable:
        # They are in the log, and that is what we promise; our own admission reads them there and writes the receipts.
        return


async def _note_refusals(plan: Plan, publisher: Caller, leaning_on: Accepting) -> None:
    """Keep refusals for the publisher to look at; not being able to must not change what it is told now."""
    if not plan.refusals or publisher.department is None:
        return
    at_us = leaning_on.clock.now_us()
    noted = [_rejection(refusal, publisher.department, at_us) for _, refusal in plan.refusals]
    try:
        await leaning_on.rejections.save(noted)
    except Unavailable:
        return


def _rejection(refusal: Refusal, department: str, at_us: int) -> Rejection:
    return Rejection(
        department,
        refusal.code,
        refusal.detail,
        refusal.pointer,
        at_us,
        source=refusal.source,
        id=refusal.id,
        type=refusal.type,
    )


def _receipts(messages: list[Message], places: list[Place]) -> list[Receipt]:
    return [receipt_of(message.event, place) for message, place in zip(messages, places, strict=True)]


def _refused(plan: Plan, *, batch: bool) -> Refused:
    """Say the first refusal as the request's own, and list them all."""
    errors: list[dict[str, str | int]] = []
    for index, refusal in plan.refusals[:ERRORS_TOLD_MAX]:
        told: dict[str, str | int] = {"pointer": refusal.pointer, "code": refusal.code, "detail": refusal.detail}
        errors.append({"index": index, **told} if batch else told)
    first = plan.refusals[0][1]
    return Refused(first.code, first.detail, pointer=first.pointer, errors=errors)


def _answer(plan: Plan, index: int) -> Answer:
    verdict = plan.verdicts[index]
    if verdict.identity is None:
        return Answer("rejected", refusal=verdict.refusal)
    return Answer(verdict.status, receipt=plan.receipts[verdict.identity])
