"""What a home remembers of its sample county: which one it is, and how much of it has been sent."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from qinglian.errors import HomeBroken
from qinglian.home import Home, write_private
from qinglian.sample.county import SEED, SIZE


@dataclass
class Memory:
    """One county by seed, size and last day; `sent` counts the events of each lane."""

    end_on: str
    seed: int = SEED
    size: int = SIZE
    loaded: bool = False
    sent: dict[str, int] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The day on which the history ends."""
        return date.fromisoformat(self.end_on)


def begin_memory(home: Home, *, empty: bool, today: date, size: int = SIZE) -> None:
    """Decide at a home's very first start whether it gets a sample county; later starts keep to it."""
    is_first = not home.state_file.exists() and not home.sample_file.exists()
    if is_first and not empty:
        save_memory(home, Memory(end_on=str(today), size=size))


def load_memory(home: Home) -> Memory | None:
    """Read what a home remembers; none where it was begun empty.

    Raises: HomeBroken, when the file cannot be read.
    """
    if not home.sample_file.exists():
        return None
    try:
        known: dict[str, Any] = json.loads(home.sample_file.read_bytes())
        memory = Memory(**known)
        date.fromisoformat(memory.end_on)
    except (ValueError, TypeError) as error:
        raise HomeBroken(f"{home.sample_file} cannot be read: {error}. Without it, no sample events come.") from error
    return memory


def save_memory(home: Home, memory: Memory) -> None:
    """Write what a home remembers."""
    write_private(home.sample_file, json.dumps(asdict(memory), indent=2) + "\n")
