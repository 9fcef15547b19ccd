"""The rules' word on events: the engine of funds-monitor in a process of its own, fed by a pipe."""

import json
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from qinglian.errors import PartFailed
from qinglian.sample.pen import Json

JUDGE = "funds_monitor.inbound.judge_command"  # the launcher starts services, it does not import them
PROGRESS = b"progress"  # how its lines begin that tell of a shard how many facts are judged, of how many
WORKERS = 2
STEP_PERCENT = 10
COMPLAINTS_MAX = 200  # lines

Say = Callable[[str], object]


@dataclass(frozen=True)
class Bench:
    """By what is judged, by how many processes, and who hears how far it is."""

    rules: Path | None = None  # none: those that are shipped
    workers: int = WORKERS
    say: Say | None = None


@dataclass(frozen=True)
class Judgement:
    """The open alerts, and what the judge said of its work."""

    alerts: list[Json]
    rules: dict[str, dict[str, str]]  # id -> name by language; patterns too
    facts: int
    refused: dict[str, int]
    errors: dict[str, int]


@dataclass
class Progress:
    """Puts together how far the shards are, and says so at each tenth of the facts that were told."""

    facts: int
    say: Say
    done: dict[bytes, int] = field(default_factory=dict)
    said_percent: int = 0

    def hear(self, shard: bytes, done: int) -> None:
        """Take what one shard has done."""
        self.done[shard] = done
        percent = min(sum(self.done.values()) * 100 // max(self.facts, 1), 100)
        if percent >= self.said_percent + STEP_PERCENT:
            self.said_percent = percent - percent % STEP_PERCENT
            self.say(f"  {self.said_percent} % judged")


def judge(events: Iterable[Json], bench: Bench = Bench()) -> Judgement:
    """Let rules judge events.

    Raises: PartFailed when the judge gave up.
    """
    command = [sys.executable, "-m", JUDGE, f"--workers={bench.workers}", "--progress"]
    command += [str(bench.rules)] if bench.rules is not None else []
    progress, complaints = Progress(0, bench.say or _nobody), deque[bytes](maxlen=COMPLAINTS_MAX)
    with tempfile.TemporaryFile() as answer:  # pipes both ways could fill up
        with subprocess.Popen(  # noqa: S603 - our own
            command, stdin=subprocess.PIPE, stdout=answer, stderr=subprocess.PIPE
        ) as process:
            listener = Thread(target=_listen, args=(process, progress, complaints))
            listener.start()
            _feed(process, events, progress)
            listener.join()
        if process.returncode:
            raise PartFailed(f"The rules could not judge:\n{b''.join(complaints).decode(errors='replace')}")
        answer.seek(0)
        lines = [json.loads(line) for line in answer]
    summary = lines[-1]["summary"]
    return Judgement([line["alert"] for line in lines[:-1]], **summary)


def _nobody(_: str) -> None:
    return


def _feed(process: "subprocess.Popen[bytes]", events: Iterable[Json], progress: Progress) -> None:
    pipe = process.stdin
    if pipe is None:
        return
    with suppress(BrokenPipeError), pipe:  # it has given up, and says why
        for event in events:
            progress.facts += 1
            pipe.write(json.dumps(event, ensure_ascii=False).encode() + b"\n")


def _listen(process: "subprocess.Popen[bytes]", progress: Progress, complaints: deque[bytes]) -> None:
    """Read what the judge says while it works; what is not progress is kept."""
    for line in process.stderr or ():
        match line.split():
            case [word, shard, done, _] if word == PROGRESS:
                progress.hear(shard, int(done))
            case _:
                complaints.append(line)
