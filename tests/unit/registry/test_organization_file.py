"""The file of an organization as of a day."""

from datetime import date

import pytest

from registry.domain.lives import Entry
from registry.domain.organization_file import SECTION_ENTRIES_MAX
from tests.builders.codes import account_of
from tests.builders.events import Desk
from tests.unit.registry.story import CODE, file_as_of, has_file, withdrawal

desk = Desk()
REGISTERED = desk.registered(CODE, "2020-01-02", name="平阳县晨曦协会", address="昆阳镇一号")
RENAMED = desk.registered(CODE, "2022-05-06", changed=True, name="平阳县晨光协会", address="昆阳镇一号")


def current(entries: list[Entry]) -> list[object]:
    return [entry.content for entry in entries if entry.current]


def test_the_name_is_the_one_of_that_day() -> None:
    assert file_as_of("2022-05-05", REGISTERED, RENAMED).value("name") == "平阳县晨曦协会"
    assert file_as_of("2022-05-06", REGISTERED, RENAMED).value("name") == "平阳县晨光协会"


def test_each_field_says_since_when_and_by_which_document() -> None:
    identity = file_as_of("2023-01-01", REGISTERED, RENAMED).identity
    assert (identity["name"].since, identity["name"].by.id) == (date(2022, 5, 6), RENAMED["id"])
    assert (identity["address"].since, identity["address"].by.id) == (date(2020, 1, 2), REGISTERED["id"])


def test_a_snapshot_is_whole_so_what_it_leaves_out_is_null() -> None:
    moved = desk.registered(CODE, "2023-01-01", changed=True)
    assert file_as_of("2023-01-01", REGISTERED, moved).value("address") is None


def test_there_is_no_file_before_anything_was_so() -> None:
    assert not has_file("2020-01-01", REGISTERED)
    assert has_file("2020-01-02", REGISTERED)


def test_a_day_ends_at_midnight_in_china() -> None:
    late = desk.registered(CODE, "2020-01-02T23:59:59")
    assert has_file("2020-01-02", late)
    assert not has_file("2020-01-01", desk.registered(CODE, "2020-01-02T00:00:00"))


def test_a_withdrawn_registration_leaves_no_file() -> None:
    assert not has_file("2024-12-31", REGISTERED, withdrawal(REGISTERED, id_="w-1"))


def test_a_corrected_registration_is_read_from_its_correction() -> None:
    mended = desk.registered(CODE, "2020-01-02", name="平阳县晨曦学会") | {"corrects": REGISTERED["id"]}
    assert file_as_of("2024-01-01", mended, REGISTERED).value("name") == "平阳县晨曦学会"


def test_the_code_is_checked_and_a_wrong_one_only_flagged() -> None:
    good = file_as_of("2024-01-01", REGISTERED).code_check
    assert (good.gb32100, good.gb11714) == (True, True)
    wrong = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")
    flagged = file_as_of("2024-01-01", desk.registered(wrong, "2020-01-02"), code=wrong).code_check
    assert (flagged.gb32100, flagged.gb11714) == (False, True)


@pytest.mark.parametrize(
    ("day", "held"), [("2020-12-31", False), ("2021-01-01", True), ("2023-06-30", True), ("2023-07-01", False)]
)
def test_a_post_is_held_from_its_first_day_to_its_last(day: str, held: bool) -> None:  # noqa: FBT001
    taken = desk.post_taken(CODE, "2021-01-01", person="王芳")
    left = desk.post_left(CODE, "2023-06-30", person="王芳")
    posts = file_as_of(day, REGISTERED, taken, left).sections["posts"]
    assert bool(current(posts)) is held


def test_a_post_taken_again_is_a_new_row() -> None:
    story = [
        REGISTERED,
        desk.post_taken(CODE, "2020-02-01", person="王芳"),
        desk.post_left(CODE, "2021-02-01", person="王芳"),
        desk.post_taken(CODE, "2022-02-01", person="王芳"),
    ]
    posts = file_as_of("2023-01-01", *story).sections["posts"]
    assert [(post.since, post.until, post.current) for post in posts] == [
        (date(2022, 2, 1), None, True),
        (date(2020, 2, 1), date(2021, 2, 1), False),
    ]
    assert posts[1].ended_by is not None
    assert posts[1].ended_by.id == story[2]["id"]


def test_leaving_one_post_leaves_the_other() -> None:
    posts = file_as_of(
        "2023-01-01",
        desk.post_taken(CODE, "2020-02-01", person="王芳", post="chair"),
        desk.post_taken(CODE, "2020-02-01", person="王芳", post="director"),
        desk.post_left(CODE, "2021-02-01", person="王芳", post="chair"),
    ).sections["posts"]
    assert [entry.content["post"] for entry in posts if entry.current] == ["director"]


def test_the_future_is_not_told() -> None:
    taken = desk.post_taken(CODE, "2021-01-01", person="王芳")
    left = desk.post_left(CODE, "2023-06-30", person="王芳")
    (post,) = file_as_of("2022-01-01", REGISTERED, taken, left).sections["posts"]
    assert (post.until, post.ended_by, post.current) == (None, None, True)


def test_what_has_a_life_counts_by_its_own_days_whenever_it_became_known() -> None:
    told_late = desk.post_taken(CODE, "2023-09-01", person="王芳", from_on="2021-01-01")
    assert current(file_as_of("2021-06-01", REGISTERED, told_late).sections["posts"])


def test_a_single_fact_counts_from_when_it_happened() -> None:
    late = desk.annual(CODE, "2023-06-01", year=2022, filed_on="2023-03-01")
    assert file_as_of("2023-05-31", REGISTERED, late).sections["annual_reports"] == []
    assert len(file_as_of("2023-06-01", REGISTERED, late).sections["annual_reports"]) == 1


def test_a_fee_standard_ends_with_the_day_it_names() -> None:
    fee = desk.fee(CODE, "2021-01-01", amount_fen=500_00, valid_to="2021-12-31")
    assert current(file_as_of("2021-12-31", REGISTERED, fee).sections["fee_standards"])
    assert not current(file_as_of("2022-01-01", REGISTERED, fee).sections["fee_standards"])


def test_an_account_closed_is_no_longer_current() -> None:
    filed = desk.account_filed(CODE, "2020-02-01")
    closing = {"account": account_of(CODE), "closed_on": "2022-01-31"}
    closed = desk.event("civil-affairs.account.closed.v1", CODE, "2022-01-31", closing)
    assert current(file_as_of("2022-01-31", REGISTERED, filed, closed).sections["accounts"])
    assert not current(file_as_of("2022-02-01", REGISTERED, filed, closed).sections["accounts"])


def test_every_kind_of_civil_affairs_event_finds_its_section() -> None:
    party = {"kind": "organization", "name": "甲公司"}
    told = {
        "posts": desk.post_taken(CODE, "2021-01-01", person="王芳"),
        "post_approvals": desk.event(
            "civil-affairs.post-approval.granted.v1",
            CODE,
            "2021-01-01",
            {"person": "p_" + "0" * 32, "post": "chair", "approved_on": "2021-01-01"},
        ),
        "relations": desk.relation(CODE, "2021-01-01", a=party, b=party | {"name": "乙公司"}),
        "accounts": desk.account_filed(CODE, "2021-01-01"),
        "branches": desk.branch(CODE, "2021-01-01"),
        "terms": desk.event(
            "civil-affairs.term.renewed.v1",
            CODE,
            "2021-01-01",
            {"term_no": 2, "from_on": "2021-01-01", "to_on": "2025-12-31"},
        ),
        "fee_standards": desk.fee(CODE, "2021-01-01", amount_fen=500_00),
        "assessments": desk.event(
            "civil-affairs.assessment.graded.v1",
            CODE,
            "2021-01-01",
            {"grade": "4A", "valid_from": "2021-01-01", "valid_to": "2025-12-31"},
        ),
        "activities": desk.activity(CODE, "2021-01-01", activity_id="a-1"),
        "annual_reports": desk.annual(CODE, "2021-01-01", year=2020),
        "inspections": desk.inspection(CODE, "2021-01-01"),
        "resolutions": desk.resolution(CODE, "2021-01-01"),
        "penalties": desk.penalty(CODE, "2021-01-01"),
        "complaints": desk.event(
            "civil-affairs.complaint.received.v1",
            CODE,
            "2021-01-01",
            {"complaint_id": "c-1", "kind": "fee", "received_on": "2021-01-01"},
        ),
        "contacts_failed": desk.event(
            "civil-affairs.contact.failed.v1",
            CODE,
            "2021-01-01",
            {"letter_sent_on": "2021-01-01", "letter_no": "l-1"},
        ),
    }
    file = file_as_of("2021-01-01", *told.values())
    assert {name: [entry.by.id for entry in rows] for name, rows in file.sections.items()} == {
        name: [event["id"]] for name, event in told.items()
    }


def test_a_section_shows_its_latest_rows_and_counts_all() -> None:
    story = [desk.activity(CODE, "2021-01-01", activity_id=f"a-{n}") for n in range(SECTION_ENTRIES_MAX)]
    newest = desk.activity(CODE, "2021-01-02", activity_id="newest")
    file = file_as_of("2021-12-31", newest, *story)
    assert len(file.sections["activities"]) == SECTION_ENTRIES_MAX
    assert file.sections["activities"][0].by.id == newest["id"]
    assert file.totals["activities"] == SECTION_ENTRIES_MAX + 1
