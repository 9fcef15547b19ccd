"""The registry's answers over HTTP; the gateway is the only caller."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from chassis.clock import Clock
from chassis.internal_tokens import Principal, internal_principal
from chassis.permissions import Resource, is_permitted, permit
from registry.domain.facts import day_of
from registry.domain.organization_file import OrganizationFile
from registry.inbound.views import organization_view, page_view, status_view, summary_view
from registry.usecases.list_organizations import PAGE_ROWS_MAX, list_organizations
from registry.usecases.ports import LoadFacts, LoadPage
from registry.usecases.show_organization import show_organization
from registry.usecases.show_status import Status

PAGE_ROWS_DEFAULT = 50

Caller = Annotated[Principal, Depends(internal_principal)]
Limit = Annotated[int, Query(ge=1, le=PAGE_ROWS_MAX)]
ReadStatus = Callable[[], Awaitable[Status]]
Cursor = Annotated[str, Query(pattern="^[0-9A-Z]{0,18}$")]


def registry_router(*, load_facts: LoadFacts, load_page: LoadPage, read_status: ReadStatus, clock: Clock) -> APIRouter:
    """Build the routes; each takes a signed internal token, translates, and calls one use-case."""
    router = APIRouter()

    @router.get("/organizations/{code}", response_class=Response)
    async def get_organization(
        code: str, caller: Caller, on: date | None = None, known_on: date | None = None
    ) -> Response:
        """Show an organization's file as of a day (today by default), and, if asked, as it was known on another."""
        permit(caller, "organization-read")
        day = on or day_of(clock.now_us())
        file = await show_organization(code, on=day, known_on=known_on, load_facts=load_facts)
        is_whole = is_permitted(caller, "organization-read-whole", resource_of(file))
        return _json(organization_view(file) if is_whole else {**summary_view(file), "on": file.on})

    @router.get("/organizations", response_class=Response)
    async def get_organizations(
        caller: Caller, cursor: Cursor = "", limit: Limit = PAGE_ROWS_DEFAULT, on: date | None = None
    ) -> Response:
        """List organizations in order of code."""
        permit(caller, "organization-list")
        day = on or day_of(clock.now_us())

        def is_shown(file: OrganizationFile) -> bool:
            return is_permitted(caller, "organization-list", resource_of(file))

        page = await list_organizations(cursor, limit=limit, on=day, load_page=load_page, is_shown=is_shown)
        return _json(page_view(page))

    @router.get("/status", response_class=Response)
    async def get_status(caller: Caller) -> Response:
        """Say how the registry is doing."""
        permit(caller, "status-read")
        return _json(status_view(await read_status()))

    return router


def resource_of(file: OrganizationFile) -> Resource:
    """Say where an organization is at home, for the policies."""
    return Resource("organization", division=file.value("division"))


def _json(view: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(view), media_type="application/json")
