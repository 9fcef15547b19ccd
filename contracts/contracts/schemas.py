"""The JSON Schema (2020-12) of each event type, made from its Struct: for partners, never for the door itself."""

from typing import Any

from msgspec.json import schema_components

from contracts.catalogue import EventType
from contracts.topics import COMPLETED, WITHDRAWN

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event_type: EventType) -> dict[str, Any]:
    """Return the schema of a whole event of a type: its envelope and its data."""
    (data,), parts = schema_components([event_type.data], ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:qinglian:schema:{event_type.name}",
        "title": event_type.name,
        "description": (event_type.data.__doc__ or "").strip(),
        "type": "object",
        "properties": _attributes(event_type) | {"data": data},
        "required": ["specversion", "id", "source", "type", "time", "data"],
        "$defs": dict(sorted(parts.items())),
    }
    if event_type.subject == "required":
        schema["required"].append("subject")
    return schema


def _attributes(event_type: EventType) -> dict[str, Any]:
    identifier = {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,128}$"}
    uncorrectable = event_type.name.endswith((f".{WITHDRAWN}", f".{COMPLETED}"))
    return {
        "specversion": {"const": "1.0"},
        "id": identifier,
        "source": {"type": "string", "pattern": f"^/{event_type.department}/[a-z0-9-]{{1,64}}$"},
        "type": {"const": event_type.name},
        "time": {"type": "string", "format": "date-time", "description": "When it happened, never when it was sent."},
        "subject": False
        if event_type.subject == "none"
        else {"type": "string", "pattern": "^[0-9A-Z]{18}$", "description": "Unified social credit code."},
        "datacontenttype": {"type": "string", "pattern": "^application/json"},
        "dataschema": {"type": "string", "minLength": 1, "maxLength": 2048},
        "traceparent": {"type": "string", "description": "W3C trace context; one that cannot be read is dropped."},
        "corrects": False
        if uncorrectable
        else identifier | {"description": "An earlier event of this source, type and subject that this one replaces."},
        "jurisdiction": {"type": "string", "pattern": "^[0-9]{6,12}$", "description": "GB/T 2260."},
    }
