"""Whether an organization may act: active, suspended, deregistered, revoked, or unknown."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from registry.domain.facts import Fact
from registry.domain.lives import Document, day_in, document_of

Status = Literal["active", "suspended", "deregistered", "revoked", "unknown"]

REGISTERED = "civil-affairs.organization.registered.v1"
CHANGED = "civil-affairs.organization.changed.v1"
SNAPSHOTS = (REGISTERED, CHANGED)
ENDED: dict[str, Status] = {
    "civil-affairs.organization.suspended.v1": "suspended",
    "civil-affairs.organization.deregistered.v1": "deregistered",
    "civil-affairs.organization.revoked.v1": "revoked",
}
SUSPENSION_DAYS_MAX = 180  # a suspension without an end; same figure as `pause_days` of the monitor's rules


class Standing(Struct, frozen=True):
    """The status on a day, since when, and by which document."""

    status: Status
    since: date | None = None
    by: Document | None = None
    until: date | None = None
    reason: str | None = None


def standing_on(snapshots: Sequence[Fact], ended: Sequence[Fact], *, on: date) -> Standing:
    """Judge the status on a day from the snapshots known by then and the endings in effect by then.

    The ending with the latest `effective_on` decides. A suspension is over after its `until_on`, or with the next
    changed snapshot after it, or after 180 days. Without a registration nothing can be said.
    """
    if not snapshots:
        return Standing("unknown")
    first = snapshots[0]
    active = Standing("active", since=day_in(first, "registered_on"), by=document_of(first))
    in_effect = [(day_in(fact, "effective_on"), fact.position, fact) for fact in ended]
    in_effect = [ending for ending in in_effect if ending[0] <= on]
    if not in_effect:
        return active
    since, _, fact = max(in_effect, key=lambda ending: ending[:2])
    until = _last_day(fact, since=since) if ENDED[fact.type] == "suspended" else None
    if until is not None:
        lifted = next((s for s in snapshots if s.type == CHANGED and s.position > fact.position), None)
        if lifted is not None and lifted.on <= until:
            return Standing("active", since=lifted.on, by=document_of(lifted))
        if on > until:
            return Standing("active", since=until + timedelta(days=1), by=document_of(fact))
    return Standing(ENDED[fact.type], since=since, by=document_of(fact), until=until, reason=fact.data.get("reason"))


def _last_day(fact: Fact, *, since: date) -> date:
    stated = fact.data.get("until_on")
    return date.fromisoformat(stated) if stated else since + timedelta(days=SUSPENSION_DAYS_MAX)
