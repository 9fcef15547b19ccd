from chassis.clock import Clock
from gateway.domain.accounts import Act
from gateway.domain.callers import Caller
from gateway.domain.sessions import key_of
from gateway.usecases.ports import Sessions


async def sign_out(session_id: str, *, caller: Caller, address: str, sessions: Sessions, clock: Clock) -> None:
    """End a session; nothing of it is kept.

    Raises: Unavailable.
    """
    act = Act("signed-out", caller.client_id, caller.client_id, clock.now_us(), address)
    await sessions.end(key_of(session_id), act)
