"""Silence counts where every account is delivered: whatever tells so makes those points be judged again."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from funds_monitor.domain.cover import Span, is_filled
from funds_monitor.domain.rulebook import load_rules
from tests.builders.codes import code_of
from tests.builders.engine import RULES, EngineCounty
from tests.builders.events import Desk
from tests.builders.records import records_of

ME = code_of(1)
SILENCE = """
id: SO-99
version: 1
name: {zh: 示例规则, en: Sample rule}
seed: [15]
decides: civil-affairs
law: []
applies: {kinds: [association], unregistered: false}
wakes_on: {resolution: "true"}
parameters: {days: {default: 30, unit: days}}
features:
  quiet: {value: 'covered(plus_days(d, 0 - days), d)'}
hit: {a: quiet}
needs: {a: [quiet]}
severity: [{level: low}]
why: {a: {zh: "{days} 天。", en: "{days} days."}}
look_alikes: []
"""


@pytest.mark.parametrize(
    ("parts", "filled"),
    [
        ([(1, 31)], True),
        ([(1, 10), (11, 31)], True),
        ([(11, 31), (1, 10)], True),
        ([(1, 10), (5, 7), (11, 31)], True),
        ([(1, 10), (12, 31)], False),
        ([(2, 31)], False),
        ([(1, 30)], False),
        ([], False),
    ],
)
def test_spans_fill_another_one_day_by_day(parts: list[tuple[int, int]], *, filled: bool) -> None:
    march = [Span(date(2026, 3, first), date(2026, 3, last)) for first, last in parts]
    assert is_filled(Span(date(2026, 3, 1), date(2026, 3, 31)), march) is filled


def test_a_declaration_to_the_end_of_time_fills_everything() -> None:
    assert is_filled(Span(date(2026, 3, 1), date.max), [Span(date(2020, 1, 1), date.max)])


@pytest.mark.parametrize("late", [0, 1, 2])
def test_a_point_is_judged_again_when_an_account_or_the_basis_of_its_payments_becomes_known(
    tmp_path: Path, late: int
) -> None:
    shutil.copy(RULES / "words.yaml", tmp_path)
    (tmp_path / "SO-99-silence.yaml").write_text(SILENCE, encoding="utf-8")
    desk, county = Desk(), EngineCounty(load_rules(tmp_path))
    told = [
        desk.account_filed(ME, "2025-01-05"),
        desk.payment(ME, "2026-01-10", amount_fen=100),
        desk.resolution(ME, "2026-03-20"),
    ]
    last = told.pop(late)
    county.feed(records_of([desk.registered(ME, "2024-01-01"), *told]))
    county.finish()
    assert county.content().get(ME, []) == []
    county.feed(records_of([last]))
    county.finish()
    assert [alert["rule"] for alert in county.content()[ME]] == ["SO-99"]
