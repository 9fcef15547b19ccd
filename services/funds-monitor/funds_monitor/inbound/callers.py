"""What each caller may be shown; the gateway has asked the same before, we ask again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from chassis.internal_tokens import Principal
from chassis.permissions import Resource, Scope, is_permitted, permit, scope_of
from funds_monitor.usecases.ports import Json, StoredRule


async def shown_to(
    caller: Principal, load_rules: Callable[[], Awaitable[Sequence[StoredRule]]]
) -> tuple[Scope, tuple[str, ...] | None]:
    """Give the divisions of a caller's alerts, and the rules that its department decides; None: all rules.

    Whose an alert is stands with its rule, so the department's part of the scope is said by naming rules.

    Raises: Refused `forbidden`.
    """
    permit(caller, "alert-read")
    scope = scope_of(caller, "alert-read")
    if not scope.departments:
        return scope, None
    divisions = Scope(everything=not scope.divisions, divisions=scope.divisions)
    return divisions, tuple(rule.id for rule in await load_rules() if rule.decides in scope.departments)


async def may_see_alert(
    caller: Principal, alert: Json, load_rules: Callable[[], Awaitable[Sequence[StoredRule]]]
) -> bool:
    """Say whether a caller may see one alert: a department those of rules that it decides, a person those at home."""
    decides = [rule.decides for rule in await load_rules() if rule.id == alert["rule"]] or [""]
    of_alert = [Resource("alert", division=alert.get("division"), department=department) for department in decides]
    return any(is_permitted(caller, "alert-read", resource) for resource in of_alert)


def may_ask_about(caller: Principal, source: str, *, division: str | None = None) -> bool:
    """Say whether a caller may read the events of a source; `division`: where the organization is at home."""
    department = source.split("/", 2)[1] if source.startswith("/") else None
    return is_permitted(caller, "event-read", Resource("event", division=division, department=department))
