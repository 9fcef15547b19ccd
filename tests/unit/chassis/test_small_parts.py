"""Clock, ids, settings, shipped data, telemetry: small things that everything leans on."""

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import asyncpg
import pytest
from opentelemetry import trace
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from chassis import shipped, telemetry
from chassis.clock import FixedClock, SystemClock, from_us, to_us
from chassis.database import dsn_of
from chassis.database_errors import is_lost, translated
from chassis.errors import Unavailable
from chassis.ids import new_id, new_request_id, new_uuid
from chassis.settings import ServiceSettings


def test_microseconds_come_back_exactly() -> None:
    moment = datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))
    assert from_us(to_us(moment)) == moment
    assert to_us(datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) % 1_000_000 == 999_999


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(timedelta(seconds=1))
    assert clock.now_us() == to_us(datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 3, 1))  # noqa: DTZ001 - the mistake itself


def test_the_system_clock_is_aware_and_agrees_with_itself() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now_us() - to_us(clock.now())) < 1_000_000


def test_ids_are_unique_of_version_7_and_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now_ns = time.time_ns()
    ids = []
    for millisecond in range(50):
        monkeypatch.setattr(time, "time_ns", lambda ms=millisecond: now_ns + ms * 1_000_000)
        ids.append(new_id())
    assert ids == sorted(set(ids))
    assert (new_uuid().version, new_uuid().variant) == (7, "specified in RFC 4122")
    assert len(new_request_id()) == 36


def test_settings_come_from_the_environment_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGLIAN_HTTP_PORT", "18080")
    monkeypatch.setenv("QINGLIAN_KAFKA_PASSWORD", "hush")
    settings = ServiceSettings()
    assert settings.http_port == 18080
    assert "hush" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.http_port = 1


def test_secrets_may_stand_in_files_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qinglian_kafka_password").write_text("hush\n")
    (tmp_path / "qinglian_database_password").write_text("p@ss/word")
    monkeypatch.setenv("QINGLIAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("QINGLIAN_DATABASE_URL", "postgresql+asyncpg://registry@db:5432/registry")
    settings = ServiceSettings()
    assert settings.kafka_password.get_secret_value() == "hush"
    assert settings.database_url.get_secret_value() == "postgresql+asyncpg://registry:p%40ss%2Fword@db:5432/registry"


def test_a_folder_of_secrets_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGLIAN_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match=r"QINGLIAN_SECRETS_DIR names .*nowhere"):
        ServiceSettings()


def test_shipped_data_is_found_beside_its_package() -> None:
    assert shipped.path("contracts", "topics.toml").is_file()
    assert shipped.path("funds_monitor", "rules").is_dir()
    with pytest.raises(FileNotFoundError, match="nowhere"):
        shipped.path("contracts", "nowhere.txt")


def test_shipped_data_is_found_inside_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "__init__.py").touch()
    (tmp_path / "packed" / "table.toml").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert shipped.path("packed", "table.toml") == tmp_path / "packed" / "table.toml"


def test_asyncpg_reads_the_same_url() -> None:
    assert dsn_of("postgresql+asyncpg://r:p@h:1/d") == "postgresql://r:p@h:1/d"


@pytest.mark.parametrize("said", [None, "", "nonsense", "00-xyz-1-01", "00-" + "0" * 32 + "-" + "1" * 16 + "-01"])
def test_a_broken_traceparent_breaks_nothing(said: str | None) -> None:
    with telemetry.continued(said):
        assert telemetry.traceparent() is None


def test_a_trace_goes_on_from_what_an_event_says() -> None:
    said = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    with telemetry.continued(said):
        assert telemetry.traceparent() == said
        assert trace.get_current_span().get_span_context().is_remote


def test_a_connection_torn_in_the_middle_of_an_operation_is_lost_and_passes_by_itself() -> None:
    torn = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
    wrapped = DBAPIError("SELECT 1", None, Exception("driver"))
    wrapped.orig.__cause__ = torn  # type: ignore[union-attr] - set just above
    for error in (torn, wrapped):
        assert is_lost(error)
        assert isinstance(translated(error), Unavailable)
    mistake = asyncpg.UndefinedTableError("relation does not exist")
    assert not is_lost(mistake)
    assert translated(mistake) is mistake
