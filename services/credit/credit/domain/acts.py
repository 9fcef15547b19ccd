"""What is done in the procedure of a listing, each with a day, a person and, where the law wants one, a document."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from contracts import EventReference

ActName = Literal[
    "propose", "notice", "state", "drop", "decide", "serve", "object", "answer", "apply", "verify", "lift",
    "evidence", "doubt", "keep",
]  # fmt: skip
State = Literal["proposed", "noticed", "dismissed", "listed", "lifted"]
Cause = Literal[
    "annual_report", "party_organization", "rectification", "fundraising", "penalty", "unreachable", "other"
]
PLATFORM = "platform"  # who acts when facts themselves do: it only ever proposes, never decides


class Act(Struct, frozen=True, omit_defaults=True):
    """One step, as it is kept for ever.

    Shape:  `outcome` of decide: list or dismiss; of answer: upheld or rejected; of verify: met or unmet; of lift:
        repaired, expired or revoked.
    """

    act: ActName
    on: date
    by: str
    document: str | None = None
    text: str | None = None
    outcome: str | None = None
    effective_on: date | None = None
    facts: tuple[EventReference, ...] = ()


class ActRule(Struct, frozen=True):
    """When an act may be done, by whom, and what it must bring."""

    states: tuple[State, ...]
    action: str  # of the policies
    document: bool = False
    text: bool = False
    outcomes: tuple[str, ...] = ()


ACTS: Mapping[str, ActRule] = MappingProxyType(
    {
        "notice": ActRule(("proposed",), "listing-notice", document=True),
        "state": ActRule(("noticed",), "listing-notice", text=True),
        "drop": ActRule(("proposed", "noticed"), "listing-decide", text=True),
        "decide": ActRule(("noticed",), "listing-decide", document=True, text=True, outcomes=("list", "dismiss")),
        "serve": ActRule(("listed",), "listing-notice", document=True),
        "object": ActRule(("listed",), "listing-notice", text=True),
        "answer": ActRule(("listed",), "listing-decide", document=True, outcomes=("upheld", "rejected")),
        "apply": ActRule(("listed",), "listing-notice", text=True),
        "verify": ActRule(("listed",), "listing-notice", document=True, outcomes=("met", "unmet")),
        "lift": ActRule(("listed",), "listing-lift", document=True, outcomes=("repaired", "expired", "revoked")),
        "keep": ActRule(("listed",), "listing-decide", document=True, text=True),
    }
)
