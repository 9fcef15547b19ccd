"""TY-06: an official in a post without approval is paid, and the spouse's firm is a supplier."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, Person
from qinglian.sample.pen import Json
from qinglian.sample.stories.officials import is_approved, takes_post
from qinglian.sample.story import Expected, Scene, Story

CLUB: Json = {"kind": "association", "spending_fen": 200_000 * YUAN}
POST_DAYS, PAID_DAYS, DEAL_DAYS = 300, 200, 150  # before the end


def _seated(scene: Scene, name: str, post: str, *, approved: bool) -> Person:
    who, day = scene.person(name), scene.recent(POST_DAYS)
    if approved:
        is_approved(scene, day - timedelta(4), who, post=post)
    takes_post(scene, day, who, status="serving", post=post)
    return who


def _deals(scene: Scene, official: Person, yuan: int) -> None:
    """Pay a firm of the official's spouse."""
    spouse, day = scene.person("spouse"), scene.recent(POST_DAYS + 60)
    married = {"a": official.party, "b": spouse.party, "relation": "spouse"}
    owns = {"a": spouse.party, "b": scene.firm(0), "relation": "controls"}
    for relation in (married, owns):
        scene.says("civil-affairs.relation.declared.v1", day, relation)
    scene.pays(scene.recent(DEAL_DAYS), yuan, scene.firm(0), purpose_text="策划服务")


def _shadow(scene: Scene) -> None:
    official = _seated(scene, "official", "vice_chair", approved=False)
    scene.pays(scene.recent(PAID_DAYS), 1_200, official.party, purpose_text="劳务费")
    _deals(scene, official, 25_000)


def _another_is_paid(scene: Scene) -> None:
    official = _seated(scene, "official", "vice_chair", approved=False)
    colleague = _seated(scene, "colleague", "director", approved=True)
    scene.pays(scene.recent(PAID_DAYS), 1_200, colleague.party, purpose_text="劳务费")
    _deals(scene, official, 25_000)


def _in_order(scene: Scene) -> None:
    official = _seated(scene, "official", "vice_chair", approved=True)
    scene.pays(scene.recent(PAID_DAYS), 1_200, official.party, purpose_text="差旅费报销")
    _deals(scene, official, 18_000)


ALONE = (Expected("SO-28", "high"), Expected("SO-29", "high"), Expected("SO-11", "medium"))
STORIES = (
    Story(
        "TY-06-shadow",
        "a vice-chair in office, never approved, gets 1,200 yuan for services; the spouse's firm gets 25,000",
        _shadow,
        (*ALONE, Expected("TY-06", "critical")),
        CLUB,
    ),
    Story(
        "TY-06-colleague",
        "the same, but another official, who was approved, is paid: three findings and no pattern",
        _another_is_paid,
        ALONE,
        CLUB,
    ),
)
QUIET = (
    Story(
        "TY-06-approved",
        "a vice-chair in office, approved, travels for 1,200 yuan; the spouse's firm gets 18,000",
        _in_order,
        given=CLUB,
    ),
)
