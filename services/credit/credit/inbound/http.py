"""Credit's answers over HTTP; the gateway is the only caller."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from chassis.internal_tokens import Principal, internal_principal
from credit.usecases.show_status import Status

Caller = Annotated[Principal, Depends(internal_principal)]
ReadStatus = Callable[[], Awaitable[Status]]


def credit_router(*, read_status: ReadStatus) -> APIRouter:
    """Build the routes; each takes a signed internal token."""
    router = APIRouter()

    @router.get("/status")
    async def get_status(caller: Caller) -> dict[str, Any]:
        """Say how credit is doing."""
        del caller
        status = await read_status()
        return {
            "service": "credit",
            "ready": status.ready,
            "lag": 0,
            "outbox_backlog": status.outbox_backlog,
            "shards": [],
            "partitions": [],
        }

    return router
