"""Clerks write into the register; the gateway is the only caller, and has turned raw numbers into tokens."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.clock import Clock
from chassis.errors import Refused
from chassis.http import BODY_BYTES_MAX, read_body
from chassis.internal_tokens import Principal, internal_principal
from contracts import Event, from_us
from contracts.register_writes import CHANGE, COLLECTIONS, REGISTER, RegisterWrite
from registry.domain.facts import CHINA
from registry.domain.organization_file import looks_like_code
from registry.usecases.ports import OpenOwnWork
from registry.usecases.write_register import Writing, write_register

Caller = Annotated[Principal, Depends(internal_principal)]
Identity = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]


class _Coded(msgspec.Struct):
    code: str = ""


def writes_router(*, open_work: OpenOwnWork, clock: Clock, make_id: Callable[[], str]) -> APIRouter:
    """Build the routes; `id` names the event to be, so that the same may be sent again."""
    router = APIRouter()

    async def written(
        request: Request, caller: Principal, write: RegisterWrite, code: str, id_: str | None
    ) -> Response:
        body = await read_body(request, limit=BODY_BYTES_MAX)
        asked = Writing(write, code or _code_in(body), id_ or make_id(), body, caller)
        if not looks_like_code(asked.code):
            raise Refused("invalid", "18 digits and capital letters", pointer="" if code else "/code")
        return _told(await write_register(asked, open_work=open_work, clock=clock))

    @router.post("/organizations", response_class=Response)
    async def post_organization(request: Request, caller: Caller, id: Identity = None) -> Response:  # noqa: A002 - the attribute's name
        """Register an organization."""
        return await written(request, caller, REGISTER, "", id)

    @router.put("/organizations/{code}", response_class=Response)
    async def put_organization(request: Request, caller: Caller, code: str, id: Identity = None) -> Response:  # noqa: A002 - the attribute's name
        """Replace an organization's entry as a whole."""
        return await written(request, caller, CHANGE, code, id)

    @router.post("/organizations/{code}/{collection}", response_class=Response)
    async def post_into(
        request: Request,
        caller: Caller,
        code: str,
        collection: str,
        *,
        id: Identity = None,  # noqa: A002 - the attribute's name
    ) -> Response:
        """Write one more document about an organization."""
        if collection not in COLLECTIONS:
            raise Refused("not_found", f"one of {', '.join(COLLECTIONS)} is due here")
        return await written(request, caller, COLLECTIONS[collection], code, id)

    return router


def _code_in(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Coded).code
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _told(event: Event) -> Response:
    told = {
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "time": from_us(event.time_us).astimezone(CHINA),
    }
    return Response(msgspec.json.encode(told), status_code=201, media_type="application/json")
