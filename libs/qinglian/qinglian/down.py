"""`qinglian down`: asks the launcher to stop, and clears away what a killed one left."""

import contextlib
import os
import signal

from qinglian import process
from qinglian.errors import PartFailed
from qinglian.home import Home

LAUNCHER_TIMEOUT_S = 90  # six parts in reverse, each with its own time to drain
LEFTOVER_TIMEOUT_S = 15


def bring_down(home: Home) -> str:
    """Stop everything of a home and say what was there.

    Raises: PartFailed, when something cannot be ended.
    """
    if not home.path.exists():
        return f"Nothing runs in {home.path}."
    ran = home.is_locked()
    if ran and (pid := home.launcher_pid()) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        process.wait_until(lambda: not home.is_locked(), timeout_s=LAUNCHER_TIMEOUT_S)
    left = process.leftovers(home)
    process.end(left, timeout_s=LEFTOVER_TIMEOUT_S)
    if home.is_locked() or process.leftovers(home):
        raise PartFailed(f"Something in {home.path} could not be stopped; see `qinglian status`.")
    if ran:
        return "Everything is stopped."
    return f"Ended {len(left)} processes of a launcher that was killed." if left else f"Nothing runs in {home.path}."
