"""Which of the facts that were heard are believed, whatever came first."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.beliefs import believed
from registry.domain.facts import Fact, Place

PLACE = Place("civil-affairs.organizations.v1", 0, 0, 0)
CHANGED = "civil-affairs.organization.changed.v1"
WITHDRAWN = "civil-affairs.event.withdrawn.v1"


def fact(id_: str, corrects: str | None = None, **said: object) -> Fact:
    plain: dict[str, object] = {
        "source": "/civil-affairs/registry",
        "id": id_,
        "type": CHANGED,
        "subject": "O",
        "time_us": 1_000_000 * len(id_),
        "data": {},
        "place": PLACE,
        "content_hash": b"",
        "corrects": corrects,
    }
    return Fact(**(plain | said))  # type: ignore[arg-type]


def withdrawn(id_: str, *, by: str = "w", **said: object) -> Fact:
    return fact(by, type=WITHDRAWN, data={"event_id": id_, "reason": "wrong"}, **said)


def names(*facts: Fact) -> set[str]:
    """Give the ids of what stands, and make sure that order does not matter."""
    found = {frozenset(one.id for one in believed(order)) for order in permutations(facts)}
    assert len(found) == 1
    return set(next(iter(found)))


def test_what_nobody_touched_stands() -> None:
    assert names(fact("a"), fact("b")) == {"a", "b"}


def test_a_correction_stands_in_place_of_its_target() -> None:
    assert names(fact("a"), fact("b", "a")) == {"b"}


def test_a_correction_whose_target_is_not_seen_yet_stands() -> None:
    assert names(fact("b", "a")) == {"b"}


def test_the_end_of_a_chain_stands() -> None:
    assert names(fact("a"), fact("b", "a"), fact("c", "b")) == {"c"}


def test_of_two_corrections_of_one_fact_the_greater_id_stands() -> None:
    assert names(fact("a"), fact("b", "a"), fact("c", "a")) == {"c"}


def test_greater_is_meant_in_bytes() -> None:
    assert names(fact("0"), fact("Z", "0"), fact("_", "0"), fact("a", "0")) == {"a"}


def test_two_corrections_of_a_fact_never_seen_are_one_chain() -> None:
    assert names(fact("b", "a"), fact("c", "a")) == {"c"}


def test_a_withdrawn_fact_is_void() -> None:
    assert names(fact("a"), fact("b"), withdrawn("a")) == {"b"}


@pytest.mark.parametrize("member", ["a", "b", "c"])
def test_a_withdrawn_member_voids_its_whole_chain(member: str) -> None:
    assert names(fact("a"), fact("b", "a"), fact("c", "b"), withdrawn(member)) == set()


def test_a_withdrawn_member_that_was_never_seen_voids_the_chain() -> None:
    assert names(fact("b", "a"), withdrawn("a")) == set()


@pytest.mark.parametrize(
    "circle", [[("a", "b"), ("b", "a")], [("a", "c"), ("b", "a"), ("c", "b")], [("a", "b"), ("b", "a"), ("c", "a")]]
)
def test_a_circle_voids_all_that_hangs_on_it(circle: list[tuple[str, str]]) -> None:
    assert names(*(fact(id_, corrects) for id_, corrects in circle), fact("z")) == {"z"}


@pytest.mark.parametrize(
    "other",
    [{"type": "civil-affairs.organization.registered.v1"}, {"subject": "P"}, {"source": "/civil-affairs/other"}],
)
def test_a_correction_across_type_subject_or_source_joins_no_chain(other: dict[str, object]) -> None:
    assert names(fact("a"), fact("b", "a", **other)) == {"a", "b"}


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "P"},
        {"source": "/civil-affairs/other"},
        {"place": Place("civil-affairs.people.v1", 0, 0, 0)},
    ],
)
def test_a_withdrawal_reaches_only_its_own_subject_source_and_topic(other: dict[str, object]) -> None:
    assert names(fact("a"), withdrawn("a", **other)) == {"a"}


def test_a_withdrawal_can_be_neither_withdrawn_nor_corrected() -> None:
    assert names(fact("a"), withdrawn("a"), withdrawn("w", by="x")) == set()


def test_facts_come_in_order_of_position() -> None:
    late, early = fact("a", time_us=2), fact("b", time_us=1)
    assert [one.id for one in believed([late, early])] == ["b", "a"]


IDS = st.sampled_from("abcde")


def standing_by_definition(corrects: dict[str, str | None], void: set[str]) -> set[str]:
    """Say the same slowly and by the letter: walk from each fact to all it is connected with."""
    links = [(one, other) for one, other in corrects.items() if other is not None]
    standing = set()
    for start in corrects:
        chain = {start}
        for _ in range(len(corrects) + 1):
            chain |= {end for link in links for end in link if chain.intersection(link)}
        heads = [one for one in chain if one in corrects and one not in {other for _, other in links}]
        circular = False
        for one in chain:
            step: str | None = one
            for _ in range(len(chain)):
                step = corrects.get(step) if step is not None else None
            circular |= step is not None
        if heads and not circular and chain.isdisjoint(void):
            standing.add(max(heads, key=str.encode))
    return standing


@given(st.dictionaries(IDS, st.none() | IDS), st.sets(IDS, max_size=2), st.randoms(use_true_random=False))
def test_any_web_of_corrections_is_believed_as_defined(corrects: dict[str, str | None], void: set[str], dice) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    corrects = {one: other for one, other in corrects.items() if one != other}
    facts = [fact(one, other) for one, other in corrects.items()]
    facts += [withdrawn(one, by=f"w-{one}") for one in void]
    dice.shuffle(facts)
    assert {one.id for one in believed(facts)} == standing_by_definition(corrects, void)
