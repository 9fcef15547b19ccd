"""Alerts, rules and organizations, answered by the services behind us."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from gateway.inbound.callers import AnyCaller
from gateway.inbound.http_answers import LIMIT_DEFAULT, Limit, Segment, as_json
from gateway.inbound.shapes import Page, StatusReport, problems
from gateway.usecases.list_alerts import list_alerts
from gateway.usecases.list_organizations import list_organizations
from gateway.usecases.list_rules import list_rules
from gateway.usecases.ports import Json, Services
from gateway.usecases.read_alert import read_alert
from gateway.usecases.read_evidence import read_evidence
from gateway.usecases.show_organization import show_organization
from gateway.usecases.show_waiting import show_waiting

Short = Annotated[str | None, Query(max_length=64)]
Cursor = Annotated[str | None, Query(max_length=64, description="`next` of the page before.")]
Code = Annotated[str, Path(pattern="^[0-9A-Z]{18}$")]
ONE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}}}, **problems(401, 404, 503)}
PAGE: dict[int | str, dict[str, Any]] = {200: {"model": Page}, **problems(401, 403, 422, 503)}


def alerts_router(*, services: Services) -> APIRouter:
    """Build the routes that funds-monitor answers."""
    router = APIRouter(tags=["alerts"])

    @router.get("/v1/alerts", response_class=Response, responses=PAGE)
    async def get_alerts(
        caller: AnyCaller,
        *,
        organization: Short = None,
        rule: Short = None,
        severity: Literal["low", "medium", "high", "critical"] | None = None,
        state: Literal["open", "withdrawn", "closed"] | None = None,
        division: Annotated[str | None, Query(pattern="^[0-9]{2,12}$")] = None,
        raised_from: datetime | None = None,
        raised_to: datetime | None = None,
        cursor: Cursor = None,
        limit: Limit = LIMIT_DEFAULT,
    ) -> Response:
        """List alerts, newest first; a department sees those of rules that it decides about."""
        query = {
            "organization": organization,
            "rule": rule,
            "severity": severity,
            "state": state,
            "division": division,
            "raised_from": raised_from.isoformat() if raised_from else None,
            "raised_to": raised_to.isoformat() if raised_to else None,
            "cursor": cursor,
            "limit": limit,
        }
        return as_json(await list_alerts(caller, query=query, services=services))

    @router.get("/v1/alerts/{alert_id}", response_class=Response, responses=ONE)
    async def get_alert(caller: AnyCaller, alert_id: Segment) -> Response:
        """Show one alert with its evidence and history."""
        return as_json(await read_alert(alert_id, caller=caller, services=services))

    @router.get("/v1/alerts/{alert_id}/evidence", response_class=Response, responses=PAGE)
    async def get_evidence(caller: AnyCaller, alert_id: Segment) -> Response:
        """Show the events behind an alert as they were received; another department's are named, not shown."""
        return as_json(await read_evidence(alert_id, caller=caller, services=services))

    @router.get("/v1/rules", response_class=Response, responses=PAGE)
    async def get_rules(caller: AnyCaller) -> Response:
        """List the rules."""
        return as_json(await list_rules(caller, services=services))

    return router


def organizations_router(*, services: Services) -> APIRouter:
    """Build the routes about organizations."""
    router = APIRouter(tags=["organizations"])

    @router.get("/v1/organizations", response_class=Response, responses=PAGE)
    async def get_organizations(
        caller: AnyCaller, *, on: date | None = None, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
    ) -> Response:
        """List organizations in the order of their codes."""
        query = {"on": on.isoformat() if on else None, "cursor": cursor, "limit": limit}
        return as_json(await list_organizations(caller, query=query, services=services))

    @router.get("/v1/organizations/{code}", response_class=Response, responses=ONE)
    async def get_organization(
        caller: AnyCaller, code: Code, *, on: date | None = None, known_on: date | None = None
    ) -> Response:
        """Show the file of an organization as of a day; all but staff see what is public of it."""
        query = {"on": on.isoformat() if on else None, "known_on": known_on.isoformat() if known_on else None}
        return as_json(await show_organization(code, caller=caller, query=query, services=services))

    @router.get("/v1/organizations/{code}/waiting", response_class=Response, responses=PAGE)
    async def get_waiting(caller: AnyCaller, code: Code) -> Response:
        """Show what rules wait for before they conclude anything about an organization."""
        return as_json(await show_waiting(code, caller=caller, services=services))

    return router


def status_router(*, read_status: Callable[[], Awaitable[Json]]) -> APIRouter:
    """Build the route that tells how far everything is; everyone may ask, nothing personal is in it."""
    router = APIRouter(tags=["status"])

    @router.get("/v1/status", response_class=Response, responses={200: {"model": StatusReport}, **problems(503)})
    async def get_status() -> Response:
        """Say how far each source is, whether services can work, and whether all is quiet."""
        return as_json(await read_status())

    return router
