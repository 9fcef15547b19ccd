"""SO-25 and SO-26: foreign money without a filing, or beyond one."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.codes import account_token
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

PARTNER = {"kind": "association", "spending_fen": 3_000_000 * YUAN}
NGO = "Paper Crane Foundation"


def abroad(name: str) -> Json:
    """Give a foreign body as one side of a payment."""
    return {"kind": "overseas", "name": name}


def filed(scene: Scene, from_on: date, to_on: date, *, budget_yuan: int, **more: object) -> str:
    """Let a visit be filed; gives the filing's id."""
    filing = {
        "filing_id": f"fl-{scene.organization.number}",
        "overseas_ngo": {"name": NGO, "country": "GB"},
        "from_on": str(from_on),
        "to_on": str(to_on),
        "budget_fen": budget_yuan * YUAN,
        "activity": "教育交流",
    }
    scene.says("public-security.overseas-filing.accepted.v1", from_on - timedelta(16), filing | more)
    return str(filing["filing_id"])


def reported(scene: Scene, filing_id: str, day: date) -> None:
    """Let a visit be reported on."""
    report = {"filing_id": filing_id, "reported_on": str(day)}
    scene.says("public-security.overseas-filing.reported.v1", day, report)


def dollars(scene: Scene, day: date, usd: int, *, by: str) -> None:
    """Let a body abroad pay in dollars, seven yuan each."""
    money: Json = {"original_currency": "USD", "original_amount_minor": usd * 100}
    scene.receives(day, usd * 7, abroad(by), purpose_text="cooperation", **money)


def _unfiled_ngo(scene: Scene) -> None:
    dollars(scene, scene.recent(10), 3_000, by="Blue Lantern Foundation")


def _unfiled_firm(scene: Scene) -> None:
    dollars(scene, scene.span.last(5, 12), 10_400, by="Halcyon Bay Trading Co")


def _three_times(scene: Scene) -> None:
    day = scene.span.last(6, 20)
    for days in (0, 70, 140):
        dollars(scene, day - timedelta(days), 2_000, by="Green Heron Society")


def _a_day_late(scene: Scene) -> None:
    to_on = scene.span.last(8, 31)
    filing_id = filed(scene, to_on - timedelta(150), to_on, budget_yuan=400_000)
    scene.receives(to_on - timedelta(60), 120_000, abroad(NGO), purpose_text="项目款")
    scene.receives(to_on + timedelta(1), 5_000, abroad(NGO), purpose_text="项目款")
    reported(scene, filing_id, to_on + timedelta(20))


def _over_budget(scene: Scene) -> None:
    to_on = scene.span.last(8, 31)
    filing_id = filed(scene, to_on - timedelta(150), to_on, budget_yuan=400_000)
    scene.receives(to_on - timedelta(100), 250_000, abroad(NGO), purpose_text="项目款")
    scene.receives(to_on - timedelta(40), 195_000, abroad(NGO), purpose_text="项目款")
    reported(scene, filing_id, to_on + timedelta(20))


def _other_account(scene: Scene) -> None:
    to_on = scene.span.last(8, 31)
    account = account_token(f"{scene.organization.code} project")
    filing_id = filed(scene, to_on - timedelta(150), to_on, budget_yuan=400_000, account=account)
    scene.receives(to_on - timedelta(90), 30_000, abroad(NGO), purpose_text="项目款")
    reported(scene, filing_id, to_on + timedelta(20))


def _reported_late(scene: Scene) -> None:
    to_on = scene.span.last(6, 30)
    filing_id = filed(scene, to_on - timedelta(100), to_on, budget_yuan=200_000)
    scene.receives(to_on - timedelta(50), 80_000, abroad(NGO), purpose_text="项目款")
    reported(scene, filing_id, to_on + timedelta(45))


def _relative_abroad(scene: Scene) -> None:
    payer = abroad("M*** L***") | {"person": scene.person("cousin").token}
    scene.receives(scene.span.last(2, 11), 80_000, payer, purpose_text="family")


def _small_invoice(scene: Scene) -> None:
    dollars(scene, scene.span.last(5, 12), 9_800, by="Halcyon Bay Trading Co")


STORIES = (
    Story(
        "SO-25-ngo",
        "USD 3,000 from a foreign foundation, nothing filed; ten days ago",
        _unfiled_ngo,
        (Expected("SO-25", "medium"),),
        PARTNER,
    ),
    Story("SO-25-firm", "USD 10,400 from a firm abroad", _unfiled_firm, (Expected("SO-25", "low"),), PARTNER),
    Story(
        "SO-25-again",
        "three times USD 2,000 from a foreign society within five months",
        _three_times,
        (Expected("SO-25", "high"),),
        PARTNER,
    ),
    Story(
        "SO-26-late",
        "5,000 yuan on the day after the filing ended",
        _a_day_late,
        (Expected("SO-26", "high"),),
        PARTNER,
    ),
    Story(
        "SO-26-budget",
        "445,000 yuan under a filed budget of 400,000",
        _over_budget,
        (Expected("SO-26", "medium"),),
        PARTNER,
    ),
    Story(
        "SO-26-account",
        "30,000 yuan into another account than the filed one, and than any that civil affairs knows",
        _other_account,
        (Expected("SO-26", "high"), Expected("SO-08", "high")),
        PARTNER,
    ),
    Story(
        "SO-26-report",
        "reported 45 days after the end, 30 are allowed",
        _reported_late,
        (Expected("SO-26", "low"),),
        PARTNER,
    ),
)
QUIET = (
    Story("SO-25-relative", "80,000 yuan from a relative abroad", _relative_abroad, given=PARTNER),
    Story("SO-25-small", "USD 9,800 from a firm abroad", _small_invoice, given=PARTNER),
)
