"""What the contracts say: laws, event types, their schemas; and tokens for those who publish through Kafka."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from chassis.errors import Refused
from contracts import EventType, Law, Tokeniser, Topics
from gateway.inbound.callers import AnyCaller
from gateway.inbound.http_answers import Segment, as_json
from gateway.inbound.shapes import Page, TokenList, problems
from gateway.usecases.make_tokens import make_tokens
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Ledger

NUMBERS_MAX = 1_000  # of each kind in one request, like events
NUMBER_CHARACTERS_MAX = 128
Number = Annotated[str, StringConstraints(min_length=1, max_length=NUMBER_CHARACTERS_MAX)]
ReadSchema = Callable[[str], bytes]


class RawNumbers(BaseModel):
    """Raw numbers of persons and accounts."""

    persons: Annotated[list[Number], Field(max_length=NUMBERS_MAX)] = []
    accounts: Annotated[list[Number], Field(max_length=NUMBERS_MAX)] = []


def contracts_router(
    *,
    topics: Topics,
    event_types: Mapping[str, EventType],
    laws: Mapping[str, Law],
    read_schema: ReadSchema,
    tokeniser: Tokeniser,
    ledger: Ledger,
) -> APIRouter:
    """Build the routes that tell what the contracts say."""
    router = APIRouter(tags=["contracts"])
    law_rows = [_law(law) for law in laws.values()]
    type_rows = [_event_type(each, topics) for each in event_types.values()]

    @router.get("/v1/laws", response_class=Response, responses={200: {"model": Page}, **problems(401)})
    async def get_laws(caller: AnyCaller) -> Response:
        """List the law table: what a legal basis may name, and when it was in force."""
        permit_caller(caller, "contract-read")
        return as_json({"items": law_rows, "next": None})

    @router.get("/v1/event-types", response_class=Response, responses={200: {"model": Page}, **problems(401)})
    async def get_event_types(caller: AnyCaller) -> Response:
        """List every event type with its topic."""
        permit_caller(caller, "contract-read")
        return as_json({"items": type_rows, "next": None})

    @router.get(
        "/v1/event-types/{type}/schema",
        response_class=Response,
        responses={200: {"content": {"application/schema+json": {}}}, **problems(401, 404)},
    )
    async def get_schema(caller: AnyCaller, type: Segment) -> Response:  # noqa: A002 - the attribute's name
        """Show the JSON Schema of an event type."""
        permit_caller(caller, "contract-read")
        if type not in event_types:
            raise Refused("not_found")
        return Response(read_schema(type), media_type="application/schema+json")

    @router.post(
        "/v1/tokens", response_class=Response, responses={200: {"model": TokenList}, **problems(401, 403, 422, 503)}
    )
    async def post_tokens(caller: AnyCaller, numbers: RawNumbers) -> Response:
        """Turn raw numbers into tokens, in the same order; that it was done is written down, the numbers are not."""
        tokens = await make_tokens(numbers.persons, numbers.accounts, caller=caller, tokeniser=tokeniser, ledger=ledger)
        return as_json({"persons": tokens.persons, "accounts": tokens.accounts})

    return router


def _law(law: Law) -> dict[str, Any]:
    return {
        "key": law.key,
        "title": law.title,
        "in_force_from": law.in_force_from,
        "in_force_to": law.in_force_to,
        "undated": law.undated,
        "verified": law.verified,
        "articles_read": law.articles_read,
        "note": law.note,
    }


def _event_type(each: EventType, topics: Topics) -> dict[str, Any]:
    topic = topics.topic_of(each.name)
    return {
        "type": each.name,
        "owner": each.department,
        "topic": topic.name if topic is not None else None,
        "subject": each.subject,
        "schema": f"/v1/event-types/{each.name}/schema",
    }
