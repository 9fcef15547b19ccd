"""SO-04: money that goes over other organizations and comes back."""

from collections.abc import Sequence
from datetime import date, timedelta

from qinglian.sample.cast import YUAN, Organization
from qinglian.sample.pen import Json
from qinglian.sample.story import KNOWN_DAYS, Expected, Scene, Story

PARTNER = {"kind": "association", "spending_fen": 1_500_000 * YUAN}


def _round(scene: Scene, hops: Sequence[tuple[int, int]], end: Json) -> None:
    """Pay from one to the next on days after the first, the last one to `end`."""
    first = scene.span.last(4, 10)
    payers = (scene.organization, *scene.others)
    payees = [*(each.party for each in scene.others), end]
    for payer, payee, (offset, yuan) in zip(payers, payees, hops, strict=True):
        _pays(scene, payer, payee, first + timedelta(offset), yuan)


def _pays(scene: Scene, payer: Organization, payee: Json, day: date, yuan: int) -> None:
    scene.pays(day, yuan, payee, of=payer, purpose_text="合作款")


def _to_the_chairs_firm(scene: Scene) -> None:
    relation = {"a": scene.organization.chair.party, "b": scene.firm(0), "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", scene.span.last(4, 10) - timedelta(300), relation)
    _round(scene, ((0, 90_000), (2, 88_000), (8, 80_000)), scene.firm(0))


def _home(scene: Scene) -> None:
    _round(scene, ((0, 62_000), (12, 61_000), (40, 56_000)), scene.organization.party)


def _ring(scene: Scene) -> None:
    _round(scene, ((0, 30_000), (4, 14_000), (11, 41_000), (19, 12_000)), scene.organization.party)


def _too_late(scene: Scene) -> None:
    _round(scene, ((0, 62_000), (12, 61_000), (95, 56_000)), scene.organization.party)


def _partners(scene: Scene) -> None:
    """Two of the three have dealt with each other before, as they do each year."""
    before = scene.span.last(4, 10) - timedelta(KNOWN_DAYS)
    one, other = scene.others
    _pays(scene, one, other.party, before, 3_000)
    _pays(scene, other, scene.organization.party, before, 3_000)
    _home(scene)


STORIES = (
    Story(
        "SO-04-chair",
        "90,000 yuan over two associations to a firm that the chair controls, 80,000 of it arrives",
        _to_the_chairs_firm,
        (Expected("SO-04", "high", 3),),
        PARTNER,
        others=(PARTNER, PARTNER),
    ),
    Story(
        "SO-04-home",
        "62,000 yuan over two new partners and back within 40 days",
        _home,
        (Expected("SO-04", "medium", 3),),
        PARTNER,
        others=(PARTNER, PARTNER),
    ),
    Story(
        "SO-04-ring",
        "four associations without earlier dealings pay each other in a ring within 20 days",
        _ring,
        (Expected("SO-04", "low", 4),),
        PARTNER,
        others=(PARTNER, PARTNER, PARTNER),
    ),
)
QUIET = (
    Story(
        "SO-04-late",
        "62,000 yuan over two partners, back after 95 days",
        _too_late,
        given=PARTNER,
        others=(PARTNER, PARTNER),
    ),
    Story(
        "SO-04-partners",
        "money goes round among three associations that deal with each other each year",
        _partners,
        given=PARTNER,
        others=(PARTNER, PARTNER),
    ),
)
