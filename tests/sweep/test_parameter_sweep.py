"""Each number of a rule, doubled and halved, breaks a scenario of the rule; what does not is listed and argued."""

from pathlib import Path

import pytest
import yaml

from funds_monitor.domain.rulebook import PATTERN_FILES, RULE_FILES
from funds_monitor.domain.words import load_words
from tests.builders.engine import RULES
from tests.builders.scenarios import FOLDER, load_scenarios
from tests.sweep.sweeping import all_hold, changed_book, changes_of

UNPINNED: dict[str, str] = yaml.safe_load((FOLDER / "unpinned.yaml").read_text(encoding="utf-8"))
WORDS = load_words(RULES)
FILES = [*sorted(RULES.glob(RULE_FILES)), *sorted(RULES.glob(PATTERN_FILES))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:5])
def test_every_number_doubled_or_halved_breaks_a_scenario_unless_it_is_listed(path: Path) -> None:
    of = path.stem[:5]
    scenarios = [scenario for rule, scenario in load_scenarios() if rule == of]
    assert all_hold(changed_book(path, WORDS, None), scenarios, of)
    unnoticed = {
        change.name for change in changes_of(path) if all_hold(changed_book(path, WORDS, change), scenarios, of)
    }
    assert unnoticed == {name for name in UNPINNED if name.split()[0] == of}


def test_every_exception_has_its_reason() -> None:
    assert all(len(reason) >= len("a reason in words") for reason in UNPINNED.values())
