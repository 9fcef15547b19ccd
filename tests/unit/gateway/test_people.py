"""Passwords, sessions, cookies, and what makes two requests the same."""

from typing import Any

import pytest
from fastapi import Request

from chassis.clock import FixedClock, to_us
from chassis.errors import Refused
from gateway.domain.accounts import Account, check_account, check_password
from gateway.domain.callers import Caller
from gateway.domain.kept_answers import KeptAnswer, fingerprint_of, is_exempt
from gateway.domain.sessions import ANSWER_S, IDLE_S, Session, caller_in, csrf_of, is_csrf_of, is_standing, key_of
from gateway.inbound.callers import Doorkeeper, check_origin
from gateway.usecases.permit_caller import permit_caller
from tests.unit.gateway.doubles import APP, FINANCE, NOW, STAFF

NOW_US = to_us(NOW)
SECRET = b"s" * 32


@pytest.mark.parametrize("password", ["short", "x" * 257, "abababababab", "liu-xiaoming"])
def test_a_password_that_would_be_guessed_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(Refused) as refused:
        check_password(password, "liu-xiaoming")
    assert (refused.value.code, refused.value.pointer) == ("invalid", "/password")
    assert password not in refused.value.detail


@pytest.mark.parametrize(
    ("name", "roles", "divisions", "pointer"),
    [
        ("public", ["handler"], [], "/name"),
        ("Liu", ["handler"], [], "/name"),
        ("liu\n", ["handler"], [], "/name"),
        ("liu", [], [], "/roles"),
        ("liu", ["handler"], ["33%"], "/divisions"),
        ("liu", ["handler"], [""], "/divisions"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    name: str, roles: list[str], *, divisions: list[str], pointer: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_account(name, roles, divisions)
    assert refused.value.pointer == pointer


def test_what_is_kept_of_a_session_makes_neither_its_id_nor_its_token() -> None:
    assert len({key_of("a").hex(), csrf_of("a"), key_of("b").hex(), csrf_of("b")}) == 4
    assert is_csrf_of("a", csrf_of("a"))
    assert not is_csrf_of("a", csrf_of("b"))
    assert not is_csrf_of("a", "")


def test_a_stream_asks_again_before_its_session_has_ended() -> None:
    account = Account("liu", "hash", ("handler",), ("330326",))
    fresh = caller_in(Session(account, NOW_US, NOW_US), NOW_US)
    assert (fresh.client_id, fresh.kind, fresh.roles, fresh.divisions) == ("liu", "staff", ("handler",), ("330326",))
    assert fresh.expires_s == NOW_US // 1_000_000 + ANSWER_S
    nearly = Session(account, NOW_US, NOW_US - (IDLE_S - 10) * 1_000_000)
    assert caller_in(nearly, NOW_US).expires_s == NOW_US // 1_000_000 + 10
    assert not is_standing(nearly, NOW_US + 10 * 1_000_000)


def a_request(public_url: str | None = None, **headers: str) -> Request:
    keeper = Doorkeeper(lambda _: FINANCE, _nobody, FixedClock(NOW), public_url)
    app: Any = type("App", (), {"state": type("State", (), {"doorkeeper": keeper})})
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "app": app}
    return Request({**scope, "scheme": "http", "server": ("127.0.0.1", 80), "query_string": b"", "root_path": ""})


async def _nobody(*_: object, **__: object) -> Session:
    raise AssertionError("nobody asks")


@pytest.mark.parametrize(
    ("public_url", "host", "origin", "is_ours"),
    [
        (None, "county.example", "https://county.example", True),
        (None, "county.example", "https://county.example.evil", False),
        (None, "county.example", "null", False),
        ("https://county.example", "10.0.0.7:8080", "https://county.example", True),
        ("https://county.example", "10.0.0.7:8080", "http://10.0.0.7:8080", False),
    ],
)
def test_a_write_from_another_origin_is_refused(
    public_url: str | None, host: str, *, origin: str, is_ours: bool
) -> None:
    request = a_request(public_url, host=host, origin=origin)
    if is_ours:
        check_origin(request)
    else:
        with pytest.raises(Refused):
            check_origin(request)


def test_a_cookie_is_secure_where_browsers_come_by_https() -> None:
    assert not a_request(host="x").app.state.doorkeeper.is_secure(a_request(host="x"))
    assert a_request("https://x", host="x").app.state.doorkeeper.is_secure(a_request("https://x", host="x"))


def test_a_request_is_the_same_by_its_path_its_type_and_its_body() -> None:
    asked = fingerprint_of("POST /v1/accounts?", "application/json", b"{}", secret=SECRET)
    assert asked == fingerprint_of("POST /v1/accounts?", "application/json", b"{}", secret=SECRET)
    assert asked != fingerprint_of("POST /v1/accounts?", "application/json", b"{} ", secret=SECRET)
    assert asked != fingerprint_of("POST /v1/accounts?x=1", "application/json", b"{}", secret=SECRET)
    assert asked != fingerprint_of("POST /v1/accounts?", "text/csv", b"{}", secret=SECRET)
    assert asked != fingerprint_of("POST /v1/accounts?", "application/json", b"{}", secret=b"t" * 32)


def test_a_form_sent_again_has_another_boundary_and_is_the_same() -> None:
    one, other = (
        fingerprint_of(
            "POST /x?", f"multipart/form-data; boundary={mark}", b"--%s\r\nfile" % mark.encode(), secret=SECRET
        )
        for mark in ("abc123", "def456")
    )
    assert one == other


def test_only_success_of_a_bearable_size_is_kept() -> None:
    assert KeptAnswer(201, (), b"{}").is_worth_keeping
    assert not KeptAnswer(422, (), b"{}").is_worth_keeping
    assert not KeptAnswer(201, (), bytes(1_048_577)).is_worth_keeping
    assert is_exempt("/v1/events")
    assert is_exempt("/v1/public/complaints")
    assert not is_exempt("/v1/accounts")


@pytest.mark.parametrize("caller", [APP, Caller("admin", "staff", roles=("admin",))])
def test_one_thing_that_is_not_for_a_caller_is_not_there(caller: Caller) -> None:
    for refused_as in ("forbidden", "not_found"):
        with pytest.raises(Refused) as refused:
            permit_caller(caller, "alert-read", refused_as=refused_as)
        assert refused.value.code == refused_as
    assert permit_caller(STAFF, "alert-read").name == "staff"
