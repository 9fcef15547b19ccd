"""Stories in which organizations belong together: by heads, phones, premises, bids and purchases."""

from tests.builders.codes import person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, PEOPLE, STRANGER, Teller, day_text

ADDRESSES = ["昆阳镇人民路1号", "昆阳镇 人民路１号", "鳌江镇新河路8号", "平阳县社会组织孵化园2楼"]
PHONES = ["0577-63710001", "０５７７－63710001", "0577-63720002"]
LEADING_POSTS = ["legal_representative", "legal_representative", "chair", "vice_chair", "secretary_general", "director"]


def interlocks(teller: Teller) -> None:
    """SO-31: bodies that come to share heads, phones and premises, and part again; money and leaders between them."""
    everybody = [*CODES, STRANGER]
    how = teller.rng.choice(["whatever", "whatever", "premises", "money"])  # what is shared: else all hangs together
    for code in everybody:
        for _ in range(teller.rng.choice([1, 1, 2] if teller.brief else [0, 1, 1, 2])):
            _entry(teller, code, how)
    for _ in range(teller.rng.randint(0, 4) if how == "whatever" else 0):
        _office(teller, teller.rng.choice(everybody))
    for _ in range(teller.rng.randint(0, 3) + 2 * (how == "money")):
        _between(teller, *teller.rng.sample(everybody, 2))
    if teller.chance(35):
        code, how = teller.rng.choice(everybody), teller.rng.choice(["suspended", "deregistered", "revoked"])
        effective = day_text(teller.rng.choice([-5, 0, 5, 10]))
        teller.tell(teller.desk.ended(code, day_text(teller.rng.choice([-5, 5])), how=how, effective_on=effective))


def _entry(teller: Teller, code: str, how: str) -> None:
    """Put an organization's entry anew: mostly at the same few places, with the same few people and phones."""
    rng = teller.rng
    content: Json = {
        "kind": rng.choice(["association", "association", "service_institution", "foundation"]),
        "address": rng.choice([*ADDRESSES[:2] * 3, ADDRESSES[2], ADDRESSES[3], None]),
        "phone": rng.choice([*PHONES, PHONES[0], None, None, None]),
        "legal_representative": rng.choice([None, None, *map(person_of, PEOPLE[:4])]),
    }
    if how != "whatever":
        content["legal_representative"] = None
    if how == "money":
        content |= {"phone": None, "address": rng.choice([*ADDRESSES[:2] * 3, ADDRESSES[2]])}
    at = f"{day_text(rng.choice([-3, 0, 1, 1, 5, 9]))}T{rng.choice(['09:00', '10:00', '17:00'])}"
    teller.tell(teller.desk.registered(code, at, changed=teller.chance(80), registered_on="2024-02-05", **content))


def _office(teller: Teller, code: str) -> None:
    """Let somebody lead an organization from some day on, now and then up to another."""
    rng, person, post = teller.rng, teller.rng.choice(PEOPLE[:4]), teller.rng.choice(LEADING_POSTS)
    begins = day_text(rng.choice([-40, -1, 0, 1, 4, 9]))
    teller.tell(teller.desk.post_taken(code, begins, person=person, post=post))
    if teller.chance(35):
        ends = day_text(rng.choice([-1, 0, 1, 4, 8]))
        teller.tell(teller.desk.post_left(code, ends, person=person, post=post))


def _between(teller: Teller, code: str, other: str) -> None:
    """Let one organization pay another about what ties them, some of it long ago or in parts too small to be told."""
    rng = teller.rng
    for _ in range(rng.choice([1, 1, 2])):
        at = f"{day_text(rng.choice([-366, -364, -20, -1, 0, 1, 4]))}T{rng.choice(['08:00', '10:00', '10:00'])}"
        amount_fen = rng.choice([2_500_000, 2_500_000, 4_900_000, 5_000_000, 6_000_000, 499_999])
        data: Json = {"direction": rng.choice(["in", "out"]), "counterparty": party("某会", code=other)}
        teller.tell(teller.desk.payment(code, at, amount_fen=amount_fen, **data))
