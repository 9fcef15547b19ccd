"""Check digits against vectors that others published."""

import csv

from contracts import check_code
from tests.contracts.shared_data import shared_file


def test_all_vectors_hold() -> None:
    with shared_file("codes/uscc_vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["gb32100_check_ok"]]
    assert len(rows) > 100
    for row in rows:
        check = check_code(row["code"])
        assert check.gb32100 == (row["gb32100_check_ok"] == "y"), row
        assert check.gb11714 == (row["gb11714_orgcode_ok"] == "y"), row
