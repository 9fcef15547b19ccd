"""The use-cases with the real engine say what the definition says, whatever is killed, cut, delayed or sent twice."""

from random import Random

import pytest

from tests.properties.comparing import difference, expected
from tests.properties.delivery import arrival
from tests.properties.themes import THEMES, story
from tests.unit.monitor_shell.memory_store import MemoryStore
from tests.unit.monitor_shell.shell_county import ShellCounty

pytestmark = pytest.mark.anyio
STORIES_PER_THEME = 12


async def deliver(told: list[dict[str, object]], seed: str) -> ShellCounty:
    rng = Random(seed)
    county = await ShellCounty(MemoryStore()).start()
    records, place = arrival(told, rng), 0
    while place < len(records):
        size = rng.choice((1, 1, 2, 3, 8, 20, 60))
        await county.feed(records[place : place + size], fails=rng.randrange(12) == 0)
        place += size
        await county.meanwhile(rng)
    await county.finish()
    return county


@pytest.mark.parametrize("theme", sorted(THEMES))
async def test_use_cases_and_definition_agree(theme: str) -> None:
    for number in range(STORIES_PER_THEME):
        told = story(Random(f"shell-{theme}-{number}"), theme)
        county = await deliver(told, f"{theme}-{number}")
        assert not difference(expected(told), county.content()), f"story {theme} {number}"


@pytest.mark.parametrize("theme", sorted(THEMES))
async def test_every_revision_is_told_once_and_in_order(theme: str) -> None:
    for number in range(6):
        county = await deliver(story(Random(f"told-{theme}-{number}"), theme), f"told-{theme}-{number}")
        lives: dict[str, list[int]] = {}
        for revision in county.store.tables.told:
            lives.setdefault(revision.alert.id, []).append(revision.alert.revision)
        assert all(life == list(range(1, len(life) + 1)) for life in lives.values())
