"""Look-alikes of everyday business: payroll, re-granting, a relative on the staff, accounts, frameworks."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, bureau
from qinglian.sample.codes import account_token
from qinglian.sample.names import masked
from qinglian.sample.pen import Json
from qinglian.sample.stories.ineligible import award, is_paid
from qinglian.sample.stories.overseas import NGO, abroad, filed, reported
from qinglian.sample.story import Scene, Story

STAFF = 45


def payroll(scene: Scene) -> None:
    """L05: December's pay in January, January's and a bonus before Spring Festival."""
    first = scene.span.last(1, 15)
    for days, total_yuan, purpose in ((0, 310_000, "十二月工资"), (12, 315_000, "一月工资"), (12, 120_000, "年终奖")):
        for place in range(STAFF):
            yuan = total_yuan // STAFF + (place < total_yuan % STAFF)
            at = f"{10 + place // 60:02d}:{place % 60:02d}:{days:02d}"
            scene.pays(first + timedelta(days), yuan, scene.person(place).party, at=at, purpose_text=purpose)
    scene.files_payroll(first - timedelta(20), 310_000, heads=STAFF)
    scene.files_payroll(first, 435_000, heads=STAFF)


def re_granting(scene: Scene) -> None:
    """L07: 3,000,000 yuan in, 2,700,000 out to two institutions under a reported grant."""
    day = scene.span.last(6, 2)
    grant = f"grant-{scene.organization.number}"
    activity = {
        "activity_id": grant,
        "kind": "grant",
        "reported_on": str(day - timedelta(20)),
        "held_from": str(day),
        "held_to": str(day + timedelta(120)),
        "budget_fen": 2_800_000 * YUAN,
    }
    scene.says("civil-affairs.activity.reported.v1", day - timedelta(20), activity)
    scene.receives(day, 3_000_000, scene.firm(0), purpose_text="定向捐赠")
    scene.gives_receipt(day, 3_000_000, kind="donation", payer=scene.firm(0))
    giver = scene.organization.party
    for place, (receiver, yuan) in enumerate(zip(scene.others, (1_400_000, 1_300_000), strict=True)):
        known: Json = {"project_ref": grant, "purpose_text": "资助款"}
        scene.pays(day + timedelta(3), yuan, receiver.party, at=f"10:0{place}:00", **known)
        scene.receives(day + timedelta(3), yuan, giver, at=f"10:1{place}:00", of=receiver, **known)


def relative_on_staff(scene: Scene) -> None:
    """L08: the chair's sister is on the staff, declared and listed in the payroll."""
    first = scene.span.last(1, 25, years_back=1)
    sister, day = scene.person("sister"), first - timedelta(500)
    post = {"person": sister.token, "name_masked": masked(sister.name), "post": "staff", "from_on": str(day)}
    scene.says("civil-affairs.post.taken.v1", day, post)
    relation = {"a": scene.organization.chair.party, "b": sister.party, "relation": "sibling"}
    scene.says("civil-affairs.relation.declared.v1", day, relation)
    month = first.replace(day=1)
    for _ in range(12):
        paid_on = month.replace(day=25)
        scene.pays(paid_on, 7_500, sister.party, purpose_text="工资")
        listed = [{"person": sister.token, "amount_fen": 7_500 * YUAN}]
        scene.files_payroll(paid_on, 45_000, heads=6, payees=listed)
        month = (month + timedelta(32)).replace(day=1)


def year_end(scene: Scene) -> None:
    """L09: five fiscal payments in twelve days of December, spent on the budget's payees."""
    day = scene.span.last(12, 20)
    payees = [scene.firm(place)["name"] for place in range(3)]
    awards = {}
    for place, (buyer, yuan) in enumerate((("civil", 1_060_000), ("education", 740_000), ("health", 500_000))):
        awarded_on = day - timedelta(100 + place)
        bought = award(scene, awarded_on, yuan, buyer=bureau(buyer), budget_payees=payees)
        awards[buyer] = bought["award_id"]
    paid = (("civil", 0, 450_000), ("education", 1, 350_000), ("health", 3, 400_000), ("civil", 7, 400_000))
    for buyer, days, yuan in (*paid, ("education", 11, 250_000)):
        is_paid(scene, day + timedelta(days), yuan, awards[buyer], by=buyer)
    for place in range(3):
        known: Json = {"project_ref": awards["civil"], "purpose_text": "项目支出"}
        scene.pays(day + timedelta(8 + place), 400_000, scene.firm(place), **known)
    scene.pays(day + timedelta(11), 200_000, scene.organization.treasurer.party, at="16:00:00", purpose_text="发放工资")
    scene.files_payroll(day, 200_000, heads=30)


def account_merger(scene: Scene) -> None:
    """L10: all of an old account to a new one of one's own."""
    day, code = scene.span.last(6, 3), scene.organization.code
    old, new = account_token(f"{code} old"), account_token(f"{code} new")
    bank = "青澜农村信用社"
    opened = {"account": old, "bank": bank, "opened_on": str(day - timedelta(900))}
    scene.says("civil-affairs.account.filed.v1", day - timedelta(880), opened)
    mine: Json = {"kind": "organization", "name": scene.organization.name, "code": code}
    known: Json = {"purpose_text": "账户归并"}
    scene.pays(day, 2_600_000, mine | {"account": new}, own_account=old, **known)
    scene.receives(day, 2_600_000, mine | {"account": old}, at="10:00:05", own_account=new, **known)
    fresh = {"account": new, "bank": bank, "opened_on": str(day - timedelta(2))}
    scene.says("civil-affairs.account.filed.v1", day + timedelta(17), fresh)
    closed_on = day + timedelta(27)
    scene.says("civil-affairs.account.closed.v1", closed_on, {"account": old, "closed_on": str(closed_on)})


def filed_partner(scene: Scene) -> None:
    """L11: a foreign partner within term, budget and account, reported in time."""
    from_on = scene.span.last(3, 1, years_back=1)
    to_on = from_on.replace(month=11, day=30)
    filing_id = filed(scene, from_on, to_on, budget_yuan=1_000_000, account=scene.organization.account)
    money: Json = {"original_currency": "USD", "original_amount_minor": 6_000_000}
    scene.receives(from_on + timedelta(44), 430_000, abroad(NGO), purpose_text="项目款", **money)
    reported(scene, filing_id, to_on + timedelta(20))
    filed_on = to_on + timedelta(110)
    report = {"year": from_on.year, "filed_on": str(filed_on), "overseas_activity": True, "income_fen": 60_000_000}
    if filed_on < scene.span.end_on:
        scene.says("civil-affairs.annual-report.filed.v1", filed_on, report)


def framework(scene: Scene) -> None:
    """L12: a framework by open competition, one call-off a year."""
    for years_back, yuan in ((2, 1_900_000), (1, 1_800_000), (0, 1_900_000)):
        day = scene.span.last(2, 10, years_back=years_back)
        bidders = [
            {"code": scene.organization.code, "name": scene.organization.name, "outcome": "won"},
            *({"code": scene.firm(n)["code"], "name": scene.firm(n)["name"], "outcome": "lost"} for n in (50, 51)),
        ]
        bought = award(scene, day, yuan, procedure="framework", bidders=bidders)
        for quarter in range(4):
            paid_on = day + timedelta(10 + 85 * quarter)
            if paid_on < scene.span.end_on:
                is_paid(scene, paid_on, yuan // 4, bought["award_id"])
        for month in range(10):
            paid_on = day + timedelta(20 + 31 * month)
            if paid_on < scene.span.end_on:
                scene.receives(paid_on, yuan * 38 // 62 // 10, scene.firm(month), purpose_text="服务费")


INSTITUTION: Json = {"kind": "service_institution", "spending_fen": 4_000_000 * YUAN}
LOOK_ALIKES = (
    Story("L05", "payroll twice in January, and a bonus", payroll, given=INSTITUTION),
    Story(
        "L07",
        "a foundation passes a gift on under a reported grant",
        re_granting,
        given={"kind": "foundation", "charity": True, "spending_fen": 12_000_000 * YUAN},
        others=(INSTITUTION, INSTITUTION),
    ),
    Story("L08", "the chair's sister on the staff", relative_on_staff, given=INSTITUTION),
    Story("L09", "purchase money at the end of the year", year_end, given=INSTITUTION),
    Story("L10", "two accounts of one's own merged", account_merger, given=INSTITUTION),
    Story(
        "L11",
        "a filed foreign partner",
        filed_partner,
        given={"kind": "association", "spending_fen": 3_000_000 * YUAN, "reports": False},
    ),
    Story("L12", "a three-year framework with call-offs", framework, given=INSTITUTION),
)
