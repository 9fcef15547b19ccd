"""Nothing personal and nothing secret in a log, whoever puts it there."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from chassis import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("registry", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_is_json_and_says_which_service(written: io.StringIO) -> None:
    logs.get("chassis.test").info("batch committed", records=3)
    line = json.loads(written.getvalue())
    assert (line["event"], line["service"], line["level"], line["records"]) == (
        "batch committed",
        "registry",
        "info",
        3,
    )


@pytest.mark.parametrize(
    "key", ["name", "person", "payer", "access_token", "client_secret", "Authorization", "payload"]
)
def test_what_a_key_gives_away_is_redacted(written: io.StringIO, key: str) -> None:
    logs.get("chassis.test").info("seen", **{key: "王小明", "deep": {key: ["王小明"]}})
    assert "王小明" not in written.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        "110101199003078515",
        "11010119900307851X",
        "6222020200112233445",
        "eyJhbGciOiJFUzI1NiJ9.eyJuYW1lIjoieCJ9.c2lnbmF0dXJl",
        "Bearer abcdef123456",
        "postgresql://role:hunter2@127.0.0.1/db",
    ],
)
def test_numbers_and_tokens_inside_a_text_are_redacted(written: io.StringIO, secret: str) -> None:
    logs.get("chassis.test").warning(f"could not use {secret} just now", places=[secret])
    text = written.getvalue()
    assert secret not in text
    assert "hunter2" not in text
    assert "could not use" in text


def test_libraries_are_redacted_too_and_so_are_exceptions(written: io.StringIO) -> None:
    try:
        int("account 6222020200112233445")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", "6222020200112233445")
    line = json.loads(written.getvalue())
    assert "6222020200112233445" not in written.getvalue()
    assert "ValueError" in line["exception"]
