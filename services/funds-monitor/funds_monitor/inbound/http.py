"""Answers the gateway, the only caller; every path but health asks for the internal token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from chassis.clock import to_us
from chassis.errors import Refused
from chassis.internal_tokens import Principal, internal_principal
from chassis.permissions import permit
from funds_monitor.inbound.callers import may_ask_about, may_see_alert, shown_to
from funds_monitor.usecases.answer_alerts import LIMIT_MAX, answer_alerts
from funds_monitor.usecases.answer_event_status import answer_event_status
from funds_monitor.usecases.answer_versions import answer_versions
from funds_monitor.usecases.ports import AlertFilter, Answers, Json, Rules, StoredRule

Caller = Annotated[Principal, Depends(internal_principal)]
Code = Annotated[str, Query(max_length=64)]
LoadRules = Callable[[], Awaitable[list[StoredRule]]]


def monitor_router(*, answers: Answers, rules: Rules, read_status: Callable[[], Awaitable[Json]]) -> APIRouter:
    """Build the routes over what answers them."""
    router = APIRouter()
    _add_alerts(router, answers, rules.load)
    _add_organizations(router, answers)
    _add_rules(router, rules)

    @router.get("/events/status")
    async def event_status(caller: Caller, source: Annotated[str, Query(max_length=130)], id: Code) -> Json:  # noqa: A002
        """Say where an event is and what came of it."""
        if not may_ask_about(caller, source):
            raise Refused("not_found")
        return await answer_event_status(source, id, answers=answers)

    @router.get("/status")
    async def status(caller: Caller) -> Json:
        """Say how far everything is."""
        permit(caller, "status-read")
        return await read_status()

    return router


def _add_alerts(router: APIRouter, answers: Answers, load_rules: LoadRules) -> None:
    @router.get("/alerts")
    async def alerts(
        caller: Caller,
        *,
        organization: Code | None = None,
        rule: Code | None = None,
        severity: Literal["low", "medium", "high", "critical"] | None = None,
        state: Literal["open", "withdrawn", "closed"] | None = None,
        division: Annotated[str | None, Query(pattern="^[0-9]{2,12}$")] = None,
        raised_from: datetime | None = None,
        raised_to: datetime | None = None,
        cursor: Annotated[str | None, Query(pattern="^[0-9]{1,18}$")] = None,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 50,
    ) -> Json:
        """List alerts, newest first."""
        scope, rules = await shown_to(caller, load_rules)
        wanted = AlertFilter(
            organization=organization,
            rule=rule,
            severity=severity,
            state=state,
            division=division,
            raised_from_us=_us(raised_from, "raised_from"),
            raised_to_us=_us(raised_to, "raised_to"),
            scope=scope,
            rules=rules,
        )
        before = int(cursor) if cursor is not None else None
        items, following = await answer_alerts(wanted, answers=answers, before=before, limit=limit)
        return {"items": items, "next": str(following) if following is not None else None}

    async def seen(alert_id: str, caller: Principal) -> Json:
        found = await answers.alert(alert_id)
        if found is None or not await may_see_alert(caller, found, load_rules):
            raise Refused("not_found")
        return found

    @router.get("/alerts/{alert_id}")
    async def alert(caller: Caller, alert_id: str) -> Json:
        """Show one alert with the places of its evidence and its history."""
        return await seen(alert_id, caller)

    @router.get("/alerts/{alert_id}/evidence")
    async def evidence(caller: Caller, alert_id: str) -> Json:
        """Show the events behind an alert as they were received; another department's are named, not shown."""
        division = (await seen(alert_id, caller)).get("division")
        items = await answers.evidence(alert_id)
        for item in items:
            if not may_ask_about(caller, item["source"], division=division):
                del item["event"]
        return {"items": items, "next": None}


def _add_organizations(router: APIRouter, answers: Answers) -> None:
    @router.get("/organizations/{code}/waiting")
    async def waiting(caller: Caller, code: str) -> Json:
        """Show what the rules wait for with an organization."""
        permit(caller, "rule-read")
        return {"items": await answers.waiting(code)}

    @router.get("/organizations/{code}/verdicts")
    async def verdicts(caller: Caller, code: str) -> Json:
        """Show the latest verdict of each rule on an organization: why did nothing fire?"""
        permit(caller, "rule-read")
        return {"items": await answers.verdicts(code)}


def _add_rules(router: APIRouter, kept: Rules) -> None:
    @router.get("/rules")
    async def rules(caller: Caller) -> Json:
        """List the rules that are kept, every version."""
        permit(caller, "rule-read")
        items = [
            {"id": rule.id, "version": rule.version, "state": rule.state, "decides": rule.decides} | rule.summary
            for rule in await kept.load()
        ]
        return {"items": items, "next": None}

    @router.get("/rules/{rule}/versions")
    async def versions(caller: Caller, rule: str) -> Json:
        """Show the versions of a rule, which of them judges which days, and what was told of them."""
        permit(caller, "rule-read")
        found = await answer_versions(rule, rules=kept)
        if found is None:
            raise Refused("not_found")
        return found


def _us(moment: datetime | None, name: str) -> int | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Refused("invalid", "a time needs its offset", pointer=f"/query/{name}")
    return to_us(moment)
