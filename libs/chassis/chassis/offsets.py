"""Where a consumer is, and who may say so: tables consumer_offsets and shard_epochs."""

from collections.abc import Mapping

from chassis.bus import TopicPartition
from chassis.database import ReadSession, WriteSession


async def take_epoch(session: WriteSession, consumer: str, shard: int) -> int:
    """Become the owner of a shard; whoever owned it before is fenced from now on."""


async def hold_epoch(session: WriteSession, consumer: str, shard: int, epoch: int) -> None:
    """Make sure, until this transaction ends, that the shard is still ours.

    Raises: Fenced.
    """


async def load_offsets(session: ReadSession, consumer: str, partition: int | None = None) -> dict[TopicPartition, int]:
    """Return the next offsets to read, of one partition number (all topics) or of all."""


async def save_offsets(session: WriteSession, consumer: str, next_offsets: Mapping[TopicPartition, int]) -> None:
    """Remember where to read on, in the transaction of what was read."""
