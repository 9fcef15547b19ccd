"""People at the door, on real PostgreSQL: accounts, sessions, what they may, and requests that are answered once."""

import asyncio
import secrets
from datetime import timedelta
from itertools import product

import httpx
import pytest

from chassis.clock import FixedClock, SystemClock
from chassis.errors import Refused
from chassis.internal_tokens import Principal
from chassis.permissions import Resource, is_permitted, scope_of
from gateway.domain.accounts import Act, UserEnrolment
from gateway.domain.sessions import ABSOLUTE_S, IDLE_S, SESSIONS_PER_ACCOUNT_MAX, key_of
from gateway.outbound.accounts import StoredAccounts
from gateway.outbound.passwords import NOBODYS, Argon2Passwords
from gateway.outbound.sessions import FAILURES_MAX, StoredSessions
from gateway.usecases.enrol_accounts import enrol_accounts
from gateway.usecases.resume_session import resume_session
from tests.builders.records import Json
from tests.integration.gateway.house import House

pytestmark = [pytest.mark.real, pytest.mark.anyio]
PASSWORD = "four-blue-lotus-flowers"


async def an_account(house: House, **more: object) -> str:
    """Let an administrator make an account, and name it."""
    name = f"p{secrets.token_hex(6)}"
    made: Json = {"name": name, "password": PASSWORD, "roles": ["handler"]} | more
    answer = await house.http.post("/v1/accounts", json=made, headers=await house.person("admin"))
    assert answer.status_code == 201, answer.text
    assert PASSWORD not in answer.text
    return name


async def acts_of(house: House, name: str) -> list[str]:
    """Name what was done with an account, newest first."""
    answer = await house.http.get("/v1/accounts/acts", params={"limit": 200}, headers=await house.person("auditor"))
    assert "password_hash" not in answer.text
    assert PASSWORD not in answer.text
    return [item["act"] for item in answer.json()["items"] if item["name"] == name]


async def test_a_person_signs_in_is_known_and_signs_out(house: House) -> None:
    name = await an_account(house, divisions=["330326"])
    answer = await house.sign_in(name, PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert answer.json().keys() == {"user", "roles", "divisions", "csrf_token"}
    headers = {"cookie": cookie.partition(";")[0], "x-csrf-token": answer.json()["csrf_token"]}
    known = (await house.http.get("/v1/session", headers=headers)).json()
    assert (known["user"], known["roles"], known["divisions"]) == (name, ["handler"], ["330326"])
    assert known["csrf_token"] == headers["x-csrf-token"]
    house.behind.answers["/alerts"] = {"items": [], "next": None}
    assert (await house.http.get("/v1/alerts", headers=headers)).status_code == 200
    assert (await house.http.delete("/v1/session", headers=headers)).status_code == 204
    assert (await house.http.get("/v1/alerts", headers=headers)).status_code == 401
    assert await acts_of(house, name) == ["signed-out", "signed-in", "created"]


async def test_unknown_disabled_and_wrong_are_answered_alike_and_then_wait(house: House) -> None:
    name, disabled = await an_account(house), await an_account(house)
    admin = await house.person("admin")
    patched = await house.http.patch(f"/v1/accounts/{disabled}", json={"is_disabled": True}, headers=admin)
    assert patched.json()["is_disabled"] is True
    for user, password in [(name, PASSWORD + "x"), (f"x{name}", PASSWORD), (disabled, PASSWORD)]:
        for _ in range(FAILURES_MAX):
            answer = await house.sign_in(user, password)
            told = {key: value for key, value in answer.json().items() if key != "instance"}
            assert (answer.status_code, told["code"]) == (401, "unauthenticated")
            assert told["detail"] == "unknown user or wrong password"
        locked = await house.sign_in(user, PASSWORD)
        assert (locked.status_code, locked.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(locked.headers["retry-after"]) <= 900
    assert (await acts_of(house, name)).count("sign-in-refused") == FAILURES_MAX


async def test_many_attempts_at_once_are_no_way_around_the_limit(house: House) -> None:
    name = await an_account(house)
    answers = await asyncio.gather(*(house.sign_in(name, "wrong-password-again") for _ in range(3 * FAILURES_MAX)))
    assert sorted(answer.status_code for answer in answers) == [401] * FAILURES_MAX + [429] * 2 * FAILURES_MAX


def test_a_name_that_does_not_exist_costs_as_much_as_one_that_does() -> None:
    hasher = Argon2Passwords()._hasher  # noqa: SLF001 - how much work it does is what is tested
    assert not hasher.check_needs_rehash(NOBODYS)
    assert NOBODYS.startswith("$argon2id$")


@pytest.mark.parametrize(
    "changed",
    [
        {"x-csrf-token": ""},
        {"x-csrf-token": "0" * 64},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
async def test_a_write_with_a_cookie_must_be_meant(house: House, changed: dict[str, str]) -> None:
    admin = await house.person("admin")
    sent = {"name": f"p{secrets.token_hex(6)}", "password": PASSWORD, "roles": ["handler"]}
    refused = await house.http.post("/v1/accounts", json=sent, headers=admin | changed)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    own = f"http://{house.http.base_url.netloc.decode()}"
    assert (await house.http.post("/v1/accounts", json=sent, headers=admin | {"origin": own})).status_code == 201


async def test_a_cookie_is_for_browsers_and_a_token_needs_none_of_it(house: House) -> None:
    sent = {"persons": ["330326199001011234"], "accounts": []}
    answer = await house.http.post("/v1/tokens", json=sent, headers=await house.headers("tax"))
    assert answer.status_code == 200


async def test_what_an_account_may_changes_with_the_next_request(house: House) -> None:
    name = await an_account(house)
    person, admin = await house.person(name, PASSWORD), await house.person("admin")
    house.behind.answers["/alerts"] = {"items": [], "next": None}
    assert (await house.http.get("/v1/alerts", headers=person)).status_code == 200
    await house.http.patch(f"/v1/accounts/{name}", json={"roles": ["admin"]}, headers=admin)
    assert (await house.http.get("/v1/alerts", headers=person)).status_code == 403
    await house.http.patch(f"/v1/accounts/{name}", json={"is_disabled": True}, headers=admin)
    assert (await house.http.get("/v1/accounts", headers=person)).status_code == 401
    own = await house.http.patch("/v1/accounts/admin", json={"roles": ["handler"]}, headers=admin)
    assert (own.status_code, own.json()["code"]) == (409, "conflict")


async def test_another_password_ends_all_other_sessions(house: House) -> None:
    name = await an_account(house)
    one, other = await house.person(name, PASSWORD), await house.person(name, PASSWORD)
    change = {"old_password": PASSWORD, "password": PASSWORD + "2"}
    wrong = await house.http.post("/v1/session/password", json=change | {"old_password": "x"}, headers=one)
    assert wrong.status_code == 403
    assert (await house.http.post("/v1/session/password", json=change, headers=one)).status_code == 204
    assert (await house.http.get("/v1/session", headers=one)).status_code == 200
    assert (await house.http.get("/v1/session", headers=other)).status_code == 401
    assert (await house.sign_in(name, PASSWORD)).status_code == 401
    reset = await house.http.post(
        f"/v1/accounts/{name}/password", json={"password": PASSWORD}, headers=await house.person("admin")
    )
    assert reset.status_code == 204
    assert (await house.http.get("/v1/session", headers=one)).status_code == 401
    assert (await house.sign_in(name, PASSWORD)).status_code == 200


async def test_a_start_leaves_a_chosen_password_alone_and_replaces_only_its_own(house: House) -> None:
    name, accounts = f"p{secrets.token_hex(6)}", StoredAccounts(house.database)

    async def start(password: str) -> None:
        enrolment = UserEnrolment(name, password, ("handler",))
        await enrol_accounts([enrolment], accounts=accounts, passwords=Argon2Passwords(), clock=SystemClock())

    first, second = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    await start(first)
    await start(second)
    assert (await house.sign_in(name, first)).status_code == 401
    person = await house.person(name, second)
    change = {"old_password": second, "password": PASSWORD}
    assert (await house.http.post("/v1/session/password", json=change, headers=person)).status_code == 204
    await start(first)
    assert (await house.sign_in(name, first)).status_code == 401
    assert (await house.sign_in(name, PASSWORD)).status_code == 200


async def test_sessions_end_by_idleness_by_age_and_by_number(house: House) -> None:
    name, sessions = await an_account(house), StoredSessions(house.database)
    start = SystemClock().now()
    for number in range(SESSIONS_PER_ACCOUNT_MAX + 1):
        clock = FixedClock(start + timedelta(seconds=number))
        await sessions.begin(key_of(f"{name}{number}"), name, Act("signed-in", name, name, clock.now_us()))

    async def is_known(number: int, after_s: float, *, is_used: bool = True) -> bool:
        clock = FixedClock(start + timedelta(seconds=after_s))
        try:
            await resume_session(f"{name}{number}", is_used=is_used, sessions=sessions, clock=clock)
        except Refused:
            return False
        return True

    assert not await is_known(0, 10), "one more than an account may have ends the oldest"
    assert await is_known(1, 10)
    assert await is_known(1, IDLE_S - 1, is_used=False)
    assert not await is_known(1, IDLE_S + 2), "listening prolongs nothing"
    for after_s in range(IDLE_S - 60, ABSOLUTE_S, IDLE_S - 60):
        assert await is_known(2, after_s)
    assert not await is_known(2, ABSOLUTE_S + 3)


async def test_a_cookie_follows_the_stream(house: House) -> None:
    headers = await house.person("handler")
    async with house.http.stream("GET", "/v1/stream", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")


async def test_the_same_key_is_answered_once_and_another_body_is_refused(house: House) -> None:
    admin = await house.person("admin") | {"idempotency-key": secrets.token_hex(8)}
    sent = {"name": f"p{secrets.token_hex(6)}", "password": PASSWORD, "roles": ["handler"]}
    first, again = [await house.http.post("/v1/accounts", json=sent, headers=admin) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    other = await house.http.post("/v1/accounts", json=sent | {"roles": ["admin"]}, headers=admin)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    others = await house.person("handler") | {"idempotency-key": admin["idempotency-key"]}
    assert (await house.http.post("/v1/accounts", json=sent, headers=others)).status_code == 403, (
        "a key is its caller's"
    )


async def test_what_was_refused_may_be_mended_under_the_same_key(house: House) -> None:
    admin = await house.person("admin") | {"idempotency-key": secrets.token_hex(8)}
    sent = {"name": f"p{secrets.token_hex(6)}", "password": "short", "roles": ["handler"]}
    assert (await house.http.post("/v1/accounts", json=sent, headers=admin)).status_code == 422
    assert (await house.http.post("/v1/accounts", json=sent | {"password": PASSWORD}, headers=admin)).status_code == 201


async def test_the_same_key_at_once_is_done_once(house: House) -> None:
    admin = await house.person("admin") | {"idempotency-key": secrets.token_hex(8)}
    sent = {"name": f"p{secrets.token_hex(6)}", "password": PASSWORD, "roles": ["handler"]}

    async def post() -> httpx.Response:
        return await house.http.post("/v1/accounts", json=sent, headers=admin)

    answers = await asyncio.gather(*(post() for _ in range(8)))
    made = [answer for answer in answers if answer.status_code == 201]
    busy = [answer for answer in answers if answer.status_code == 409]
    assert len(made) + len(busy) == 8
    assert len(made) - sum("idempotency-replayed" in answer.headers for answer in made) == 1
    assert all((each.json()["code"], each.headers["retry-after"]) == ("idempotency_busy", "2") for each in busy)


GENERATED = [
    Principal("p", kind, department, roles, divisions)  # type: ignore[arg-type]
    for kind, department in [("department", "tax"), ("staff", None), ("app", None)]
    for roles in [(), ("handler",), ("admin",), ("auditor", "credit-officer")]
    for divisions in [(), ("33",), ("330326", "330327100")]
]


async def test_sql_gives_the_rows_that_the_policies_permit(house: House) -> None:
    rows = list(
        product([None, "", "33", "330326", "330326100000", "330327100000", "3303", "11"], [None, "", "tax", "x"])
    )
    for principal in GENERATED:
        for action in ("alert-read", "event-read", "listing-read", "organization-write", "organization-list"):
            within = scope_of(principal, action).sql(first=3, division="division", department="department")
            async with house.database.read() as session:
                found = await session.fetch(
                    "SELECT division, department FROM unnest($1::text[], $2::text[]) AS t(division, department)"  # noqa: S608 - the clause is what is tested
                    f" WHERE {within.sql}",
                    [division for division, _ in rows],
                    [department for _, department in rows],
                    *within.arguments,
                )
            permitted = [
                (division, department)
                for division, department in rows
                if is_permitted(principal, action, Resource("row", division=division, department=department))
            ]
            assert [(row["division"], row["department"]) for row in found] == permitted, (principal, action)
