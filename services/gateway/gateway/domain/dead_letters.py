"""What becomes of a refused record: a copy in `{topic}.dead` with the reason in its headers.

A value that may hold raw numbers, or that is larger than any event, is not copied: its hash and its place are kept.
"""

import hashlib

from msgspec import Struct

from contracts import EVENT_BYTES_MAX, Record, looks_raw
from gateway.domain.admitting import Turned

KEY_BYTES_MAX = 1_024  # a credit code has 18
KEPT_HEADERS_BYTES_MAX = 16_384  # attributes of binary mode take a few hundred


class DeadLetter(Struct, frozen=True):
    """A message to a dead-letter topic."""

    topic: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class Rejection(Struct, frozen=True):
    """What is kept of a refusal and shown to the publisher; without a place when it was refused over HTTP."""

    department: str
    code: str
    detail: str
    pointer: str
    at_us: int
    source: str | None = None
    id: str | None = None
    type: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    content_hash: bytes | None = None


def hash_of(record: Record) -> bytes:
    """Return the hash by which a publisher finds its own record again."""
    return hashlib.sha256(record.value).digest()


def dead_letter(turned: Turned, dead_topic: str) -> DeadLetter:
    """Write the dead letter of a refused record."""
    record, refusal = turned.record, turned.refusal
    withheld = refusal.withhold or len(record.value) > EVENT_BYTES_MAX
    reason = {
        "dead-code": refusal.code,
        "dead-detail": refusal.detail,
        "dead-pointer": refusal.pointer,
        "dead-topic": record.topic,
        "dead-partition": str(record.partition),
        "dead-offset": str(record.offset),
        "dead-sha256": hash_of(record).hex(),
        "dead-value": "withheld" if withheld else "copied",
    }
    headers = tuple((name, text.encode()) for name, text in reason.items())
    return DeadLetter(
        dead_topic,
        None if withheld else _kept_key(record.key),
        b"" if withheld else record.value,
        headers if withheld else headers + _kept_headers(record),
    )


def rejection_of(turned: Turned, department: str) -> Rejection:
    """Write what is kept of a refused record."""
    record, refusal = turned.record, turned.refusal
    return Rejection(
        department,
        refusal.code,
        refusal.detail,
        refusal.pointer,
        record.timestamp_us,
        source=refusal.source,
        id=refusal.id,
        type=refusal.type,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        content_hash=hash_of(record),
    )


def _kept_key(key: bytes | None) -> bytes | None:
    if key is None or len(key) > KEY_BYTES_MAX or looks_raw(key.decode("utf-8", "replace")):
        return None
    return key


def _kept_headers(record: Record) -> tuple[tuple[str, bytes], ...]:
    size = sum(len(name) + len(value) for name, value in record.headers)
    texts = (f"{name}: {value.decode('utf-8', 'replace')}" for name, value in record.headers)
    if size > KEPT_HEADERS_BYTES_MAX or any(looks_raw(text) for text in texts):
        return ()
    return record.headers
