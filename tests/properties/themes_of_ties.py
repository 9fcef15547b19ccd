"""Stories in which organizations belong together: by heads, phones, premises, bids and purchases."""

from tests.builders.codes import account_of, person_of
from tests.builders.events import party
from tests.builders.records import Json
from tests.properties.cast import BUYER, CODES, FIRMS, GRANTOR, PEOPLE, STRANGER, Teller, day_text

ADDRESSES = ["昆阳镇人民路1号", "昆阳镇 人民路１号", "鳌江镇新河路8号", "平阳县社会组织孵化园2楼"]
PHONES = ["0577-63710001", "０５７７－63710001", "0577-63720002"]
UNKNOWN = "平阳县企业家商会"
CODE_OF_HOME, CODE_ABROAD = "52330326MJ00009908", "52110000MJ00009908"
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


def unregistered_body(teller: Teller) -> None:
    """SO-37: dealings with bodies that nobody knows, or only nearly, some registered, renamed or accused since."""
    rng, desk = teller.rng, teller.desk
    everybody = CODES[: 1 if teller.brief else 3]
    for _ in range(2 if teller.brief else rng.randint(3, 7)):
        _deals(teller, rng.choice(everybody))
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        on = day_text(rng.choice([-3, 0, 4, 5, 6, 12]))
        name = rng.choice([UNKNOWN, "平阳县 企业家商会", "平阳县女企业家商会", "江南研究会", "不知名"])
        code = rng.choice([STRANGER, CODE_OF_HOME, CODE_ABROAD, CODES[3]])
        teller.tell(desk.registered(code, on, changed=teller.chance(30), name=name))
    for _ in range(rng.choice([1, 1, 2] if teller.brief else [0, 0, 1, 2])):
        _accused(teller)
    teller.due.append(day_text(rng.choice([4, 5, 6])))


def _deals(teller: Teller, code: str) -> None:
    """Pay somebody, give a receipt or do something together; the name is told well or badly, with a code or without."""
    rng, desk = teller.rng, teller.desk
    registered = f"平阳县{CODES[0][10:16]}促进会"
    name = rng.choice(
        [
            *[UNKNOWN] * 8,
            *["平阳县青年志愿服务队"] * 3,
            "平阳县企业家 商会",
            registered,
            registered + "救灾专户",
            *[registered.replace("进", "近")] * 4,
            registered.replace("促进", "联谊"),
            "江南研究会",
            "中国江南学会",
            "平阳县商会大厦有限公司",
            "平阳县协会医院",
        ]
    )
    kind = rng.choice([*["organization"] * 4, "unknown", "unknown", "person"])
    who = party(name, kind=kind, code=rng.choice([None, None, None, STRANGER, CODE_OF_HOME, CODE_ABROAD, FIRMS[0]]))
    at = f"{day_text(rng.choice([0, 4, 5, 5, 6, 12, 370]))}T{rng.choice(['09:00', '10:00'])}"
    how = rng.randrange(5)
    if how == 0:
        teller.tell(desk.receipt(code, at, amount_fen=800_000, payer=who))
    elif how == 1:
        teller.tell(desk.activity(code, at, activity_id="act-9", kind="conference", held_from=at[:10], counterpart=who))
    else:
        data: Json = {"direction": rng.choice(["in", "out"]), "counterparty": who}
        teller.tell(desk.payment(code, at, amount_fen=800_000, **data))


def _accused(teller: Teller) -> None:
    """Let police or somebody else name a body, mostly as one that is not registered."""
    rng, desk, at = teller.rng, teller.desk, day_text(teller.rng.choice([-300, 3, 30]))
    told: Json = {"kind": rng.choice(["illegal_organization"] * 3 + ["other"])}
    told["organization_name"] = rng.choice([UNKNOWN, UNKNOWN, "平阳县企业家　商会", "江南研究会", "中国江南学会", None])
    if teller.chance(50):
        teller.tell(desk.event("public-security.case.opened.v1", None, at, {"case_id": f"case-{at}"} | told))
    else:
        told |= {"complaint_id": f"cmp-{at}", "received_on": at}
        teller.tell(desk.event("civil-affairs.complaint.received.v1", rng.choice([None, CODES[1]]), at, told))


def common_control(teller: Teller) -> None:
    """SO-19: bids of several bodies, some of which share heads, controllers, accounts, phones or premises."""
    rng, desk = teller.rng, teller.desk
    code, *rest = rng.sample(CODES, 3)
    bidders = [code, *rest, rng.choice([FIRMS[0], FIRMS[1], STRANGER])]
    for each in (code, *rest):
        if teller.chance(80):
            _bidder_entry(teller, each)
    if teller.chance(40):
        _bidder_entry(teller, STRANGER)
    for number in range(teller.times(2, 4)):
        on = day_text(rng.choice([0, 3, 3, 8]))
        told = [_bid(teller, each) for each in rng.sample(bidders, rng.choice([1, 3, 4, 4]))]
        data: Json = {"award_id": f"aw-{number}", "bidders": rng.choice([*[told] * 6, None]), "awarded_on": on}
        teller.tell(desk.award(code, rng.choice([on, on, day_text(12)]), **data))
    for _ in range(rng.randint(0, 3)):
        _tie(teller, bidders)
    if teller.chance(30):
        at, kind = rng.choice(["2025-06-01", "2024-01-02"]), rng.choice(["procurement", "conduct"])
        teller.tell(desk.finding(code, at, kind=kind, finding_id="fi-1"))
        if teller.chance(40):
            teller.tell(desk.rectified(code, rng.choice(["2025-12-01", day_text(5)]), finding_id="fi-1"))


def _bid(teller: Teller, code: str) -> Json:
    price = teller.rng.choice([198_000, 201_000, 203_000, 198_000, 201_000, None])
    bid = {"code": code, "name": f"投标人{code[10:16]}", "price_fen": price and price * 100}
    return {key: value for key, value in bid.items() if value is not None}


def _bidder_entry(teller: Teller, code: str) -> None:
    """Put a bidder's entry anew; they mostly differ."""
    rng = teller.rng
    content: Json = {
        "legal_representative": rng.choice([None, person_of(rng.choice(PEOPLE[:3]))]),
        "phone": rng.choice([None, None, PHONES[0], PHONES[1]]),
        "address": rng.choice([None, ADDRESSES[0], ADDRESSES[0], ADDRESSES[2]]),
    }
    at = day_text(rng.choice([-40, -1, 0, 2, 3, 4]))
    teller.tell(teller.desk.registered(code, at, changed=True, registered_on="2024-02-05", **content))


def _tie(teller: Teller, bidders: list[str]) -> None:
    """Let two bidders have one head by post, one controller, one account, or be tied by a relation."""
    rng, desk = teller.rng, teller.desk
    one, other = rng.sample(bidders, 2)
    on, how = day_text(rng.choice([-40, 0, 3, 4])), rng.randrange(4)
    ends = (party("甲", code=one), party("乙", code=other))
    if how == 0:
        for code in (one, other):
            teller.tell(
                desk.post_taken(code, on, person="钱七", post=rng.choice(["legal_representative"] * 3 + ["chair"]))
            )
        if teller.chance(40):
            teller.tell(
                desk.post_left(other, day_text(rng.choice([2, 3, 30])), person="钱七", post="legal_representative")
            )
    elif how == 1:
        relation = rng.choice(["controls", "same_phone", "founder"])
        to_on = rng.choice([None, None, day_text(2)])
        teller.tell(desk.relation(one, on, a=ends[0], b=ends[1], relation=relation, to_on=to_on))
    elif how == 2:
        above = rng.choice([party("母公司", code=FIRMS[5]), party("钱*", kind="person", person=person_of("钱七"))])
        for end in ends:
            a, b = (above, end) if teller.chance(85) else (end, above)
            teller.tell(desk.relation(one, on, a=a, b=b, relation="controls"))
    else:
        for code in (one, other):
            teller.tell(desk.account_filed(code, on, account=account_of("shared")))


def split_purchases(teller: Teller) -> None:
    """SO-17: awards of few buyers and items whose sums come near the limits, in one year or two; supplements."""
    rng, desk = teller.rng, teller.desk
    for code in CODES[: 1 if teller.brief else 2]:
        limit_fen = rng.choice([400_000_000, 50_000_000])
        for number in range(rng.randint(2, 5)):
            on = rng.choice(["2025-12-30", "2026-01-04", *[day_text(rng.randint(0, 30))] * 5])
            data: Json = {
                "award_id": f"aw-{code[10:16]}-{number}",
                "amount_fen": limit_fen * rng.choice([50, 50, 50, 55, 55, 60, 60, 45, 105, 100]) // 100
                - rng.choice([0, 0, 0, 1]),
                "procedure": rng.choice([*["single_source", "inquiry"] * 3, "competitive_negotiation", "open_tender"]),
                "buyer": rng.choice([*[BUYER] * 8, GRANTOR]),
                "catalogue_item": rng.choice([*["D0101"] * 8, "D0202"]),
                "budget_item": rng.choice([*[None] * 8, "B-1"]),
                "exception_ref": rng.choice([*[None] * 8, "EX-1"]),
                "awarded_on": on,
            }
            told = rng.choice([on, on, on, day_text(35)])
            teller.tell(desk.award(code, f"{told}T{rng.choice(['09:00', '10:00'])}", **data))
            if teller.chance(15):
                _supplements(teller, code, data)
    if teller.chance(25):
        kind = rng.choice(["procurement", "conduct"])
        teller.tell(desk.finding(CODES[0], rng.choice(["2025-06-01", "2023-02-02"]), kind=kind, finding_id="fi-1"))


def _supplements(teller: Teller, code: str, original: Json) -> None:
    """Add to an award once or twice, about a tenth of it."""
    rng = teller.rng
    for number in range(rng.choice([1, 1, 2])):
        on = day_text(rng.choice([31, 33, 40]))
        data: Json = {
            "award_id": f"{original['award_id']}-more-{number}",
            "supplement_of": original["award_id"],
            "amount_fen": original["amount_fen"] * rng.choice([5, 6, 10, 11]) // 100,
            "awarded_on": on,
        }
        teller.tell(teller.desk.award(code, on, **data))
