"""Stories in which money goes round: over other organizations, firms and people, and back."""

from itertools import pairwise

from tests.builders.codes import account_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import CODES, FIRMS, PEOPLE, Teller, day_text

CLOCKS = ["09:00", "10:00", "10:00", "10:00:00.000001", "17:00"]
SHARES = [100, 100, 100, 98, 95, 90, 85, 78, 70, 70, 110]  # percent of what was sent first


def round_trip(teller: Teller) -> None:
    """SO-04: ways and rings, some too small, too slow, too long, known to each other, or out of order."""
    for code in CODES:  # in a young record nobody counts as new
        if teller.chance(85):
            at = f"{day_text(teller.rng.choice([-60, -60, -31, -29]))}T10:00"
            teller.tell(teller.desk.payment(code, at, amount_fen=100, counterparty=party("老伙伴")))
    for _ in range(teller.rng.randint(1, 3)):
        if teller.chance(65):
            _way(teller)
        else:
            _ring(teller)
    if teller.chance(25):
        _known(teller)
    if teller.chance(30):
        _renamed(teller)


def _way(teller: Teller) -> None:
    """Send money over one to five others to the sender, its chair or the chair's firm, now and then in two parts."""
    rng = teller.rng
    first_fen = rng.choice([5_000_000, 9_000_000, 9_000_000, 9_000_000, 50_000_000, 4_900_000])
    nodes = _nodes(teller, rng.choice([1, 1, 2, 2, 2, 3, 4, 5]))
    related = teller.chance(60)
    if related:
        _chair(teller, nodes[0])
    end = rng.choice(["firm", "firm", "person"]) if related else nodes[0]
    parts = rng.choice([1, 1, 1, 2])
    for _ in range(parts):
        over = nodes if teller.chance(70) else [nodes[0], *_nodes(teller, 2, without=nodes)]
        if over[-1] in FIRMS and related:  # nobody would tell of the last payment
            over = over[:-1] if len(over) > 2 else [nodes[0], CODES[3]]
        _walk(teller, [*over, end], first_fen // parts, rng.choice([9, 20, 40, 89, 90]))


def _ring(teller: Teller) -> None:
    """Let money go round among parties who mostly have not met."""
    rng = teller.rng
    nodes = _nodes(teller, rng.choice([2, 2, 3, 5, 8]))
    first_fen = rng.choice([3_000_000, 3_000_000, 1_100_000, 1_000_000])
    _walk(teller, [*nodes, nodes[0]], first_fen, rng.choice([12, 20, 29, 30, 31]), uneven=True)


def _nodes(teller: Teller, others: int, *, without: list[str] | None = None) -> list[str]:
    """Give an organization and others after it; of two neighbours one is an organization, else nobody tells of it."""
    rng = teller.rng
    codes = [code for code in CODES if code not in (without or ())]
    rng.shuffle(codes)
    firms = rng.sample(FIRMS[:4], 4)
    nodes = [codes.pop()] if without is None else []
    while len(nodes) < others + (without is None) and (codes or firms):
        after_firm = bool(nodes) and nodes[-1] in FIRMS
        plain = codes and (after_firm or not firms or teller.chance(60))
        nodes.append(codes.pop() if plain else firms.pop())
    return nodes


def _walk(teller: Teller, nodes: list[str], first_fen: int, days: int, *, uneven: bool = False) -> None:
    """Pay along a way; one payment may be missing, early, small, large or given back."""
    rng = teller.rng
    start, hops = rng.randint(-2, 10), len(nodes) - 1
    offsets = sorted(rng.randint(0, days) for _ in range(hops))
    offsets[0], offsets[-1] = 0, days
    if teller.chance(12):
        rng.shuffle(offsets)
    same_clock = rng.choice(CLOCKS)
    for place, (payer, payee) in enumerate(pairwise(nodes)):
        amount_fen = first_fen if place == 0 else first_fen * rng.choice(SHARES) // 100 + rng.choice([0, 0, 0, 1, -1])
        if uneven:
            amount_fen = rng.choice([3_000_000, 1_400_000, 4_100_000, 1_200_000, first_fen, first_fen, 1_000_000])
        if teller.chance(4):
            amount_fen = rng.choice([499_999, 500_000, 900_000, 999_999])
        clock = f"{9 + place:02d}:00" if teller.chance(70) else rng.choice([same_clock, *CLOCKS])
        at = f"{day_text(start + offsets[place])}T{clock}"
        _pay(teller, payer, payee, at=at, amount_fen=amount_fen)


def _pay(teller: Teller, payer: str, payee: str, *, at: str, amount_fen: int) -> None:
    """Let one side report a payment, or both, or one of them twice."""
    rng = teller.rng
    sides = [side for side in (("out", payer, payee), ("in", payee, payer)) if side[1] in CODES]
    if len(sides) > 1 and teller.chance(50):
        sides = [rng.choice(sides)]
    if sides and teller.chance(5):
        sides.append(rng.choice(sides))
    for direction, code, other in sides:
        data: Json = {"amount_fen": amount_fen, "direction": direction, "counterparty": _known_as(teller, other)}
        if teller.chance(6):  # gives back what was paid in before, if it was
            data["purpose_text"] = "退款"
            paid_in = data | {"amount_fen": amount_fen + rng.choice([0, 0, -1]), "direction": "in"}
            teller.tell(teller.desk.payment(code, f"{day_text(rng.choice([-40, -40, 20]))}T10:00", **paid_in))
        when = at if teller.chance(80) else f"{at[:10]}T{rng.choice(CLOCKS)}"
        teller.tell(teller.desk.payment(code, when, **data))


def _known_as(teller: Teller, other: str) -> Json:
    """Name somebody by code, or by an account that others tell whose it is."""
    if other == "person":
        return party("张*", kind="person", person=person_of(PEOPLE[0]))
    if other == "firm":
        return party("董事长的公司", code=FIRMS[30])
    account = account_of(other)
    if other in CODES and teller.chance(20):
        return party("某会", account=account)
    return party("某单位", code=other, account=account if teller.chance(25) else None)


def _chair(teller: Teller, code: str) -> None:
    """Give an organization a chair who controls a firm; now and then late, or ended."""
    rng, desk = teller.rng, teller.desk
    told = rng.choice(["2024-03-01", "2024-03-01", day_text(4), day_text(40)])
    post = rng.choice(["chair", "chair", "chair", "legal_representative", "staff"])
    teller.tell(desk.post_taken(code, told, person=PEOPLE[0], post=post))
    ends = {"a": party("张*", kind="person", person=person_of(PEOPLE[0])), "b": party("公司", code=FIRMS[30])}
    at = rng.choice(["2025-06-01", "2025-06-01", day_text(3), day_text(30)])
    until = rng.choice([None, None, None, day_text(15)])
    relation = rng.choice(["controls", "controls", "same_phone", "employs"])
    teller.tell(desk.relation(rng.choice([code, CODES[3]]), at, relation=relation, to_on=until, **ends))


def _known(teller: Teller) -> None:
    """Let two of them have paid each other before."""
    rng = teller.rng
    payer, payee = rng.sample([*CODES, *FIRMS[:3]], 2)
    if payer in CODES or payee in CODES:
        _pay(teller, payer, payee, at=f"{day_text(rng.choice([-200, -30, -2]))}T10:00", amount_fen=600_000)


def _renamed(teller: Teller) -> None:
    """Let an account turn out to be somebody's, or nobody's any more: two filed it."""
    rng = teller.rng
    whose, by = rng.choice([*CODES, FIRMS[0]]), rng.choice(CODES)
    teller.tell(teller.desk.account_filed(by, rng.choice(["2025-01-10", day_text(20)]), account=account_of(whose)))
