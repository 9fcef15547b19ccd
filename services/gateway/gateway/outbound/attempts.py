"""Failed attempts to get a token, in this process's memory: a restart forgives, which 256-bit secrets can bear."""

from collections import OrderedDict, deque
from math import ceil

from chassis.clock import Clock

FAILURES_MAX = 10  # a person who pastes the wrong secret has noticed by then
WINDOW_S = 60
REMEMBERED_MAX = 10_000  # pairs of client and address; the oldest are forgotten first
ADDRESS_FAILURES_MAX = 100  # of all clients at one address: somebody is trying names


class FailedAttempts:
    """Counts failures per client and address in a sliding window, so that nobody can lock out somebody else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], deque[int]] = OrderedDict()

    def pause_s(self, client_id: str, address: str) -> int:
        """Say how long this client must wait at this address; 0: it may try."""
        pauses = (self._pause_s((client_id, address), FAILURES_MAX), self._pause_s(("", address), ADDRESS_FAILURES_MAX))
        return max(pauses)

    def note_failure(self, client_id: str, address: str) -> None:
        """Count a failed attempt."""
        for key, limit in (((client_id, address), FAILURES_MAX), (("", address), ADDRESS_FAILURES_MAX)):
            times = self._failures.setdefault(key, deque(maxlen=limit))
            times.append(self._clock.now_us())
            self._failures.move_to_end(key)
        while len(self._failures) > REMEMBERED_MAX:
            self._failures.popitem(last=False)

    def _pause_s(self, key: tuple[str, str], limit: int) -> int:
        times = self._failures.get(key)
        if times is None or len(times) < limit:
            return 0
        left_us = times[0] + WINDOW_S * 1_000_000 - self._clock.now_us()
        return max(0, ceil(left_us / 1_000_000))
