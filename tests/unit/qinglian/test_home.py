"""A home keeps its secrets, its ports and itself to itself."""

import json
from pathlib import Path

import pytest

from qinglian.credentials import credentials_of, enrolment, load_credentials, save_credentials
from qinglian.errors import HomeBroken, HomeInUse, LauncherError
from qinglian.home import Home, write_private
from qinglian.kafka_access import read_kafka_url
from qinglian.keys import ensure_keys
from qinglian.state import ROLES, State, load_state, new_cluster_id, save_state
from qinglian.status import load_status

DEPARTMENTS = ["finance", "tax"]


def a_home(path: Path) -> Home:
    home = Home(path / "home")
    home.prepare()
    return home


def a_state() -> State:
    state = State(kafka_cluster_id=new_cluster_id())
    state.complete(departments=DEPARTMENTS)
    return state


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_secrets_are_random_kept_from_start_to_start_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    home, state = a_home(tmp_path), a_state()
    save_state(home, state)

    again = load_state(home)
    again.complete(departments=[*DEPARTMENTS, "audit"])

    assert again.kafka_passwords["finance"] == state.kafka_passwords["finance"]
    assert len(set(again.kafka_passwords.values())) == len(again.kafka_passwords)
    assert "audit" in again.client_secrets
    assert mode(home.state_file) == 0o600


def test_lost_passwords_of_existing_data_are_said_instead_of_made_anew(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    home.postgresql.mkdir()
    with pytest.raises(HomeBroken, match=r"state\.json"):
        load_state(home)


def test_a_torn_state_file_is_said_with_its_name(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    home.state_file.write_text("{")
    with pytest.raises(HomeBroken, match=r"state\.json"):
        load_state(home)


def test_a_second_launcher_is_told_who_runs_the_home(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    with home.locked():
        assert home.is_locked()
        with pytest.raises(HomeInUse) as refused, Home(home.path).locked():
            pass
        assert refused.value.pid is not None
    assert not home.is_locked()


def test_the_home_lets_other_users_pass_but_not_look_around(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    assert mode(home.path) == 0o711
    assert mode(home.keys) == 0o700
    assert mode(home.logs) == 0o700


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    first = {path: path.read_bytes() for path in vars(ensure_keys(home)).values()}
    assert {path: path.read_bytes() for path in vars(ensure_keys(home)).values()} == first
    assert {mode(path) for path in first} == {0o600}
    assert len(bytes.fromhex((home.keys / "token.key").read_text())) == 32


def test_credentials_have_the_shape_that_clients_rely_on(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    save_credentials(home, credentials_of(a_state(), gateway="http://127.0.0.1:1", kafka_bootstrap="127.0.0.1:2"))
    credentials = load_credentials(home)

    assert set(credentials) == {"gateway", "clients", "users", "kafka"}
    assert set(credentials["clients"]) == {*DEPARTMENTS, "staff", "app"}
    assert set(credentials["clients"]["finance"]) == {"client_id", "client_secret"}
    assert set(credentials["users"]) == set(ROLES)
    assert credentials["kafka"]["bootstrap"] == "127.0.0.1:2"
    assert {"finance", "tax"} <= set(credentials["kafka"]["users"])
    assert mode(home.credentials_file) == 0o600


def test_a_department_is_enrolled_as_one_and_staff_and_app_as_what_they_are() -> None:
    clients = {client["client_id"]: client for client in enrolment(a_state(), departments=DEPARTMENTS)["clients"]}
    assert (clients["tax"]["kind"], clients["tax"]["department"]) == ("department", "tax")
    assert (clients["staff"]["kind"], clients["app"]["kind"]) == ("staff", "app")
    assert "department" not in clients["staff"]


def test_a_home_that_was_never_up_has_no_credentials_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HomeBroken, match="qinglian up"):
        load_credentials(a_home(tmp_path))


def test_the_dead_are_neither_alive_nor_ready(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    part = {"name": "gateway", "pid": 2**22 + 1, "ready": True, "restarts": 3}
    write_private(home.status_file, json.dumps({"launcher": 2**22 + 2, "phase": "ready", "parts": [part]}))

    status = load_status(home)

    assert (status["phase"], status["launcher"]) == ("down", None)
    assert status["parts"] == [{"name": "gateway", "pid": None, "ready": False, "restarts": 3}]


def test_cluster_ids_never_look_like_an_option() -> None:
    ids = [new_cluster_id() for _ in range(500)]
    assert all(len(one) == 22 and not one.startswith("-") for one in ids)


def test_an_outside_kafka_is_read_from_its_url() -> None:
    access = read_kafka_url("kafka://root:p%40ss@one:9092,two:9092?security=SASL_PLAINTEXT")
    assert (access.bootstrap, access.username, access.password) == ("one:9092,two:9092", "root", "p@ss")
    assert access.security == "SASL_PLAINTEXT"
    assert read_kafka_url("kafka://a:b@one:9092").security == "SASL_SSL"


@pytest.mark.parametrize("url", ["one:9092", "kafka://one:9092", "kafka://a:b@one?security=PLAINTEXT", "http://a:b@c"])
def test_a_kafka_url_without_user_or_with_a_weak_protocol_is_refused(url: str) -> None:
    with pytest.raises(LauncherError, match="kafka://"):
        read_kafka_url(url)
