"""Where is my event: what a chain of corrections and withdrawals makes of each of its members."""

import pytest

from funds_monitor.usecases.answer_event_status import judge_chain
from funds_monitor.usecases.ports import ChainLink

PAYMENT = "finance.payment.settled.v1"
WITHDRAWN = "finance.event.withdrawn.v1"


def link(name: str, refers_to: str | None = None, **more: object) -> ChainLink:
    known = {"source": "/finance/treasury", "topic": "finance.payments.v1", "partition": 0, "offset": 0}
    return ChainLink(id=name, refers_to=refers_to, content_hash=b"", **{"event_type": PAYMENT, **known, **more})  # type: ignore[arg-type]


def withdrawal(target: str) -> ChainLink:
    return link(f"w-{target}", target, event_type=WITHDRAWN, withdraws=True)


def status(name: str, *chain: ChainLink) -> tuple[str, str | None]:
    return judge_chain(next(each for each in chain if each.id == name), chain)


def test_an_event_that_nobody_corrects_is_applied() -> None:
    assert status("a", link("a")) == ("applied", None)


def test_the_last_correction_counts_and_all_before_it_are_corrected() -> None:
    chain = (link("a"), link("b", "a"), link("c", "b"))
    assert [status(each.id, *chain)[0] for each in chain] == ["corrected", "corrected", "applied"]


def test_of_two_corrections_the_one_with_the_greater_id_counts() -> None:
    chain = (link("a"), link("b", "a"), link("c", "a"))
    assert [status(each.id, *chain)[0] for each in chain] == ["corrected", "corrected", "applied"]


@pytest.mark.parametrize("target", ["a", "b"])
def test_a_withdrawn_member_voids_the_whole_chain(target: str) -> None:
    chain = (link("a"), link("b", "a"), withdrawal(target))
    assert status("a", *chain) == status("b", *chain) == ("withdrawn", None)
    assert status(f"w-{target}", *chain) == ("applied", None)


def test_two_corrections_of_an_event_that_never_came_are_one_chain() -> None:
    chain = (link("b", "unseen", pending=True), link("c", "unseen", pending=True))
    assert [status(each.id, *chain) for each in chain] == [("corrected", None), ("pending", "correction")]
    assert status("c", *chain, withdrawal("unseen")) == ("withdrawn", None)


def test_a_cycle_voids_all_that_hangs_on_it() -> None:
    chain = (link("a", "b"), link("b", "a"), link("c", "a"))
    assert {status(each.id, *chain) for each in chain} == {("withdrawn", "cycle")}


def test_a_correction_of_another_type_joins_no_chain() -> None:
    chain = (link("a"), link("b", "a", event_type="finance.receipt.issued.v1", pending=True))
    assert status("a", *chain) == ("applied", None)
    assert status("b", *chain) == ("pending", "correction")


def test_a_sealed_event_is_quarantined_until_it_is_corrected() -> None:
    assert status("a", link("a", sealed=True)) == ("quarantined", None)
    assert status("a", link("a", sealed=True), link("b", "a")) == ("corrected", None)


def test_a_parked_event_is_pending() -> None:
    assert status("a", link("a", parked=True)) == ("pending", "parked")
