"""SO-28: officials who hold posts without approval, or at two bodies; and one whose post was approved."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization, Person
from qinglian.sample.names import masked
from qinglian.sample.story import Expected, Scene, Story

CLUB = {"kind": "association", "spending_fen": 200_000 * YUAN}


def _takes(scene: Scene, day: date, who: Person, *, of: Organization | None = None, status: str, post: str) -> None:
    data = {"person": who.token, "name_masked": masked(who.name), "post": post, "from_on": str(day)}
    scene.says("civil-affairs.post.taken.v1", day, data | {"official_status": status, "term_no": 1}, of=of)


def _approved(scene: Scene, day: date, who: Person, *, of: Organization | None = None, post: str) -> None:
    data = {"person": who.token, "post": post, "approved_on": str(day)}
    scene.says("civil-affairs.post-approval.granted.v1", day, data, of=of)


def _never_approved(scene: Scene) -> None:
    _takes(scene, scene.span.last(4, 2), scene.person("official"), status="serving", post="vice_chair")


def _second_body(scene: Scene) -> None:
    day, who, other = scene.span.last(5, 6), scene.person("official"), scene.others[0]
    for of, since in ((other, day - timedelta(300)), (scene.organization, day)):
        _approved(scene, since - timedelta(9), who, of=of, post="chair")
        _takes(scene, since, who, of=of, status="retired", post="chair")


def _approved_before(scene: Scene) -> None:
    day, who = scene.span.last(4, 2), scene.person("official")
    _approved(scene, day - timedelta(4), who, post="vice_chair")
    _takes(scene, day, who, status="retired", post="vice_chair")


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
)
QUIET = (Story("SO-28-approved", "a retired official, approved four days before", _approved_before, given=CLUB),)
