"""The one door that every consumer reads through."""

from contracts.envelope import Event, Record, Refusal
from contracts.topics import TOPICS, Topics


def admit(record: Record, *, topics: Topics = TOPICS) -> Event | Refusal:
    """Turn a Kafka record into the event that it carries, or into the reason why it is not let in."""
    raise NotImplementedError
