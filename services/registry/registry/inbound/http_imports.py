"""Register extracts, as the gateway read them: previewed, shown, committed."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from chassis.clock import Clock
from chassis.errors import Refused
from chassis.http import read_body
from chassis.internal_tokens import Principal, internal_principal
from contracts import from_us
from contracts.register_extract import EXTRACT_CHARACTERS_MAX, Extract
from registry.domain.facts import CHINA
from registry.domain.faults import told
from registry.domain.imports import Import
from registry.usecases.commit_import import commit_import
from registry.usecases.ports import LoadImport, OpenOwnWork
from registry.usecases.preview_import import preview_import
from registry.usecases.show_import import show_import

EXTRACT_BODY_BYTES_MAX = 4 * EXTRACT_CHARACTERS_MAX  # three bytes a Chinese character, and the marks between cells

Caller = Annotated[Principal, Depends(internal_principal)]


def imports_router(
    *, open_work: OpenOwnWork, load_import: LoadImport, clock: Clock, make_id: Callable[[], str]
) -> APIRouter:
    """Build the routes."""
    router = APIRouter()

    @router.post("/imports", response_class=Response)
    async def post_import(request: Request, caller: Caller) -> Response:
        """Say what an extract would do; nothing is written into the register."""
        body = await read_body(request, limit=EXTRACT_BODY_BYTES_MAX)
        try:
            extract = msgspec.json.decode(body, type=Extract)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused("malformed", "not an extract as the gateway reads them") from error
        found = await preview_import(extract, id_=make_id(), principal=caller, open_work=open_work, clock=clock)
        return _json(import_view(found), status_code=201)

    @router.get("/imports/{import_id}", response_class=Response)
    async def get_import(caller: Caller, import_id: str) -> Response:
        """Show an import as it is now."""
        return _json(import_view(await show_import(import_id, principal=caller, load_import=load_import)))

    @router.post("/imports/{import_id}/commit", response_class=Response)
    async def post_commit(caller: Caller, import_id: str) -> Response:
        """Write all of it, or nothing."""
        return _json(import_view(await commit_import(import_id, principal=caller, open_work=open_work, clock=clock)))

    return router


def import_view(found: Import) -> dict[str, Any]:
    """Show what an import would do or did, each fault with where, what and how to mend it."""
    at = found.committed_us
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,
        "rows": found.rows_count,
        "to_register": found.to_register,
        "to_change": found.to_change,
        "unchanged": found.unchanged,
        "errors": [told(fault) for fault in found.faults],
        "errors_count": found.faults_count,
        "created_at": from_us(found.created_us).astimezone(CHINA),
        "committed_at": None if at is None else from_us(at).astimezone(CHINA),
    }


def _json(view: dict[str, Any], status_code: int = 200) -> Response:
    return Response(msgspec.json.encode(view), status_code=status_code, media_type="application/json")
