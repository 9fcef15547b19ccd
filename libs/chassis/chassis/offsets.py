"""Where a consumer is, and who may say so: tables consumer_offsets and shard_epochs."""

from collections.abc import Mapping

from chassis.bus import TopicPartition
from chassis.database import ReadSession, WriteSession
from chassis.errors import Fenced


async def take_epoch(session: WriteSession, consumer: str, shard: int) -> int:
    """Become the owner of a shard; whoever owned it before is fenced from now on.

    Waits for a batch of the former owner that is being committed: load offsets after this, in the same transaction.
    """
    epoch = await session.fetch_value(
        "INSERT INTO shard_epochs AS mine (consumer, shard, epoch) VALUES ($1, $2, 1)"
        " ON CONFLICT (consumer, shard) DO UPDATE SET epoch = mine.epoch + 1 RETURNING epoch",
        consumer,
        shard,
    )
    return int(epoch)


async def hold_epoch(session: WriteSession, consumer: str, shard: int, epoch: int) -> None:
    """Make sure, until this transaction ends, that the shard is still ours.

    Raises: Fenced.
    """
    touched = await session.run(
        "UPDATE shard_epochs SET epoch = epoch WHERE consumer = $1 AND shard = $2 AND epoch = $3",
        consumer,
        shard,
        epoch,
    )
    if touched != 1:
        raise Fenced(f"shard {shard} of {consumer} has another owner than the one of epoch {epoch}")


async def load_offsets(session: ReadSession, consumer: str, partition: int | None = None) -> dict[TopicPartition, int]:
    """Return the next offsets to read, of one partition number (all topics) or of all."""
    rows = await session.fetch(
        "SELECT topic, partition, next_offset FROM consumer_offsets"
        " WHERE consumer = $1 AND ($2::integer IS NULL OR partition = $2)",
        consumer,
        partition,
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def save_offsets(session: WriteSession, consumer: str, next_offsets: Mapping[TopicPartition, int]) -> None:
    """Remember where to read on, in the transaction of what was read."""
    if not next_offsets:
        return
    await session.run(
        "INSERT INTO consumer_offsets (consumer, topic, partition, next_offset)"
        " SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bigint[])"
        " ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset",
        consumer,
        [topic for topic, _ in next_offsets],
        [partition for _, partition in next_offsets],
        list(next_offsets.values()),
    )
