"""SO-32: terms that run out and heads that leave without an audit."""

from datetime import date, timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

SOCIETY: Json = {"kind": "association", "spending_fen": 300_000 * YUAN}


def _term(scene: Scene, number: int, from_on: date, to_on: date) -> None:
    data = {"term_no": number, "from_on": str(from_on), "to_on": str(to_on)}
    scene.says("civil-affairs.term.renewed.v1", from_on, data)


def _overdue(scene: Scene) -> None:
    ended = scene.recent(200)
    _term(scene, 2, ended - timedelta(1_460), ended)


def _renewed(scene: Scene) -> None:
    ended = scene.recent(200)
    _term(scene, 2, ended - timedelta(1_460), ended)
    _term(scene, 3, ended + timedelta(80), ended + timedelta(1_540))


def _new_head(scene: Scene) -> date:
    """Let somebody else lead from 10 May on."""
    day = scene.span.last(5, 10)
    scene.changes(day, legal_representative=scene.person("new head").token)
    return day


def _unaudited(scene: Scene) -> None:
    _new_head(scene)


def _audited(scene: Scene) -> None:
    day = _new_head(scene)
    done = day - timedelta(8)
    audit = {"person": scene.organization.chair.token, "completed_on": str(done), "outcome": "clean"}
    scene.says("audit.exit-audit.completed.v1", day + timedelta(20), audit)


STORIES = (
    Story("SO-32-term", "a term that ended 200 days ago, not renewed", _overdue, (Expected("SO-32", "low"),), SOCIETY),
    Story("SO-32-head", "a new head, no audit of the old one", _unaudited, (Expected("SO-32", "medium"),), SOCIETY),
)
QUIET = (
    Story("SO-32-renewed", "renewed after 80 days", _renewed, given=SOCIETY),
    Story("SO-32-audited", "a new head, the old one audited before, told later", _audited, given=SOCIETY),
)
