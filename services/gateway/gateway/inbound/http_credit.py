"""The abnormal list: clerks lead its procedure, anyone reads who is on it, without an account too."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.permissions import PUBLIC_NAME
from gateway.domain.callers import Caller
from gateway.inbound.callers import AnyCaller
from gateway.inbound.http_answers import LIMIT_DEFAULT, Cursor, Limit, Segment, as_json
from gateway.inbound.shapes import Page, problems
from gateway.usecases.list_abnormal import list_abnormal
from gateway.usecases.list_listings import list_listings
from gateway.usecases.ports import Services
from gateway.usecases.propose_listing import propose_listing
from gateway.usecases.read_listing import read_listing
from gateway.usecases.show_credit import show_credit
from gateway.usecases.take_listing_step import take_listing_step

TEXT_CHARACTERS_MAX = 2_000  # an opinion, not a file
FACTS_MAX = 50  # more is another case
CODE = "^[0-9A-Z]{18}$"
PUBLIC = Caller(PUBLIC_NAME, "app")  # anyone who comes without a token
FRESH = {"cache-control": "no-cache"}  # who was lifted must not stay listed in somebody's cache

Code = Annotated[str, Path(pattern=CODE)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
Document = Annotated[str, Field(min_length=1, max_length=200, description="Its number, as a reader would look for it.")]
Cause = Literal[
    "annual_report", "party_organization", "rectification", "fundraising", "penalty", "unreachable", "other"
]


class FactReference(BaseModel):
    """An event, by its identity."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(max_length=130)]
    id: Annotated[str, Field(max_length=128)]


class ListingProposal(BaseModel):
    """Who is proposed for the list, and why."""

    model_config = ConfigDict(extra="forbid")

    organization: Annotated[str, Field(pattern=CODE)]
    cause: Cause
    reason: Text
    document: Document | None = None
    facts: Annotated[list[FactReference], Field(max_length=FACTS_MAX)] = []


class ListingStep(BaseModel):
    """The next step of a listing."""

    model_config = ConfigDict(extra="forbid")

    act: Literal["notice", "state", "drop", "decide", "serve", "object", "answer", "apply", "verify", "lift", "keep"]
    on: date | None = Field(None, description="The day on which it was done; without it, today in China.")
    document: Document | None = None
    text: Text | None = None
    outcome: (
        Literal["list", "dismiss", "upheld", "rejected", "met", "unmet", "repaired", "expired", "revoked"] | None
    ) = Field(None, description="How a decision, an answer, a verification or a removal ends.")
    effective_on: date | None = Field(None, description="Of a decision to list: when it takes effect, if later.")


class PublicOrganization(BaseModel):
    """Whom a public entry names."""

    code: str
    name: str | None


class PublicEntry(BaseModel):
    """What anyone may know of a listing in force."""

    organization: PublicOrganization
    list: Literal["abnormal"]
    cause: Cause
    cause_zh: str
    effective_on: date


class PublicList(BaseModel):
    """A page of a public list."""

    items: list[PublicEntry]
    next: str | None


_ONE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}}}, **problems(401, 404, 503)}
_PAGE: dict[int | str, dict[str, Any]] = {200: {"model": Page}, **problems(401, 403, 422, 503)}
_LIST: dict[int | str, dict[str, Any]] = {200: {"model": PublicList}, **problems(422, 503)}
_MADE: dict[int | str, dict[str, Any]] = {
    201: {"content": {"application/json": {}}, "description": "Proposed."},
    **problems(401, 403, 409, 422, 503),
}
_STEPPED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}}},
    **problems(401, 403, 404, 409, 422, 503),
}


def credit_router(*, services: Services) -> APIRouter:
    """Build the routes that credit answers."""
    router = APIRouter(tags=["credit"])
    _add_steps(router, services)
    _add_listings(router, services)
    _add_lists(router, services)
    return router


def _add_steps(router: APIRouter, services: Services) -> None:
    @router.post("/v1/listings", status_code=201, response_class=Response, responses=_MADE)
    async def post_listing(caller: AnyCaller, told: ListingProposal) -> Response:
        """Propose an organization for the abnormal list; nothing follows before a notice, a window and a decision."""
        listing = await propose_listing(told.model_dump(mode="json"), caller=caller, services=services)
        return Response(msgspec.json.encode(listing), status_code=201, media_type="application/json")

    @router.post("/v1/listings/{listing_id}/acts", response_class=Response, responses=_STEPPED)
    async def post_act(caller: AnyCaller, listing_id: Segment, told: ListingStep) -> Response:
        """Take the next step; one that is not next is refused, saying what comes first. Who proposed never decides."""
        step = told.model_dump(mode="json", exclude_none=True)
        return as_json(await take_listing_step(listing_id, step, caller=caller, services=services))


def _add_listings(router: APIRouter, services: Services) -> None:
    @router.get("/v1/listings", response_class=Response, responses=_PAGE)
    async def get_listings(
        caller: AnyCaller,
        *,
        organization: Annotated[str | None, Query(pattern=CODE)] = None,
        state: Literal["proposed", "noticed", "dismissed", "listed", "lifted"] | None = None,
        cursor: Cursor = None,
        limit: Limit = LIMIT_DEFAULT,
    ) -> Response:
        """List listings in whatever state, newest first, with their acts and deadlines."""
        query = {"organization": organization, "state": state, "cursor": cursor, "limit": limit}
        return as_json(await list_listings(caller, query=query, services=services))

    @router.get("/v1/listings/{listing_id}", response_class=Response, responses=_ONE)
    async def get_listing(caller: AnyCaller, listing_id: Segment) -> Response:
        """Show one listing: facts, acts, deadlines and which of them were missed."""
        return as_json(await read_listing(listing_id, caller=caller, services=services))

    @router.get("/v1/organizations/{code}/credit", response_class=Response, responses=_ONE)
    async def get_credit(caller: AnyCaller, code: Code) -> Response:
        """Show which lists an organization is on; supervising staff see all of its listings."""
        return as_json(await show_credit(code, caller=caller, services=services))


def _add_lists(router: APIRouter, services: Services) -> None:
    @router.get("/v1/lists/abnormal", response_class=Response, responses=_LIST | problems(401))
    async def get_abnormal(caller: AnyCaller, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Response:
        """List who is on the abnormal list now."""
        return as_json(await list_abnormal(caller, query={"cursor": cursor, "limit": limit}, services=services))

    @router.get("/v1/public/lists/abnormal", response_class=Response, responses=_LIST)
    async def get_public_abnormal(cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Response:
        """List who is on the abnormal list now; open to anyone. Who is lifted is gone at once."""
        page = await list_abnormal(PUBLIC, query={"cursor": cursor, "limit": limit}, services=services)
        return Response(msgspec.json.encode(page), media_type="application/json", headers=FRESH)
