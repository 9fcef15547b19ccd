"""A rule set is loaded as a whole or refused as a whole, each fault with file, line and column."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from funds_monitor.domain.rule_files import FILE_BYTES_MAX
from funds_monitor.domain.rulebook import RuleBook, RuleSetRefused, load_rules
from tests.builders.engine import RULES

SO_05 = "SO-05-public-to-private.yaml"
SO_21 = "SO-21-tax-registration-gap.yaml"
SO_15 = "SO-15-off-budget.yaml"
SO_16 = "SO-16-passed-on.yaml"
SO_18 = "SO-18-single-buyer.yaml"
SO_26 = "SO-26-beyond-filing.yaml"
SO_33 = "SO-33-arbitrary-fees.yaml"
SO_02 = "SO-02-structuring.yaml"
SO_03 = "SO-03-pass-through.yaml"
SO_07 = "SO-07-dormant-account.yaml"
SO_25 = "SO-25-unfiled-overseas-money.yaml"
SO_27 = "SO-27-unreported-overseas.yaml"
TY_05 = "TY-05-shadow-foreign-funding.yaml"
SPOILT = (SO_02, SO_03, SO_05, SO_07, SO_15, SO_16, SO_18, SO_21, SO_26, SO_33)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of some shipped rules, with a pattern that reads some of them, that a test may spoil."""
    folder = tmp_path / "rules"
    folder.mkdir()
    for name in ("words.yaml", *SPOILT, SO_25, SO_27, TY_05):
        shutil.copy(RULES / name, folder)
    return folder


def spoil(folder: Path, name: str, *, old: str, new: str) -> list[str]:
    """Change a file and give what loading says of it."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleSetRefused) as refused:
        load_rules(folder)
    return refused.value.messages


def place_of(name: str, text: str) -> str:
    """Give `file:line:column` of the first place of a text in a shipped file."""
    lines = (RULES / name).read_text(encoding="utf-8").splitlines()
    line, found = next((number, each) for number, each in enumerate(lines, 1) if text in each)
    return f"{name}:{line}:{found.index(text) + 1}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{rule: SO-25}", "{rule: SO-99}", "unknown rule 'SO-99'"),
        ("{rule: SO-25}", "{rule: SO-25, branches: [z]}", "SO-25 has no branch 'z'"),
        ("{rule: SO-25}", "{rules: SO-25}", "unknown key 'rules' (did you mean \"rule\"?)"),
        ("between: [unfiled, paid_out]", "between: [unfild, paid_out]", '(did you mean "unfiled"?)'),
        ("between: [unfiled, paid_out]", "between: [unfiled]", "fewer than two members"),
        ("month_ends_within: follow_days", "month_ends_within: follow", "unknown parameter 'follow'"),
        ("month_ends_within: follow_days", "share: [purse]", "'purse' is unknown here"),
        (", month_ends_within: follow_days", "", "is one of share, paid_after, month_ends_within"),
        ("within: within_days", "within: within_day", '(did you mean "within_days"?)'),
        ("  - {level: critical}", "  - {level: critical, when: span_days > 5}", "only that, has no condition"),
        (
            "  - {level: critical}",
            "  - {level: high, when: unfiled.larg > 5}\n  - {level: critical}",
            "has no field 'larg'",
        ),
        ("{unfiled.on}", "{unfiled}", "'unfiled' has no value in a text"),
        ("{unfiled.on}", "{unfilled.on}", "unknown name 'unfilled' in a text"),
    ],
)
def test_a_pattern_that_does_not_hold_is_refused_with_the_whole_set(
    folder: Path, old: str, new: str, said: str
) -> None:
    messages = spoil(folder, TY_05, old=old, new=new)
    assert any(said in message for message in messages), messages
    assert all(message.startswith(TY_05) for message in messages)


def test_the_shipped_rules_hold() -> None:
    book = load_rules(RULES)
    assert [pattern.id for pattern in book.patterns] == sorted(path.name[:5] for path in RULES.glob("TY-*.yaml"))
    assert [rule.id for rule in book.rules] == sorted(path.name[:5] for path in RULES.glob("SO-*.yaml"))
    assert book.rule("SO-03").episode.regroup_days == 3


def test_an_unknown_name_is_refused_where_it_stands_with_what_may_have_been_meant(folder: Path) -> None:
    place = place_of(SO_21, "moved_a >= moved_fen'")
    messages = spoil(folder, SO_21, old="&& moved_a >= moved_fen'", new="&& mowed_a >= moved_fen'")
    assert messages == [f"{place}: unknown name 'mowed_a' (did you mean \"moved_a\"?)"]


def test_a_fault_in_a_folded_text_is_found_in_its_own_line(folder: Path) -> None:
    place = place_of(SO_03, "share(new_in, inflow)")
    [message] = spoil(folder, SO_03, old="share(new_in, inflow)", new="shore(new_in, inflow)")
    assert message == f"{place}: function 'shore' is unknown (did you mean \"share\"?)"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (SO_21, "any: taxreg_opened, where", "any: taxreg_open, where", "unknown stream 'taxreg_open'"),
        (SO_21, "registered_on <= d", "registered_on <= 5", "date and int"),
        (
            SO_21,
            "done: {any: taxreg_opened, field: registered_on}",
            "done: {any: taxreg_opened, field: on}",
            "stands in quotes",
        ),
        (SO_15, "by: [{award: under}]", "by: [{group: under}]", "no key 'group' of payment"),
        (SO_15, "by: [{award: under}]", "by: [{award: window_days}]", "expected string, found int"),
        (SO_15, "after: fiscal}", "after: fiscale}", "'fiscale' is no set (did you mean \"fiscal\"?)"),
        (SO_07, "before: awake, newest", "before: awaken, newest", "'awaken' is no set (did you mean \"awake\"?)"),
        (SO_07, "newest: 1}", "newest: 0}", "is how many, not by group nor within a day"),
        (SO_07, "by: [own_account], within: 36500", "by: [group], within: 36500", "is how many, not by group"),
        (SO_07, "moved_before.legal_basis.approval_ref", "moved_before.legal_basis.ref", "no such field"),
        (SO_07, "covered(plus_days(last_moved_on, 1)", "covered(1", "expected date, found int"),
        (
            SO_15,
            "earliest: fiscal.booked_on",
            "earliest: fiscal.booked",
            "no such field 'booked' (did you mean \"booked_on\"?)",
        ),
        (SO_15, "pro_rata(loose_fen, fiscal_fen, i", "pro_rata(fiscal_from, fiscal_fen, i", "expected int, found date"),
        (SO_15, "raises: audited", "raises: off_fen", "expected bool, found int"),
        (SO_16, "grouped(this.party, buyer_code)", "grouped(this.party, d)", "expected string, found date"),
        (SO_18, 'tied("employs", p', 'tied("employ", p', "tied takes the kind of relation as a literal"),
        (SO_18, 'tied("employs", p', 'tied("employs", d, p', "tied takes 3 arguments"),
        (SO_18, "fair_bids < bids_min", "fair_bid < bids_min", '(did you mean "fair_bids"?)'),
        (SO_26, "due: {of: filing,", "due: {of: filling,", "no deadlines of 'filling' (did you mean \"filing\"?)"),
        (SO_26, "due: {of: filing,", "due: {of: payment,", "payments are many"),
        (SO_26, "due: {of: filing, on:", "due: {of: filing, at:", "unknown key 'at'"),
        (SO_26, "plus_days(to_on, report_days)", "plus_days(two_on, report_days)", '(did you mean "to_on"?)'),
        (SO_26, "branches: [a, d]", "branches: [a, f]", "unknown branch 'f'"),
        (SO_26, "branches: [d]", "branches: [g]", "unknown branch 'g'"),
        (SO_26, "[{topic: public", "[{topics: public", "unknown key 'topics' (did you mean \"topic\"?)"),
        (SO_26, "where: filing_id == this.filing_id, b", "where: filing == this.filing_id, b", "unknown name 'filing'"),
        (SO_33, "!(amount_fen in this.tiers)", "!(kind in this.tiers)", "string is not in a list of int"),
        (SO_33, "amount_fen in this.tiers", "amount_fen in this.payers", "in needs a list on its right"),
        (SO_33, "values: fee.amount_fen", "values: fee.amount", "fee has no such field"),
        (SO_33, "values: fee.amount_fen", "values: fees.amount_fen", "unknown stream 'fees' (did you mean"),
        (SO_33, "first: activity, order: held_from", "first: activity, order: held", "order is no field of activity"),
        (SO_33, "branches_within(both_days) > 1", "branches_within(payer) > 1", "expected int, found Party"),
        (SO_21, "version: 1", "version: one", "expected int, found string"),
        (SO_21, "version: 1", "version: 1\nversion: 2", "stands twice"),
        (SO_21, "version: 1", "versoin: 1", "unknown key 'versoin' (did you mean \"version\"?)"),
        (SO_21, "id: SO-21", "id: SO-98", "does not fit the file's name"),
        (SO_21, "look_alikes: []", "look_alikes: [", "expected"),
        (SO_21, "{moved_a|yuan}", "{moved_z|yuan}", "unknown name 'moved_z' in a text"),
        (SO_21, "{moved_a|yuan}", "{moved_a|dollars}", "unknown filter 'dollars'"),
        (SO_21, 'deadline: "true"}', "}", "go together"),
        (
            SO_21,
            "  - {level: medium}",
            "  - {level: huge}",
            "'huge' is unknown here, is one of critical, high, low, medium",
        ),
        (SO_21, "  - {level: medium}", '  - {level: medium, when: branch("a")}', "has no condition"),
        (SO_21, "sum: payments_a.amount_fen", "sum: payments_a.party", "has no such field"),
        (SO_21, "sum: payments_a.amount_fen", "sum: payment_a.amount_fen", 'is no set (did you mean "payments_a"?)'),
        (SO_21, "receipts_a: {of: receipt, since: org.registered_on}", "receipts_a: {of: receipt}", "needs within"),
        (SO_02, """by: [direction, 'method == "cash"'""", """by: [direction, 'cleared("C1")'""", "of the fact alone"),
        (SO_02, """by: [direction, 'method == "cash"'""", """by: [direction, 'party == "x"'""", "unknown name 'party'"),
        (SO_02, "by: [direction, own_account]", "by: [direction, own_acount]", "no field 'own_acount' (did you mean"),
        (SO_21, "kinds: [association,", "kinds: [club,", "'club' is unknown here, is one of association"),
        (SO_03, "operator: pass_through,", "operator: pass_by,", "unknown operator"),
        (SO_03, "payees_max: payees_max}", "}", "pass_through needs 'payees_max'"),
        (SO_03, "fresh_min: {default", "amount_fen: {default", "is a field of the fact at hand"),
        (SO_05, "once: month(booked_on)", "when: month(booked_on)", "unknown key 'when'"),
        (SO_05, "    once: month(booked_on)\n", "", "payments are many"),
        (SO_05, "on: day_after_month(booked_on, due_day)", "on: month(booked_on)", "expected date, found int"),
        (SO_05, "{of: payment, where: personal && related(2)", "{of: payments, where: personal", "unknown stream"),
        (SO_05, "until: ends_on}", "until: of_month}", "'of_month' is no feature that gives a date"),
        (
            SO_05,
            "by: [{month_of_period(period): of_month}]",
            "by: [{month_of_period(period): ends_on}]",
            "expected int",
        ),
        (SO_05, "by: [{month_of_period(period): of_month}]", "by: [{month(period): of_month}]", "expected date"),
        (SO_05, 'counterparty.kind == "person"\'\n    on', 'cleared("C6")\'\n    on', "known of the facts alone"),
        (SO_03, 'repeated("a", repeat_days)', 'repeated("c", repeat_days)', "unknown branch 'c'"),
        (SO_03, "first_time && counterparty.kind", "hits_within(3) > 1 && counterparty.kind", "is not allowed here"),
    ],
)
def test_any_fault_refuses_the_whole_set(folder: Path, name: str, old: str, new: str, said: str) -> None:
    messages = spoil(folder, name, old=old, new=new)
    assert any(said in message for message in messages), messages
    assert all(message.startswith(f"{name}:") for message in messages)


def test_a_set_without_rules_without_words_or_with_a_huge_file_is_refused(folder: Path, tmp_path: Path) -> None:
    def loading(change: Callable[[], object]) -> RuleBook:
        change()
        return load_rules(folder)

    with pytest.raises(RuleSetRefused, match="longer than"):
        loading(lambda: (folder / "SO-99-huge.yaml").write_text("#" * (FILE_BYTES_MAX + 1), encoding="utf-8"))
    with pytest.raises(RuleSetRefused, match=r"words\.yaml"):
        loading((folder / "words.yaml").unlink)
    with pytest.raises(RuleSetRefused, match=r"words\.yaml"):
        load_rules(tmp_path)


def test_sentences_for_chinese_readers_are_punctuated_as_theirs_are() -> None:
    for rule in load_rules(RULES).rules:
        for wording in rule.why.values():
            bare = re.sub(r"\{[^}]*\}", "", wording.zh)
            assert not re.search(r"[,;:()?!]", bare), f"{rule.id}: {wording.zh}"
            assert bare.endswith("。"), f"{rule.id}: {wording.zh}"
