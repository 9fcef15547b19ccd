"""Which of PostgreSQL's errors pass by themselves."""

import asyncpg
from sqlalchemy import exc

from chassis.errors import Unavailable

_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.InternalClientError,  # "cannot switch to state": the connection was torn in the middle of an operation
)
_BUSY = (
    exc.TimeoutError,  # the pool is exhausted
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientResourcesError,  # disk full among others: accepted work waits until there is room
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.ReadOnlySQLTransactionError,  # we reached a standby
    asyncpg.InvalidAuthorizationSpecificationError,  # roles not made yet
    asyncpg.InvalidCatalogNameError,  # database not made yet
)

_SAID_BY_ASYNCPG = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


def is_lost(error: BaseException) -> bool:
    """Say whether the connection is gone, or may be."""
    origin = _origin(error)
    # asyncpg says both "connection is closed" and "you use me wrongly" as InterfaceError.
    return isinstance(origin, _LOST) or (isinstance(origin, asyncpg.InterfaceError) and "closed" in str(origin))


def translated(error: Exception) -> Exception:
    """Return Unavailable for what passes by itself, everything else as it is."""
    origin = _origin(error)
    if isinstance(origin, Unavailable) or not (is_lost(error) or isinstance(origin, _BUSY)):
        return error
    return Unavailable(f"PostgreSQL: {type(origin).__name__}")


def _origin(error: BaseException) -> BaseException:
    """Look through SQLAlchemy's wrappers at what asyncpg said."""
    while isinstance(error, exc.DBAPIError) and error.orig is not None:
        error = error.orig
    cause = error.__cause__
    return cause if isinstance(cause, _SAID_BY_ASYNCPG) else error
