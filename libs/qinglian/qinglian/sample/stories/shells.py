"""TY-01: start-up funds that go to the founder's firm, then money to persons, then silence."""

from datetime import timedelta

from qinglian.sample.cast import YUAN, Person, person
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

REGISTERED_DAYS = 900
SHELL: Json = {"kind": "service_institution", "spending_fen": 300_000 * YUAN, "start_up_funds_fen": 100_000 * YUAN}
SHELL |= {"rents": False, "reports": False, "meets": False}


def _founder(scene: Scene) -> Person:
    return person(scene.seed, scene.organization.number, "founder")


def _leaves(scene: Scene, yuan: int) -> None:
    """Pay a firm of the founder two months after the founding."""
    day = scene.recent(REGISTERED_DAYS) + timedelta(60)
    relation = {"a": _founder(scene).party, "b": scene.firm(0), "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", day - timedelta(40), relation)
    scene.pays(day, yuan, scene.firm(0), purpose_text="场地费")


def _to_a_person(scene: Scene, yuan: int, whom: Person) -> None:
    """Pay somebody a year later: the start-up funds are not looked at any more."""
    scene.pays(scene.recent(REGISTERED_DAYS) + timedelta(400), yuan, whom.party, purpose_text="劳务费")


def _letters_come_back(scene: Scene) -> None:
    for place, days in enumerate((200, 170)):
        sent = scene.recent(days)
        letter = {"letter_no": f"x-{place}", "letter_sent_on": str(sent)}
        scene.says("civil-affairs.contact.failed.v1", sent + timedelta(8), letter)


def _drained(scene: Scene) -> None:
    _leaves(scene, 32_000)
    _to_a_person(scene, 30_000, _founder(scene))
    _letters_come_back(scene)


def _drained_and_a_stranger_paid(scene: Scene) -> None:
    _leaves(scene, 32_000)
    _to_a_person(scene, 30_000, scene.person("helper"))
    _letters_come_back(scene)


def _less_of_everything(scene: Scene) -> None:
    _leaves(scene, 29_000)
    _to_a_person(scene, 9_000, _founder(scene))
    _letters_come_back(scene)
    held = scene.recent(150)  # within a year after the last payment
    data = {"activity_id": "open-day", "kind": "other", "reported_on": str(held), "held_from": str(held)}
    scene.says("civil-affairs.activity.reported.v1", held, data)


STORIES = (
    Story(
        "TY-01-shell",
        "of 100,000 yuan at the start 32,000 go to the founder's firm, later 30,000 to the founder, then silence",
        _drained,
        (
            Expected("SO-10", "medium"),
            Expected("SO-05", "medium"),
            Expected("SO-36", "low"),
            Expected("TY-01", "high"),
        ),
        SHELL,
        young_days=REGISTERED_DAYS,
    ),
    Story(
        "TY-01-stranger",
        "the same, but somebody without a tie to the founder is paid: three findings and no pattern",
        _drained_and_a_stranger_paid,
        (Expected("SO-10", "medium"), Expected("SO-05", "low"), Expected("SO-36", "low")),
        SHELL,
        young_days=REGISTERED_DAYS,
    ),
)
QUIET = (
    Story(
        "TY-01-less",
        "29,000 to the founder's firm, 9,000 to the founder, an open day in the year after",
        _less_of_everything,
        given=SHELL,
        young_days=REGISTERED_DAYS,
    ),
)
