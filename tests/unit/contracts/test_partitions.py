"""Partitions as Kafka's own clients choose them."""

import warnings

import pytest
from aiokafka.partitioner import DefaultPartitioner as OfAiokafka
from hypothesis import given
from hypothesis import strategies as st

with warnings.catch_warnings():
    # kafka-python reads its own schemas in a way that Python 3.11 calls old.
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka.partitioner.default import murmur2 as murmur2_of_kafka_python

from contracts import murmur2, partition_of


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_vectors_of_kafkas_own_test_hold(key: bytes, value: int) -> None:
    assert murmur2(key) == value & 0xFFFFFFFF


@given(st.binary(max_size=40), st.integers(1, 50))
def test_other_clients_choose_the_same_partition(key: bytes, partitions: int) -> None:
    numbers = list(range(partitions))
    assert partition_of(key, partitions) == OfAiokafka()(key, numbers, numbers)
    assert partition_of(key, partitions) == (murmur2_of_kafka_python(key) & 0x7FFFFFFF) % partitions


def test_text_is_hashed_in_utf8() -> None:
    assert partition_of("平阳", 6) == partition_of("平阳".encode(), 6)
