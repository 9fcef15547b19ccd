"""Whether an organization may act on a day."""

import pytest

from tests.builders.events import Desk
from tests.unit.registry.story import CODE, file_as_of, withdrawal

desk = Desk()
REGISTERED = desk.registered(CODE, "2020-01-02")


def status(day: str, *events: dict[str, object]) -> str:
    return file_as_of(day, *events).standing.status


def test_a_registered_organization_is_active() -> None:
    assert status("2020-01-02", REGISTERED) == "active"


def test_without_a_registration_the_status_is_unknown() -> None:
    assert status("2024-01-01", desk.account_filed(CODE, "2021-01-01")) == "unknown"
    assert status("2024-01-01", desk.ended(CODE, "2021-01-01", how="revoked")) == "unknown"


@pytest.mark.parametrize("how", ["suspended", "deregistered", "revoked"])
def test_an_ending_counts_from_its_effective_day(how: str) -> None:
    ending = desk.ended(CODE, "2022-03-01", how=how, effective_on="2022-04-01")
    assert status("2022-03-31", REGISTERED, ending) == "active"
    assert status("2022-04-01", REGISTERED, ending) == how


def test_an_ending_told_late_counts_from_its_effective_day_all_the_same() -> None:
    told_late = desk.ended(CODE, "2023-01-01", how="revoked", effective_on="2022-04-01")
    assert status("2022-04-01", REGISTERED, told_late) == "revoked"


def test_the_latest_effective_day_decides() -> None:
    suspended = desk.ended(CODE, "2022-01-01", how="suspended", until_on="2030-01-01")
    revoked = desk.ended(CODE, "2022-06-01", how="revoked")
    assert status("2022-05-31", REGISTERED, revoked, suspended) == "suspended"
    assert status("2022-06-01", REGISTERED, revoked, suspended) == "revoked"


def test_a_suspension_ends_with_its_last_day() -> None:
    suspended = desk.ended(CODE, "2022-01-01", until_on="2022-02-01")
    assert status("2022-02-01", REGISTERED, suspended) == "suspended"
    assert status("2022-02-02", REGISTERED, suspended) == "active"


def test_a_suspension_without_an_end_lasts_180_days() -> None:
    suspended = desk.ended(CODE, "2022-06-01")
    assert status("2022-11-28", REGISTERED, suspended) == "suspended"
    assert status("2022-11-29", REGISTERED, suspended) == "active"


def test_a_change_after_a_suspension_ends_it() -> None:
    suspended = desk.ended(CODE, "2022-06-01")
    changed = desk.registered(CODE, "2022-07-01", changed=True)
    assert status("2022-06-30", REGISTERED, suspended, changed) == "suspended"
    assert status("2022-07-01", REGISTERED, suspended, changed) == "active"


def test_a_change_before_a_suspension_does_not_end_it() -> None:
    changed = desk.registered(CODE, "2022-05-01", changed=True)
    assert status("2022-07-01", REGISTERED, changed, desk.ended(CODE, "2022-06-01")) == "suspended"


def test_a_change_does_not_bring_back_what_was_revoked() -> None:
    changed = desk.registered(CODE, "2022-07-01", changed=True)
    assert status("2022-07-02", REGISTERED, desk.ended(CODE, "2022-06-01", how="revoked"), changed) == "revoked"


def test_a_withdrawn_revocation_never_was() -> None:
    revoked = desk.ended(CODE, "2022-06-01", how="revoked")
    assert status("2022-07-01", REGISTERED, revoked, withdrawal(revoked, id_="w-2")) == "active"


def test_the_standing_names_its_document_and_reason() -> None:
    revoked = desk.ended(CODE, "2022-06-01", how="revoked", reason="弄虚作假")
    standing = file_as_of("2022-07-01", REGISTERED, revoked).standing
    assert standing.by is not None
    assert (standing.by.id, standing.reason, str(standing.since)) == (revoked["id"], "弄虚作假", "2022-06-01")
