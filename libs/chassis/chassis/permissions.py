"""Who may do what: the policies in `contracts/policies` decide, the same for every service.

A list query asks for the scope of its caller and puts it into its SQL; the scope is asked of the policies too, so both
say the same. The policies are parsed once: 100 microseconds a question instead of 400, and a question that was asked
before is answered from memory.

Source: Cedar policy language 4 (cedarpolicy.com)
"""

from functools import lru_cache
from typing import Any, NamedTuple

import cedarpy
from msgspec import Struct

from chassis.errors import Refused
from chassis.internal_tokens import Principal
from contracts.shipped import shipped_file

POLICY_FILES = ("reading.cedar", "writing.cedar")
SCHEMA_FILE = "qinglian.cedarschema"
ANSWERS_REMEMBERED_MAX = 8_192  # callers times actions times departments of a county fit; each is some hundred bytes
PUBLIC_NAME = "public"  # whom the gateway names when nobody signed in
READS = ("-read", "-read-whole", "-read-public", "-list", "-follow")


class Resource(Struct, frozen=True):
    """What is asked for; without any field: nothing in particular, may one do this at all?"""

    kind: str = ""
    organization: str | None = None
    division: str | None = None
    department: str | None = None
    owner: str | None = None  # for instance who proposed it


class Clause(NamedTuple):
    """A condition for a query, and the arguments of its placeholders."""

    sql: str
    arguments: tuple[list[str], ...]


class Scope(Struct, frozen=True):
    """Which rows of a list are a caller's; where divisions and departments are both named, both must fit."""

    everything: bool
    divisions: tuple[str, ...] = ()  # prefixes of division codes
    departments: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether no row is the caller's."""
        return not (self.everything or self.divisions or self.departments)

    def sql(self, *, first: int, division: str | None = None, department: str | None = None) -> Clause:
        """Write the scope as a condition over columns of yours, with placeholders from `$first` on.

        Raises: ValueError when a column that the scope needs is not named.
        """
        if self.everything:
            return Clause("TRUE", ())
        if self.nothing:
            return Clause("FALSE", ())
        parts: list[str] = []
        arguments: list[list[str]] = []
        if self.divisions:
            place = f"${first + len(arguments)}::text[]"
            parts.append(f"EXISTS (SELECT FROM unnest({place}) AS own WHERE starts_with({_column(division)}, own))")
            arguments.append(list(self.divisions))
        if self.departments:
            parts.append(f"{_column(department)} = ANY (${first + len(arguments)}::text[])")
            arguments.append(list(self.departments))
        return Clause(f"({' AND '.join(parts)})", tuple(arguments))


def permit(principal: Principal, action: str, resource: Resource = Resource()) -> None:  # noqa: B008 - it is frozen
    """Let a caller do something, or refuse.

    Raises: Refused `not_found` for what the caller may not even see; Refused `forbidden` for the rest.
    """
    if _decide(principal, action, resource):
        return
    if resource == Resource():
        raise Refused("forbidden", "this is not for your roles")
    if resource.owner is not None and _decide(principal, action, _unowned(resource)):
        raise Refused("forbidden", "who proposed it does not decide about it")
    if action.endswith(READS) or _decide(principal, action, Resource()):
        raise Refused("not_found")
    raise Refused("forbidden", "this is not for your roles")


def is_permitted(principal: Principal, action: str, resource: Resource = Resource()) -> bool:  # noqa: B008 - it is frozen
    """Say whether a caller may do something."""
    return _decide(principal, action, resource)


def scope_of(principal: Principal, action: str) -> Scope:
    """Say which rows a caller may do something with, by asking the policies about rows of each kind."""
    divisions: tuple[str | None, ...] = principal.divisions or (None,)
    own = Resource(kind="row", division=divisions[0], department=principal.department)
    if not _decide(principal, action, own):
        return Scope(everything=False)
    of_others = Resource(kind="row", division=divisions[0])
    elsewhere = Resource(kind="row", department=principal.department)
    by_department = not _decide(principal, action, of_others)
    by_division = not _decide(principal, action, elsewhere)
    return Scope(
        everything=not (by_department or by_division),
        divisions=principal.divisions if by_division else (),
        departments=(principal.department,) if by_department and principal.department else (),
    )


def _unowned(resource: Resource) -> Resource:
    return Resource(resource.kind, resource.organization, resource.division, resource.department)


def _column(name: str | None) -> str:
    if name is None:
        raise ValueError("the caller's scope needs a column that the query does not name")
    return name


@lru_cache(maxsize=1)
def _policies() -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_str("\n".join(shipped_file(f"policies/{name}").read_text() for name in POLICY_FILES))


@lru_cache(maxsize=1)
def _schema() -> cedarpy.Schema:
    return cedarpy.Schema.from_str(shipped_file(f"policies/{SCHEMA_FILE}").read_text())


@lru_cache(maxsize=ANSWERS_REMEMBERED_MAX)
def _decide(principal: Principal, action: str, resource: Resource) -> bool:
    asked = {
        "principal": {"type": "Principal", "id": "asking"},
        "action": {"type": "Action", "id": action},
        "resource": {"type": "Resource", "id": "asked"},
    }
    entities = [
        {"uid": asked["principal"], "attrs": _principal(principal), "parents": []},
        {"uid": asked["resource"], "attrs": _resource(resource), "parents": []},
    ]
    answer = cedarpy.is_authorized(asked, _policies(), entities, _schema())
    if answer.diagnostics.errors:
        raise ValueError(f"the policies cannot be asked about {action}: {answer.diagnostics.errors}")
    return bool(answer.allowed)


def _principal(principal: Principal) -> dict[str, Any]:
    return {
        "name": principal.name,
        "kind": principal.kind,
        "public": principal.kind == "app" and principal.name == PUBLIC_NAME,
        "roles": list(principal.roles),
        "divisions": list(principal.divisions),
        **_named(department=principal.department),
    }


def _resource(resource: Resource) -> dict[str, Any]:
    division = resource.division or ""
    return {
        "general": resource == Resource(),
        "kind": resource.kind,
        "within": [division[:length] for length in range(1, len(division) + 1)],
        **_named(
            organization=resource.organization,
            division=resource.division,
            department=resource.department,
            owner=resource.owner,
        ),
    }


def _named(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
