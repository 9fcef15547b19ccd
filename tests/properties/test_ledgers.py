"""Ledgers that this project did not write: honest appeals stay silent, a part of a labelled set gives equal alerts."""

from random import Random

import pytest

from tests.builders.engine import EngineCounty
from tests.builders.ledgers import amlgentex_events, hubei_events, wuhan_events
from tests.builders.records import records_of
from tests.properties.comparing import delivered, difference, expected
from tests.properties.delivery import wildly

ACCOUNTS = 60  # of 10,000: half a minute, since the definition tries every way that money may take (SO-04)


def test_nothing_is_said_of_the_receipts_of_wuhan_by_definition_either() -> None:
    events = list(wuhan_events())
    assert expected(events) == {}


@pytest.mark.parametrize("events", [wuhan_events, hubei_events])
def test_an_honest_public_appeal_is_silent(events: object) -> None:
    assert callable(events)
    county = EngineCounty()
    county.feed(records_of(events()))
    county.finish()
    assert county.content() == {}


def test_engine_and_definition_agree_on_a_part_of_a_labelled_set_in_any_order() -> None:
    events = list(amlgentex_events(ACCOUNTS))
    wanted = expected(events)
    assert sum(len(alerts) for alerts in wanted.values()) >= ACCOUNTS // 20
    steps = wildly(events, Random("amlgentex"), portions=(500, 1_000, 2_000), duplicates_percent=10)
    assert difference(wanted, delivered(steps)) == ""
