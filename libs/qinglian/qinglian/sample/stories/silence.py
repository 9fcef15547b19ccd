"""SO-36: an organization of which nothing is heard after its registration, and one that is heard of once a year."""

from datetime import timedelta

from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

REGISTERED_DAYS = 800
STILL: Json = {"kind": "association", "rents": False, "reports": False, "meets": False}


def _nothing(scene: Scene) -> None:
    """Tell that an inspection was missed and that letters came back."""
    missed = scene.recent(300)
    data = {"year": missed.year - 1, "outcome": "not_filed", "concluded_on": str(missed)}
    scene.says("civil-affairs.inspection.concluded.v1", missed, data)
    for place, days in enumerate((120, 90)):
        sent = scene.recent(days)
        letter = {"letter_no": f"x-{place}", "letter_sent_on": str(sent)}
        scene.says("civil-affairs.contact.failed.v1", sent + timedelta(8), letter)


def _once_a_year(scene: Scene) -> None:
    for place, days in enumerate((REGISTERED_DAYS - 200, REGISTERED_DAYS - 500, 60)):
        held = scene.recent(days)
        data = {"activity_id": f"fair-{place}", "kind": "exhibition", "reported_on": str(held), "held_from": str(held)}
        scene.says("civil-affairs.activity.reported.v1", held, data)


STORIES = (
    Story(
        "SO-36-never",
        "registered 800 days ago, never seen since; an inspection missed, letters that came back",
        _nothing,
        (Expected("SO-36", "low"),),
        STILL,
        young_days=REGISTERED_DAYS,
    ),
)
QUIET = (
    Story(
        "SO-36-yearly",
        "one exhibition every ten months",
        _once_a_year,
        given=STILL,
        young_days=REGISTERED_DAYS,
    ),
)
