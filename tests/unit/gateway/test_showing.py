"""What is shown to whom, where an event is said to be, and when it is quiet."""

import pytest
from msgspec import json, structs

from contracts import TOPICS
from gateway.domain.calm import Look, Stage, Warned, heard_by, is_calm, is_quiet, lag_of_topics, stage_of, warning_of
from gateway.domain.dead_letters import Rejection
from gateway.domain.public_file import public_file
from gateway.domain.publishing import department_in
from gateway.domain.receipts import Receipt
from gateway.domain.whereabouts import whereabouts

RECEIPT = Receipt("/finance/treasury", "e1", "finance.payment.settled.v1", "c", b"h", "finance.payments.v1", 3, 7)
REJECTION = Rejection("finance", "invalid", "why", "/data", 1, source="/finance/treasury", id="e1")
ENDS = {(topic.name, partition): 5 for topic in TOPICS.all for partition in range(topic.partitions)}
MUST_READ = heard_by(TOPICS)


@pytest.mark.parametrize(
    ("source", "department"),
    [("/finance/treasury", "finance"), ("/finance-two/x", "finance-two"), ("finance/x", ""), ("/", ""), ("", "")],
)
def test_a_source_names_its_department_first(source: str, department: str) -> None:
    assert department_in(source) == department


def test_nobody_but_staff_gets_more_of_a_file_than_public_fields() -> None:
    assert public_file({"code": "c", "name": "n", "posts": [1], "identity": {}}) == {"code": "c", "name": "n"}


def test_an_event_is_accepted_until_the_monitor_has_it() -> None:
    where = whereabouts(RECEIPT, None, {"status": "unknown", "alerts": []})
    assert where is not None
    assert (where["status"], where["partition"], where["offset"]) == ("accepted", 3, 7)


def test_an_event_in_the_log_is_never_rejected_by_what_came_later() -> None:
    where = whereabouts(RECEIPT, REJECTION, {"status": "applied", "alerts": ["a1"]})
    assert where is not None
    assert (where["status"], where["alerts"]) == ("applied", ["a1"])


def test_a_pending_event_is_accepted_and_says_what_it_waits_for() -> None:
    where = whereabouts(RECEIPT, None, {"status": "pending", "code": "correction"})
    assert where is not None
    assert (where["status"], where["code"]) == ("accepted", "correction")


def test_a_moved_event_is_corrected_and_a_void_one_withdrawn() -> None:
    monitor = {"status": "withdrawn"}
    moved, void = (
        whereabouts(structs.replace(RECEIPT, moved_to="e2"), None, monitor),
        whereabouts(RECEIPT, None, monitor),
    )
    assert moved is not None
    assert void is not None
    assert (moved["status"], void["status"]) == ("corrected", "withdrawn")


def test_what_nobody_has_is_rejected_or_nowhere() -> None:
    rejected = whereabouts(None, REJECTION, {"status": "unknown"})
    assert rejected is not None
    assert (rejected["status"], rejected["code"]) == ("rejected", "invalid")
    assert whereabouts(None, None, {"status": "unknown"}) is None


def everything_read() -> Look:
    """Look at a platform that has read everything."""
    stages = [
        Stage(name, ready=True, positions={place: 5 for place in ENDS if place[0] in topics})
        for name, topics in MUST_READ.items()
    ]
    return Look(ENDS, [*stages, Stage("credit", ready=True), Stage("gateway", ready=True)])


def with_stage(name: str, **changed: object) -> Look:
    """Look at the same with one stage changed."""
    look = everything_read()
    stages = [structs.replace(stage, **changed) if stage.name == name else stage for stage in look.stages]
    return Look(look.ends, stages)


def test_it_is_quiet_when_all_is_read_and_said() -> None:
    assert is_quiet(everything_read(), everything_read(), must_read=MUST_READ)


@pytest.mark.parametrize("name", [*MUST_READ, "credit", "gateway"])
@pytest.mark.parametrize("changed", [{"ready": False}, {"busy": True}, {"outbox_backlog": 1}])
def test_it_is_not_quiet_while_one_stage_has_work(name: str, changed: dict[str, object]) -> None:
    assert not is_calm(with_stage(name, **changed), must_read=MUST_READ)


@pytest.mark.parametrize("name", MUST_READ)
def test_it_is_not_quiet_while_one_reader_is_behind_or_does_not_read(name: str) -> None:
    place = next(place for place in ENDS if place[0] in MUST_READ[name])
    positions = dict(next(stage for stage in everything_read().stages if stage.name == name).positions)
    behind = with_stage(name, positions=positions | {place: 4})
    assert not is_calm(behind, must_read=MUST_READ)
    assert lag_of_topics(behind)[place[0]] == 1
    del positions[place]
    assert not is_calm(with_stage(name, positions=positions), must_read=MUST_READ)


def test_it_is_not_quiet_while_reference_data_is_behind() -> None:
    place = next(iter(ENDS))
    assert not is_calm(with_stage("funds-monitor", reference={place: 4}), must_read=MUST_READ)


def test_it_is_not_quiet_when_something_was_written_while_we_looked() -> None:
    later = Look({**ENDS, ("monitor.alerts.v1", 0): 4}, everything_read().stages)
    assert not is_quiet(later, everything_read(), must_read=MUST_READ)


def test_what_a_service_warns_of_is_passed_on() -> None:
    warning = {"zh": "2027 年工作日安排尚未录入", "en": "the working days of 2027 are not entered yet"}
    assert warning_of("credit", {"warning": warning}) == Warned("credit", **warning)
    assert [warning_of("credit", said) for said in (None, {}, {"warning": None})] == [None] * 3


def test_a_service_that_says_nothing_is_not_ready() -> None:
    assert not stage_of("registry", None, ready=True).ready
    said = json.decode(b'{"ready": true, "partitions": [{"topic": "t", "partition": 1, "next_offset": 3}]}')
    assert stage_of("registry", said, ready=True).positions == {("t", 1): 3}
    assert not stage_of("registry", said, ready=False).ready
    assert stage_of("registry", said | {"quiet": False}, ready=True).busy
