"""What people see when a rule changes: each version speaks of its own days, and what was said is brought in line."""

from datetime import date

import msgspec
import pytest

from funds_monitor.domain.outcome import AlertRevision, Verdict
from funds_monitor.domain.rule_files import RuleFile
from funds_monitor.domain.rule_reading import RuleReader
from funds_monitor.domain.rulebook import RuleBook
from funds_monitor.domain.rules import Rule
from funds_monitor.domain.versions import Span, Step, Version, versions_of
from tests.builders.engine import RULES, shipped_rules
from tests.unit.monitor.test_alert_lives import Story, observed

RULE = "SO-01"
FEBRUARY, APRIL, MAY = date(2026, 2, 1), date(2026, 4, 1), date(2026, 5, 1)


def times(factor: int, version: int) -> Rule:
    """Give another version of the rule, which asks for so many times the amount."""
    rule = shipped_rules().rule(RULE)
    tier = msgspec.structs.replace(rule.parameters["transfer_fen"], default=200_000_000 * factor)
    return msgspec.structs.replace(rule, version=version, parameters={**rule.parameters, "transfer_fen": tier})


class Changing(Story):
    """A story under one rule, of which there are a stricter second and a milder third version."""

    def __init__(self) -> None:
        rules = [shipped_rules().rule(RULE), times(10, 2), times(0, 3)]
        super().__init__(RuleBook(rules, shipped_rules().words, steps=[Step(RULE, 1)]))

    def change(self, version: int | None, effective_from: date) -> list[AlertRevision]:
        """Let another version judge from a day on, and give what is said because of it."""
        before = len(self.revisions())
        self.county.announce(RULE, version, effective_from)
        self.county.finish()
        return self.revisions()[before:]


def said(revisions: list[AlertRevision]) -> list[tuple[str, str, int]]:
    return [(each.kind, each.reason, each.alert.rule_version) for each in revisions]


def test_each_version_judges_its_own_days_also_what_is_told_late() -> None:
    story = Changing()
    assert story.change(2, APRIL) == []
    assert story.tell(story.pays("2026-04-02T09:00")) == []
    assert said(story.tell(story.pays("2026-03-31T23:59"))) == [("raised", "late_fact", 1)]
    assert story.tell(story.pays("2026-04-01T00:00")) == []


def test_an_alert_lives_on_under_its_name_when_another_version_judges_its_trigger() -> None:
    story = Changing()
    [first] = story.tell(story.pays("2026-04-02"))
    [other] = story.change(3, APRIL)
    assert said([other]) == [("amended", "rule_changed", 3)]
    assert (other.alert.id, other.alert.revision) == (first.alert.id, 2)
    assert "0.00" in other.alert.why_zh


def test_what_a_stricter_version_does_not_see_is_withdrawn_and_comes_back_with_a_milder_one() -> None:
    story = Changing()
    [first] = story.tell(story.pays("2026-04-02"))
    assert said(story.change(2, APRIL)) == [("withdrawn", "rule_changed", 1)]
    [again] = story.change(1, APRIL)
    assert said([again]) == [("raised", "rule_changed", 1)]
    assert (again.alert.id, again.alert.revision) == (first.alert.id, 3)


def test_a_retired_rule_stands_by_what_it_said_of_earlier_days_and_is_silent_later() -> None:
    story = Changing()
    before, after = story.pays("2026-03-02"), story.pays("2026-04-02")
    story.tell(before, after)
    assert said(story.change(None, APRIL)) == [("withdrawn", "rule_changed", 1)]
    [alert] = story.open(RULE)
    assert [each.id for each in alert.evidence] == [before["id"]]
    assert story.tell(story.pays("2026-04-03")) == []
    assert said(story.change(1, MAY)) == []
    assert said(story.tell(story.pays("2026-05-01"))) == [("raised", "new", 1)]


def test_an_organization_loaded_before_its_turn_is_judged_again_there_and_then() -> None:
    story = Changing()
    story.tell(story.pays("2026-04-02"))
    story.county.announce(RULE, 3, APRIL)
    shard = story.shard()
    shard.adopt(story.county.book_after(1))
    assert said(observed(story, story.pays("2026-03-20", 100)).alerts)[:1] == [("amended", "rule_changed", 3)]


def test_a_rule_whose_clauses_are_all_repealed_stops_by_itself_and_says_so() -> None:
    rule = shipped_rules().rule(RULE)
    clause = msgspec.structs.replace(rule.law[0], in_force_to=date(2026, 3, 31))
    story = Story(RuleBook([msgspec.structs.replace(rule, seed=(), law=(clause,))], shipped_rules().words))
    [revision] = story.tell(story.pays("2026-03-31"))
    assert [each.instrument for each in revision.alert.law] == [clause.key]
    [verdict] = observed(story, story.pays("2026-04-01")).verdicts
    assert (verdict.kind, verdict.detail) == ("not_applicable", "no_law_in_force")
    assert [alert.id for alert in story.open(RULE)] == [revision.alert.id]


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ({"in_force": date(2016, 9, 1)}, "CHARITY-2016 is in force to 2024-09-04: the clause needs in_force_to"),
        ({"in_force": date(2010, 1, 1), "in_force_to": date(2024, 9, 4)}, "CHARITY-2016 is in force from 2016-09-01"),
        (
            {"in_force": date(2016, 9, 1), "in_force_to": date(2024, 9, 5)},
            "CHARITY-2016 is in force to 2024-09-04: the clause needs in_force_to",
        ),
    ],
)
def test_a_clause_outside_of_the_days_of_its_law_is_refused(dates: dict[str, date], message: str) -> None:
    file = RuleFile(next(RULES.glob(f"{RULE}-*.yaml")))
    file.content["law"] = [{"key": "CHARITY-2016", "article": "22", **dates}]
    assert RuleReader(file, shipped_rules().words).read() is None
    assert [each.partition(": ")[2] for each in file.messages] == [message]


def test_the_steps_of_a_rule_are_cut_into_spans_in_which_one_version_judges() -> None:
    until_january, until_march, until_april = date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 30)
    assert versions_of([Step("R", 1)]) == [Version("R", 1, Span())]
    told = [Step("R", 1), Step("R", 3, MAY), Step("R", 2, FEBRUARY), Step("R", None, APRIL)]
    assert versions_of(told) == [
        Version("R", 1, Span(last=until_january)),
        Version("R", 2, Span(FEBRUARY, until_march)),
        Version("R", 3, Span(MAY)),
    ]
    assert versions_of([*told, Step("R", 2, APRIL)])[1:] == [
        Version("R", 2, Span(FEBRUARY, until_april)),
        Version("R", 3, Span(MAY)),
    ]
    assert versions_of([Step("S", 1), Step("R", None)]) == [Version("S", 1, Span())]


def test_the_latest_verdict_is_that_of_the_last_day_whatever_version_gave_it() -> None:
    story = Changing()
    story.tell(story.pays("2026-03-02"), story.pays("2026-04-02"))
    story.county.announce(RULE, 2, APRIL)
    verdicts: list[Verdict] = []
    shard = story.shard()
    shard.adopt(story.county.book_after(1))
    story.shard()
    verdicts += observed(story, story.pays("2026-03-03", 100)).verdicts
    assert [(each.rule_version, each.kind) for each in verdicts][-1] == (2, "no_hit")
