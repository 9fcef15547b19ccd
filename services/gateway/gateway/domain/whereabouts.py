"""Where an event is, put together from its receipt, from what was refused, and from what the monitor made of it."""

from collections.abc import Mapping
from typing import Any

from gateway.domain.dead_letters import Rejection
from gateway.domain.receipts import Receipt

FINAL = frozenset({"applied", "quarantined", "corrected", "withdrawn"})
Answer = dict[str, Any]


def whereabouts(receipt: Receipt | None, rejection: Rejection | None, monitor: Mapping[str, Any]) -> Answer | None:
    """Tell the way of one event so far; None: nobody has heard of it.

    An event that the log holds is never told as rejected, even when another one tried to use its identity later.
    """
    reached = monitor.get("status", "unknown")
    if receipt is None and reached == "unknown":
        return _rejected(rejection) if rejection is not None else None
    status = reached if reached in FINAL else "accepted"
    if receipt is not None and receipt.moved_to is not None and status == "withdrawn":
        status = "corrected"
    answer: Answer = {"status": status}
    if monitor.get("code"):
        answer["code"] = monitor["code"]
    answer["type"] = receipt.type if receipt is not None else monitor.get("type")
    if receipt is not None and receipt.offset >= 0:
        answer |= {"topic": receipt.topic, "partition": receipt.partition, "offset": receipt.offset}
    else:
        answer |= {name: monitor.get(name) for name in ("topic", "partition", "offset")}
    if receipt is not None and receipt.moved_to is not None:
        answer["moved_to"] = receipt.moved_to
    return answer | {"alerts": list(monitor.get("alerts") or ())}


def _rejected(rejection: Rejection) -> Answer:
    return {
        "status": "rejected",
        "code": rejection.code,
        "detail": rejection.detail,
        "pointer": rejection.pointer,
        "type": rejection.type,
        "topic": rejection.topic,
        "partition": rejection.partition,
        "offset": rejection.offset,
        "alerts": [],
    }
