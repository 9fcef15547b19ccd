"""Look-alikes in which many give: a donation day, tuition, dues, a relief appeal, a cancelled conference."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.chance import chance
from qinglian.sample.pen import Json
from qinglian.sample.story import Scene, Story

QUALIFIED = {"kind": "foundation", "charity": True, "public_fundraising": True, "spending_fen": 30_000_000 * YUAN}
DAY_MINUTES = 900  # from seven in the morning to ten at night


def _minute(place: int, count: int) -> str:
    second = place * DAY_MINUTES * 60 // count
    return f"{7 + second // 3_600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def donation_day(scene: Scene) -> None:
    """L01: 6,661 gifts in one day, 60 firms, one firm twenty times."""
    day, dice = scene.span.last(9, 9), chance(scene.seed, "L01")
    people, firms = scene.crowd(6_661), scene.crowd(60)
    for place in range(people):
        giver = {"kind": "person", "name": "捐赠人", "person": scene.person(place).token}
        yuan = dice.choice((1, 5, 10, 20, 50, 100, 200, 500))
        scene.receives(day, yuan, giver, at=_minute(place, people), purpose_text="慈善日捐赠")
    gifts = [(scene.firm(place), dice.choice((6_000, 20_000, 100_000, 1_000_000))) for place in range(firms)]
    gifts += [(scene.firm(firms), 10_000_000)] + [(scene.firm(firms + 1), 50_000)] * 20
    for place, (giver, yuan) in enumerate(gifts):
        scene.receives(day, yuan, giver, at=_minute(place, len(gifts)), purpose_text="慈善日捐赠")
        scene.gives_receipt(day, yuan, kind="donation", payer=giver)


def tuition_season(scene: Scene) -> None:
    """L02: 1,140 parents pay in five days; one has three children."""
    first = scene.span.last(9, 1)
    parents = scene.crowd(1_140)
    for place in range(parents):
        parent = scene.person(place).party
        yuan = 12_300 if place == 0 else (3_200, 4_100)[place % 2]
        day = first + timedelta(place % 5)
        scene.receives(day, yuan, parent, at=_minute(place, parents), purpose_text="学费")
        scene.gives_receipt(day, yuan, kind="service", payer=parent, fee_item="学费")
    income_fen = parents * 3_650 * YUAN
    filed_on = first + timedelta(45)
    data = {
        "period_from": str(first.replace(month=7)),
        "period_to": str(first.replace(day=30)),
        "filed_on": str(filed_on),
        "income_fen": income_fen,
        "taxable_sales_fen": 0,
        "exempt_income_fen": income_fen,
    }
    scene.says("tax.return.filed.v1", filed_on, data)


def annual_dues(scene: Scene) -> None:
    """L03: 120 firms and 600 persons pay their dues in two weeks of March."""
    first = scene.span.last(3, 5)
    for item, yuan in (("单位会费", 2_000), ("个人会费", 100)):
        fee = {"fee_item": item, "amount_fen": yuan * YUAN, "valid_from": str(first - timedelta(900))}
        scene.says("civil-affairs.fee-standard.filed.v1", first - timedelta(890), fee)
    firms, people = scene.crowd(120), scene.crowd(600)
    members = [(scene.firm(place), 2_000) for place in range(firms)]
    members += [(scene.person(place).party, 100) for place in range(people)]
    for place, (member, yuan) in enumerate(members):
        day = first + timedelta(place % 16)
        known: Json = {"earmark": "membership_fee", "purpose_text": "会费"}
        scene.receives(day, yuan, member, at=_minute(place, len(members)), **known)
        scene.gives_receipt(day, yuan, kind="membership", payer=member, fee_item="会费")


def relief_burst(scene: Scene) -> None:
    """L04: 9,000,000 yuan in five days, 6,800,000 out in 72 hours under a relief that is reported afterwards."""
    first = scene.span.last(8, 2)
    relief = f"relief-{scene.organization.number}"
    for place in range(30):
        giver = scene.firm(place)
        day = first + timedelta(place % 5)
        scene.receives(day, 300_000, giver, at=_minute(place, 30), purpose_text="台风救灾捐赠")
        scene.gives_receipt(day, 300_000, kind="donation", payer=giver)
    activity = {
        "activity_id": relief,
        "kind": "relief",
        "reported_on": str(first + timedelta(6)),
        "held_from": str(first),
        "held_to": str(first + timedelta(30)),
        "budget_fen": 8_000_000 * YUAN,
    }
    scene.says("civil-affairs.activity.reported.v1", first + timedelta(6), activity)
    hospital = {"kind": "organization", "name": "青澜县望舒医院"}
    payees = (
        (scene.firm(40), 2_900_000, "救灾物资"),
        (scene.firm(41), 2_360_000, "帐篷"),
        (hospital, 1_500_000, "救治"),
    )
    for days, (payee, yuan, purpose) in enumerate(payees):
        scene.pays(first + timedelta(3 + days), yuan, payee, project_ref=relief, purpose_text=purpose)
    scene.pays(first + timedelta(4), 40_000, scene.firm(41), at="15:00:00", project_ref=relief, purpose_text="医用酒精")


def refunds(scene: Scene) -> None:
    """L06: a conference is cancelled, everybody gets the fee back and the receipts are voided."""
    first = scene.span.last(5, 4)
    conference = {
        "activity_id": f"conf-{scene.organization.number}",
        "kind": "conference",
        "reported_on": str(first - timedelta(10)),
        "held_from": str(first + timedelta(50)),
        "held_to": str(first + timedelta(52)),
        "fee_fen": 1_500 * YUAN,
    }
    scene.says("civil-affairs.activity.reported.v1", first - timedelta(10), conference)
    payers = scene.crowd(180)
    for place in range(payers):
        payer, number = scene.firm(place), f"conf-{scene.organization.number}-{place}"
        paid_on, back_on = first + timedelta(place % 20), first + timedelta(30 + place % 10)
        scene.receives(paid_on, 1_500, payer, at=_minute(place, payers), purpose_text="会议费")
        scene.gives_receipt(paid_on, 1_500, kind="service", payer=payer, receipt_no=number)
        scene.gives_receipt(back_on, 1_500, kind="service", payer=payer, receipt_no=number, cancelled=True)
        scene.pays(back_on, 1_500, payer, at=_minute(place, payers), purpose_text="会议取消退费")


LOOK_ALIKES = (
    Story("L01", "donation day of a qualified charity", donation_day, given=QUALIFIED),
    Story(
        "L02",
        "tuition season of a school",
        tuition_season,
        given={"kind": "service_institution", "spending_fen": 9_000_000 * YUAN},
    ),
    Story(
        "L03",
        "annual dues of a large association",
        annual_dues,
        given={"kind": "association", "spending_fen": 400_000 * YUAN},
    ),
    Story("L04", "relief burst after a typhoon", relief_burst, given=QUALIFIED),
    Story(
        "L06",
        "fees of a cancelled conference paid back",
        refunds,
        given={"kind": "association", "spending_fen": 900_000 * YUAN},
    ),
)
