"""Where is my event: what a chain of corrections and withdrawals makes of each of its members."""

from typing import Any

import pytest

from funds_monitor.usecases.answer_event_status import answer_event_status
from funds_monitor.usecases.ports import ChainLink

pytestmark = pytest.mark.anyio
PAYMENT = "finance.payment.settled.v1"
WITHDRAWN = "finance.event.withdrawn.v1"


def link(name: str, refers_to: str | None = None, **more: object) -> ChainLink:
    known = {"source": "/finance/treasury", "topic": "finance.payments.v1", "partition": 0, "offset": 0}
    return ChainLink(id=name, refers_to=refers_to, content_hash=b"", **{"event_type": PAYMENT, **known, **more})  # type: ignore[arg-type]


def withdrawal(target: str) -> ChainLink:
    return link(f"w-{target}", target, event_type=WITHDRAWN, withdraws=True)


class Chain:
    """Answers that know one chain."""

    def __init__(self, chain: tuple[ChainLink, ...]) -> None:
        self._chain = chain

    async def chain(self, _source: str, _event_id: str) -> list[ChainLink]:
        return list(self._chain)

    async def alerts_of(self, _organization: str, **_event: str) -> list[str]:
        return []


async def status(name: str, *chain: ChainLink) -> tuple[str, str | None]:
    answers: Any = Chain(chain)
    found = await answer_event_status("/finance/treasury", name, answers=answers)
    return found["status"], found.get("code")


async def test_an_event_that_nobody_corrects_is_applied() -> None:
    assert await status("a", link("a")) == ("applied", None)


async def test_the_last_correction_counts_and_all_before_it_are_corrected() -> None:
    chain = (link("a"), link("b", "a"), link("c", "b"))
    assert [(await status(each.id, *chain))[0] for each in chain] == ["corrected", "corrected", "applied"]


async def test_of_two_corrections_the_one_with_the_greater_id_counts() -> None:
    chain = (link("a"), link("b", "a"), link("c", "a"))
    assert [(await status(each.id, *chain))[0] for each in chain] == ["corrected", "corrected", "applied"]


@pytest.mark.parametrize("target", ["a", "b"])
async def test_a_withdrawn_member_voids_the_whole_chain(target: str) -> None:
    chain = (link("a"), link("b", "a"), withdrawal(target))
    assert await status("a", *chain) == ("withdrawn", None)
    assert await status("b", *chain) == ("withdrawn", None)
    assert await status(f"w-{target}", *chain) == ("applied", None)


async def test_two_corrections_of_an_event_that_never_came_are_one_chain() -> None:
    chain = (link("b", "unseen", pending=True), link("c", "unseen", pending=True))
    assert [await status(each.id, *chain) for each in chain] == [("corrected", None), ("pending", "correction")]
    assert await status("c", *chain, withdrawal("unseen")) == ("withdrawn", None)


async def test_a_cycle_voids_all_that_hangs_on_it() -> None:
    chain = (link("a", "b"), link("b", "a"), link("c", "a"))
    assert {await status(each.id, *chain) for each in chain} == {("withdrawn", "cycle")}


async def test_a_correction_of_another_type_joins_no_chain() -> None:
    chain = (link("a"), link("b", "a", event_type="finance.receipt.issued.v1", pending=True))
    assert await status("a", *chain) == ("applied", None)
    assert await status("b", *chain) == ("pending", "correction")


async def test_a_sealed_event_is_quarantined_until_it_is_corrected() -> None:
    assert await status("a", link("a", sealed=True)) == ("quarantined", None)
    assert await status("a", link("a", sealed=True), link("b", "a")) == ("corrected", None)


async def test_a_parked_event_is_pending() -> None:
    assert await status("a", link("a", parked=True)) == ("pending", "parked")


async def test_a_declaration_is_pending_while_its_numbers_differ() -> None:
    assert await status("d", link("d", event_type="")) == ("applied", None)
    assert await status("d", link("d", event_type="", blocked=True)) == ("pending", "count_mismatch")
