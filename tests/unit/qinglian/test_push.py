"""Each line of a pushed file gets its answer, whatever the gateway goes through meanwhile."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from qinglian.errors import LauncherError
from qinglian.push import BATCH_EVENTS_MAX, Pushed, Pusher

CLIENT = {"client_id": "finance", "client_secret": "s"}
Answer = Callable[[list[dict[str, Any]]], httpx.Response]


def a_file(path: Path, *lines: str) -> Path:
    file = path / "events.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def event(number: int) -> str:
    return json.dumps({"id": str(number)})


def receipts(events: list[dict[str, Any]], **status_of: str) -> httpx.Response:
    items = [{"id": one["id"], "status": status_of.get(f"e{one['id']}", "accepted")} for one in events]
    return httpx.Response(207 if status_of else 202, json={"receipts": items})


def pushed(path: Path, answer: Answer) -> tuple[Pushed, list[float]]:
    pauses: list[float] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 900})
        assert request.headers["authorization"] == "Bearer t"
        return answer(json.loads(request.content))

    with httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(handle)) as door:
        return Pusher(door, CLIENT, pause=pauses.append).push(path), pauses


def test_a_long_file_goes_in_batches_that_the_gateway_takes(tmp_path: Path) -> None:
    sizes = []

    def answer(events: list[dict[str, Any]]) -> httpx.Response:
        sizes.append(len(events))
        return receipts(events)

    result, _ = pushed(a_file(tmp_path, *map(event, range(BATCH_EVENTS_MAX + 1))), answer)

    assert sizes == [BATCH_EVENTS_MAX, 1]
    assert result == Pushed(accepted=BATCH_EVENTS_MAX + 1)


def test_an_overloaded_gateway_is_given_the_time_it_asks_for_and_the_same_events_again(tmp_path: Path) -> None:
    asked: list[list[dict[str, Any]]] = []

    def answer(events: list[dict[str, Any]]) -> httpx.Response:
        asked.append(events)
        busy = httpx.Response(503, headers={"Retry-After": "3"}, json={"code": "unavailable"})
        return busy if len(asked) < 3 else receipts(events)

    result, pauses = pushed(a_file(tmp_path, event(1)), answer)

    assert result.accepted == 1
    assert asked == [[{"id": "1"}]] * 3
    assert pauses == [3.0, 3.0]


def test_a_refused_event_is_named_by_its_line_and_the_others_count(tmp_path: Path) -> None:
    file = a_file(tmp_path, event(1), "", event(2), event(3))
    result, _ = pushed(file, lambda events: receipts(events, e2="rejected", e3="duplicate"))
    assert (result.accepted, result.duplicate, result.refusals) == (1, 1, [(3, "rejected")])


def test_a_line_that_is_no_json_object_never_leaves_and_is_named(tmp_path: Path) -> None:
    result, _ = pushed(a_file(tmp_path, event(1), "{", "[1]"), receipts)
    assert result.accepted == 1
    assert [line for line, _ in result.refusals] == [2, 3]


def test_one_event_that_spoils_its_batch_is_found_and_the_others_are_accepted(tmp_path: Path) -> None:
    def answer(events: list[dict[str, Any]]) -> httpx.Response:
        if any(one["id"] == "5" for one in events):
            return httpx.Response(400, json={"code": "malformed", "errors": [{"pointer": "/4", "detail": "depth"}]})
        return receipts(events)

    result, _ = pushed(a_file(tmp_path, *map(event, range(9))), answer)

    assert result.accepted == 8
    assert result.refusals == [(6, "malformed /4 depth")]


def test_a_gateway_that_stays_away_ends_the_push_with_a_reason(tmp_path: Path) -> None:
    def answer(_events: list[dict[str, Any]]) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(LauncherError, match="ConnectError"):
        pushed(a_file(tmp_path, event(1)), answer)


def test_a_forbidden_department_ends_the_push_at_once(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="403"):
        pushed(a_file(tmp_path, event(1)), lambda _: httpx.Response(403, json={"code": "wrong_department"}))
