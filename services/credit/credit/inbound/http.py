"""Credit's answers over HTTP; the gateway is the only caller. Who may do what: `chassis.permissions`."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import Refused
from chassis.ids import new_id
from chassis.internal_tokens import Principal, internal_principal
from chassis.permissions import Resource, is_permitted, permit, scope_of
from contracts import EventReference
from contracts.working_days import WorkingDays
from credit.domain.acts import ACTS, Act, Cause, State
from credit.domain.listing import Listing
from credit.inbound.views import Json, public_view, status_view, whole_view
from credit.usecases.list_listings import LIMIT_MAX, list_listings
from credit.usecases.ports import ListingFilter, Listings, OpenListingWork, Shown, Today
from credit.usecases.propose_listing import Proposal, propose_listing
from credit.usecases.show_listing import show_listing
from credit.usecases.show_status import Status
from credit.usecases.take_step import take_step

TEXT_CHARACTERS_MAX = 2_000  # an opinion, not a file
FACTS_MAX = 50

Caller = Annotated[Principal, Depends(internal_principal)]
Code = Annotated[str, Query(pattern="^[0-9A-Z]{18}$")]
Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
Document = Annotated[str, Field(min_length=1, max_length=200)]


class Reference(BaseModel):
    """An event that a proposal leans on."""

    model_config = ConfigDict(extra="forbid")
    source: Annotated[str, Field(max_length=130)]
    id: Annotated[str, Field(max_length=128)]


class ProposalBody(BaseModel):
    """What a credit officer proposes."""

    model_config = ConfigDict(extra="forbid")
    organization: Annotated[str, Field(pattern="^[0-9A-Z]{18}$")]
    cause: Cause
    reason: Text
    document: Document | None = None
    facts: Annotated[list[Reference], Field(max_length=FACTS_MAX)] = []


class StepBody(BaseModel):
    """One step: which, on which day, with which document, text and outcome."""

    model_config = ConfigDict(extra="forbid")
    act: Literal[
        "notice", "state", "drop", "decide", "serve", "object", "answer", "apply", "verify", "lift", "keep"
    ]  # fmt: skip
    on: date | None = None
    document: Document | None = None
    text: Text | None = None
    outcome: Annotated[str, Field(max_length=20)] | None = None
    effective_on: date | None = None


class Leaning(NamedTuple):
    """What the routes lean on."""

    listings: Listings
    open_work: OpenListingWork
    read_status: Callable[[], Awaitable[Status]]
    today: Today
    calendar: WorkingDays


def credit_router(leaning: Leaning) -> APIRouter:
    """Build the routes; each takes a signed internal token, asks the policies, and calls one use-case."""
    router = APIRouter()
    _add_listings(router, leaning)
    _add_steps(router, leaning)
    _add_lists(router, leaning)

    @router.get("/status")
    async def get_status(caller: Caller) -> Json:
        """Say how credit is doing."""
        del caller
        return status_view(await leaning.read_status())

    return router


def _add_listings(router: APIRouter, leaning: Leaning) -> None:
    @router.get("/listings")
    async def get_listings(
        caller: Caller,
        *,
        organization: Code | None = None,
        state: State | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Json:
        """List listings with their deadlines, newest first."""
        permit(caller, "listing-read")
        wanted = ListingFilter(organization, state, _divisions(caller), int(cursor) if cursor else None)
        found, following = await list_listings(wanted, limit=limit, listings=leaning.listings)
        return _page([whole_view(each, today=leaning.today()) for each in found], following)

    @router.get("/listings/{listing_id}")
    async def get_listing(caller: Caller, listing_id: str) -> Json:
        """Show one listing with all its acts; to others there is none."""
        if not is_permitted(caller, "listing-read"):
            raise Refused("not_found")
        shown = await show_listing(listing_id, divisions=_divisions(caller), listings=leaning.listings)
        return whole_view(shown, today=leaning.today())


def _add_steps(router: APIRouter, leaning: Leaning) -> None:
    @router.post("/listings", status_code=201)
    async def propose(caller: Caller, body: ProposalBody) -> Json:
        """Propose an organization for the abnormal list."""
        permit(caller, "listing-propose")
        facts = tuple(EventReference(each.source, each.id) for each in body.facts)
        listing = await propose_listing(
            Proposal(body.organization, body.cause, body.reason, body.document, facts),
            by=caller.name,
            open_work=leaning.open_work,
            today=leaning.today,
            new_id=new_id,
        )
        return await _shown(listing.id, leaning)

    @router.post("/listings/{listing_id}/acts")
    async def step(caller: Caller, listing_id: str, body: StepBody) -> Json:
        """Take the next step of a listing."""
        permit(caller, ACTS[body.act].action)
        shown = await show_listing(listing_id, divisions=_divisions(caller), listings=leaning.listings)
        act = Act(
            body.act,
            on=body.on or leaning.today(),
            by=caller.name,
            document=body.document,
            text=body.text,
            outcome=body.outcome,
            effective_on=body.effective_on,
        )
        await take_step(
            listing_id,
            act,
            may=partial(_permit_step, caller, ACTS[body.act].action, shown),
            open_work=leaning.open_work,
            today=leaning.today,
            calendar=leaning.calendar,
        )
        return await _shown(listing_id, leaning)


def _add_lists(router: APIRouter, leaning: Leaning) -> None:
    @router.get("/lists/abnormal")
    @router.get("/public/lists/abnormal")
    async def get_abnormal(caller: Caller, *, cursor: Cursor = None, limit: Limit = 50) -> Json:
        """List who is on the abnormal list now, newest first; what is lifted is gone with its commit."""
        permit(caller, "listing-read-public")
        wanted = ListingFilter(state="listed", after=int(cursor) if cursor else None)
        found, following = await list_listings(wanted, limit=limit, listings=leaning.listings)
        return _page([public_view(each) for each in found], following)

    @router.get("/organizations/{code}/credit")
    async def get_credit(caller: Caller, code: str) -> Json:
        """Show the lists that an organization is on; who works on listings sees all of them, whatever their state."""
        permit(caller, "listing-read-public")
        whole = is_permitted(caller, "listing-read")
        wanted = ListingFilter(code, divisions=_divisions(caller) if whole else ())
        found, _ = await list_listings(wanted, limit=LIMIT_MAX, listings=leaning.listings)
        view: Json = {"code": code, "lists": [public_view(each) for each in found if each.listing.is_public]}
        if whole:
            view["listings"] = [whole_view(each, today=leaning.today()) for each in found]
        return view


def _divisions(caller: Principal) -> tuple[str, ...]:
    return scope_of(caller, "listing-read").divisions


def _permit_step(caller: Principal, action: str, shown: Shown, listing: Listing) -> None:
    resource = Resource("listing", listing.organization, shown.division, owner=listing.proposer)
    permit(caller, action, resource)


async def _shown(listing_id: str, leaning: Leaning) -> Json:
    shown = await leaning.listings.find(listing_id)
    if shown is None:
        raise Refused("not_found")
    return whole_view(shown, today=leaning.today())


def _page(items: list[Any], following: int | None) -> Json:
    return {"items": items, "next": str(following) if following is not None else None}
