from pathlib import Path

import pytest

from contracts import EVENT_TYPES, TOPICS, Event, admit, event_types_of, load_topics, partition_of
from tests.unit.contracts.payments import CODE, a_record, an_event

NEW_TOPIC = """
[[topics]]
name = "forestry.permits.v1"
owner = "forestry"
key = "subject"
types = []
known_sources = ["/forestry/office"]
"""
NEW_DEPARTMENT = '[[departments]]\nname = "forestry"\nname_zh = "林业局"\nprincipal = "forestry"\n'


def _table(tmp_path: Path, more: str) -> Path:
    shipped = (Path(__file__).resolve().parents[3] / "contracts" / "topics.toml").read_text("utf-8")
    path = tmp_path / "topics.toml"
    path.write_text(shipped + more, "utf-8")
    return path


def test_all_topics_have_the_same_number_of_partitions() -> None:
    assert {topic.partitions for topic in TOPICS.all} == {6}


def test_the_reference_topics_are_the_eight_that_every_worker_reads() -> None:
    assert {topic.name for topic in TOPICS.reference} == {
        "civil-affairs.organizations.v1",
        "civil-affairs.people.v1",
        "civil-affairs.accounts.v1",
        "civil-affairs.reports.v1",
        "civil-affairs.branches.v1",
        "public-security.overseas.v1",
        "civil-affairs.complaints.v1",
        "public-security.cases.v1",
    }


def test_every_topic_of_a_department_has_a_known_source_of_that_department() -> None:
    for topic in TOPICS.all:
        if topic.owner in TOPICS.departments:
            assert topic.known_sources
            assert all(source.startswith(f"/{topic.owner}/") for source in topic.known_sources)


def test_a_department_may_write_its_own_topics_and_nothing_else() -> None:
    for department in TOPICS.departments.values():
        written = {
            acl.name for acl in TOPICS.acls() if acl.principal == department.principal and acl.operation == "WRITE"
        }
        assert written == {topic.name for topic in TOPICS.owned_by(department.name)}
        assert not any(acl.principal == department.principal and acl.operation == "READ" for acl in TOPICS.acls())


def test_only_the_gateway_writes_what_was_refused() -> None:
    writers = {acl.principal for acl in TOPICS.acls() if acl.name.endswith(".dead") and acl.operation == "WRITE"}
    assert writers == {"gateway"}


def test_a_new_department_is_a_row_and_can_withdraw_and_declare(tmp_path: Path) -> None:
    topics = load_topics(_table(tmp_path, NEW_DEPARTMENT + NEW_TOPIC))
    assert set(event_types_of(topics)) - set(EVENT_TYPES) == {
        "forestry.event.withdrawn.v1",
        "forestry.source.completed.v1",
    }
    event = an_event(
        {"event_id": "x", "reason": "y"}, type="forestry.event.withdrawn.v1", source="/forestry/office", subject=CODE
    )
    record = a_record(event, topic="forestry.permits.v1", partition=partition_of(CODE, 6))
    assert isinstance(admit(record, topics=topics), Event)
    assert not isinstance(admit(record), Event)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (NEW_TOPIC, "no department"),
        (NEW_DEPARTMENT + NEW_TOPIC.replace("types = []", 'types = ["tax.return.filed.v1"]'), "stands under"),
        (NEW_DEPARTMENT + NEW_TOPIC + "colour = 3\n", "unknown field"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(tmp_path: Path, more: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        load_topics(_table(tmp_path, more))
