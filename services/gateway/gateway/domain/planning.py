"""What of a request is sent, and what each of its events is answered: decided before anything leaves.

An event is a duplicate of its receipt, in conflict with it, or new. Most new events are one message; a declaration of
completeness goes to every partition, after everything else; a correction that moves an event brings a withdrawal.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field, structs

from contracts import Event, EventWithdrawn, Refusal, SourceCompleted, Topics, partition_of
from gateway.domain.moving import is_move, said_anew, withdrawal_id, withdrawal_of
from gateway.domain.receipts import Identity, Place, Receipt, hash_of_identity, identity_of, receipt_of

UNCORRECTABLE = (".event.withdrawn.v1", ".source.completed.v1")
Item = Event | Refusal
Known = Mapping[Identity, Receipt]


class Message(Struct, frozen=True, gc=False):
    """One event on its way to the log; `everywhere`: to each partition of its topic.

    `shares` is then what each partition's copy says, where they differ: the numbers of a declaration.
    """

    event: Event
    topic: str
    partition: int
    everywhere: bool = False
    shares: tuple[SourceCompleted, ...] = ()


class Verdict(Struct, gc=False):
    """What one event of a request is answered; accepted and duplicate ones name the identity whose receipt shows."""

    status: str
    identity: Identity | None = None
    refusal: Refusal | None = None


class Plan(Struct):
    """What to send and what to answer. `receipts` holds what is known before anything is sent."""

    verdicts: list[Verdict] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    declarations: list[Message] = field(default_factory=list)
    moves: list[tuple[Identity, str]] = field(default_factory=list)
    receipts: dict[Identity, Receipt] = field(default_factory=dict)

    @property
    def refusals(self) -> list[tuple[int, Refusal]]:
        """What was refused, with its place in the request."""
        return [(index, verdict.refusal) for index, verdict in enumerate(self.verdicts) if verdict.refusal is not None]


def identities_asked(items: Iterable[Item]) -> set[Identity]:
    """Return the identities whose receipts decide about a request."""
    asked = set()
    for item in items:
        if isinstance(item, Refusal):
            continue
        asked.add(identity_of(item))
        if item.corrects is not None:
            asked.add(Identity(item.source, item.corrects))
            asked.add(Identity(item.source, withdrawal_id(identity_of(item))))
        if isinstance(item.data, EventWithdrawn):
            asked.add(Identity(item.source, item.data.event_id))
    return asked


def plan_sending(items: Sequence[Item], known: Known, topics: Topics) -> Plan:
    """Decide about every item of a request, in order; earlier items count for later ones."""
    planner = _Planner(known, topics)
    for item in items:
        planner.plan.verdicts.append(planner.judge(item))
    return planner.plan


class _Planner:
    def __init__(self, known: Known, topics: Topics) -> None:
        self.plan = Plan(receipts=dict(known))
        self._topics = topics
        self._posted: dict[Identity, bytes] = {}  # hashes as posted: a moved event is sent without its `corrects`

    def judge(self, item: Item) -> Verdict:
        if isinstance(item, Refusal):
            return Verdict("rejected", refusal=item)
        identity, target = identity_of(item), self._target(item)
        event = said_anew(item) if is_move(item, target) else item
        receipt = self.plan.receipts.get(identity)
        if refusal := self._refusal(item, event, target, receipt):
            return Verdict("rejected", refusal=refusal)
        if target is not None and event is not item:
            self._withdraw(target, item)
        if receipt is not None and (receipt.whole or identity in self._posted):
            return Verdict("duplicate", identity)
        self._add(event, target)
        self._posted[identity] = hash_of_identity(item)
        return Verdict("accepted", identity)

    def _refusal(self, item: Event, event: Event, target: Receipt | None, receipt: Receipt | None) -> Refusal | None:
        """Refuse what contradicts the receipts."""
        if receipt is not None and not self._is_same(receipt, item, event):
            return _refuse(item, "identity_conflict", "another event has this source and id", at="/id")
        if target is None:
            return None
        if target.type.endswith(UNCORRECTABLE):
            return _refuse(item, "withdrawal_uncorrectable", "what this names can be neither corrected nor withdrawn")
        if item.corrects is not None and target.moved_to not in (None, item.id):
            return _refuse(item, "conflict", "what this corrects was moved: correct the event that replaced it")
        if isinstance(item.data, EventWithdrawn) and target.subject != item.subject:
            return _refuse(item, "invalid", "the subject of the event that is withdrawn", at="/subject")
        return None

    def _is_same(self, receipt: Receipt, item: Event, event: Event) -> bool:
        asked = hash_of_identity(item)
        return receipt.content_hash in (hash_of_identity(event), asked) or self._posted.get(receipt.identity) == asked

    def _target(self, event: Event) -> Receipt | None:
        """Return the receipt of what an event corrects or withdraws."""
        named = event.data.event_id if isinstance(event.data, EventWithdrawn) else event.corrects
        return self.plan.receipts.get(Identity(event.source, named)) if named is not None else None

    def _withdraw(self, target: Receipt, correction: Event) -> None:
        self.plan.moves.append((target.identity, correction.id))
        self.plan.receipts[target.identity] = structs.replace(target, moved_to=correction.id)
        withdrawal = withdrawal_of(target, correction)
        if identity_of(withdrawal) not in self.plan.receipts:
            self._add(withdrawal, target)

    def _add(self, event: Event, target: Receipt | None) -> None:
        topic = self._topics.by_name[self._topic_of(event, target)]
        everywhere = isinstance(event.data, SourceCompleted)
        message = Message(event, topic.name, partition_of(event.subject or event.source, topic.partitions), everywhere)
        (self.plan.declarations if everywhere else self.plan.messages).append(message)
        self.plan.receipts[identity_of(event)] = receipt_of(event, Place(message.topic, message.partition, -1))

    def _topic_of(self, event: Event, target: Receipt | None) -> str:
        if isinstance(event.data, SourceCompleted):
            return event.data.topic
        if isinstance(event.data, EventWithdrawn):
            # It may come before its target. Then any topic of the department will do: the shard is the same in all.
            return target.topic if target is not None else self._topics.owned_by(event.department)[0].name
        topic = self._topics.topic_of(event.type)
        if topic is None:
            msg = f"{event.type} was let in, but no topic carries it"
            raise LookupError(msg)
        return topic.name


def _refuse(event: Event, code: str, detail: str, *, at: str = "/corrects") -> Refusal:
    return Refusal(code, detail, at, source=event.source, id=event.id, type=event.type)
