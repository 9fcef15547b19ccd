"""Clerks import extracts of the register: a preview with every fault, then all of it or nothing."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from chassis.errors import Refused
from chassis.http import read_body
from contracts import Tokeniser
from contracts.register_extract import EXTRACT_BYTES_MAX, EXTRACT_ROWS_MAX
from gateway.domain.extract import Table
from gateway.domain.extract_csv import read_csv
from gateway.inbound.callers import AnyCaller
from gateway.inbound.http_answers import Segment, as_json
from gateway.inbound.shapes import ImportAnswer, problems
from gateway.usecases.commit_import import commit_import
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Services
from gateway.usecases.preview_import import Uploaded, preview_import
from gateway.usecases.show_import import show_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"requestBody": {"required": True, "content": {CSV: _FILE, XLSX: _FILE}}}
_PREVIEWED: dict[int | str, dict[str, Any]] = {
    201: {"model": ImportAnswer},
    **problems(401, 403, 413, 415, 422, 503),
}
_SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": ImportAnswer}, **problems(401, 403, 404, 503)}
_COMMITTED: dict[int | str, dict[str, Any]] = {200: {"model": ImportAnswer}, **problems(401, 403, 404, 409, 503)}
Kind = Annotated[Literal["organizations"], Query(description="What the file is an extract of.")]


def imports_router(*, read_xlsx: Callable[[bytes], Table], tokeniser: Tokeniser, services: Services) -> APIRouter:
    """Build the routes; identity numbers end here."""
    router = APIRouter(tags=["organizations"])
    readers = {CSV: read_csv, XLSX: read_xlsx}

    @router.post(
        "/v1/imports",
        status_code=201,
        response_class=Response,
        responses=_PREVIEWED,
        openapi_extra=_BODY,
        description=f"Say what an extract would do, row by row what is wrong with it; nothing is written. CSV in UTF-8 "
        f"or GB18030, or XLSX; at most {EXTRACT_BYTES_MAX} bytes and {EXTRACT_ROWS_MAX} rows.",
    )
    async def post_import(request: Request, caller: AnyCaller, kind: Kind) -> Response:
        """Preview an extract."""
        del kind  # there is one so far
        permit_caller(caller, "import-preview")  # before anything of the file is read
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in readers:
            raise Refused("unsupported_media_type", f"{CSV} or {XLSX} is due here")
        content = await read_body(request, limit=EXTRACT_BYTES_MAX)
        uploaded = Uploaded(content, readers[media_type])
        found = await preview_import(uploaded, caller=caller, tokeniser=tokeniser, services=services)
        return Response(msgspec.json.encode(found), status_code=201, media_type="application/json")

    @router.get("/v1/imports/{import_id}", response_class=Response, responses=_SHOWN)
    async def get_import(caller: AnyCaller, import_id: Segment) -> Response:
        """Show an import as it is now."""
        return as_json(await show_import(import_id, caller=caller, services=services))

    @router.post("/v1/imports/{import_id}/commit", response_class=Response, responses=_COMMITTED)
    async def post_commit(caller: AnyCaller, import_id: Segment) -> Response:
        """Write all of a previewed import into the register, or nothing."""
        return as_json(await commit_import(import_id, caller=caller, services=services))

    return router
