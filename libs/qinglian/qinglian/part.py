"""What the supervisor must know of a thing to keep it running."""

import signal
from typing import Protocol

from qinglian.process import Command


class Part(Protocol):
    """One process of the county: the broker, the database or a service."""

    @property
    def name(self) -> str:
        """How people call it."""

    @property
    def stop_signal(self) -> signal.Signals:
        """What asks it to stop in good order."""

    def command(self) -> Command:
        """Clear away what a crash may have left, and say how to start."""

    def is_ready(self) -> bool:
        """Say whether it answers now, and that it is really ours that answers."""
