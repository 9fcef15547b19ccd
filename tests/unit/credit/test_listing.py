"""A listing from proposal to removal: every deadline computed by hand, every skipped step refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Refused
from contracts.working_days import WORKING_DAYS
from credit.domain.acts import ACTS, Act
from credit.domain.checking import check, months_after
from credit.domain.following import ALIVE
from credit.domain.listing import Listing, after
from tests.unit.credit.procedure import day, listed, proposed, step


def due(listing: Listing, name: str) -> date | None:
    (deadline,) = [each for each in listing.deadlines if each.name == name]
    return deadline.due_on


def missed(listing: Listing, on: str) -> set[str]:
    return {each.name for each in listing.deadlines if each.missed_on(day(on))}


def test_the_life_of_a_listing_over_spring_festival_and_days_made_up() -> None:
    # 2026: off 15 to 23 February, 4 to 6 April, 1 to 5 May; the Saturdays 14 and 28 February and 9 May are worked.
    listing = step(proposed("01-26"), "notice", "02-02", by="officer")
    # 3, 4, 5, 6, 9, 10, 11, 12, 13 and Saturday 14 February
    assert due(listing, "statement") == day("02-14")
    # from the end of the window: 24, 25, 26, 27, Saturday 28 February, 2, 3, 4, 5, 6 March
    assert due(listing, "decision") == day("03-06")
    assert missed(listing, "03-06") == set()
    assert missed(listing, "03-07") == {"decision"}, "a window passes, a decision is missed"
    with pytest.raises(Refused, match="too_early"):
        step(listing, "decide", "02-14", outcome="list")

    listing = step(listing, "decide", "02-25", outcome="list")
    # 26, 27, Saturday 28 February, 2, 3 March
    assert due(listing, "service") == day("03-03")
    assert listing.is_public
    assert listing.effective_on == day("02-25")

    listing = step(listing, "serve", "02-28", by="officer")
    listing = step(listing, "object", "03-02", by="officer")
    # 3 to 6, 9 to 13, 16 March
    assert due(listing, "answer") == day("03-16")
    listing = step(listing, "answer", "03-18", outcome="rejected")

    listing = step(listing, "apply", "04-01", by="officer")
    # 2, 3, 7, 8, 9, 10, 13, 14, 15, 16 April
    assert due(listing, "verification") == day("04-16")
    listing = step(listing, "verify", "04-15", by="officer", outcome="met")
    # 16, 17, 20, 21, 22 April
    assert due(listing, "removal") == day("04-22")
    listing = step(listing, "lift", "04-22", outcome="repaired")

    assert (listing.state, listing.lifted_on, listing.is_public) == ("lifted", day("04-22"), False)
    assert missed(listing, "12-01") == {"answer"}, "two days late, and visible for ever"


def test_a_removal_verified_before_labour_day_is_due_after_it() -> None:
    listing = step(listed(), "apply", "04-01", by="officer")
    listing = step(listing, "verify", "04-28", by="officer", outcome="met")
    # 29, 30 April, 6, 7, 8 May
    assert due(listing, "removal") == day("05-08")


def test_a_statement_in_the_window_lets_the_decision_come_at_once_and_starts_its_term() -> None:
    noticed = step(proposed(), "notice", "02-02", by="officer")
    stated = step(noticed, "state", "02-05", by="officer")
    # 6, 9, 10, 11, 12, 13, Saturday 14, 24, 25, 26 February
    assert due(stated, "decision") == day("02-26")
    assert step(stated, "decide", "02-06", outcome="dismiss").state == "dismissed"


def test_who_proposed_does_not_decide() -> None:
    noticed = step(proposed(by="both"), "notice", "02-02", by="officer")
    with pytest.raises(Refused, match="two_persons"):
        step(noticed, "decide", "02-25", by="both", outcome="list")


@pytest.mark.parametrize("act", ["state", "decide", "serve", "object", "answer", "apply", "verify", "lift", "keep"])
def test_nothing_but_a_notice_follows_a_proposal(act: str) -> None:
    outcomes = ACTS[act].outcomes
    with pytest.raises(Refused, match="out_of_order"):
        step(proposed(), act, "02-25", outcome=outcomes[0] if outcomes else None)


@pytest.mark.parametrize(
    ("act", "outcome"),
    [("answer", "upheld"), ("verify", "met"), ("lift", "repaired"), ("lift", "revoked"), ("keep", None)],
)
def test_answers_need_a_question(act: str, outcome: str | None) -> None:
    with pytest.raises(Refused, match="out_of_order"):
        step(listed(), act, "03-02", outcome=outcome)


@pytest.mark.parametrize("act", ["serve", "object", "apply"])
def test_nothing_is_asked_or_served_twice(act: str) -> None:
    once = step(listed(), act, "03-02", by="officer")
    with pytest.raises(Refused, match="out_of_order"):
        step(once, act, "03-03", by="officer")


def test_an_objection_that_is_upheld_revokes_the_listing() -> None:
    objected = step(listed(), "object", "03-02", by="officer")
    revoked = step(objected, "answer", "03-03", outcome="upheld")
    assert (revoked.state, revoked.lifted_reason, revoked.lifted_on) == ("lifted", "revoked", day("03-03"))


def test_a_listing_expires_after_six_months_and_a_new_cause_starts_the_term_again() -> None:
    with pytest.raises(Refused, match="2026-08-25"):
        step(listed("02-25"), "lift", "08-24", outcome="expired")
    assert step(listed("02-25"), "lift", "08-25", outcome="expired").state == "lifted"
    act = Act("lift", on=day("08-25"), by="approver", document="d", outcome="expired")
    with pytest.raises(Refused, match="2026-09-01"):
        check(listed("02-25"), act, today=day("08-25"), latest_effective_on=day("03-01"))


def test_months_end_on_the_last_day_where_the_day_is_missing() -> None:
    assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 15), 6) == date(2027, 6, 15)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"document": None}, "/document"),
        ({"text": None}, "/text"),
        ({"outcome": "perhaps"}, "/outcome"),
        ({"outcome": "dismiss", "effective_on": day("03-01")}, "/effective_on"),
        ({"effective_on": day("02-24")}, "/effective_on"),
    ],
)
def test_a_step_that_lacks_something_says_what(said: dict[str, object], pointer: str) -> None:
    noticed = step(proposed(), "notice", "02-02", by="officer")
    with pytest.raises(Refused, match="incomplete") as refused:
        step(noticed, "decide", "02-25", **({"outcome": "list"} | said))
    assert refused.value.pointer == pointer


def test_no_step_is_done_in_the_future_or_before_the_last_one() -> None:
    with pytest.raises(Refused, match="future"):
        step(proposed(), "notice", "02-02", today="02-01")
    with pytest.raises(Refused, match="01-26"):
        step(proposed("01-26"), "notice", "01-25")


def test_a_year_that_is_not_known_stops_the_clock_and_says_so() -> None:
    listing = step(proposed("01-26"), "notice", "12-21", by="officer")
    for term in listing.deadlines:  # the window, and the decision that is due after it
        assert (term.due_on, term.unknown_year, term.missed_on(date(2027, 3, 1))) == (None, 2027, False)
    with pytest.raises(Refused, match="2027"):
        step(listing, "decide", "12-31", outcome="list")


DAYS = st.dates(min_value=day("01-26"), max_value=day("12-20"))
STEPS = st.tuples(
    st.sampled_from([*sorted(ACTS), "doubt"]), DAYS, st.sampled_from(["officer", "approver"]), st.integers(0, 2)
)


@given(st.lists(STEPS, max_size=25).map(lambda steps: sorted(steps, key=lambda each: each[1])))
def test_whatever_is_tried_nobody_is_listed_without_notice_window_and_a_second_person(
    steps: list[tuple[str, date, str, int]],
) -> None:
    listing = proposed()
    for name, on, by, choice in steps:
        if name == "doubt":  # a fact is withdrawn: the platform asks, whatever state it is in
            if not listing.doubted and listing.state in ALIVE:
                listing = after(listing, Act("doubt", on=on, by="platform"), WORKING_DAYS)
            continue
        outcomes = ACTS[name].outcomes
        outcome = outcomes[choice % len(outcomes)] if outcomes else None
        act = Act(name, on=on, by=by, document="d", text="t", outcome=outcome)  # type: ignore[arg-type]
        try:
            check(listing, act, today=on)
        except Refused:
            continue
        listing = after(listing, act, WORKING_DAYS)
    done = [each.act for each in listing.acts]
    if listing.state in ("listed", "lifted"):
        (decision,) = [each for each in listing.acts if each.act == "decide"]
        (notice,) = [each for each in listing.acts if each.act == "notice"]
        window = WORKING_DAYS.add(notice.on, 10)
        assert decision.by != listing.proposer
        assert decision.on > window or "state" in done[: done.index("decide")]
    assert listing.is_public == (listing.effective_on is not None and listing.lifted_on is None)
    running = [each.name for each in listing.deadlines if each.met_on is None]
    assert len(set(running)) == len(running), "one term of a name runs at a time"
    assert not (running and listing.state in ("dismissed", "lifted")), "nothing is due when it has ended"
