"""Who gets a token, and what a token is good for."""

from datetime import timedelta

import pytest
from joserfc import jwk, jwt

from chassis.clock import FixedClock
from chassis.errors import Refused
from gateway.domain.clients import Client, Enrolment, client_of, hash_secret, is_secret_of
from gateway.outbound.access_tokens import LIFETIME_S, AccessTokens
from gateway.outbound.attempts import FAILURES_MAX, WINDOW_S, FailedAttempts
from tests.unit.gateway.doubles import FINANCE, NOW

SECRET = "s" * 43


def test_a_token_names_its_client_until_it_ends() -> None:
    clock = FixedClock(NOW)
    tokens = AccessTokens(jwk.ECKey.generate_key("P-256"), clock=clock)
    token, lifetime_s = tokens.sign(FINANCE)
    for _ in range(2):
        caller = tokens.read(f"Bearer {token}")
        assert (caller.client_id, caller.kind, caller.department) == ("finance", "department", "finance")
    clock.advance(timedelta(seconds=lifetime_s - 1))
    assert tokens.read(f"bearer {token}").client_id == "finance"
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Refused):
        tokens.read(f"Bearer {token}")
    assert LIFETIME_S == 900


def test_others_tokens_are_not_believed() -> None:
    clock, key = FixedClock(NOW), jwk.ECKey.generate_key("P-256")
    tokens = AccessTokens(key, clock=clock)
    forged, _ = AccessTokens(jwk.ECKey.generate_key("P-256"), clock=clock).sign(FINANCE)
    internal = jwt.encode(
        {"alg": "ES256"}, {"iss": "qinglian-gateway", "aud": "qinglian-services", "exp": 1 << 40}, key
    )
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    for said in ("", "Bearer", f"Bearer {forged}", f"Bearer {internal}", f"Bearer {unsigned}", f"Basic {forged}"):
        with pytest.raises(Refused) as refused:
            tokens.read(said)
        assert refused.value.code == "unauthenticated"


def test_the_key_set_shows_no_private_part() -> None:
    tokens = AccessTokens(jwk.ECKey.generate_key("P-256"), clock=FixedClock(NOW))
    (key,) = tokens.key_set()["keys"]
    assert {"kty", "crv", "x", "y", "kid", "use", "alg"} == set(key)


def test_only_the_right_secret_is_right() -> None:
    client = Client("finance", hash_secret(SECRET), "department", "finance")
    assert is_secret_of(client, SECRET)
    assert not is_secret_of(client, SECRET + "s")
    assert not is_secret_of(None, "")


@pytest.mark.parametrize(
    "enrolment",
    [
        Enrolment("", SECRET, "app"),
        Enrolment("finance", "guessable", "department", "finance"),
        Enrolment("finance", SECRET, "department"),
        Enrolment("app", SECRET, "app", "finance"),
    ],
)
def test_a_client_that_makes_no_sense_is_not_enrolled(enrolment: Enrolment) -> None:
    with pytest.raises(ValueError, match=r"client|secret") as error:
        client_of(enrolment)
    assert enrolment.client_secret not in str(error.value)


def test_failures_slow_down_one_client_at_one_address_and_nobody_else() -> None:
    clock = FixedClock(NOW)
    attempts = FailedAttempts(clock)
    for _ in range(FAILURES_MAX):
        assert attempts.pause_s("finance", "here") == 0
        attempts.note_failure("finance", "here")
    assert attempts.pause_s("finance", "here") == WINDOW_S
    assert attempts.pause_s("finance", "there") == 0
    assert attempts.pause_s("tax", "here") == 0
    clock.advance(timedelta(seconds=WINDOW_S))
    assert attempts.pause_s("finance", "here") == 0
