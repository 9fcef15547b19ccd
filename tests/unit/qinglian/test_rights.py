"""What the launcher asks of the broker follows from topics.toml, letter by letter."""

from contracts.topics import TOPICS
from qinglian.acl import Grant, declared_grants
from qinglian.topics import declared_topics

GRANTS = declared_grants(TOPICS)


def may(user: str, operation: str) -> set[str]:
    return {grant.name for grant in GRANTS if grant[:3] == (user, operation, "TOPIC")}


def test_a_department_may_write_its_own_topics_and_read_nothing() -> None:
    for name, department in TOPICS.departments.items():
        own = {topic.name for topic in TOPICS.owned_by(name)}
        assert may(department.principal, "WRITE") == own
        assert may(department.principal, "DESCRIBE") == own
        assert may(department.principal, "READ") == set()


def test_no_right_is_given_by_prefix_or_to_everybody() -> None:
    assert all("*" not in grant.name and not grant.name.endswith(".") for grant in GRANTS)
    assert {grant.user for grant in GRANTS} == set(TOPICS.services) | {d.principal for d in TOPICS.departments.values()}


def test_only_the_gateway_writes_what_was_refused() -> None:
    assert {grant.user for grant in GRANTS if grant.name.endswith(".dead")} == {"gateway"}


def test_a_service_uses_its_own_groups_only() -> None:
    groups = {grant for grant in GRANTS if grant.resource == "GROUP"}
    assert Grant("funds-monitor", "READ", "GROUP", "funds-monitor") in groups
    assert not [grant for grant in groups if grant.name not in TOPICS.services[grant.user]]


def test_every_topic_has_its_dead_letters_beside_it_and_the_same_number_of_partitions() -> None:
    declared = {topic.name: topic for topic in declared_topics(TOPICS)}
    assert len(declared) == 2 * len(TOPICS.all)
    assert {topic.partitions for topic in declared.values()} == {6}
    assert all(f"{topic.name}.dead" in declared for topic in TOPICS.all)


def test_append_time_is_the_brokers_and_nothing_of_a_departments_is_ever_deleted() -> None:
    for topic in declared_topics(TOPICS):
        assert topic.configs["message.timestamp.type"] == "LogAppendTime"
        assert topic.configs["cleanup.policy"] == "delete"
        if not topic.name.endswith(".dead"):
            assert topic.configs["retention.ms"] == "-1"
