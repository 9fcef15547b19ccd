"""How good the findings are: sets are read as they stand, labels stay outside, figures are counted by hand."""

import gzip
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from contracts import TOPICS, Event, partition_of
from qinglian.cli import main
from qinglian.errors import LauncherError, PartFailed, TableRefused
from qinglian.evaluation.appeals import read_appeal
from qinglian.evaluation.evaluated import Plan, evaluate
from qinglian.evaluation.judge import Bench, Progress, judge
from qinglian.evaluation.page import HEAD as HEAD_OF_PAGE
from qinglian.evaluation.page import page
from qinglian.evaluation.scoring import added_by, cited_shapes, floor_accounts, labels_of, scores_of
from qinglian.evaluation.transfers import TransferSet, is_transfer_set, read_transfer_set
from qinglian.sample.pen import Json
from tests.builders.records import admitted, records_of

HEAD = "tx,step,type,amount,nameOrig,nameDest,isSAR,patternID,pattern"
MULE, PAYEE, HONEST = "1", "2", "3"
STRANGERS = range(100, 106)


def row(step: int, amount: str, payer: object, payee: object, label: str = "0,-1,normal_single", **more: str) -> str:
    return f"0,{step},{more.get('type', 'TRANSFER')},{amount},{payer},{payee},{label}"


def rows() -> list[str]:
    """Six strangers pay the mule, who passes it on; an honest account has few dealings."""
    pattern = "1,77,fan_in"
    return [
        row(0, "150.004", HONEST, MULE),
        *(row(60, "600", stranger, MULE, pattern) for stranger in STRANGERS),
        row(61, "1900.005", MULE, PAYEE, pattern),
        row(61, "20", PAYEE, HONEST),
        row(62, "30", HONEST, "-1", type="CASH"),
    ]


def write_set(folder: Path, name: str = "set.csv", lines: Sequence[str] | None = None) -> Path:
    text = "\n".join([HEAD, *(rows() if lines is None else lines)]) + "\n"
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def an_alert(known: TransferSet, account: str, *, rule: str = "SO-03", shows: str = "", **said: str) -> Json:
    (code,) = [code for code, its in known.account_of.items() if its == account]
    alert = {"rule": rule, "severity": said.get("severity", "low"), "organization": code}
    measured = {"branch": said.get("branch", "a")}
    return alert | {"measured": measured, "evidence": [{"id": each} for each in shows.split()]}


@pytest.mark.parametrize("name", ["set.csv", "set.csv.gz"])
def test_a_set_is_read_to_the_fen_with_the_order_of_its_rows(tmp_path: Path, name: str) -> None:
    path = write_set(tmp_path, name)
    assert is_transfer_set(path)
    known = read_transfer_set(path)
    assert [each.amount_fen for each in known.transfers[:2]] == [15_000_000, 60_000_000]  # 150.004 is 150.00 yuan
    assert known.transfers[7].amount_fen == 190_000_000  # half-even: 1900.005 is 1900.00
    assert [(each.day, each.place) for each in known.transfers[6:9]] == [(60, 5), (61, 0), (61, 1)]
    assert known.transfers[-1].payee is None
    assert set(known.accounts) == {MULE, PAYEE, HONEST, *map(str, STRANGERS)}


def test_a_set_may_leave_the_shape_and_the_number_of_a_row_out(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("step,type,amount,nameOrig,nameDest,isSAR,patternID\n0,TRANSFER,1,1,2,True,4\n", "utf-8")
    [transfer] = read_transfer_set(path).transfers
    assert is_transfer_set(path)
    assert (transfer.labelled, transfer.shape, transfer.pattern) == (True, "untold", "4")


def test_every_event_of_a_set_is_let_in_and_none_knows_its_label(tmp_path: Path) -> None:
    known = read_transfer_set(write_set(tmp_path), first_on=date(2024, 5, 1))
    events = list(known.events())
    told = [event | {"_topic": event["data"]["topic"]} if "completed" in event["type"] else event for event in events]
    found = [admitted(record) for record in records_of(told)]
    assert all(isinstance(event, Event) and not event.quarantined for event in found)
    payments = [event for event in events if event["type"] == "finance.payment.settled.v1"]
    assert len(payments) == 2 * (len(known.transfers) - 1) + 1  # cash has one side that is anybody's
    assert payments[0]["time"] == "2024-05-01T00:00:00.000+08:00"
    assert not {"fan_in", "normal", "isSAR", '"77"', "pattern"} & {
        word for word in ("fan_in", "normal", "isSAR", '"77"', "pattern") if word in json.dumps(events)
    }
    transfer = known.transfer_of(payments[-1]["id"])
    assert transfer is not None
    assert (transfer.payer, transfer.cash) == (HONEST, True)


def test_precision_recall_and_f1_are_what_can_be_counted_by_hand(tmp_path: Path) -> None:
    known = read_transfer_set(write_set(tmp_path))
    alerts = [
        an_alert(known, MULE, severity="high"),
        an_alert(known, MULE),
        an_alert(known, "100", branch="a,b"),
        an_alert(known, HONEST, rule="SO-01", shows="0-out 8-in gone"),
    ]
    by_name = {each.name: each for each in scores_of(known, alerts, ["SO-01", "SO-02", "SO-03", "TY-03"])}
    assert list(by_name) == [
        "SO-01",
        "SO-03",
        "SO-03 (a)",
        "SO-03 (b)",
        "all rules",
        "all rules, medium and above",
        "floor: 5 payers in 14 days",
    ]
    assert len(labels_of(known.transfers).accounts) == 8
    union = by_name["all rules"]
    assert (union.alerts, union.accounts, union.found) == (4, 3, 2)
    assert (union.precision, union.recall) == (2 / 3, 2 / 8)
    assert union.f1 == pytest.approx(2 * (2 / 3) * (2 / 8) / (2 / 3 + 2 / 8))
    assert (by_name["SO-03"].alerts, by_name["SO-03"].precision) == (3, 1.0)
    assert (by_name["SO-01"].precision, by_name["SO-01"].f1, by_name["SO-01"].touched) == (0.0, 0.0, 0)
    assert (by_name["SO-03 (b)"].alerts, by_name["SO-03 (b)"].recall, by_name["SO-03 (b)"].is_part) == (1, 1 / 8, True)
    [shape] = union.shapes
    assert (shape.shape, shape.accounts, shape.found, shape.patterns, shape.touched) == ("fan_in", 8, 2, 1, 1)
    assert [(each.rule, each.accounts, each.found) for each in added_by(known, alerts)] == [
        ("SO-01", 1, 0),
        ("SO-03", 2, 2),
    ]
    [cited] = cited_shapes(known, alerts)
    assert (cited.shape, cited.transfers, cited.cited, cited.alerts) == ("normal_single", 3, 2, 1)


def test_whom_two_rules_name_neither_adds(tmp_path: Path) -> None:
    known = read_transfer_set(write_set(tmp_path))
    alerts = [an_alert(known, MULE), an_alert(known, MULE, rule="SO-01"), an_alert(known, HONEST)]
    assert [(each.rule, each.accounts, each.found) for each in added_by(known, alerts)] == [
        ("SO-01", 0, 0),
        ("SO-03", 1, 0),
    ]


def test_the_second_floor_is_the_strictest_that_finds_as_much(tmp_path: Path) -> None:
    """The mule has 7 payers and is labelled, another account has 9 and is not, a third has 6 and is labelled."""
    lines = [row(1, "1", 100 + payer, MULE, "1,7,fan_in") for payer in range(7)]
    lines += [row(1, "1", 200 + payer, HONEST) for payer in range(9)]
    lines += [row(1, "1", 300 + payer, PAYEE, "1,8,fan_in") for payer in range(6)]
    known = read_transfer_set(write_set(tmp_path, lines=lines))
    for found, payers in (((MULE,), 7), ((MULE, PAYEE), 6)):
        *_, floor = scores_of(known, [an_alert(known, account) for account in found], ["SO-03"])
        assert (floor.name, floor.found, floor.accounts) == (
            f"floor: {payers} payers in 14 days",
            len(found),
            9 - payers,
        )


@pytest.mark.parametrize(("last", "named"), [(13, {"9"}), (14, set())])
def test_the_floor_names_whoever_is_paid_by_five_within_fourteen_days(
    tmp_path: Path, last: int, named: set[str]
) -> None:
    lines = [row(0, "1", payer, 9) for payer in (11, 12, 13, 14, 14)] + [row(last, "1", 15, 9)]
    assert floor_accounts(read_transfer_set(write_set(tmp_path, lines=lines)).transfers) == named


def test_a_folder_is_judged_by_the_shipped_rules_and_the_page_says_so(tmp_path: Path) -> None:
    write_set(tmp_path)
    receipts = ["payer_name,amount_raw_yuan,payer_kind", *(f"人{number},500,person" for number in range(40))]
    (tmp_path / "gifts_2020-02-07.csv").write_text("\n".join([*receipts, "合计,20000,trailer_total"]), "utf-8")
    (tmp_path / "members.csv").write_text("modelID,type\n0,fan_in\n", "utf-8")
    said: list[str] = []
    found = evaluate(Plan(tmp_path, county_size=0), say=said.append)
    text = page(found)

    [result] = found.sets
    union = next(each for each in result.scores if each.name == "all rules")
    assert (union.accounts, union.found) == (1, 1)
    assert (result.judgement.refused, result.judgement.errors) == ({}, {})
    assert {"SO-02", "TY-03"} <= set(result.silent)  # patterns are scored beside rules
    assert "| all rules | " in text
    assert "| gifts_2020-02-07.csv | 40 | silent |" in text
    assert "| all rules | fan_in | 1 of 8 | 1.000 | 0.125 | 1 of 1 |" in text
    assert str(tmp_path) not in text
    assert page(evaluate(Plan(tmp_path, county_size=0), say=said.append)) == text


def test_a_folder_without_a_labelled_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="holds no labelled set"):
        evaluate(Plan(tmp_path), say=print)


CHINESE = row(0, "1", "甲", 2).encode("gb18030")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([HEAD.replace(",patternID", "")], "row 1: column patternID is missing."),
        ([HEAD, row(0, "1", 1, 2), row(0, "much", 1, 2)], "row 3, column amount: 'much' cannot be read: is no number."),
        ([HEAD, row(0, "1", 1, 2), "", "7,1,TRANSFER"], "row 4, column amount: is missing."),
        ([HEAD, row(0, "1", 1, 2, "maybe,4,fan_in")], "column isSAR: 'maybe' cannot be read: neither true nor false."),
        ([HEAD, row(0, "NaN", 1, 2)], "row 2, column amount: 'NaN' cannot be read: "),
        ([HEAD.encode(), CHINESE], "row 2, column nameOrig: not UTF-8; save it as UTF-8."),
        (["\ufeff".encode("utf-16-le") + HEAD.encode("utf-16-le")], "row 1, column 1: not UTF-8; save it as UTF-8."),
    ],
)
def test_what_cannot_be_read_of_a_set_is_said_with_row_and_column(
    tmp_path: Path, lines: list[str | bytes], complaint: str
) -> None:
    said = [line.encode() if isinstance(line, str) else line for line in lines]
    (tmp_path / "set.csv").write_bytes(b"\n".join(said) + b"\n")
    with pytest.raises(TableRefused) as refused:
        evaluate(Plan(tmp_path), say=print)
    assert str(refused.value).startswith("set.csv, row ")
    assert complaint in str(refused.value)


def test_a_set_that_breaks_off_is_said_to(tmp_path: Path) -> None:
    path = write_set(tmp_path, "set.csv.gz")
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(TableRefused, match=r"set\.csv\.gz, after row \d+: "):
        read_transfer_set(path)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("gifts.csv", "甲,1,person", r"gifts\.csv, row 2: no date, nor in the file's name\."),
        ("gifts_2020-02-30.csv", "甲,1,person", r"row 2, column date_raw: '2020-02-30' is no date\."),
        ("gifts_2020-02-07.csv", "甲,eins,person", r"row 2, column amount_raw_yuan: 'eins' cannot be read"),
        ("gifts_2020-02-07.csv", "甲,1", r"row 2, column payer_kind: is missing\."),
        ("gifts_2020-02-07.csv", "合计,1,trailer_total", r"gifts_2020-02-07\.csv holds no receipt\."),
    ],
)
def test_what_cannot_be_read_of_receipts_is_said_with_row_and_column(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    path = tmp_path / name
    path.write_text(f"payer_name,amount_raw_yuan,payer_kind\n{text}\n", "utf-8")
    with pytest.raises(TableRefused, match=complaint):
        read_appeal(path)


def test_a_table_that_cannot_be_read_ends_the_command_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set.csv").write_bytes(HEAD.encode() + b"\n" + CHINESE + b"\n")
    monkeypatch.setattr(sys, "argv", ["qinglian", "evaluate", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "set.csv, row 2, column nameOrig: not UTF-8" in " ".join(capsys.readouterr().err.split())


def test_how_many_processes_judge_changes_nothing(tmp_path: Path) -> None:
    lines = [row(0, "150", 900 + mule, mule) for mule in range(6)]
    lines += [row(60, "600", 100 + 10 * mule + payer, mule, "1,77,fan_in") for mule in range(6) for payer in range(6)]
    known = read_transfer_set(write_set(tmp_path, lines=lines))
    said: list[str] = []
    alone = judge(known.events(), Bench(workers=1))
    assert len({partition_of(alert["organization"], TOPICS.all[0].partitions) for alert in alone.alerts}) > 1
    assert judge(known.events(), Bench(workers=2, say=said.append)) == alone
    assert judge(known.events(), Bench(workers=5)) == alone
    assert said
    assert said[-1] == "  90 % judged"  # declarations belong to no shard


def test_progress_is_said_at_each_tenth_and_once() -> None:
    said: list[str] = []
    progress = Progress(200, said.append)
    for shard, done in ((b"0", 19), (b"1", 1), (b"0", 25), (b"1", 100), (b"1", 101), (b"0", 99)):
        progress.hear(shard, done)
    assert said == ["  10 % judged", "  60 % judged", "  100 % judged"]


def test_rules_that_do_not_hold_judge_nobody(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match=r"words\.yaml:1:1: is missing"):
        judge([], Bench(tmp_path))


def test_the_page_that_is_shown_was_written_by_this_program() -> None:
    shown = (Path(__file__).parents[3] / "docs" / "finding-quality.md").read_text("utf-8")
    assert shown.startswith(HEAD_OF_PAGE)
    assert "| all rules | " in shown
