"""Sends a file of events through the gateway, in batches, until each has its answer."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from qinglian.errors import LauncherError

BATCH_EVENTS_MAX = 500  # half of what the gateway takes: answers come sooner and the progress moves
BATCH_BYTES_MAX = 3 * 1024 * 1024  # of 4 MiB
ATTEMPTS_MAX = 60
PAUSE_MAX_S = 10.0  # with sixty attempts: ten minutes of a gateway that is away
REFUSALS_KEPT = 100
AGAIN = {429, 502, 503, 504}
BATCH_TYPE = "application/cloudevents-batch+json"


@dataclass
class Pushed:
    """What became of a file."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)  # line and reason, the first hundred

    def refuse(self, line: int, reason: str) -> None:
        """Count a line that was not taken."""
        self.rejected += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append((line, reason))


@dataclass(frozen=True)
class Line:
    """One event of the file, as it was written."""

    number: int
    text: str


class Pusher:
    """One department's way in; sends again what got no answer, which is harmless: the same ids count once."""

    def __init__(
        self, door: httpx.Client, client: dict[str, str], *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._door = door
        self._client = client
        self._pause = pause
        self._token = ""

    def push(self, path: Path, *, progress: Callable[[int], None] = lambda _: None) -> Pushed:
        """Send each line of a file.

        Raises: LauncherError, when the gateway stays away or refuses the client.
        """
        pushed = Pushed()
        for batch in _batches(path, pushed):
            self._send(batch, pushed)
            progress(len(batch))
        return pushed

    def push_batch(self, events: Sequence[str], pushed: Pushed) -> None:
        """Send events that are at hand as JSON, as many as one batch takes.

        Raises: LauncherError, when the gateway stays away or refuses the client.
        """
        self._send([Line(number, text) for number, text in enumerate(events, start=1)], pushed)

    def _send(self, batch: list[Line], pushed: Pushed) -> None:
        body = ("[" + ",".join(line.text for line in batch) + "]").encode()
        answer = self._until_answered(body)
        if answer.status_code in {202, 207}:
            for index, receipt in enumerate(answer.json()["receipts"]):
                _count(receipt, batch[receipt.get("index", index)], pushed)
        elif answer.status_code in {400, 409, 413, 422} and len(batch) > 1:
            # The gateway could not even tell the good from the bad: halve until the bad one stands alone.
            middle = len(batch) // 2
            self._send(batch[:middle], pushed)
            self._send(batch[middle:], pushed)
        elif answer.status_code in {400, 409, 413, 422}:
            pushed.refuse(batch[0].number, _reason(answer))
        else:
            raise LauncherError(f"The gateway answered {answer.status_code}: {_reason(answer)}")

    def _until_answered(self, body: bytes) -> httpx.Response:
        reason = "no answer"
        for attempt in range(ATTEMPTS_MAX):
            pause_s = min(0.25 * 2**attempt, PAUSE_MAX_S)
            try:
                answer = self._post(body)
            except httpx.TransportError as error:
                reason = type(error).__name__
            else:
                if answer.status_code == httpx.codes.UNAUTHORIZED and attempt == 0:
                    self._token = ""  # it expired on the way
                    continue
                if answer.status_code not in AGAIN:
                    return answer
                reason = _reason(answer)
                pause_s = min(max(pause_s, _retry_after_s(answer)), PAUSE_MAX_S)
            self._pause(pause_s)
        raise LauncherError(f"The gateway did not take the events after {ATTEMPTS_MAX} attempts ({reason}).")

    def _post(self, body: bytes) -> httpx.Response:
        if not self._token:
            form = {"grant_type": "client_credentials", **self._client}
            answer = self._door.post("/v1/oauth/token", data=form)
            if answer.status_code != httpx.codes.OK:
                return answer
            self._token = answer.json()["access_token"]
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": BATCH_TYPE}
        return self._door.post("/v1/events", params={"partial": "true"}, content=body, headers=headers)


def _batches(path: Path, pushed: Pushed) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size_bytes = 0
    with path.open(encoding="utf-8") as file:
        for number, raw in enumerate(file, start=1):
            text = raw.strip()
            if not text:
                continue
            if not _is_object(text):
                pushed.refuse(number, "malformed: not a JSON object on one line")
                continue
            length = len(text.encode()) + 1
            if batch and (len(batch) >= BATCH_EVENTS_MAX or size_bytes + length > BATCH_BYTES_MAX):
                yield batch
                batch, size_bytes = [], 0
            batch.append(Line(number, text))
            size_bytes += length
    if batch:
        yield batch


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _count(receipt: dict[str, Any], line: Line, pushed: Pushed) -> None:
    status = receipt["status"]
    if status == "accepted":
        pushed.accepted += 1
    elif status == "duplicate":
        pushed.duplicate += 1
    else:
        pushed.refuse(line.number, str(receipt.get("code", status)))


def _reason(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    first = (problem.get("errors") or [{}])[0]
    words = [
        problem.get("code") or problem.get("error"),
        first.get("pointer"),
        first.get("detail") or problem.get("title"),
    ]
    return " ".join(str(word) for word in words if word) or f"HTTP {answer.status_code}"


def _retry_after_s(answer: httpx.Response) -> float:
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else 0.0
