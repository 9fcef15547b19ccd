"""SO-28 and SO-29: officials in posts without approval, or at two bodies, or paid; and one who is none of these."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization, Person
from qinglian.sample.names import masked
from qinglian.sample.story import Expected, Scene, Story

CLUB = {"kind": "association", "spending_fen": 200_000 * YUAN}


def takes_post(scene: Scene, day: date, who: Person, *, of: Organization | None = None, status: str, post: str) -> None:
    """Let somebody take a post."""
    data = {"person": who.token, "name_masked": masked(who.name), "post": post, "from_on": str(day)}
    scene.says("civil-affairs.post.taken.v1", day, data | {"official_status": status, "term_no": 1}, of=of)


def is_approved(scene: Scene, day: date, who: Person, *, of: Organization | None = None, post: str) -> None:
    """Let a post be approved."""
    data = {"person": who.token, "post": post, "approved_on": str(day)}
    scene.says("civil-affairs.post-approval.granted.v1", day, data, of=of)


def _never_approved(scene: Scene) -> None:
    takes_post(scene, scene.span.last(4, 2), scene.person("official"), status="serving", post="vice_chair")


def _second_body(scene: Scene) -> None:
    day, who, other = scene.span.last(5, 6), scene.person("official"), scene.others[0]
    for of, since in ((other, day - timedelta(300)), (scene.organization, day)):
        is_approved(scene, since - timedelta(9), who, of=of, post="chair")
        takes_post(scene, since, who, of=of, status="retired", post="chair")


def _approved_before(scene: Scene) -> None:
    day, who = scene.span.last(4, 2), scene.person("official")
    is_approved(scene, day - timedelta(4), who, post="vice_chair")
    takes_post(scene, day, who, status="retired", post="vice_chair")


def _in_post(scene: Scene, status: str) -> tuple[date, Person]:
    """Let an official take a post with approval; give a day some months later."""
    day, who = scene.span.last(2, 2), scene.person("official")
    is_approved(scene, day - timedelta(4), who, post="vice_chair")
    takes_post(scene, day, who, status=status, post="vice_chair")
    return day + timedelta(100), who


def _on_the_payroll(scene: Scene) -> None:
    day, who = _in_post(scene, "retired")
    payees = [{"person": who.token, "amount_fen": 2_500 * YUAN}]
    data = {"period": f"{day:%Y-%m}", "headcount": 2, "total_pay_fen": 12_000 * YUAN, "payees": payees}
    scene.says("tax.payroll.filed.v1", day + timedelta(35), data)


def _paid_for_services(scene: Scene) -> None:
    day, who = _in_post(scene, "serving")
    scene.pays(day, 1_200, who.party, purpose_text="劳务费")


def _reimbursed(scene: Scene, *sums: int) -> None:
    day, who = _in_post(scene, "retired")
    for place, yuan in enumerate(sums):
        scene.pays(day + timedelta(40 * place), yuan, who.party, purpose_text="差旅费报销")


def _travels(scene: Scene) -> None:
    _reimbursed(scene, 2_600, 3_000)


def _travels_little(scene: Scene) -> None:
    _reimbursed(scene, 1_900, 2_300)


STORIES = (
    Story(
        "SO-28-never",
        "a serving official becomes vice-chair, no approval after 30 days",
        _never_approved,
        (Expected("SO-28", "high"),),
        CLUB,
    ),
    Story(
        "SO-28-second",
        "a retired official chairs a second association, both approved",
        _second_body,
        (Expected("SO-28", "medium"),),
        CLUB,
        others=(CLUB,),
    ),
    Story(
        "SO-29-payroll",
        "a retired vice-chair is on the payroll with 2,500 yuan",
        _on_the_payroll,
        (Expected("SO-29", "medium"),),
        CLUB,
    ),
    Story(
        "SO-29-services",
        "a serving official in a post is paid 1,200 yuan for services",
        _paid_for_services,
        (Expected("SO-29", "high"),),
        CLUB,
    ),
    Story(
        "SO-29-costs",
        "a retired official is reimbursed 5,600 yuan within 40 days",
        _travels,
        (Expected("SO-29", "low"),),
        CLUB,
    ),
)
QUIET = (
    Story("SO-28-approved", "a retired official, approved four days before", _approved_before, given=CLUB),
    Story("SO-29-travels", "a retired official is reimbursed 1,900 and 2,300 yuan", _travels_little, given=CLUB),
)
