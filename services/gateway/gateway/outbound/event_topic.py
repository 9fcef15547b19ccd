"""Says accepted events on their topics."""

from collections.abc import Sequence

from msgspec import structs

from chassis.bus import Bus, Outgoing, Producer
from contracts import CLOUDEVENTS_HEADERS, Topics, encode_event
from gateway.domain.planning import Message
from gateway.domain.receipts import Place


class EventLog:
    """Writes to Kafka; one batch per partition, shared by all requests that send at the same time."""

    def __init__(self, bus: Bus, topics: Topics) -> None:
        self._bus = bus
        self._topics = topics
        self._producer: Producer | None = None

    async def open(self) -> None:
        """Prepare to send; connects with the first event."""
        self._producer = self._bus.producer()

    async def close(self) -> None:
        """Let what is on its way arrive, then stop."""
        if self._producer is not None:
            await self._producer.close()

    async def send(self, messages: Sequence[Message]) -> list[Place]:
        """Send all and wait until all in-sync replicas have them; say where each lies.

        Raises: Unavailable; whether they were written is then unknown.
        """
        if self._producer is None:
            msg = "the log is not open"
            raise RuntimeError(msg)
        outgoing: list[Outgoing] = []
        told: list[int] = []  # for each message, where among the outgoing ones its own partition's copy is
        for message in messages:
            copies = self._copies(message)
            told.append(len(outgoing) + (message.partition if message.everywhere else 0))
            outgoing += copies
        sent = await self._producer.send_many(outgoing)
        return [Place(message.topic, *sent[index]) for message, index in zip(messages, told, strict=True)]

    def _copies(self, message: Message) -> list[Outgoing]:
        event = message.event
        key = (event.subject or event.source).encode()
        if message.shares:
            values = [encode_event(structs.replace(event, data=share)) for share in message.shares]
        elif message.everywhere:
            values = [encode_event(event)] * self._topics.by_name[message.topic].partitions
        else:
            return [Outgoing(message.topic, encode_event(event), key, message.partition, CLOUDEVENTS_HEADERS)]
        return [
            Outgoing(message.topic, value, key, partition, CLOUDEVENTS_HEADERS)
            for partition, value in enumerate(values)
        ]
