"""What an organization's departments said, as facts of the registry."""

from collections.abc import Sequence
from datetime import date

from registry.domain.facts import Fact
from registry.domain.hearing import hear
from registry.domain.organization_file import OrganizationFile, file_on
from tests.builders.codes import code_of
from tests.builders.records import Json, records_of

CODE = code_of(1)


def facts_of(events: Sequence[Json]) -> list[Fact]:
    """Read events as the registry hears them; a builder's event that is refused is a mistake of the test."""
    heard = hear(records_of(events))
    assert heard.refused == 0
    return list(heard.facts)


def file_as_of(day: str, *events: Json, code: str = CODE) -> OrganizationFile:
    """Give the file on a day, which must be there."""
    file = file_on(code, facts_of(events), on=date.fromisoformat(day))
    assert file is not None
    return file


def has_file(day: str, *events: Json, code: str = CODE) -> bool:
    """Say whether there is a file on a day."""
    return file_on(code, facts_of(events), on=date.fromisoformat(day)) is not None


def withdrawal(event: Json, *, id_: str, at: str = "2024-06-01T10:00:00+08:00", topic: str | None = None) -> Json:
    """Take an event back."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": event["source"],
        "type": "civil-affairs.event.withdrawn.v1",
        "subject": event["subject"],
        "time": at,
        "datacontenttype": "application/json",
        "data": {"event_id": event["id"], "reason": "entered twice"},
        "_topic": topic or "civil-affairs.organizations.v1",
    }
