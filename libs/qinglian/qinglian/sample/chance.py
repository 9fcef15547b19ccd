"""Chance that can be told again."""

from random import Random


def chance(*parts: object) -> Random:
    """Give the dice of one place in the story: the same parts, the same throws."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - a story is told with it, nothing is kept secret
