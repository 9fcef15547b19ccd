"""SO-37: bodies that the register does not know."""

from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

SOCIETY: Json = {"kind": "association"}


def _pays(scene: Scene, name: str) -> None:
    body = {"kind": "organization", "name": name}
    scene.pays(scene.span.last(5, 18), 8_000, body, purpose_text="会务费")


def _unknown_chamber(scene: Scene) -> None:
    _pays(scene, "平阳县青年企业家商会")


def _name_like_another(scene: Scene) -> None:
    """Take money from somebody who changed one sign of a society's name."""
    name = scene.others[0].name
    body = {"kind": "organization", "name": name[:6] + "某" + name[7:]}
    scene.receives(scene.span.last(5, 20), 8_000, body, purpose_text="协作费")


def _special_account(scene: Scene) -> None:
    _pays(scene, f"{scene.others[0].name}救灾专户")


def _national_body(scene: Scene) -> None:
    _pays(scene, "中国社区服务学会")


STORIES = (
    Story("SO-37-unknown", "pays a chamber nobody knows", _unknown_chamber, (Expected("SO-37", "medium"),), SOCIETY),
    Story(
        "SO-37-near",
        "a name one sign off a society's",
        _name_like_another,
        (Expected("SO-37", "medium"),),
        SOCIETY,
        others=(SOCIETY,),
    ),
)
QUIET = (
    Story("SO-37-account", "a society's special account", _special_account, given=SOCIETY, others=(SOCIETY,)),
    Story("SO-37-national", "a national body", _national_body, given=SOCIETY),
)
