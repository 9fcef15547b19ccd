"""A batch takes effect whole or not at all, and once."""

import pytest

from chassis.errors import Fenced, Unavailable
from contracts import Record
from registry.domain.hearing import Completion
from registry.usecases.apply_events import apply_events
from tests.builders.events import Desk
from tests.builders.records import records_of
from tests.unit.registry.shelves import Shelves
from tests.unit.registry.story import CODE

pytestmark = pytest.mark.anyio
TOPIC = "civil-affairs.organizations.v1"
desk = Desk()
REGISTERED = desk.registered(CODE, "2020-01-02")
FILED = desk.account_filed(CODE, "2020-01-03")


def declared(until: str, *, partition: int) -> dict[str, object]:
    event = desk.event(
        "civil-affairs.source.completed.v1", None, until, {"topic": TOPIC, "complete_until": f"{until}T00:00:00+08:00"}
    )
    return event | {"_topic": TOPIC, "_partition": partition}


async def test_facts_and_offsets_are_committed_together() -> None:
    shelves = Shelves()
    records = records_of([REGISTERED, FILED])
    applied = await apply_events(0, records, open_work=shelves.open_work)
    assert (applied.fresh, applied.repeated, applied.conflicting, applied.refused) == (2, 0, 0, 0)
    assert {id_ for _, id_ in shelves.facts} == {REGISTERED["id"], FILED["id"]}
    assert shelves.next_offsets == {(record.topic, record.partition): 1 for record in records}


async def test_a_commit_that_fails_leaves_nothing_behind() -> None:
    shelves = Shelves()
    shelves.fails_on_commit = Unavailable("away")
    with pytest.raises(Unavailable):
        await apply_events(0, records_of([REGISTERED]), open_work=shelves.open_work)
    assert (shelves.facts, shelves.next_offsets) == ({}, {})


async def test_whoever_does_not_own_the_shard_changes_nothing() -> None:
    shelves = Shelves()
    with pytest.raises(Fenced):
        await apply_events(-1, records_of([REGISTERED]), open_work=shelves.open_work)
    assert shelves.facts == {}


async def test_the_same_event_again_moves_only_the_offset() -> None:
    shelves = Shelves()
    first, second = records_of([REGISTERED, REGISTERED])
    await apply_events(0, [first], open_work=shelves.open_work)
    applied = await apply_events(0, [second], open_work=shelves.open_work)
    assert (applied.fresh, applied.repeated) == (0, 1)
    assert shelves.next_offsets == {(TOPIC, first.partition): 2}


async def test_another_content_under_a_known_identity_is_counted_and_the_first_stands() -> None:
    shelves = Shelves()
    other = REGISTERED | {"data": REGISTERED["data"] | {"name": "另一个名字"}}
    applied = await apply_events(0, records_of([REGISTERED, other]), open_work=shelves.open_work)
    assert (applied.fresh, applied.conflicting) == (1, 1)
    (fact,) = shelves.facts.values()
    assert fact.data["name"] == REGISTERED["data"]["name"]


async def test_a_refused_record_is_counted_and_passed() -> None:
    shelves = Shelves()
    bad = Record(TOPIC, 0, 7, CODE.encode(), b"{", (), 1)
    applied = await apply_events(0, [bad], open_work=shelves.open_work)
    assert (applied.fresh, applied.refused) == (0, 1)
    assert shelves.next_offsets == {(TOPIC, 0): 8}


async def test_declarations_of_completeness_are_kept_for_each_partition_and_the_latest_counts() -> None:
    shelves = Shelves()
    story = [
        declared("2024-03-01", partition=0),
        declared("2024-02-01", partition=0),
        declared("2024-01-01", partition=1),
    ]
    await apply_events(0, records_of(story), open_work=shelves.open_work)
    source = "/civil-affairs/registry"
    assert shelves.until == {
        Completion(source, TOPIC, 0): 1_709_222_400_000_000,  # 2024-03-01T00:00+08:00
        Completion(source, TOPIC, 1): 1_704_038_400_000_000,  # 2024-01-01T00:00+08:00
    }


async def test_a_complaint_about_nobody_registered_is_kept() -> None:
    shelves = Shelves()
    said = {
        "complaint_id": "c-1",
        "kind": "illegal_organization",
        "received_on": "2024-01-01",
        "organization_name": "某会",
    }
    complaint = desk.event("civil-affairs.complaint.received.v1", None, "2024-01-01", said)
    applied = await apply_events(0, records_of([complaint]), open_work=shelves.open_work)
    assert (applied.fresh, applied.refused) == (1, 0)
