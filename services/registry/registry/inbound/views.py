"""How the registry's answers look as JSON."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from registry.domain.facts import CHINA
from registry.domain.lives import Document, Entry
from registry.domain.organization_file import OrganizationFile
from registry.usecases.list_organizations import Page
from registry.usecases.show_status import Status

View = dict[str, Any]


def organization_view(file: OrganizationFile) -> View:
    """Show a whole file: who it is, then each section, every line with its document."""
    standing = file.standing
    return {
        **summary_view(file),
        "on": file.on,
        "standing": {
            "status": standing.status,
            "since": standing.since,
            "until": standing.until,
            "reason": standing.reason,
            "by": _document(standing.by),
        },
        "identity": {
            name: {"value": field.value, "since": field.since, "by": _document(field.by)}
            for name, field in file.identity.items()
        },
        **{name: [_entry(entry) for entry in entries] for name, entries in file.sections.items()},
        "totals": file.totals,
    }


def summary_view(file: OrganizationFile) -> View:
    """Show who an organization is and how it stands."""
    return {
        "code": file.code,
        "name": file.value("name"),
        "kind": file.value("kind"),
        "status": file.standing.status,
        "division": file.value("division"),
        "code_check": msgspec.to_builtins(file.code_check),
    }


def page_view(page: Page) -> View:
    """Show a page of a list."""
    return {"items": [summary_view(file) for file in page.items], "next": page.next}


def status_view(status: Status) -> View:
    """Show how the registry is doing."""
    return {
        "service": "registry",
        "ready": status.ready,
        "lag": sum(partition.lag for partition in status.partitions),
        "outbox_backlog": status.outbox_backlog,
        "shards": msgspec.to_builtins(status.shards),
        "partitions": msgspec.to_builtins(status.partitions),
        "counts": msgspec.to_builtins(status.counts),
        "completeness": [
            {
                "source": row.source,
                "topic": row.topic,
                "complete_until": _moment(row.until_us),
                "partitions": row.partitions,
            }
            for row in status.completeness
        ],
    }


def _entry(entry: Entry) -> View:
    view: View = {
        "since": entry.since,
        "until": entry.until,
        "by": _document(entry.by),
        "ended_by": _document(entry.ended_by),
        "content": entry.content,
    }
    return view if entry.current is msgspec.UNSET else {**view, "current": entry.current}


def _document(document: Document | None) -> View | None:
    if document is None:
        return None
    return {
        "source": document.source,
        "id": document.id,
        "type": document.type,
        "time": _moment(document.time_us),
    }


def _moment(time_us: int) -> str:
    epoch = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return (epoch + timedelta(microseconds=time_us)).astimezone(CHINA).isoformat()
