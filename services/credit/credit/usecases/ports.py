"""What the use-cases need from outside, said in their own words."""

from typing import Protocol


class CountUnsent(Protocol):
    """Find what is committed but not yet said on a topic."""

    async def __call__(self) -> int:
        """Give the number of messages that wait."""
        ...
