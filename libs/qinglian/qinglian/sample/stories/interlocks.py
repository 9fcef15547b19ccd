"""SO-31: heads of several bodies, phones and premises that several share."""

from datetime import date, timedelta

from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

SOCIETY: Json = {"kind": "association"}
CARER: Json = {"kind": "service_institution"}
FUND: Json = {"kind": "foundation"}
STREET = "昆阳镇通福门路"


def _led_by_one(scene: Scene) -> None:
    """Let the organization take the head of the other on 12 May."""
    day, one = scene.span.last(5, 12), scene.organization
    scene.changes(day, one, legal_representative=scene.others[0].chair.token)
    audit = {"person": one.chair.token, "completed_on": str(day - timedelta(9)), "outcome": "clean"}
    scene.says("audit.exit-audit.completed.v1", day - timedelta(5), audit)


def _move_in(scene: Scene, place: str, phone: str | None = None) -> date:
    """Let all move to one place within a month, the organization last."""
    day, all_there = scene.span.last(4, 2), (*scene.others, scene.organization)
    for number, one in enumerate(all_there):
        scene.changes(day + timedelta(7 * number), one, address=place, phone=phone)
    return day


def _one_phone(scene: Scene) -> None:
    place = f"{STREET}{scene.organization.number}号"
    for number, one in enumerate((*scene.others, scene.organization)):
        scene.changes(scene.span.last(4, 2) + timedelta(7 * number), one, phone="0577-63" + place[-4:-1].zfill(6))


def _neighbours(scene: Scene, yuan: int, place: str) -> None:
    one, other = scene.others[:2]
    day = _move_in(scene, place)
    scene.pays(day - timedelta(40), yuan, other.party, of=one, purpose_text="服务费")
    scene.receives(day - timedelta(40), yuan, one.party, of=other, at="10:30:00", purpose_text="服务费")


def _tied_neighbours(scene: Scene) -> None:
    _neighbours(scene, 60_000, f"{STREET}{scene.organization.number}号")


def _loose_neighbours(scene: Scene) -> None:
    _neighbours(scene, 20_000, f"{STREET}{scene.organization.number}号")


def _incubated(scene: Scene) -> None:
    _neighbours(scene, 60_000, "平阳县社会组织孵化园")


STORIES = (
    Story(
        "SO-31-foundation",
        "the head of a society comes to head a foundation",
        _led_by_one,
        (Expected("SO-31", "high"),),
        FUND,
        others=(SOCIETY,),
    ),
    Story(
        "SO-31-phone",
        "three bodies with one phone",
        _one_phone,
        (Expected("SO-31", "low"),),
        SOCIETY,
        others=(CARER,) * 2,
    ),
    Story(
        "SO-31-address",
        "three at one address, one of them pays another",
        _tied_neighbours,
        (Expected("SO-31", "medium"),),
        SOCIETY,
        others=(CARER,) * 2,
    ),
)
QUIET = (
    Story(
        "SO-31-loose",
        "three at one address, little between them",
        _loose_neighbours,
        given=SOCIETY,
        others=(CARER,) * 2,
    ),
    Story("SO-31-incubator", "three in an incubator", _incubated, given=SOCIETY, others=(CARER,) * 2),
)
