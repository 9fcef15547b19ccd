"""One listing: what all its acts amount to, and its deadlines."""

from datetime import date

from msgspec import Struct, structs

from contracts import EventReference
from contracts.working_days import WorkingDays, YearMissing
from credit.domain.acts import Act, Cause, State
from credit.domain.terms import ANSWER, DECISION, REMOVAL, REVIEW, SERVICE, STATEMENT, TERMS, VERIFICATION


class Deadline(Struct, frozen=True):
    """One term of the procedure; without a day its clock stands still, because the working days of a year are unknown.

    Shape:  `met_on` is when what was due was done; None: it is still due.
    """

    name: str
    since: date
    due_on: date | None
    met_on: date | None = None
    unknown_year: int | None = None
    unverified: bool = True

    def missed_on(self, today: date) -> bool:
        """Say whether it has passed, or had passed when it was met; a window that nobody used is not missed."""
        return self.name != STATEMENT and self.due_on is not None and self.due_on < (self.met_on or today)


class Listing(Struct, frozen=True):
    """The state of one listing after its acts."""

    id: str
    organization: str
    list: str
    cause: Cause
    proposer: str
    reason: str | None
    facts: tuple[EventReference, ...]
    acts: tuple[Act, ...]
    deadlines: tuple[Deadline, ...] = ()
    state: State = "proposed"
    effective_on: date | None = None
    lifted_on: date | None = None
    lifted_reason: str | None = None
    doubted: bool = False  # a fact under it was withdrawn or corrected: somebody must revoke or keep it

    @property
    def is_public(self) -> bool:
        """Whether it is in force, and so open to anyone."""
        return self.state == "listed"

    def due(self, name: str) -> Deadline | None:
        """Return the deadline of a name that is not met yet; at most one is."""
        return next((each for each in self.deadlines if each.name == name and each.met_on is None), None)

    def has(self, name: str) -> bool:
        """Say whether an act was done."""
        return any(each.act == name for each in self.acts)


def opened(listing_id: str, organization: str, *, cause: Cause, act: Act) -> Listing:
    """Give a listing that is only proposed."""
    return Listing(
        id=listing_id,
        organization=organization,
        list="abnormal",
        cause=cause,
        proposer=act.by,
        reason=act.text,
        facts=act.facts,
        acts=(act,),
    )


def after(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    """Give the listing after an act that `check` let through, or that was kept before."""
    moved = structs.replace(listing, acts=(*listing.acts, act))
    return _MOVES[act.act](moved, act, calendar)


def _noticed(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    """Open the window, and with its end the term for the decision, which starts sooner if a statement comes."""
    opened_window = _clock(listing, STATEMENT, act.on, calendar)
    window = opened_window.deadlines[-1]
    if window.due_on is None:
        decision = structs.replace(window, name=DECISION, unverified=TERMS[DECISION].unverified)
        deadlines = (*opened_window.deadlines, decision)
        return structs.replace(opened_window, deadlines=deadlines, state="noticed")
    return structs.replace(_clock(opened_window, DECISION, window.due_on, calendar), state="noticed")


def _stated(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    stated = _met(listing, STATEMENT, act.on)
    deadlines = tuple(each for each in stated.deadlines if each.name != DECISION)
    return _clock(structs.replace(stated, deadlines=deadlines), DECISION, act.on, calendar)


def _dropped(listing: Listing, act: Act, _: WorkingDays) -> Listing:
    return _closed(listing, "dismissed", act.on)


def _decided(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    if act.outcome == "dismiss":
        return _closed(listing, "dismissed", act.on)
    window = listing.due(STATEMENT)
    decided = _met(_met(listing, STATEMENT, window.due_on or act.on) if window else listing, DECISION, act.on)
    listed = structs.replace(decided, state="listed", effective_on=act.effective_on or act.on)
    return _clock(listed, SERVICE, act.on, calendar)


def _served(listing: Listing, act: Act, _: WorkingDays) -> Listing:
    return _met(listing, SERVICE, act.on)


def _objected(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    return _clock(listing, ANSWER, act.on, calendar)


def _answered(listing: Listing, act: Act, _: WorkingDays) -> Listing:
    answered = _met(listing, ANSWER, act.on)
    return _ended(answered, act.on, "revoked") if act.outcome == "upheld" else answered


def _applied(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    return _clock(listing, VERIFICATION, act.on, calendar)


def _verified(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    verified = _met(listing, VERIFICATION, act.on)
    return _clock(verified, REMOVAL, act.on, calendar) if act.outcome == "met" else verified


def _lifted(listing: Listing, act: Act, _: WorkingDays) -> Listing:
    return _ended(listing, act.on, act.outcome or "repaired")


def _backed(listing: Listing, act: Act, _: WorkingDays) -> Listing:
    return structs.replace(_met(listing, REVIEW, act.on), facts=act.facts, doubted=False)


def _doubted(listing: Listing, act: Act, calendar: WorkingDays) -> Listing:
    return structs.replace(_clock(listing, REVIEW, act.on, calendar), doubted=True)


def _kept(listing: Listing, act: Act, _: WorkingDays) -> Listing:
    return structs.replace(_met(listing, REVIEW, act.on), doubted=False)


def _ended(listing: Listing, on: date, reason: str) -> Listing:
    return structs.replace(_closed(listing, "lifted", on), lifted_on=on, lifted_reason=reason)


def _closed(listing: Listing, state: State, on: date) -> Listing:
    """End it: nothing is due any longer."""
    deadlines = [each if each.met_on else structs.replace(each, met_on=on) for each in listing.deadlines]
    return structs.replace(listing, state=state, deadlines=tuple(deadlines), doubted=False)


def _clock(listing: Listing, name: str, since: date, calendar: WorkingDays) -> Listing:
    """Start a term; one that cannot be computed is kept without a day, and says which year is unknown."""
    due_on, unknown_year = None, None
    try:
        due_on = calendar.add(since, TERMS[name].working_days)
    except YearMissing as missing:
        unknown_year = missing.year
    deadline = Deadline(name, since, due_on, unknown_year=unknown_year, unverified=TERMS[name].unverified)
    return structs.replace(listing, deadlines=(*listing.deadlines, deadline))


def _met(listing: Listing, name: str, on: date) -> Listing:
    deadlines = [
        structs.replace(each, met_on=on) if each.name == name and each.met_on is None else each
        for each in listing.deadlines
    ]
    return structs.replace(listing, deadlines=tuple(deadlines))


_MOVES = {
    "notice": _noticed,
    "state": _stated,
    "drop": _dropped,
    "decide": _decided,
    "serve": _served,
    "object": _objected,
    "answer": _answered,
    "apply": _applied,
    "verify": _verified,
    "lift": _lifted,
    "evidence": _backed,
    "doubt": _doubted,
    "keep": _kept,
}
