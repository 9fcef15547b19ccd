"""The oracle against what the indicators say in words of purchases: who buys, who is paid on."""

from collections.abc import Callable

import pytest

from tests.builders.codes import code_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.oracle.test_indicators import ME, D, Story, alerts_of, firm, gets, pays, yuan

BUYER = party("平阳县民政局", code="11330326002562123X")
OTHER = party("戊公司", code=code_of(35, kind="91"))
LEADER = party("张*", kind="person", person=person_of("张三"))
BIDS = [{"code": code_of(number, kind="91"), "name": f"第{number}公司", "outcome": "lost"} for number in (41, 42, 43)]
VICE_CHAIR = D.post_taken(ME, "2025-01-10", person="张三", post="vice_chair")
OFFICIAL = D.post_taken(code_of(12), "2024-03-01", person="张三", post="director", official_status="serving")


def employed(**data: object) -> Json:
    return D.relation(ME, "2025-01-20", relation="employs", a=BUYER, b=LEADER, **data)


def dependent(last: int = 110_000, others: int = 60_000, **data: object) -> Story:
    """Let one buyer award and pay three purchases in two years; others pay once."""
    found: Story = [gets(others, "2024-06-25", OTHER)]
    for place, (day, amount) in enumerate((("2024-07-01", 100_000), ("2025-03-01", 110_000), ("2026-02-01", last))):
        known = {"award_id": f"aw-{place}", "procedure": "single_source"} | data
        found += [D.award(ME, day, amount_fen=yuan(amount), **known), gets(amount, f"{day[:8]}20", BUYER)]
    return found


def bought(amount: int = 180_000, **data: object) -> Story:
    """Let a purchase be awarded for the rest of the year and paid on 1 March."""
    known: dict[str, object] = {"award_id": "aw-1", "contract_ref": "ct-1", "budget_payees": [firm(1)["name"]]}
    known |= {"term_from": "2026-02-01", "term_to": "2026-10-31"} | data
    return [D.award(ME, "2026-01-20", amount_fen=yuan(amount), **known), gets(amount, "2026-03-01", BUYER)]


def on(amount: int, at: str = "2026-05-01", who: Json = OTHER, **data: object) -> Json:
    return pays(amount, at, who, **({"project_ref": "ct-1"} | data))


HITS: dict[str, tuple[str, str, Callable[[], Story]]] = {
    "half passed on": ("SO-16", "medium", lambda: [*bought(), on(95_000)]),
    "most of it passed on": ("SO-16", "high", lambda: [*bought(), on(150_000)]),
    "passed on naming no project": ("SO-16", "medium", lambda: [*bought(), on(95_000, project_ref=None)]),
    "to a person of the buyer": (
        "SO-16",
        "critical",
        lambda: [*bought(), employed(), on(3_000, who=LEADER, project_ref=None)],
    ),
    "back to the buyer": ("SO-16", "high", lambda: [*bought(), on(3_000, who=BUYER)]),
    "one buyer, single source": ("SO-18", "low", dependent),
    "one buyer and its officer": ("SO-18", "high", lambda: [VICE_CHAIR, employed(), *dependent()]),
    "an officer although three bid": (
        "SO-18",
        "medium",
        lambda: [VICE_CHAIR, employed(), *dependent(procedure="open_tender", bidders=BIDS)],
    ),
    "a serving official, by a post elsewhere, of the supervising buyer": (
        "SO-18",
        "high",
        lambda: [
            D.registered(ME, "2024-02-01", changed=True, supervising_body="平阳县 民政局"),
            VICE_CHAIR,
            OFFICIAL,
            *dependent(),
        ],
    ),
}
MISSES: dict[str, tuple[str, Callable[[], Story]]] = {
    "less than half passed on": ("SO-16", lambda: [*bought(), on(85_000)]),
    "passed on to a payee of the budget": ("SO-16", lambda: [*bought(), on(95_000, who=firm(1))]),
    "half of little passed on": ("SO-16", lambda: [*bought(90_000), on(48_000)]),
    "passed on after the term": ("SO-16", lambda: [*bought(), on(95_000, "2026-11-01")]),
    "a surplus returned": ("SO-16", lambda: [*bought(), on(12_000, who=BUYER, purpose_text="项目结余退回")]),
    "returned after the term": ("SO-16", lambda: [*bought(), on(12_000, "2026-11-20", BUYER)]),
    "returned as not accepted": (
        "SO-16",
        lambda: [*bought(), D.accepted(ME, "2026-04-20", award_id="aw-1"), on(12_000, who=BUYER)],
    ),
    "to a person who left the buyer": (
        "SO-16",
        lambda: [*bought(), employed(to_on="2026-04-30"), on(3_000, who=LEADER)],
    ),
    "three quarters from one buyer": ("SO-18", lambda: dependent(others=100_000)),
    "three bidders": ("SO-18", lambda: dependent(procedure="open_tender", bidders=BIDS)),
    "bidders not told": ("SO-18", lambda: dependent(procedure="open_tender")),
    "employed there before": (
        "SO-18",
        lambda: [VICE_CHAIR, employed(to_on="2025-02-10"), *dependent(procedure="inquiry")],
    ),
    "employed by somebody else": (
        "SO-18",
        lambda: [
            VICE_CHAIR,
            D.relation(ME, "2025-01-20", relation="employs", a=firm(1), b=LEADER),
            *dependent(procedure="inquiry"),
        ],
    ),
}


@pytest.mark.parametrize("name", HITS)
def test_the_definition_hits_what_the_indicators_say_it_must(name: str) -> None:
    rule, severity, story = HITS[name]
    assert severity in alerts_of(story(), rule)


@pytest.mark.parametrize("name", MISSES)
def test_the_definition_is_silent_where_the_indicators_say_it_must(name: str) -> None:
    rule, story = MISSES[name]
    assert alerts_of(story(), rule) == []
