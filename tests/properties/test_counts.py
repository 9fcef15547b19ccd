"""Declarations that state numbers count when the log agrees, whatever overtakes what on the way to the engine."""

from random import Random

import pytest

from tests.builders.engine import EngineCounty, story_county
from tests.builders.events import Desk
from tests.builders.records import Json, heard
from tests.oracle.oracle import open_alerts, waiting
from tests.oracle.told import declarations_that_count
from tests.properties.cast import CODES
from tests.properties.comparing import STORY_RULES, MakeCounty, difference
from tests.properties.counting import logged, numbered, overtaking, with_counts
from tests.properties.delivery import meanwhile, split
from tests.properties.examples import examples
from tests.properties.themes import story

THEMES_OF_COUNTS = ("SO-21", "SO-24", "SO-36")  # they conclude from silence: what is declared decides
STORIES_PER_THEME = 12
TAX = "tax.registrations.v1"


def delivered(events: list[Json], seed: str, make: MakeCounty) -> EngineCounty:
    """Deliver logs in batches with the county's work and its accidents in between."""
    rng, county = Random(seed), make()
    for batch in overtaking(events, rng):
        county.feed(batch, fails=rng.randrange(12) == 0)
        for step in meanwhile(rng):
            getattr(county, step.name)(*step.arguments)
    county.finish()
    return county


def counting_county() -> EngineCounty:
    """Give a county that sees each identity once, as the service lets it."""
    return story_county(drops_known=True)


def noticed(theme: str, number: int, make: MakeCounty) -> str:
    """Tell a story with numbers; say where the engine differs from the definition."""
    rng = Random(f"counts-{theme}-{number}")
    events = logged(with_counts(story(rng, theme), rng), rng)
    batches = overtaking(events, Random("oracle"))
    records = heard(record for batch in batches for record in batch)
    county = delivered(events, f"counts-{theme}-{number}", make)
    said = difference(open_alerts(records, STORY_RULES), county.content())
    wanted, found = waiting(records, STORY_RULES), county.waiting()
    taken = {(one.event.source, one.event.id, one.partition) for one in declarations_that_count(records)}
    blocked = {(*identity, shard) for shard, stored in enumerate(county.storage) for identity in stored.blocked}
    if taken & blocked or wanted != found:
        said += f"\nwaits {sorted(wanted ^ found)}, taken and blocked {sorted(taken & blocked)}"
    return said


@pytest.mark.parametrize("theme", THEMES_OF_COUNTS)
def test_engine_and_definition_agree_on_which_declarations_count(theme: str) -> None:
    for number in range(examples(STORIES_PER_THEME)):
        assert noticed(theme, number, counting_county) == ""


def test_the_stories_hold_declarations_that_count_and_such_that_do_not() -> None:
    rng = Random("counts")
    events = logged(with_counts(story(rng, "SO-21"), rng), rng)
    county = delivered(events, "counts", counting_county)
    stated = {(event["id"], event["_partition"]) for event in events if "event_count" in event["data"]}
    blocked = {(identity[1], shard) for shard, stored in enumerate(county.storage) for identity in stored.blocked}
    assert blocked
    assert blocked < stated


def silent_county(*numbers: int | None) -> EngineCounty:
    """Register an organization that never registers for tax; the tax bureau declares with these counts, in turn."""
    desk, county = Desk(), counting_county()
    events = [desk.registered(CODES[0], "2026-01-05"), desk.payment(CODES[0], "2026-02-10", amount_fen=1_000_000)]
    events += [event for event in desk.all_completed("2026-06-01T00:00") if event["_topic"] != TAX]
    filed = desk.event("tax.registration.opened.v1", CODES[1], "2026-01-05", {"registered_on": "2026-01-05"})
    events.append(filed)
    for number in numbers:
        (declared,) = desk.completed(TAX, "2026-06-01T00:00")
        events.append(declared | ({} if number is None else {"_numbers": "right" if number else "wrong"}))
    rng = Random(0)
    for batch in overtaking(in_order(events), rng):
        county.feed(batch)
    county.finish()
    return county


def in_order(events: list[Json]) -> list[Json]:
    return list(numbered([part for event in events for part in split(event)], Random(1)))


def hits(county: EngineCounty) -> list[str]:
    return [alert["rule"] for alert in county.content().get(CODES[0], []) if alert["rule"] == "SO-21"]


def test_silence_is_concluded_once_a_declaration_agrees_and_not_before() -> None:
    assert hits(silent_county(0)) == []
    assert hits(silent_county(1)) == ["SO-21"]
    assert hits(silent_county(0, 1)) == ["SO-21"], "the wrong one blocks itself, no other"
    assert hits(silent_county(0, None)) == ["SO-21"], "who states nothing is taken at his word"
