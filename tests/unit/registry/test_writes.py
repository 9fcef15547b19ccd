"""What a clerk may write, what is answered when it cannot be, and that it is said once."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import FixedClock
from chassis.errors import Refused
from chassis.internal_tokens import Principal
from contracts import EVENT_TYPES, TOPICS, Event, event_to_json
from contracts.register_writes import CHANGE, COLLECTIONS, REGISTER, RegisterWrite
from registry.domain.facts import Fact
from registry.usecases.apply_events import apply_events
from registry.usecases.write_register import Writing, write_register
from tests.builders.codes import account_of, code_of, person_of
from tests.builders.records import Json, records_of
from tests.unit.registry.shelves import Shelves

pytestmark = pytest.mark.anyio
CODE = code_of(1)
EXAMPLES = Path(__file__).parents[3] / "contracts" / "events" / "examples"
CLOCK = FixedClock(datetime(2024, 6, 30, 2, tzinfo=UTC))
CLERK = Principal("civil-affairs", "department", "civil-affairs")
ENTRY: Json = {
    "code": CODE,
    "name": "平阳县晨曦协会",
    "kind": "association",
    "registered_on": "2020-01-02",
    "start_up_funds_fen": 3_000_000,
    "division": "330326",
}
POST: Json = {"person": person_of("王芳"), "name_masked": "王*", "post": "chair", "from_on": "2021-03-01"}
LEFT: Json = {"person": person_of("王芳"), "post": "chair", "to_on": "2023-03-01"}


def _in_order(data: Json) -> Json:
    """Let what lasts end after it began."""
    ends = {name: "2024-12-31" for name in ("to_on", "valid_to", "held_to", "valid_until", "until_on") if name in data}
    begins = {name: "2024-01-01" for name in ("from_on", "held_from", "valid_from") if name in data}
    return data | ends | begins


class Register:
    """A register that a clerk writes into."""

    def __init__(self) -> None:
        self.shelves = Shelves()
        self.said: list[Event] = []
        self.count = 0

    @asynccontextmanager
    async def open_work(self, codes: Sequence[str]) -> AsyncIterator["Register"]:
        del codes
        yield self

    async def load_facts(self, codes: Sequence[str]) -> dict[str, list[Fact]]:
        return {code: await self.shelves.load_facts(code) for code in codes}

    async def find(self, event: Event) -> Fact | None:
        return self.shelves.facts.get((event.source, event.id))

    async def say(self, said: Sequence[tuple[Event, Fact]]) -> None:
        self.shelves.facts |= {(fact.source, fact.id): fact for _, fact in said}
        self.said += [event for event, _ in said]

    async def write(
        self, write: RegisterWrite, data: Json, *, code: str = CODE, id_: str = "", by: Principal = CLERK
    ) -> Event:
        self.count += 1
        asked = Writing(write, code, id_ or f"w-{self.count}", json.dumps(data).encode(), by)
        return await write_register(asked, open_work=self.open_work, clock=CLOCK)

    async def refusal(self, write: RegisterWrite, data: Json, **more: Any) -> tuple[str, str]:
        before = len(self.said)
        with pytest.raises(Refused) as refused:
            await self.write(write, data, **more)
        assert len(self.said) == before
        return refused.value.code, refused.value.pointer


@pytest.fixture
async def register() -> Register:
    register = Register()
    await register.write(REGISTER, ENTRY)
    return register


def test_every_event_type_of_civil_affairs_can_be_written() -> None:
    told = {name for topic in TOPICS.owned_by("civil-affairs") for name in topic.types}
    assert {each.type for each in (REGISTER, CHANGE, *COLLECTIONS.values())} == told


def test_every_day_in_the_table_is_a_member_of_its_type() -> None:
    for each in (REGISTER, CHANGE, *COLLECTIONS.values()):
        assert each.day is None or each.day in EVENT_TYPES[each.type].data.__struct_fields__, each.path


async def test_a_write_is_an_event_of_the_day_that_its_document_states(register: Register) -> None:
    event = await register.write(COLLECTIONS["posts"], POST)
    assert (event.source, event.type) == ("/civil-affairs/registry", "civil-affairs.post.taken.v1")
    assert event.time_us == 1_614_528_000_000_000  # 2021-03-01T00:00+08:00


async def test_a_change_happens_now(register: Register) -> None:
    event = await register.write(CHANGE, ENTRY | {"name": "平阳县曙光协会"})
    assert event.time_us == CLOCK.now_us()


async def test_the_copy_that_comes_back_from_the_topic_is_the_same_fact(register: Register) -> None:
    said = [json.loads(event_to_json(event)) for event in register.said]
    applied = await apply_events(0, records_of(said), open_work=register.shelves.open_work)
    assert (applied.fresh, applied.repeated, applied.conflicting) == (0, 1, 0)


async def test_the_same_write_under_the_same_identity_is_said_once(register: Register) -> None:
    first = await register.write(COLLECTIONS["posts"], POST, id_="w-same")
    second = await register.write(COLLECTIONS["posts"], POST, id_="w-same")
    assert (first.id, len(register.said)) == (second.id, 2)
    other = POST | {"post": "director"}
    assert (await register.refusal(COLLECTIONS["posts"], other, id_="w-same"))[0] == "identity_conflict"


CLERKS_ERRORS = [
    ("a code twice", REGISTER, ENTRY, ("conflict", "/code")),
    ("another code than the address", CHANGE, ENTRY | {"code": code_of(2)}, ("invalid", "/code")),
    (
        "a registration that is yet to come",
        REGISTER,
        ENTRY | {"registered_on": "2024-07-01"},
        ("invalid", "/registered_on"),
    ),
    ("money in yuan", CHANGE, ENTRY | {"start_up_funds_fen": 30000.0}, ("invalid", "/start_up_funds_fen")),
    ("the division left out", CHANGE, {k: v for k, v in ENTRY.items() if k != "division"}, ("invalid", "/division")),
    ("leaving a post that nobody holds", COLLECTIONS["post-leavings"], LEFT, ("conflict", "")),
    (
        "closing an account never filed",
        COLLECTIONS["account-closures"],
        {"account": account_of("a"), "closed_on": "2023-01-01"},
        ("conflict", ""),
    ),
    ("a raw number", COLLECTIONS["posts"], POST | {"person": "330326199001011234"}, ("raw_identity", "/person")),
    (
        "a term that ends before it begins",
        COLLECTIONS["terms"],
        {"term_no": 2, "from_on": "2024-01-01", "to_on": "2023-01-01"},
        ("invalid", "/to_on"),
    ),
    (
        "more votes than voters",
        COLLECTIONS["resolutions"],
        {"resolution_id": "r", "kind": "term", "passed_on": "2024-01-01", "votes_for": 5, "votes_total": 4},
        ("invalid", "/votes_total"),
    ),
    (
        "a penalty yet to come",
        COLLECTIONS["penalties"],
        {"penalty_id": "p", "kind": "fine", "served_on": "2024-07-01"},
        ("invalid", "/served_on"),
    ),
]


@pytest.mark.parametrize(
    ("write", "data", "told"), [row[1:] for row in CLERKS_ERRORS], ids=[row[0] for row in CLERKS_ERRORS]
)
async def test_what_a_clerk_gets_wrong_is_refused_with_its_place(
    register: Register, write: RegisterWrite, data: Json, told: tuple[str, str]
) -> None:
    assert await register.refusal(write, data) == told


@pytest.mark.parametrize("path", COLLECTIONS)
async def test_nothing_is_written_about_an_organization_that_is_not_registered(path: str) -> None:
    example = json.loads((EXAMPLES / f"{COLLECTIONS[path].type}.json").read_bytes())[0]
    data = example["data"] | {name: "2024-01-01" for name in [COLLECTIONS[path].day] if name in example["data"]}
    assert await Register().refusal(COLLECTIONS[path], _in_order(data), code=code_of(7)) == ("not_found", "")


async def test_a_post_is_taken_held_and_left_once(register: Register) -> None:
    posts, leavings = COLLECTIONS["posts"], COLLECTIONS["post-leavings"]
    await register.write(posts, POST)
    assert await register.refusal(posts, POST | {"from_on": "2022-01-01"}) == ("conflict", "/post")
    assert await register.refusal(leavings, LEFT | {"to_on": "2020-01-01"}) == ("invalid", "/to_on")
    await register.write(leavings, LEFT)
    assert (await register.refusal(leavings, LEFT))[0] == "conflict"
    await register.write(posts, POST | {"from_on": "2024-01-01"})


async def test_a_report_of_one_year_is_filed_once(register: Register) -> None:
    report = {"year": 2023, "filed_on": "2024-03-01"}
    await register.write(COLLECTIONS["annual-reports"], report)
    assert await register.refusal(COLLECTIONS["annual-reports"], report) == ("conflict", "/year")


async def test_a_dissolved_organization_changes_no_more_but_can_still_be_found_out(register: Register) -> None:
    await register.write(COLLECTIONS["deregistrations"], {"effective_on": "2024-01-01"})
    assert (await register.refusal(CHANGE, ENTRY))[0] == "conflict"
    assert (await register.refusal(COLLECTIONS["posts"], POST))[0] == "conflict"
    await register.write(COLLECTIONS["penalties"], {"penalty_id": "p", "kind": "fine", "served_on": "2024-02-01"})


async def test_who_serves_one_division_writes_neither_out_of_it_nor_into_it(register: Register) -> None:
    of_cangnan = Principal("zhao", "staff", roles=("handler",), divisions=("330327",))
    of_pingyang = Principal("qian", "staff", roles=("handler",), divisions=("330326",))
    assert (await register.refusal(CHANGE, ENTRY | {"division": "330327"}, by=of_cangnan))[0] == "not_found"
    assert (await register.refusal(CHANGE, ENTRY | {"division": "330327"}, by=of_pingyang))[0] == "not_found"
    await register.write(CHANGE, ENTRY, by=of_pingyang)


@pytest.mark.parametrize("role", ["auditor", "admin", "rule-owner", "credit-officer"])
async def test_whose_role_it_is_not_writes_nothing(register: Register, role: str) -> None:
    assert (await register.refusal(CHANGE, ENTRY, by=Principal("li", "staff", roles=(role,))))[0] in {
        "forbidden",
        "not_found",
    }
