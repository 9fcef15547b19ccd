"""Who may do what in the broker: the literal rights of `contracts/topics.toml`, no more and no fewer."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from contracts.topics import Topics
from qinglian.errors import PartFailed
from qinglian.kafka_access import kafka_admin
from qinglian.process import wait_until

APPLIED_TIMEOUT_S = 60  # two seconds on an idle machine


class Grant(NamedTuple):
    """One right of one Kafka user on one topic or group."""

    user: str
    operation: str
    resource: str
    name: str


def declared_grants(topics: Topics) -> set[Grant]:
    """List every right that follows from the table of topics."""
    return {Grant(acl.principal, acl.operation, acl.resource, acl.name) for acl in topics.acls()}


def apply_grants(admin: Any, declared: set[Grant], *, users: Iterable[str]) -> None:
    """Give the named users exactly these rights: what is missing is added, what is left over is taken away.

    Raises: PartFailed, when the broker refuses.
    """
    ours = set(users)
    present = {grant for grant in _present_grants(admin) if grant.user in ours}
    if missing := declared - present:
        result = admin.create_acls([_kafka_acl(grant) for grant in sorted(missing)])
        if result["failed"]:
            raise PartFailed(f"The broker refused {len(result['failed'])} access rights: {result['failed'][0]}.")
    if surplus := present - declared:
        admin.delete_acls([_kafka_acl(grant) for grant in sorted(surplus)])


def wait_granted(admin: Any, declared: set[Grant]) -> None:
    """Wait until the broker acts by these rights: it answers before, and is busy creating topics at a first start.

    Raises: PartFailed, when that takes too long.
    """
    if not wait_until(lambda: declared <= _present_grants(admin), timeout_s=APPLIED_TIMEOUT_S):
        raise PartFailed(f"The broker did not apply the access rights within {APPLIED_TIMEOUT_S} seconds.")


def _present_grants(admin: Any) -> set[Grant]:
    kafka = kafka_admin()
    anything = kafka.ResourcePatternFilter(kafka.ResourceType.ANY, None, kafka.ACLResourcePatternType.ANY)
    found, _ = admin.describe_acls(
        kafka.ACLFilter(None, None, kafka.ACLOperation.ANY, kafka.ACLPermissionType.ANY, anything)
    )
    return {
        Grant(
            acl.principal.removeprefix("User:"),
            acl.operation.name,
            acl.resource_pattern.resource_type.name,
            acl.resource_pattern.resource_name,
        )
        for acl in found
        if acl.permission_type == kafka.ACLPermissionType.ALLOW
        and acl.resource_pattern.pattern_type == kafka.ACLResourcePatternType.LITERAL
    }


def _kafka_acl(grant: Grant) -> Any:
    kafka = kafka_admin()
    return kafka.ACL(
        principal=f"User:{grant.user}",
        host="*",
        operation=kafka.ACLOperation[grant.operation],
        permission_type=kafka.ACLPermissionType.ALLOW,
        resource_pattern=kafka.ResourcePattern(kafka.ResourceType[grant.resource], grant.name),
    )
