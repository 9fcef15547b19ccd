"""Facts propose listings, back them, and raise doubt; whatever came first, and never more than that."""

from datetime import date
from itertools import permutations

import pytest

from contracts.working_days import WORKING_DAYS
from credit.domain.causes import grounds
from credit.domain.facts import INSPECTED, PENALIZED, REPORTED, UNREACHED, Fact
from credit.domain.following import follow
from credit.domain.listing import Listing
from tests.unit.credit.procedure import day, step

TODAY = date(2026, 2, 2)


def fact(id_: str, type_: str, *, corrects: str | None = None, **data: object) -> Fact:
    return Fact("/civil-affairs/registry", id_, type_, "O", 0, corrects, "t", data, b"")


def withdrawn(id_: str) -> Fact:
    return fact(f"w-{id_}", "civil-affairs.event.withdrawn.v1", event_id=id_)


def followed(*facts: Fact, before: dict[str, Listing] | None = None) -> dict[str, Listing]:
    known = dict(before or {})
    for order in permutations(facts):
        changed = {each.id: each for each in follow("O", order, known, today=TODAY, calendar=WORKING_DAYS)}
        assert changed == {each.id: each for each in follow("O", facts, known, today=TODAY, calendar=WORKING_DAYS)}
    return known | changed


MISSING = fact("i", INSPECTED, year=2025, outcome="not_filed")


@pytest.mark.parametrize(
    ("facts", "causes"),
    [
        ([MISSING], ["annual_report"]),
        ([fact("i", INSPECTED, year=2025, outcome="failed")], ["annual_report"]),
        ([fact("i", INSPECTED, year=2025, outcome="basically_passed")], []),
        ([fact("r", REPORTED, year=2025, filed_on="2026-05-31")], []),
        ([fact("r", REPORTED, year=2025, filed_on="2026-06-01")], ["annual_report"]),
        ([fact("r", REPORTED, year=2025, filed_on="2026-06-01"), MISSING], ["annual_report"]),
        ([fact("p", PENALIZED, penalty_id="1", kind="warning")], ["penalty"]),
        ([fact("p", PENALIZED, penalty_id="1", kind="fine", fine_fen=4_999_999)], ["penalty"]),
        ([fact("p", PENALIZED, penalty_id="1", kind="fine", fine_fen=5_000_000)], []),
        ([fact("p", PENALIZED, penalty_id="1", kind="suspension")], []),
        ([fact("a", UNREACHED, letter_no="1", letter_sent_on="2026-01-01")], []),
        (
            [
                fact("a", UNREACHED, letter_no="1", letter_sent_on="2026-01-01"),
                fact("b", UNREACHED, letter_no="2", letter_sent_on="2026-01-20"),
            ],
            [],
        ),
        (
            [
                fact("a", UNREACHED, letter_no="1", letter_sent_on="2026-01-01"),
                fact("b", UNREACHED, letter_no="2", letter_sent_on="2026-01-21"),
            ],
            ["unreachable"],
        ),
    ],
)
def test_facts_propose_what_the_order_names(facts: list[Fact], causes: list[str]) -> None:
    found = followed(*facts)
    assert [each.cause for each in found.values()] == causes
    assert {each.state for each in found.values()} <= {"proposed"}


def test_a_foundation_reports_two_months_earlier() -> None:
    (ground,) = grounds("53330326MJ9000001A", [fact("r", REPORTED, year=2025, filed_on="2026-04-01")]).values()
    assert "2026-03-31" in ground.reason


def test_the_same_cause_told_again_is_one_listing_and_a_correction_backs_it_anew() -> None:
    first = followed(MISSING)
    corrected = fact("j", INSPECTED, corrects="i", year=2025, outcome="failed")
    (listing,) = followed(MISSING, corrected, before=first).values()
    assert [each.id for each in listing.facts] == ["j"]
    assert [each.act for each in listing.acts] == ["propose", "evidence"]


def test_a_fact_taken_back_under_a_listing_in_force_raises_doubt_and_lifts_nothing() -> None:
    ((listing_id, listing),) = followed(MISSING).items()
    noticed = step(listing, "notice", "02-02", by="officer")
    listed = step(noticed, "decide", "02-25", outcome="list")
    (doubted,) = followed(MISSING, withdrawn("i"), before={listing_id: listed}).values()
    assert (doubted.state, doubted.doubted, doubted.is_public) == ("listed", True, True)
    review = doubted.due("review")
    assert review is not None
    # since the decision of 25 February: 26, 27, Saturday 28 February, 2 to 6, 9, 10 March
    assert review.due_on == day("03-10")

    (again,) = followed(MISSING, withdrawn("i"), before={listing_id: doubted}).values()
    assert again == doubted, "doubt is raised once"
    revoked = step(doubted, "lift", "02-26", outcome="revoked")
    assert (revoked.state, revoked.lifted_on) == ("lifted", day("02-26"))
    assert step(doubted, "keep", "02-26").doubted is False
    (closed,) = followed(MISSING, withdrawn("i"), before={listing_id: revoked}).values()
    assert closed == revoked


def test_a_fact_corrected_away_before_anything_was_decided_raises_doubt_too() -> None:
    first = followed(MISSING)
    passed = fact("j", INSPECTED, corrects="i", year=2025, outcome="passed")
    (listing,) = followed(MISSING, passed, before=first).values()
    assert (listing.state, listing.doubted) == ("proposed", True)
