"""Clerks write into the register: one route for each form, the table of contracts says what can be written."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from chassis.errors import Refused
from chassis.http import BODY_BYTES_MAX, read_body
from contracts import Tokeniser
from contracts.register_writes import CHANGE, COLLECTIONS, REGISTER, RegisterWrite
from gateway.domain.callers import Caller
from gateway.inbound.callers import AnyCaller
from gateway.inbound.http_answers import Segment
from gateway.inbound.once import HEADER
from gateway.inbound.shapes import WrittenAnswer, problems
from gateway.usecases.ports import Services
from gateway.usecases.write_register import Written, write_register

_ANSWERS: dict[int | str, dict[str, Any]] = {
    201: {"model": WrittenAnswer},
    **problems(400, 401, 403, 404, 409, 413, 422, 503),
}


def registry_router(*, tokeniser: Tokeniser, services: Services) -> APIRouter:
    """Build the routes that the register is written through; raw numbers end here."""
    router = APIRouter(tags=["organizations"])

    async def written(request: Request, caller: Caller, asked: RegisterWrite, path: str) -> Response:
        body = await read_body(request, limit=BODY_BYTES_MAX)
        key = request.headers.get(HEADER)
        told = await write_register(
            Written(asked, path, body, key), caller=caller, tokeniser=tokeniser, services=services
        )
        return Response(msgspec.json.encode(told), status_code=201, media_type="application/json")

    @router.post(
        "/v1/organizations",
        status_code=201,
        response_class=Response,
        responses=_ANSWERS,
        openapi_extra=_body(REGISTER.type),
    )
    async def post_organization(request: Request, caller: AnyCaller) -> Response:
        """Register an organization; its file shows it at once, and the event goes to everybody."""
        return await written(request, caller, REGISTER, "/organizations")

    @router.put(
        "/v1/organizations/{code}",
        status_code=201,
        response_class=Response,
        responses=_ANSWERS,
        openapi_extra=_body(CHANGE.type),
    )
    async def put_organization(request: Request, caller: AnyCaller, code: Segment) -> Response:
        """Replace an organization's entry as a whole: what is left out is no longer so."""
        return await written(request, caller, CHANGE, f"/organizations/{code}")

    @router.post(
        "/v1/organizations/{code}/{collection}",
        status_code=201,
        response_class=Response,
        responses=_ANSWERS,
        openapi_extra=_body(*(each.type for each in COLLECTIONS.values())),
    )
    async def post_into(request: Request, caller: AnyCaller, code: Segment, collection: Segment) -> Response:
        """Write a document about an organization: the body is the data of the event type that the path names.

        Raw identity and account numbers become tokens here.
        """
        if collection not in COLLECTIONS:
            raise Refused("not_found", f"one of {', '.join(COLLECTIONS)} is due here")
        return await written(request, caller, COLLECTIONS[collection], f"/organizations/{code}/{collection}")

    return router


def _body(*types: str) -> dict[str, object]:
    """Describe a body as the data of event types; their schemas are told under `/v1/event-types`."""
    described = {"type": "object", "description": f"The data of {', '.join(f'`{name}`' for name in types)}."}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": described}}}}
