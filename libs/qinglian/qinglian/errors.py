"""What the launcher cannot do, said so that a person can act on it.

LauncherError
├── HomeInUse        another `qinglian up` holds this home
├── HomeBroken       what lies in the home cannot be used as it is
├── JarRefused       a downloaded file is not the one that the lock names
├── PartFailed       a part did not come up, or a step beside it ended badly
├── PortTaken        a port that was asked for belongs to somebody else
├── TableRefused     a table that was given cannot be read
└── Stopped          somebody asked us to stop while we were still starting
"""


class LauncherError(Exception):
    """Anything that ends a command with a message instead of a traceback."""

    exit_code = 1


class HomeInUse(LauncherError):  # noqa: N818 - named like the errors of the house
    """Another launcher holds the home."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"This home is already running (launcher process {pid or 'unknown'}).")
        self.pid = pid


class HomeBroken(LauncherError):  # noqa: N818 - named like the errors of the house
    """The home holds something that cannot be used as it is."""


class JarRefused(LauncherError):  # noqa: N818 - named like the errors of the house
    """A downloaded file differs from what the lock promises."""


class PartFailed(LauncherError):  # noqa: N818 - named like the errors of the house
    """A part did not come up, or a step beside it ended badly."""


class PortTaken(LauncherError):  # noqa: N818 - named like the errors of the house
    """A port that was asked for belongs to somebody else."""


class TableRefused(LauncherError):  # noqa: N818 - named like the errors of the house
    """A table that was given cannot be read; the message names file, row and column."""

    exit_code = 2  # as other faults in what a command was given


class Stopped(LauncherError):  # noqa: N818 - named like the errors of the house
    """Somebody asked us to stop while we were still starting."""
