"""The history goes in once, whatever kills the launcher on the way; what follows is the same slot by slot."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

import httpx
import pytest

from qinglian.errors import HomeBroken, LauncherError
from qinglian.home import Home
from qinglian.push import Pusher
from qinglian.sample.county import SampleCounty, declarations, sample_county
from qinglian.sample.live import SLOT_S, STORY_SLOTS, live_cast, live_events, slot_at
from qinglian.sample.loading import BATCH_EVENTS, Lane, Loader, lanes_of
from qinglian.sample.memory import Memory, begin_memory, load_memory, save_memory
from tests.builders.engine import EngineCounty
from tests.builders.records import Json, admitted, records_of
from tests.builders.sample import told_events

END_ON = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
SIZE = 220


@pytest.fixture(scope="module")
def county() -> SampleCounty:
    return sample_county(size=SIZE, end_on=END_ON)


class Gateway:
    """Takes events by their identity; after so many batches it is gone."""

    def __init__(self, *, batches_max: int | None = None) -> None:
        self.taken: list[tuple[str, str]] = []
        self.events: list[Json] = []
        self.batches_left = batches_max
        self._lock = Lock()

    def pusher(self, department: str) -> Pusher:
        client = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(self._answer))
        return Pusher(client, {"client_id": department, "client_secret": "s"}, pause=lambda _: None)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 900})
        with self._lock:
            if self.batches_left == 0:
                return httpx.Response(403, json={"code": "forbidden", "title": "gone"})
            self.batches_left = None if self.batches_left is None else self.batches_left - 1
            return httpx.Response(202, json={"receipts": [self._take(one) for one in json.loads(request.content)]})

    def _take(self, event: Json) -> Json:
        identity = (event["source"], event["id"])
        known = identity in self.taken
        if not known:
            self.taken.append(identity)
            self.events.append(event)
        return {"id": event["id"], "status": "duplicate" if known else "accepted"}


def loaded(gateway: Gateway, memory: Memory, groups: Sequence[Sequence[Lane]], home: Home) -> Loader:
    loader = Loader(memory, gateway.pusher, save=lambda known: save_memory(home, known))
    loader.load(groups)
    return loader


def few(count: int) -> list[list[Lane]]:
    """Give three groups of lanes, the first with two."""
    events = [{"id": str(number), "source": "/tax/bureau"} for number in range(count)]
    return [
        [Lane("a", "tax", events), Lane("b", "audit", events[:1])],
        [Lane("c", "tax", [{"id": "x", "source": "/"}])],
    ]


def test_everything_is_sent_once_group_after_group_and_remembered(tmp_path: Path) -> None:
    gateway, memory = Gateway(), Memory(end_on=str(END_ON))
    loader = loaded(gateway, memory, few(BATCH_EVENTS * 2 + 1), Home(tmp_path))
    assert (loader.pushed.accepted, loader.pushed.duplicate) == (BATCH_EVENTS * 2 + 2, 1)
    assert gateway.taken[-1] == ("/", "x")
    assert load_memory(Home(tmp_path)) == Memory(end_on=str(END_ON), loaded=True)


def test_after_a_kill_loading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    home, groups = Home(tmp_path), few(BATCH_EVENTS * 3)
    gone = Gateway(batches_max=2)
    with pytest.raises(LauncherError, match="forbidden"):
        loaded(gone, Memory(end_on=str(END_ON)), groups, home)
    memory = load_memory(home)
    assert memory is not None
    assert not memory.loaded
    assert 0 < sum(memory.sent.values()) < BATCH_EVENTS * 3

    gone.batches_left = None
    loaded(gone, memory, groups, home)

    assert len(gone.taken) == len(set(gone.taken)) == BATCH_EVENTS * 3 + 1


def test_lanes_hold_the_whole_county_and_the_declarations_come_last(county: SampleCounty) -> None:
    groups = lanes_of(county)
    sent = [event for lanes in groups for lane in lanes for event in lane.events]
    assert len(sent) == len(told_events(county))
    assert {event["type"].split(".", 1)[1] for lane in groups[-1] for event in lane.events} == {"source.completed.v1"}
    assert all(lane.department == event["type"].split(".")[0] for g in groups for lane in g for event in lane.events)


def test_only_the_very_first_start_decides_whether_there_is_a_sample_county(tmp_path: Path) -> None:
    empty, full = Home(tmp_path / "empty"), Home(tmp_path / "full")
    for home in (empty, full):
        home.prepare()
        begin_memory(home, empty=home is empty, today=END_ON)
        home.state_file.write_text("{}")
        begin_memory(home, empty=False, today=date(2026, 12, 1))
    assert load_memory(empty) is None
    assert load_memory(full) == Memory(end_on=str(END_ON))


def test_a_broken_memory_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "sample.json").write_text('{"end_on": "yesterday"}')
    with pytest.raises(HomeBroken, match=r"sample\.json"):
        load_memory(Home(tmp_path))


def test_a_slot_told_twice_is_the_same_events(county: SampleCounty) -> None:
    cast, slot = live_cast(county), slot_at(NOON)
    assert live_events(cast, slot) == live_events(cast, slot)
    assert live_events(cast, slot) != live_events(cast, slot + 1)


def test_what_happens_live_is_let_in_and_happens_now(county: SampleCounty) -> None:
    cast, first = live_cast(county), slot_at(NOON)
    events = [event for slot in range(first, first + 4 * STORY_SLOTS) for event in live_events(cast, slot)]
    for record in records_of(events):
        assert not admitted(record).quarantined
    moments = [datetime.fromisoformat(event["time"]) for event in events]
    assert min(moments) >= datetime.fromtimestamp(first * SLOT_S, UTC)
    assert len({(event["source"], event["id"]) for event in events}) == len(events)


def test_live_stories_are_found_and_the_trickle_is_silent(county: SampleCounty) -> None:
    cast, first = live_cast(county), slot_at(NOON)
    engine = EngineCounty()
    engine.feed(records_of(told_events(county)))
    engine.finish()
    before = {json.dumps(alert, sort_keys=True) for found in engine.content().values() for alert in found}
    slots = range(first, first + 4 * STORY_SLOTS)
    engine.feed(records_of([event for slot in slots for event in live_events(cast, slot)]))
    engine.finish()
    fresh = [
        alert["rule"]
        for found in engine.content().values()
        for alert in found
        if json.dumps(alert, sort_keys=True) not in before
    ]
    assert set(fresh) == {"SO-01", "SO-02", "SO-03", "SO-06", "SO-14"}  # three draws of cash are much cash, too
    assert len(fresh) - len(set(fresh)) <= 1  # what passes through is also large (SO-01 b) where a small body is hit


def test_a_new_day_is_declared_for_every_topic_with_a_source() -> None:
    told = declarations(END_ON, seed=1)
    assert len({event["data"]["topic"] for event in told}) == len(told) > 10
    assert {event["data"]["complete_until"] for event in told} == {"2026-11-26T00:00:00+08:00"}
