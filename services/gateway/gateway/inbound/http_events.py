"""Departments push events."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from chassis.clock import Clock
from chassis.errors import Refused
from contracts import BATCH_BYTES_MAX, CLOUDEVENTS_BATCH_JSON, Refusal, Tokeniser, Topics, read_http_events
from gateway.inbound.callers import AnyCaller
from gateway.inbound.shapes import IndexedReceiptList, ReceiptList, problems
from gateway.usecases.accept_events import Accepting, Answer, accept_events
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.refuse_request import refuse_request

PASSED_OVER_BYTES_MAX = 4 * BATCH_BYTES_MAX  # a body beyond this is cut off
RESPONSES: dict[int | str, dict[str, Any]] = {
    202: {"model": ReceiptList, "description": "The log has acknowledged all of them."},
    207: {"model": IndexedReceiptList, "description": "With `partial=true`: some were rejected, the others are in."},
    **problems(400, 401, 403, 409, 413, 415, 422, 503),
}
BODY = {
    "required": True,
    "content": {
        "application/cloudevents+json": {"schema": {"type": "object"}},
        "application/cloudevents-batch+json": {"schema": {"type": "array", "items": {"type": "object"}}},
        "application/json": {"schema": {"type": "object"}, "description": "Binary mode: attributes in ce- headers."},
    },
}


def events_router(*, leaning_on: Accepting, tokeniser: Tokeniser, topics: Topics, clock: Clock) -> APIRouter:
    """Build the route that events come in through."""
    router = APIRouter(tags=["events"])

    @router.post(
        "/v1/events",
        status_code=202,
        response_class=Response,
        responses=RESPONSES,
        openapi_extra={"requestBody": BODY},
    )
    async def post_events(
        request: Request,
        publisher: AnyCaller,
        *,
        partial: Annotated[bool, Query(description="Let the good events of a batch in when others are bad.")] = False,
    ) -> Response:
        """Accept one event or a batch; answer when the log has acknowledged all of it.

        One bad event keeps the whole request out, unless `partial=true`. After 503 the outcome is unknown: send the
        same ids again.
        """
        permit_caller(publisher, "event-send")  # before anything of the body is read
        with leaning_on.open_span("inbound.http_events"):
            body = await _read_body(request)
            items = read_http_events(
                body, headers=request.headers, now_us=clock.now_us(), tokeniser=tokeniser, topics=topics
            )
            if isinstance(items, Refusal):
                rejections = leaning_on.rejections
                raise await refuse_request(items, publisher=publisher, rejections=rejections, clock=clock)
            answers = await accept_events(
                items, publisher=publisher, partial=partial, batch=_is_batch(request), leaning_on=leaning_on
            )
        return _receipts(answers, partial=partial)

    return router


async def _read_body(request: Request) -> bytes:
    """Read what a batch may have. What is beyond it is passed over, or the sender would not come to read why not.

    Raises: Refused `too_large`.
    """
    body, count = bytearray(), 0
    async for chunk in request.stream():
        count += len(chunk)
        if count <= BATCH_BYTES_MAX:
            body += chunk
    if count > BATCH_BYTES_MAX:
        raise Refused("too_large", f"a batch of more than {BATCH_BYTES_MAX} bytes")
    return bytes(body)


def _is_batch(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith(CLOUDEVENTS_BATCH_JSON)


def _receipts(answers: Sequence[Answer], *, partial: bool) -> Response:
    receipts = [_receipt(answer) for answer in answers]
    if partial:
        receipts = [{"index": index, **receipt} for index, receipt in enumerate(receipts)]
    body = msgspec.json.encode({"receipts": receipts})
    return Response(body, status_code=207 if partial else 202, media_type="application/json")


def _receipt(answer: Answer) -> dict[str, Any]:
    receipt, refusal = answer.receipt, answer.refusal
    if receipt is None or refusal is not None:
        assert refusal is not None  # noqa: S101 - an answer holds one of the two
        return {
            "source": refusal.source,
            "id": refusal.id,
            "status": answer.status,
            "code": refusal.code,
            "detail": refusal.detail,
            "pointer": refusal.pointer,
        }
    told: dict[str, Any] = {
        "source": receipt.source,
        "id": receipt.id,
        "status": answer.status,
        "topic": receipt.topic,
        "partition": receipt.partition,
    }
    return {**told, "offset": receipt.offset} if receipt.offset >= 0 else told
