"""An import goes in once and whole, or not at all, and only into the register that was looked at."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import FixedClock
from chassis.errors import Refused
from chassis.internal_tokens import Principal
from contracts import Event
from contracts.register_extract import Extract
from registry.domain.facts import Fact
from registry.domain.imports import PREVIEW_KEPT_US, Import
from registry.usecases.commit_import import commit_import
from registry.usecases.preview_import import preview_import
from tests.builders.codes import person_of
from tests.builders.events import Desk
from tests.builders.extracts import DIVISION, HEADINGS, NAME, PERSON, Row, rows_of
from tests.unit.registry.story import facts_of

pytestmark = pytest.mark.anyio
NOW = datetime(2024, 6, 30, 2, tzinfo=UTC)
CLERK = Principal("civil-affairs", "department", "civil-affairs")
TOWNSHIP = Principal("liu", "staff", roles=("handler",), divisions=("330326101",))


class Register:
    """A register whose transactions are over at once."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.said: list[Event] = []
        self.imports: dict[str, Import] = {}

    @asynccontextmanager
    async def open_work(self, codes: Sequence[str]) -> AsyncIterator["Register"]:
        del codes
        yield self

    async def load_facts(self, codes: Sequence[str]) -> dict[str, list[Fact]]:
        return {code: [fact for fact in self.facts if fact.subject == code] for code in codes}

    async def find(self, event: Event) -> Fact | None:
        raise NotImplementedError

    async def load_import(self, id_: str) -> Import | None:
        return self.imports.get(id_)

    async def save_import(self, found: Import) -> None:
        self.imports[found.id] = found

    async def forget_previews(self, *, before_us: int) -> None:
        self.imports = {
            id_: each for id_, each in self.imports.items() if each.created_us >= before_us or each.state == "committed"
        }

    async def say(self, said: Sequence[tuple[Event, Fact]]) -> None:
        self.said += [event for event, _ in said]
        self.facts += [fact for _, fact in said]

    async def preview(
        self, rows: Sequence[Row], *, id_: str = "1", by: Principal = CLERK, at: datetime = NOW
    ) -> Import:
        cells = [[*row[:PERSON], person_of(row[PERSON]), *row[PERSON + 1 :]] for row in rows]
        extract = Extract(
            "organizations",
            HEADINGS,
            tuple((number, tuple(row)) for number, row in enumerate(cells, start=2)),
            rows_count=len(cells),
        )
        return await preview_import(extract, id_=id_, principal=by, open_work=self.open_work, clock=FixedClock(at))

    async def commit(self, id_: str = "1", *, by: Principal = CLERK) -> Import:
        return await commit_import(id_, principal=by, open_work=self.open_work, clock=FixedClock(NOW))

    async def refusal(self, id_: str = "1", *, by: Principal = CLERK) -> tuple[str, str]:
        before = list(self.said)
        with pytest.raises(Refused) as refused:
            await self.commit(id_, by=by)
        assert self.said == before
        return refused.value.code, refused.value.detail


async def test_a_preview_says_nothing_and_a_commit_says_each_row_once_however_often_it_is_sent() -> None:
    register, rows = Register(), rows_of(3)
    previewed = await register.preview(rows)
    assert (previewed.state, previewed.to_register, register.said) == ("ready", 3, [])
    first = await register.commit()
    assert await register.commit() == first
    assert [(event.subject, event.type.split(".")[2], event.id) for event in register.said] == [
        (row[0], "registered", f"import-1-{number}") for number, row in enumerate(rows, start=2)
    ]
    assert register.said[0].source == "/civil-affairs/registry"


async def test_the_same_extract_again_says_only_what_has_changed() -> None:
    register, rows = Register(), rows_of(3)
    await register.preview(rows)
    await register.commit()
    rows[1][NAME] = "虚拟县新名协会"
    again = await register.preview(rows, id_="2")
    assert (again.unchanged, again.to_register, again.to_change) == (2, 0, 1)
    await register.commit("2")
    assert [event.type for event in register.said[3:]] == ["civil-affairs.organization.changed.v1"]


@pytest.mark.parametrize("what", ["registered", "changed", "ended"])
async def test_a_register_that_moved_since_the_preview_lets_nothing_in(what: str) -> None:
    register, rows, desk = Register(), rows_of(3), Desk()
    code = rows[1][0]
    known = desk.registered(code, "2020-01-02", division="330326")
    then = {
        "registered": [known],
        "changed": [known, desk.registered(code, "2021-01-01", division="330326", changed=True)],
        "ended": [known, desk.ended(code, "2021-01-01", how="deregistered")],
    }
    register.facts = [] if what == "registered" else facts_of([known])
    assert (await register.preview(rows)).state == "ready"
    register.facts = facts_of(then[what])
    refused, detail = await register.refusal()
    assert (refused, "1 organizations" in detail or "row 3" in detail) == ("conflict", True)


async def test_what_is_faulty_unknown_or_not_one_s_own_is_not_committed() -> None:
    register, rows = Register(), rows_of(2)
    assert (await register.refusal("none"))[0] == "not_found"
    await register.preview(rows)
    assert (await register.refusal(by=TOWNSHIP))[0] in {"forbidden", "not_found"}
    rows[0][NAME] = ""
    assert (await register.preview(rows, id_="2")).state == "faulty"
    assert (await register.refusal("2"))[0] == "conflict"


async def test_nobody_moves_an_organization_out_of_another_s_division_by_an_import() -> None:
    register, rows = Register(), rows_of(1)
    rows[0][DIVISION] = "330326101"
    register.facts = facts_of([Desk().registered(rows[0][0], "2020-01-02", division="330326102")])
    assert [fault.code for fault in (await register.preview(rows, by=TOWNSHIP)).faults] == ["division_not_yours"]
    assert (await register.preview(rows, id_="2")).divisions == ("330326101", "330326102")
    assert (await register.refusal("2", by=TOWNSHIP))[0] in {"forbidden", "not_found"}


async def test_a_preview_that_nobody_commits_is_forgotten_after_a_week_and_what_went_in_is_not() -> None:
    register = Register()
    await register.preview(rows_of(1), id_="in")
    await register.commit("in")
    await register.preview(rows_of(1, first=5), id_="stale")
    later = NOW + timedelta(microseconds=PREVIEW_KEPT_US + 1)
    await register.preview(rows_of(1, first=9), id_="fresh", at=later)
    assert sorted(register.imports) == ["fresh", "in"]
