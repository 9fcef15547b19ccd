"""Topics as `contracts/topics.toml` declares them, brought into a broker."""

from dataclasses import dataclass
from typing import Any

from contracts.topics import Topics
from qinglian.errors import PartFailed


@dataclass(frozen=True)
class DeclaredTopic:
    """What a topic must look like in the broker."""

    name: str
    partitions: int
    retention_ms: int

    @property
    def configs(self) -> dict[str, str]:
        """Kafka's own settings of the topic; `timestamp_us` of a record is when the broker appended it."""
        return {
            "message.timestamp.type": "LogAppendTime",
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_ms),
            "retention.bytes": "-1",
        }


def declared_topics(topics: Topics) -> list[DeclaredTopic]:
    """List every topic and, beside each, the one that takes what was refused there."""
    declared = []
    for topic in topics.all:
        declared.append(DeclaredTopic(topic.name, topic.partitions, topic.retention_ms))
        declared.append(DeclaredTopic(topic.dead_name, topic.partitions, topic.dead_retention_ms))
    return declared


def create_topics(admin: Any, declared: list[DeclaredTopic]) -> None:
    """Create what is missing and wait until it can be used.

    Raises: PartFailed, when a topic is there with another number of partitions: that number is fixed for life,
        because an organization's shard is its partition number.
    """
    present = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
    for topic in declared:
        if present.get(topic.name, topic.partitions) != topic.partitions:
            raise PartFailed(
                f"Topic {topic.name} has {present[topic.name]} partitions in this broker and {topic.partitions} in "
                f"topics.toml. The number is fixed for life: set it back, or move the data to a new cluster."
            )
    missing = [topic for topic in declared if topic.name not in present]
    if missing:
        wanted = {topic.name: {"num_partitions": topic.partitions, "configs": topic.configs} for topic in missing}
        admin.create_topics(wanted, timeout_ms=30_000, wait_for_metadata=True)
