"""Whether an act may be done now; a step that is skipped is refused, saying which and what comes first."""

from datetime import date

from chassis.errors import Refused
from credit.domain.acts import ACTS, Act
from credit.domain.listing import Deadline, Listing
from credit.domain.terms import ANSWER, EXPIRES_AFTER_MONTHS, REMOVAL, STATEMENT, VERIFICATION

FIRST = {
    "proposed": "serve the notice first",
    "noticed": "decide first",
    "dismissed": "it was dismissed and is closed",
    "listed": "it is on the list already",
    "lifted": "it was lifted and is closed",
}
DECISION_STEPS = frozenset({"decide", "answer", "lift", "keep", "drop"})


def check(listing: Listing, act: Act, *, today: date, latest_effective_on: date | None = None) -> None:
    """Refuse an act that the procedure does not allow now; `latest_effective_on` is of all causes that are listed.

    Raises: Refused `out_of_order`, `incomplete`, `too_early`, `two_persons`, `unknown_working_days`.
    """
    rule = ACTS[act.act]
    if listing.state not in rule.states:
        raise Refused("out_of_order", f"{act.act} does not follow {listing.state}: {FIRST[listing.state]}")
    _check_content(act, today=today)
    if act.on < listing.acts[-1].on:
        raise Refused("out_of_order", f"the step before was on {listing.acts[-1].on}", pointer="/on")
    if act.act in DECISION_STEPS and act.by == listing.proposer:
        raise Refused("two_persons", "who proposed it does not decide about it")
    if act.act == "lift":
        _check_lift(listing, act, latest_effective_on or listing.effective_on)
    elif act.act == "decide":
        _check_window(listing, act)
    else:
        _check_turn(listing, act)


def _check_content(act: Act, *, today: date) -> None:
    rule = ACTS[act.act]
    if act.on > today:
        raise Refused("incomplete", "a step cannot have been done in the future", pointer="/on")
    for name, wanted in (("document", rule.document), ("text", rule.text)):
        if wanted and not getattr(act, name):
            raise Refused("incomplete", f"{act.act} needs a {name}", pointer=f"/{name}")
    if rule.outcomes and act.outcome not in rule.outcomes:
        raise Refused("incomplete", f"{act.act} ends in one of {', '.join(rule.outcomes)}", pointer="/outcome")
    if not rule.outcomes and act.outcome is not None:
        raise Refused("incomplete", f"{act.act} has no outcome", pointer="/outcome")
    if act.effective_on is not None and (act.outcome != "list" or act.effective_on < act.on):
        raise Refused("incomplete", "only a listing takes effect, and not before its decision", pointer="/effective_on")


def _check_window(listing: Listing, act: Act) -> None:
    """Nobody is listed before the window to state has passed, or a statement has come in it."""
    window = listing.due(STATEMENT)
    if window is None:
        return
    if act.on <= _day_of(window):
        raise Refused("too_early", f"the organization may state until {window.due_on}", pointer="/on")


def _check_turn(listing: Listing, act: Act) -> None:
    """Answers need a question, and there is one question of a kind at a time."""
    questions = {"object": ANSWER, "apply": VERIFICATION}
    answers = {"answer": ANSWER, "verify": VERIFICATION}
    if act.act in questions and listing.due(questions[act.act]):
        raise Refused("out_of_order", f"{act.act}: one is open already")
    if act.act in answers and not listing.due(answers[act.act]):
        raise Refused("out_of_order", f"{act.act}: there is nothing open to {act.act}")
    if act.act == "apply" and listing.due(REMOVAL):
        raise Refused("out_of_order", "what was to be mended is verified: lift it")
    if act.act == "serve" and listing.has("serve"):
        raise Refused("out_of_order", "the decision was served already")
    if act.act == "state" and listing.due(STATEMENT) is None:
        raise Refused("out_of_order", "a statement is there already: decide")
    if act.act == "keep" and not listing.doubted:
        raise Refused("out_of_order", "no fact under it is in doubt")


def _check_lift(listing: Listing, act: Act, latest_effective_on: date | None) -> None:
    if act.outcome == "repaired" and listing.due(REMOVAL) is None:
        raise Refused("out_of_order", "a repair is verified first: apply, then verify")
    if act.outcome == "revoked" and not listing.doubted:
        raise Refused("out_of_order", "no fact under it is in doubt; an objection that is upheld revokes by itself")
    if act.outcome == "expired" and latest_effective_on is not None:
        ends_on = months_after(latest_effective_on, EXPIRES_AFTER_MONTHS)
        if act.on < ends_on:
            raise Refused("too_early", f"it expires on {ends_on}: a new cause starts the term again", pointer="/on")


def months_after(day: date, months: int) -> date:
    """Give the same day some months later, or that month's last day.

    Source: Civil Code article 202: without such a day in the last month, its last day ends the term.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def _day_of(deadline: Deadline) -> date:
    if deadline.due_on is None:
        raise Refused(
            "unknown_working_days",
            f"the working days of {deadline.unknown_year} are not entered yet, so the end of this term is not known",
        )
    return deadline.due_on
