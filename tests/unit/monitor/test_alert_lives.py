"""What happens to alerts over time: raised, grown, merged, split, gone and back again, each step with its reason."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
import pytest

from contracts import partition_of
from funds_monitor.domain.expressions import parse
from funds_monitor.domain.facts import DAY_US, Place, Position
from funds_monitor.domain.outcome import Alert, AlertRevision, Outcome
from funds_monitor.domain.reading import read_fact
from funds_monitor.domain.rulebook import RuleBook, load_rules
from funds_monitor.domain.shard import Shard
from tests.builders.codes import account_of, code_of, person_of
from tests.builders.engine import RULES, EngineCounty, shipped_rules
from tests.builders.events import REPEALED_BASIS, Desk, party
from tests.builders.records import APPENDED_US, PARTITIONS, Json, Log, admitted, records_of

ME = code_of(1)
NGO = party("Blue Lake Foundation", kind="overseas")
BIG = 210_000_000


@cache
def rules_of_lives() -> RuleBook:
    """Give the shipped rules but SO-36, which would speak of everybody here: they do little else than their story."""
    book = shipped_rules()
    return RuleBook([rule for rule in book.rules if rule.id != "SO-36"], book.words)


class Story:
    """One organization's county, told event by event; `seen` are the revisions of one rule."""

    def __init__(self, rules: RuleBook | None = None, *, appended_us: int = APPENDED_US) -> None:
        self.desk = Desk()
        self.county = EngineCounty(rules or rules_of_lives())
        self._log = Log(start_us=appended_us)
        known = self.desk.tax_opened(ME, "2024-01-10"), self.desk.account_filed(ME, "2024-01-12")
        self.tell(self.desk.registered(ME, "2024-01-01"), *known)

    def tell(self, *events: Json, batch: bool = True) -> list[AlertRevision]:
        """Let events take full effect and give the new revisions."""
        before = len(self.revisions())
        portions = [list(events)] if batch else [[event] for event in events]
        for portion in portions:
            self.county.feed([record for event in portion for record in self._log.append(event)])
            self.county.finish()
        return self.revisions()[before:]

    def complete(self, until: str = "2026-12-01") -> list[AlertRevision]:
        return self.tell(*self.desk.all_completed(until))

    def revisions(self) -> list[AlertRevision]:
        return [revision for storage in self.county.storage for revision in storage.revisions]

    def shard(self, code: str = ME) -> Shard:
        """Give the shard of an organization, the organization loaded."""
        number = partition_of(code, PARTITIONS)
        shard = self.county.shard(number)
        shard.restore([self.county.storage[number].load(missing) for missing in shard.missing([code])])
        return shard

    def open(self, rule: str) -> list[Alert]:
        alerts = [alert for storage in self.county.storage for alert in storage.alerts[ME].values()]
        return [alert for alert in alerts if alert.rule == rule and alert.state == "open"]

    def pays(self, at: str, amount_fen: int = BIG, **data: Any) -> Json:
        return self.desk.payment(ME, at, amount_fen=amount_fen, **data)

    def gift(self, at: str, **data: Any) -> Json:
        known = {"counterparty": NGO, "original_currency": "USD", "original_amount_minor": 300_000} | data
        return self.desk.payment(ME, at, amount_fen=2_000_000, direction="in", **known)


def told(revisions: Iterable[AlertRevision]) -> list[tuple[str, str]]:
    return [(revision.kind, revision.reason) for revision in revisions]


def test_a_new_payment_raises_an_alert_that_says_what_caused_it() -> None:
    story = Story()
    payment = story.pays("2026-03-02")
    [revision] = story.tell(payment)
    assert told([revision]) == [("raised", "new")]
    assert revision.caused_by == (payment["source"], payment["id"])
    assert revision.alert.revision == 1
    assert revision.alert.trigger.id == payment["id"]


def test_a_second_payment_of_the_day_amends_the_alert_it_does_not_raise_another() -> None:
    story = Story()
    [raised] = story.tell(story.pays("2026-03-02"))
    [amended] = story.tell(story.pays("2026-03-02T15:00"))
    assert told([amended]) == [("amended", "new")]
    assert (amended.alert.id, amended.alert.revision) == (raised.alert.id, 2)
    assert amended.alert.evidence_count == 2


def test_a_late_payment_is_told_as_late() -> None:
    story = Story()
    story.tell(story.pays("2026-03-09", 100))
    assert told(story.tell(story.pays("2026-03-02"))) == [("raised", "late_fact")]


def test_a_correction_takes_the_alert_back_and_says_so() -> None:
    story = Story()
    payment = story.pays("2026-03-02")
    story.tell(payment)
    correction = story.desk.corrected(payment, amount_fen=100)
    [revision] = story.tell(correction)
    assert told([revision]) == [("withdrawn", "corrected")]
    assert revision.caused_by == (correction["source"], correction["id"])
    assert (revision.alert.state, revision.alert.revision) == ("withdrawn", 2)


def test_a_correction_that_arrives_first_leaves_nothing_to_take_back() -> None:
    story = Story()
    payment = story.pays("2026-03-02")
    assert story.tell(story.desk.corrected(payment, amount_fen=100), payment, batch=False) == []


def test_a_withdrawal_takes_the_alert_back_even_when_it_comes_first() -> None:
    story = Story()
    payment = story.pays("2026-03-02")
    story.tell(payment)
    assert told(story.tell(story.desk.withdrawn(payment))) == [("withdrawn", "withdrawn")]
    other = story.pays("2026-03-04")
    assert story.tell(story.desk.withdrawn(other), other, batch=False) == []


def test_a_record_that_explains_the_payment_clears_it_and_its_own_withdrawal_brings_the_same_alert_back() -> None:
    story = Story()
    [raised] = story.tell(story.pays("2026-03-02", project_ref="act"))
    activity = story.desk.activity(ME, "2026-03-01", activity_id="act", budget_fen=BIG)
    assert told(story.tell(activity)) == [("withdrawn", "cleared")]
    [again] = story.tell(story.desk.withdrawn(activity))
    assert again.kind == "raised"
    assert (again.alert.id, again.alert.revision) == (raised.alert.id, 3)


def test_when_the_trigger_vanishes_the_earliest_remaining_point_names_a_new_alert() -> None:
    story = Story()
    first, second = story.pays("2026-03-02T09:00"), story.pays("2026-03-02T15:00")
    [raised, _] = story.tell(first, second, batch=False)
    revisions = story.tell(story.desk.withdrawn(first))
    assert told(revisions) == [("withdrawn", "withdrawn"), ("raised", "withdrawn")]
    assert revisions[0].alert.id == raised.alert.id
    assert revisions[1].alert.trigger.id == second["id"]


def test_a_late_fact_between_two_episodes_merges_them_into_the_one_raised_first() -> None:
    story = Story()
    story.complete()
    [late_one] = story.tell(story.gift("2026-05-01"))
    [early_one] = story.tell(story.gift("2024-06-01"))
    assert early_one.alert.id != late_one.alert.id
    bridge = story.gift("2025-05-15")
    revisions = story.tell(bridge)
    assert sorted(told(revisions)) == [("amended", "late_fact"), ("withdrawn", "merged")]
    [alert] = story.open("SO-25")
    assert (alert.id, alert.evidence_count) == (late_one.alert.id, 3)

    revisions = story.tell(story.desk.withdrawn(bridge))
    assert {(revision.kind, revision.alert.id) for revision in revisions} == {
        ("amended", late_one.alert.id),
        ("raised", early_one.alert.id),
    }


def test_an_alert_settles_when_all_that_could_clear_it_has_been_told() -> None:
    story = Story()
    story.tell(story.pays("2026-03-02"))
    [alert] = story.open("SO-01")
    assert (alert.settled, str(alert.settles_on)) == (False, "2026-03-02")
    assert story.complete("2026-03-02T23:59") == []
    [revision] = story.complete("2026-03-03T00:00")
    assert (revision.kind, revision.reason, revision.alert.settled) == ("amended", "new", True)


def test_a_rule_that_waits_says_for_whom_and_speaks_once_it_is_told() -> None:
    story = Story()
    assert story.tell(story.gift("2026-05-12")) == []
    shard = story.shard()
    waiting = shard.organization(ME).waiting["SO-25", "public-security.overseas.v1"]
    assert (str(waiting.since), str(waiting.until_on)) == ("2026-05-12", "2026-05-12")
    assert waiting.sources == ("/public-security/overseas",)
    assert shard.waiting_organizations() == [ME]
    [revision] = story.complete("2026-05-13")
    assert (revision.kind, revision.alert.rule, revision.alert.settled) == ("raised", "SO-25", True)
    assert shard.organization(ME).waiting == {}


def test_a_corrected_date_of_registration_moves_the_deadline_and_the_alert_with_it() -> None:
    story = Story()
    me = code_of(2)
    registered = story.desk.registered(me, "2026-03-01")
    story.tell(registered, story.desk.receipt(me, "2026-03-05", amount_fen=620_000))
    story.complete("2026-04-02")
    shard = story.shard(me)
    assert [alert.key for alert in shard.organization(me).open_alerts()] == ["2026-03-01"]
    revisions = story.tell(story.desk.corrected(registered, registered_on="2026-03-04"))
    assert told(revisions) == [("withdrawn", "corrected")]
    [revision] = story.complete("2026-04-05")
    assert (revision.kind, revision.alert.key, revision.alert.trigger.id) == (
        "raised",
        "2026-03-04",
        "deadline:2026-04-03",
    )


def test_alerts_of_filings_that_end_on_one_day_are_known_again_after_a_restart_by_the_filing() -> None:
    story = Story()
    filings = [
        story.desk.filing(ME, f"2026-0{month}-01", ngo=NGO["name"], to_on="2026-06-30", filing_id=f"f-{month}")
        for month in (3, 4)
    ]
    story.tell(*filings)
    revisions = story.complete("2026-08-01")
    triggers = {f"deadline:2026-07-30:{filing['source']} {filing['id']}" for filing in filings}
    assert {revision.alert.trigger.id for revision in revisions} == triggers
    story.county.restart()
    report = story.desk.filing_report(ME, "2026-08-10", filing_id="f-3")
    [amended] = story.tell(report)
    assert (amended.kind, amended.alert.key, amended.alert.measured["done_on"]) == ("amended", "f-3", "2026-08-10")
    [withdrawn] = story.tell(story.desk.withdrawn(filings[1]))
    assert (withdrawn.kind, withdrawn.reason, withdrawn.alert.key) == ("withdrawn", "withdrawn", "f-4")
    assert [alert.key for alert in story.open("SO-26")] == ["f-3"]


def test_a_relation_that_becomes_known_later_raises_the_severity_as_reference_changed() -> None:
    story = Story()
    firm = party("甲公司", code=code_of(31, kind="91"))
    story.tell(story.pays("2026-03-02", counterparty=firm))
    boss = party("王小明", kind="person", person=person_of("boss"))
    story.tell(story.desk.post_taken(ME, "2025-01-01", person="boss"))
    [revision] = story.tell(story.desk.relation(ME, "2025-01-01", a=boss, b=firm))
    assert (revision.kind, revision.reason, revision.alert.severity) == ("amended", "reference_changed", "high")


def test_facts_that_are_old_when_they_arrive_raise_alerts_marked_history() -> None:
    day = 1_772_409_600_000_000  # 2026-03-02T00:00Z
    fresh, old = Story(appended_us=day + 29 * DAY_US), Story(appended_us=day + 31 * DAY_US)
    assert not fresh.tell(fresh.pays("2026-03-02T08:00"))[0].alert.history
    assert old.tell(old.pays("2026-03-02T08:00"))[0].alert.history


def test_a_sealed_payment_is_in_no_window_until_a_correction_releases_it() -> None:
    story = Story()
    sealed = story.pays("2026-03-02", legal_basis=REPEALED_BASIS)
    assert story.tell(sealed) == []
    basis = {"instrument": "AGREEMENT", "purpose": "supervision", "valid_until": "2035-12-31"}
    assert told(story.tell(story.desk.corrected(sealed, legal_basis=basis))) == [("raised", "corrected")]


def test_a_person_is_named_by_one_sign_and_money_is_written_out() -> None:
    story = Story()
    who = party("王小明", kind="person", person=person_of("x"))
    [revision] = story.tell(story.pays("2026-03-02", 210_000_005, counterparty=who))
    assert "与王**当日往来合计 2,100,000.05 元" in revision.alert.why_zh
    assert "2,100,000.05 yuan with 王** on 2026-03-02" in revision.alert.why_en
    assert "王小明" not in msgspec.json.encode(revision.alert).decode()


def test_more_than_two_hundred_pieces_of_evidence_are_all_counted_and_first_and_last_shown() -> None:
    story = Story()
    payments = [story.pays(f"2026-03-02T{n // 60:02d}:{n % 60:02d}", 1_000_000) for n in range(260)]
    story.tell(*payments)
    [alert] = story.open("SO-01")
    assert (alert.evidence_count, len(alert.evidence)) == (260, 200)
    assert alert.evidence[99].id == payments[99]["id"]
    assert alert.evidence[100].id == payments[160]["id"]


def test_the_clause_in_force_on_the_day_is_frozen_into_the_alert() -> None:
    story = Story()
    [revision] = story.tell(story.pays("2026-03-02"))
    assert [(each.instrument, each.article, each.unverified) for each in revision.alert.law] == [
        ("CASH-LARGE-2016-3", "5", True)
    ]
    assert story.tell(story.desk.payment(ME, "2016-03-02", amount_fen=BIG)) == []


def test_a_pending_correction_is_told_until_its_target_comes() -> None:
    story = Story()
    payment = story.pays("2026-03-02", 100)
    correction = story.desk.corrected(payment, amount_fen=200)
    outcome = observed(story, correction)
    assert [(each.id, each.corrects, each.arrived) for each in outcome.pending] == [
        (correction["id"], payment["id"], False)
    ]
    assert [(each.id, each.arrived) for each in observed(story, payment).pending] == [(correction["id"], True)]


def test_a_fact_for_a_time_already_declared_complete_marks_its_source() -> None:
    story = Story()
    story.complete("2026-04-01")
    marks = observed(story, story.pays("2026-03-02", 100)).marks
    assert [(each.source, each.topic) for each in marks] == [("/finance/treasury", "finance.payments.v1")]
    assert observed(story, story.pays("2026-04-02", 100)).marks == []


def test_the_same_fact_twice_changes_nothing() -> None:
    story = Story()
    payment = story.pays("2026-03-02")
    assert observed(story, payment).facts != []
    again = observed(story, payment)
    assert (again.facts, again.hits, again.alerts, again.verdicts) == ([], [], [], [])


def observed(story: Story, event: Json) -> Outcome:
    """Let the shard of ME see one event, past the storage that drops duplicates."""
    [record] = records_of([event])
    place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
    return story.shard().observe([read_fact(admitted(record), place)])


def test_a_rule_that_raises_at_a_point_answers_error_and_stops_nobody_else() -> None:
    book = load_rules(RULES)
    beyond_the_calendar = parse("d < plus_days(d, 999999999)")  # type-checks, and raises
    spoilt = book.rule("SO-03")
    hit = {name: msgspec.structs.replace(each, node=beyond_the_calendar) for name, each in spoilt.hit.items()}
    rules = [msgspec.structs.replace(rule, hit=hit) if rule.id == "SO-03" else rule for rule in book.rules]
    story = Story(RuleBook(rules, book.words))
    outcome = observed(story, story.pays("2026-03-02"))
    assert outcome.errors == {"SO-03": 1}
    [verdict] = [each for each in outcome.verdicts if each.rule == "SO-03"]
    assert (verdict.kind, verdict.detail[:12]) == ("error", "OverflowErro")
    assert [revision.alert.rule for revision in outcome.alerts] == ["SO-01"]


def test_a_restored_shard_goes_on_as_if_it_had_never_been_away() -> None:
    story = Story()
    payments = [story.pays(f"2026-03-02T1{n}:00") for n in range(3)]
    gift, other = story.gift("2026-05-12"), Story()
    story.tell(*payments[:2], gift)
    other.tell(*payments[:2], gift)
    other.county.restart()
    for one in (story, other):
        one.tell(payments[2])
        one.complete()
    assert story.revisions() == other.revisions()


def test_loading_an_organization_judges_nothing_again() -> None:
    story = Story()
    story.tell(story.pays("2026-03-02"), story.gift("2026-05-12"))
    stored = story.county.storage[partition_of(ME, PARTITIONS)].load(ME)
    shard = story.shard()
    shard.forget([ME])
    assert shard.missing([ME]) == [ME]
    shard.restore([stored])
    book = shard.organization(ME).hits["SO-01"]
    assert all(hit.point is None for hit in book.by_position.values())
    assert book.positions == [Position(*hit.position) for hit in stored.hits if hit.rule == "SO-01"]


@pytest.mark.parametrize("kind", ["suspended", "deregistered", "revoked"])
def test_a_rule_for_active_organizations_is_silent_once_one_has_ended(kind: str) -> None:
    story = Story()
    story.tell(story.desk.ended(ME, "2026-02-01", how=kind))
    story.tell(story.pays("2026-03-02"))
    assert story.open("SO-01") == []
    story.tell(story.pays("2026-01-31"))
    assert [alert.measured["branch"] for alert in story.open("SO-01")] == ["a"]


def test_own_accounts_are_not_the_outside_world() -> None:
    story = Story()
    other = account_of("second account")
    moved = story.pays("2026-03-02", counterparty=party("本会账户", account=other))
    [raised] = story.tell(moved)
    filed = story.desk.account_filed(ME, "2026-03-20", account=other)
    assert told(story.tell(filed))[0][0] == "withdrawn"
    assert raised.alert.rule == "SO-01"
