"""The console has a word for all that a file and an alert can show, in Chinese and in English."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from contracts import TOPICS, event_types_of
from contracts.civil_affairs import OrganizationSnapshot
from funds_monitor.domain.patterns import Pattern
from funds_monitor.domain.rulebook import load_rules
from funds_monitor.domain.rules import LastFeature, Rule, SetFeature, ValuesFeature
from funds_monitor.domain.schemas import RIVALS, WAY
from registry.domain.sections import SECTIONS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "services/gateway/console/src/words"
WORDS = json.loads((FOLDER / "file.json").read_text(encoding="utf-8"))
MEASURES = json.loads((FOLDER / "measures.json").read_text(encoding="utf-8"))
BOOK = load_rules(ROOT / "services/funds-monitor/rules")
TYPES = event_types_of(TOPICS)
SHOWN: list[Any] = [OrganizationSnapshot, *(TYPES[section.begins[0]].data for section in SECTIONS)]


def closed_values(shape: Any) -> Iterator[str]:
    """Give every value that a type of these fields may have, where the type itself lists them."""
    for hint in get_type_hints(shape).values():
        for part in (hint, *get_args(hint)):
            if get_origin(part) is not None and str(get_origin(part)) == "typing.Literal":
                yield from get_args(part)


def test_every_section_has_a_title() -> None:
    assert set(WORDS["sections"]) == {section.name for section in SECTIONS}


def test_every_field_has_a_label_and_no_label_is_left_over() -> None:
    fields = {field.name for shape in SHOWN for field in msgspec.structs.fields(shape)}
    ends = {"to_on", "closed_on"}
    assert set(WORDS["fields"]) - ends == fields - ends


def test_every_closed_value_has_a_word() -> None:
    wanted = {value for shape in SHOWN for value in closed_values(shape)} - {"1A", "2A", "3A", "4A", "5A"}
    assert wanted <= set(WORDS["values"])


def test_every_word_speaks_both_languages() -> None:
    words = [word for group in WORDS.values() for word in group.values()]
    assert all(word["zh"].strip() and word["en"].isascii() for word in words)


@pytest.mark.parametrize("pattern", BOOK.patterns, ids=lambda pattern: pattern.id)
def test_every_number_and_every_member_of_a_pattern_has_a_word(pattern: Pattern) -> None:
    assert {*pattern.parameters, *pattern.rules, "span_days", "alerts_together"} <= set(MEASURES)


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_number_of_a_rule_has_a_word(rule: Rule) -> None:
    unseen = SetFeature | LastFeature | ValuesFeature  # facts and lists, not numbers
    measured = {
        name
        for name, feature in rule.features.items()
        if not isinstance(feature, unseen) and "#" not in name and getattr(feature, "gives", "") not in {RIVALS, WAY}
    }
    assert {*rule.parameters, *measured} <= set(MEASURES)
