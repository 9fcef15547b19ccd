"""What each kind of caller may be shown; the gateway has asked the same before, we ask again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from chassis.errors import Refused
from chassis.internal_tokens import Principal
from funds_monitor.usecases.ports import StoredRule


async def rules_shown_to(
    caller: Principal, load_rules: Callable[[], Awaitable[Sequence[StoredRule]]]
) -> tuple[str, ...] | None:
    """Name the rules whose alerts a caller may see: a department, those that it decides; None: all.

    Raises: Refused `forbidden`.
    """
    if caller.kind in ("staff", "service"):
        return None
    if caller.kind == "department" and caller.department:
        return tuple(rule.id for rule in await load_rules() if rule.decides == caller.department)
    raise Refused("forbidden", "alerts are for those who supervise")


def may_ask_about(caller: Principal, source: str) -> bool:
    """Say whether a caller may ask for the events of a source: a department only for its own."""
    if caller.kind == "department":
        return source.startswith(f"/{caller.department}/")
    return caller.kind in ("staff", "service")
