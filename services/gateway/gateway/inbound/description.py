"""The description of the interface, with problems told as they are sent.

Source: OpenAPI 3.1; RFC 9457 (problem details)
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from gateway.domain.kept_answers import is_exempt
from gateway.inbound.shapes import Problem

_REF = "#/components/schemas/{model}"
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same request under the same key within 24 hours is answered as before and not done again; "
    "another request under it is refused (422), one that comes while the first is at work waits (409, Retry-After).",
}
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Let the application describe its problems instead of its framework's."""
    framework = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _mended(framework())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to change the description


def _mended(description: dict[str, Any]) -> dict[str, Any]:
    schemas = description["components"]["schemas"]
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=_REF)
    schemas |= problem.pop("$defs") | {"Problem": problem}
    description["components"]["schemas"] = dict(sorted(schemas.items()))
    _add_keys(description)
    for operation in _operations(description):
        answer = operation["responses"].get("422")
        if answer is not None and "application/json" in answer.get("content", {}):
            operation["responses"]["422"] = {"description": "It does not follow its schema.", "content": _PROBLEM}
    return description


def _add_keys(description: dict[str, Any]) -> None:
    for path, operations in description["paths"].items():
        operation = operations.get("post")
        if operation is not None and not is_exempt(path):
            told = operation.get("parameters", [])
            has_own = any(parameter["name"].lower() == "idempotency-key" for parameter in told)
            operation["parameters"] = told if has_own else [*told, _KEY]
            operation["responses"].setdefault(
                "409", {"description": "It contradicts what is there.", "content": _PROBLEM}
            )
            operation["responses"].setdefault(
                "422", {"description": "It does not follow its schema.", "content": _PROBLEM}
            )


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in description["paths"].values():
        yield from path.values()
