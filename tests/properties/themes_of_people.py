"""Stories about people who hold posts: officials, their approvals, what they hold elsewhere."""

from tests.builders.codes import person_of
from tests.builders.records import Json
from tests.properties.cast import CODES, PEOPLE, Teller, day_text

APPROVED = "civil-affairs.post-approval.granted.v1"
HELD = ["chair", "vice_chair", "director", "secretary_general", "legal_representative"]
CLOCKS = ["00:00", "10:00", "23:59:59.999999"]


def post_without_approval(teller: Teller) -> None:
    """SO-28: officials in posts with an approval before, after or never; two bodies, terms and ages at the limit."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        kind = rng.choice(["association"] * 4 + ["foundation", "service_institution"])
        teller.tell(desk.registered(code, "2024-02-06", changed=True, kind=kind))
        for name in rng.sample(PEOPLE, teller.times(1, 2)):
            _post(teller, code, name)


def _post(teller: Teller, code: str, name: str) -> None:
    rng, desk = teller.rng, teller.desk
    begin, post = rng.randint(-20, 20), rng.choice([*HELD, "staff"])
    on, clock = day_text(begin), rng.choice(CLOCKS)
    data: Json = {
        "official_status": rng.choice(["serving", "serving", "retired", "retired", "none", None]),
        "term_no": rng.choice([None, 1, 2, 3]),
        "birth_year": rng.choice([None, 1955, 1956, 1970]),
    }
    told = f"{day_text(begin + rng.choice([-3, 0, 0, 0, 12, 40]))}T{clock}"
    teller.tell(desk.post_taken(code, told, person=name, post=post, from_on=on, **data))
    if teller.chance(20):
        ends = begin + rng.choice([1, 25, 40])
        teller.tell(desk.post_left(code, f"{day_text(ends)}T10:00", person=name, post=post))
    if teller.chance(45):
        _approval(teller, code, name, post, begin)
    if teller.chance(45):
        _elsewhere(teller, name, begin)


def _approval(teller: Teller, code: str, name: str, post: str, begin: int) -> None:
    """Approve the post, or another one; before, on the day, after; told then or much later."""
    rng = teller.rng
    day = begin + rng.choice([-400, -5, -1, 0, 0, 1, 10, 45])
    valid = rng.choice([None, None, None, day + 3, begin - 1, begin])
    data: Json = {
        "person": person_of(name if teller.chance(90) else rng.choice(PEOPLE)),
        "post": post if teller.chance(85) else rng.choice(HELD),
        "approved_on": day_text(day),
        "valid_until": day_text(valid) if valid is not None else None,
    }
    at = f"{day_text(max(day, begin) + rng.choice([0, 0, 20, 60]))}T10:00"
    teller.tell(teller.desk.event(APPROVED, code, at, data))


def _elsewhere(teller: Teller, name: str, begin: int) -> None:
    """Let the person hold a post at another organization: still, no longer, not yet, or as staff."""
    rng, desk, other = teller.rng, teller.desk, teller.rng.choice(CODES[2:])
    post, start = rng.choice([*HELD[:3], "staff"]), begin + rng.choice([-300, -20, 0, 1, 5])
    told = f"{day_text(start + rng.choice([0, 0, 30]))}T10:00"
    teller.tell(desk.post_taken(other, told, person=name, post=post, from_on=day_text(start)))
    if teller.chance(45):
        ends = begin + rng.choice([-1, 0, 1, 60])
        teller.tell(desk.post_left(other, f"{day_text(ends)}T{rng.choice(CLOCKS)}", person=name, post=post))
