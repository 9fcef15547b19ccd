"""Passwords as argon2id, in a thread: one takes a tenth of a second, and the loop must not stand still for it.

Source: RFC 9106 section 4 (second recommended option: 3 passes over 64 MiB with 4 lanes)
"""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

AT_ONCE_MAX = 2  # 64 MiB and some cores each; others wait their turn
# Of a password that nobody knows any more: whoever tries a name that does not exist waits as long for the answer.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$6juqva1X0DM48I51PMPuMg$EM6muxSJCjJgN8fYUcINIx0l/l48K5+l7jjdsM22J78"


class Argon2Passwords:
    """Hashes and verifies."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, kept: str | None, password: str) -> bool:
        """Say whether a password is right; where there is none (no such account) it takes as long to say no."""
        async with self._turns:
            is_right = await asyncio.to_thread(self._is_right, kept or NOBODYS, password)
        return is_right and kept is not None

    def _is_right(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
