"""Departments and topics as `topics.toml` lays them down, and the access rights that follow from it."""

import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct, convert

from contracts.shipped import shipped_file

Days = Annotated[int, Meta(ge=1, le=400)]  # beyond a year of silence nothing is a rhythm
DAY_MS = 24 * 3600 * 1000
WITHDRAWN = "event.withdrawn.v1"
COMPLETED = "source.completed.v1"


class Department(Struct, frozen=True):
    """A department that publishes; `principal` is its Kafka user."""

    name: str
    name_zh: str
    principal: str


class Topic(Struct, frozen=True):
    """One topic: who owns it, what it carries, from which sources it is known to be fed, and how often they declare."""

    name: str
    owner: str
    types: tuple[str, ...]
    partitions: int
    retention_ms: int
    known_sources: tuple[str, ...]
    reference: bool
    principal: str
    writers: tuple[str, ...]
    dead_retention_ms: int
    silent_after_days: int

    @property
    def dead_name(self) -> str:
        """The topic that takes what was refused here."""
        return f"{self.name}.dead"


class Acl(NamedTuple):
    """One literal right of one Kafka user."""

    principal: str
    operation: Literal["READ", "WRITE", "DESCRIBE"]
    resource: Literal["TOPIC", "GROUP"]
    name: str


class _DepartmentRow(Struct, forbid_unknown_fields=True):
    name: str
    name_zh: str
    principal: str


class _TopicRow(Struct, forbid_unknown_fields=True):
    name: str
    owner: str
    key: Literal["subject"]
    types: tuple[str, ...]
    known_sources: tuple[str, ...] = ()
    reference: bool = False
    writers: tuple[str, ...] = ()
    retention_days: int | None = None
    silent_after_days: Days | None = None


class _File(Struct, forbid_unknown_fields=True):
    partitions: int
    retention_days: int
    dead_retention_days: int
    silent_after_days: Days
    services: dict[str, tuple[str, ...]]
    departments: tuple[_DepartmentRow, ...]
    topics: tuple[_TopicRow, ...]


class Topics:
    """All topics of a deployment.

    Raises: ValueError when a type stands under two topics, or an owner is unknown.
    """

    def __init__(
        self,
        topics: tuple[Topic, ...],
        departments: tuple[Department, ...],
        services: dict[str, tuple[str, ...]],
    ) -> None:
        self.all = topics
        self.by_name = MappingProxyType({topic.name: topic for topic in topics})
        self.departments = MappingProxyType({department.name: department for department in departments})
        self.services = MappingProxyType(services)
        self.owners = frozenset(topic.owner for topic in topics) | frozenset(self.departments)
        self._topic_of_type: dict[str, Topic] = {}
        for topic in topics:
            for name in topic.types:
                if name in self._topic_of_type:
                    message = f"{name} stands under {self._topic_of_type[name].name} and under {topic.name}"
                    raise ValueError(message)
                self._topic_of_type[name] = topic

    def topic_of(self, type_name: str) -> Topic | None:
        """Return the one topic that carries a type; none for the types that every topic of an owner takes."""
        return self._topic_of_type.get(type_name)

    def owned_by(self, owner: str) -> tuple[Topic, ...]:
        """Return the topics of a department, in the order of the file."""
        return tuple(topic for topic in self.all if topic.owner == owner)

    @property
    def reference(self) -> tuple[Topic, ...]:
        """The topics that every monitor worker reads from all partitions."""
        return tuple(topic for topic in self.all if topic.reference)

    def acls(self) -> tuple[Acl, ...]:
        """Return every right of every Kafka user: literal names, nothing by prefix."""
        rights: list[Acl] = []
        for topic in self.all:
            for writer in topic.writers:
                rights += [
                    Acl(writer, "WRITE", "TOPIC", topic.name),
                    Acl(writer, "DESCRIBE", "TOPIC", topic.name),
                ]
            for service in self.services:
                rights += [
                    Acl(service, "READ", "TOPIC", topic.name),
                    Acl(service, "DESCRIBE", "TOPIC", topic.name),
                ]
            rights += [
                Acl("gateway", operation, "TOPIC", topic.dead_name) for operation in ("READ", "WRITE", "DESCRIBE")
            ]
        for service, groups in self.services.items():
            for group in groups:
                rights += [Acl(service, "READ", "GROUP", group), Acl(service, "DESCRIBE", "GROUP", group)]
        return tuple(dict.fromkeys(rights))


def load_topics(path: Path) -> Topics:
    """Read a `topics.toml`.

    Raises: ValueError (msgspec.ValidationError among them) when the file contradicts itself or has unknown members.
    """
    file = convert(tomllib.loads(path.read_text("utf-8")), _File)
    departments = tuple(Department(row.name, row.name_zh, row.principal) for row in file.departments)
    by_name = {department.name: department for department in departments}
    return Topics(
        tuple(_topic(row, file, by_name.get(row.owner)) for row in file.topics),
        departments,
        file.services,
    )


def _topic(row: _TopicRow, file: _File, department: Department | None) -> Topic:
    """Fill a row with what the file says for all, and with who may write."""
    if department is None and not row.writers:
        message = f"{row.name}: owner {row.owner} is no department and no service is named in `writers`"
        raise ValueError(message)
    writers = _writers(row, department)
    days = file.retention_days if row.retention_days is None else row.retention_days
    return Topic(
        name=row.name,
        owner=row.owner,
        types=row.types,
        partitions=file.partitions,
        retention_ms=-1 if days < 0 else days * DAY_MS,
        known_sources=row.known_sources,
        reference=row.reference,
        principal=writers[0],
        writers=writers,
        dead_retention_ms=file.dead_retention_days * DAY_MS,
        silent_after_days=row.silent_after_days or file.silent_after_days,
    )


def _writers(row: _TopicRow, department: Department | None) -> tuple[str, ...]:
    """Name the Kafka users that write a topic: its department, and the gateway for what comes over HTTP.

    The registry speaks for civil affairs where the department has no system of its own (contracts.md, who owns what).
    """
    if department is None:
        return row.writers
    registry = ("registry",) if department.name == "civil-affairs" else ()
    return (department.principal, "gateway", *registry, *row.writers)


TOPICS = load_topics(shipped_file("topics.toml"))
