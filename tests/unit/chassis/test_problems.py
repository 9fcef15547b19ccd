"""What a caller is told: one table, Chinese unless English is asked for, and never what was sent."""

import pytest

from chassis import problems
from chassis.errors import Fenced, Refused, Unavailable


def told(error: Exception, language: str = "") -> problems.Answer:
    return problems.answer(error, instance="req_1", accept_language=language)


def test_a_refusal_tells_its_code_its_status_and_where() -> None:
    answer = told(Refused("legal_basis_missing", "say the clause", pointer="/data/legal_basis"))
    assert answer.status == 422
    assert answer.body == {
        "type": "/problems/legal-basis-missing",
        "code": "legal_basis_missing",
        "status": 422,
        "title": "支付事件缺少法定依据",
        "instance": "req_1",
        "detail": "say the clause",
        "errors": [{"pointer": "/data/legal_basis", "code": "legal_basis_missing"}],
    }


def test_errors_of_a_batch_are_told_as_they_are() -> None:
    errors = [{"index": 3, "pointer": "/time", "code": "time_ahead", "detail": ""}]
    assert told(Refused("time_ahead", errors=errors)).body["errors"] == errors


@pytest.mark.parametrize("error", [Unavailable("PostgreSQL: OSError"), Fenced("shard 3")])
def test_what_passes_by_itself_says_when_to_come_back_and_not_why(error: Exception) -> None:
    answer = told(error)
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert "detail" not in answer.body


def test_a_bug_says_nothing_about_itself() -> None:
    answer = told(ValueError("secret"))
    assert answer.status == 500
    assert "secret" not in str(answer.body)


@pytest.mark.parametrize(
    ("language", "english"),
    [
        ("", False),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en-GB,en;q=0.9", True),
        ("en;q=0.5,zh;q=0.4", True),
        ("fr", False),
        ("en;q=0", False),
        ("en;q=nonsense", False),
        ("fr;q=1,en;q=0.1", True),
    ],
)
def test_english_is_spoken_to_who_asks_for_it(language: str, *, english: bool) -> None:
    assert problems.speaks_english(language) is english


def test_a_pointer_escapes_its_own_signs() -> None:
    assert problems.pointer_to(["data", 0, "a/b~c"]) == "/data/0/a~1b~0c"


def test_every_kind_has_both_languages_and_an_error_status() -> None:
    assert all(kind.zh and kind.en and 400 <= kind.status < 600 for kind in problems.KINDS.values())
