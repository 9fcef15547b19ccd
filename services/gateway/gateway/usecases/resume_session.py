from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.sessions import ID_CHARACTERS_MAX, SEEN_EVERY_S, Session, is_standing, key_of
from gateway.usecases.ports import Sessions


async def resume_session(session_id: str, *, is_used: bool, sessions: Sessions, clock: Clock) -> Session:
    """Find the session of a request; one that only listens (`is_used` false) does not prolong it.

    Raises: Refused `unauthenticated`; Unavailable.
    """
    now_us = clock.now_us()
    found = await sessions.load(key_of(session_id)) if len(session_id) <= ID_CHARACTERS_MAX else None
    if found is None or not is_standing(found, now_us):
        raise Refused("unauthenticated", "the session has ended; sign in again")
    if is_used and now_us - found.seen_us >= SEEN_EVERY_S * 1_000_000:
        await sessions.touch(key_of(session_id), now_us)
        return Session(found.account, found.begun_us, now_us)
    return found
