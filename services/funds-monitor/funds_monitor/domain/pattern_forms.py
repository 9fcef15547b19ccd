"""What a pattern file may hold: which rules' alerts together are one finding, and what ties them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Struct

from funds_monitor.domain.rule_forms import ParameterForm, SeverityForm, WordingForm

Shared = Literal["payment", "party", "group", "buyer", "award", "item"]
MemberName = Annotated[str, "member"]


class MemberForm(Struct, frozen=True):
    """Alerts of a rule; with `branches`, those in which one of them holds."""

    rule: str
    branches: tuple[str, ...] = ()


class BondForm(Struct, frozen=True):
    """What members must have to do with each other; one of the three."""

    between: tuple[MemberName, ...]
    share: tuple[Shared, ...] = ()
    paid_after: bool | None = None
    month_ends_within: str | None = None


class PatternForm(Struct, frozen=True):
    """A pattern file."""

    id: str
    version: int
    name: WordingForm
    decides: str
    members: Mapping[MemberName, MemberForm]
    within: str
    severity: tuple[SeverityForm, ...]
    why: WordingForm
    seed: tuple[int, ...] = ()
    hand_over: tuple[str, ...] = ()
    parameters: Mapping[str, ParameterForm] = {}
    order: tuple[tuple[MemberName, ...], ...] = ()
    bound: tuple[BondForm, ...] = ()
