"""The rules' word on events: the engine of funds-monitor in a process of its own, fed by a pipe."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qinglian.errors import PartFailed
from qinglian.sample.pen import Json

JUDGE = "funds_monitor.inbound.judge_command"  # the launcher starts services, it does not import them


@dataclass(frozen=True)
class Judgement:
    """The open alerts, and what the judge said of its work."""

    alerts: list[Json]
    rules: dict[str, dict[str, str]]  # id -> name by language
    facts: int
    refused: dict[str, int]
    errors: dict[str, int]


def judge(events: Iterable[Json], rules: Path | None = None) -> Judgement:
    """Let the rules of a folder, or those that are shipped, judge events.

    Raises: PartFailed when the judge gave up.
    """
    command = [sys.executable, "-m", JUDGE, *([str(rules)] if rules is not None else [])]
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as said:  # pipes both ways could fill up
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answer, stderr=said)  # noqa: S603 - our own
        _feed(process, events)
        code = process.wait()
        said.seek(0)
        if code:
            raise PartFailed(f"The rules could not judge:\n{said.read().decode(errors='replace')}")
        answer.seek(0)
        lines = [json.loads(line) for line in answer]
    summary = lines[-1]["summary"]
    return Judgement([line["alert"] for line in lines[:-1]], **summary)


def _feed(process: "subprocess.Popen[bytes]", events: Iterable[Json]) -> None:
    pipe = process.stdin
    if pipe is None:
        return
    try:
        with pipe:
            for event in events:
                pipe.write(json.dumps(event, ensure_ascii=False).encode() + b"\n")
    except BrokenPipeError:
        return  # it has given up, and says why
