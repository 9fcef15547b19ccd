"""Kafka's own choice of a partition: murmur2 of the key, as the Java client computes it.

Source: org.apache.kafka.common.utils.Utils.murmur2 and BuiltInPartitioner.partitionForKey.
"""

from functools import lru_cache

KEYS_REMEMBERED_MAX = 65_536  # organizations of a prefecture; an entry takes about 150 bytes

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """Hash a key to 32 bits, unsigned."""
    length = len(key)
    value = (_SEED ^ length) & _MASK
    whole = length & ~3
    for start in range(0, whole, 4):
        word = int.from_bytes(key[start : start + 4], "little") * _MULTIPLIER & _MASK
        word = (word ^ (word >> 24)) * _MULTIPLIER & _MASK
        value = (value * _MULTIPLIER & _MASK) ^ word
    if whole != length:
        value = ((value ^ int.from_bytes(key[whole:], "little")) * _MULTIPLIER) & _MASK
    value = ((value ^ (value >> 13)) * _MULTIPLIER) & _MASK
    return value ^ (value >> 15)


@lru_cache(maxsize=KEYS_REMEMBERED_MAX)
def partition_of(key: bytes | str, partitions: int) -> int:
    """Return the partition that Kafka's default partitioner gives a key."""
    raw = key.encode() if isinstance(key, str) else key
    return (murmur2(raw) & _POSITIVE) % partitions
