"""What departments ask about their events, and what the contracts say."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Response

from contracts import from_us
from gateway.domain.dead_letters import Rejection
from gateway.domain.receipts import Identity
from gateway.inbound.callers import AnyCaller
from gateway.inbound.shapes import RejectedPage, Whereabouts, problems
from gateway.usecases.list_rejected import list_rejected
from gateway.usecases.ports import Receipts, Rejections, Services
from gateway.usecases.where_is_event import where_is_event

LIMIT_MAX = 200  # one page of a list everywhere in the house
LIMIT_DEFAULT = 50
SOURCE_CHARACTERS_MAX = 130
ID_CHARACTERS_MAX = 128

Source = Annotated[str, Query(pattern=r"^[!-~]*$", max_length=SOURCE_CHARACTERS_MAX)]
EventId = Annotated[str, Query(pattern=r"^[!-~]*$", max_length=ID_CHARACTERS_MAX)]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$", description="`next` of the page before.")]
Segment = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]


def answers_router(*, receipts: Receipts, rejections: Rejections, services: Services) -> APIRouter:
    """Build the routes that tell of events."""
    router = APIRouter(tags=["events"])

    @router.get(
        "/v1/events", response_class=Response, responses={200: {"model": Whereabouts}, **problems(401, 404, 503)}
    )
    async def get_event(caller: AnyCaller, source: Source, id: EventId) -> Response:  # noqa: A002 - the attribute's name
        """Tell where an event is, what came of it, and which alerts it took part in."""
        identity = Identity(source, id)
        return as_json(
            await where_is_event(identity, caller=caller, receipts=receipts, rejections=rejections, services=services)
        )

    @router.get(
        "/v1/events/rejected",
        response_class=Response,
        responses={200: {"model": RejectedPage}, **problems(401, 403, 503)},
    )
    async def get_rejected(caller: AnyCaller, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Response:
        """List what was refused, newest first: over HTTP and by Kafka."""
        before = int(cursor) if cursor is not None else None
        page = await list_rejected(caller, before=before, limit=limit, rejections=rejections)
        return as_json(
            {
                "items": [_rejected(each) for each in page.items],
                "next": str(page.next) if page.next is not None else None,
            }
        )

    return router


def as_json(content: Any) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(content), media_type="application/json")


def _rejected(rejection: Rejection) -> dict[str, Any]:
    return {
        "source": rejection.source,
        "id": rejection.id,
        "type": rejection.type,
        "topic": rejection.topic,
        "partition": rejection.partition,
        "offset": rejection.offset,
        "code": rejection.code,
        "detail": rejection.detail,
        "pointer": rejection.pointer,
        "sha256": rejection.content_hash.hex() if rejection.content_hash is not None else None,
        "at": from_us(rejection.at_us),
    }
