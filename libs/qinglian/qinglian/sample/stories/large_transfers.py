"""SO-01: large transfers that nothing on record explains."""

from datetime import timedelta

from qinglian.sample.cast import YUAN
from qinglian.sample.pen import Json
from qinglian.sample.story import Expected, Scene, Story

BIG = {"kind": "association", "spending_fen": 12_000_000 * YUAN}


def _one_supplier_one_day(scene: Scene) -> None:
    day = scene.span.last(5, 18)
    scene.pays(day, 1_300_000, scene.firm(0), at="10:05:00", purpose_text="会展服务费")
    scene.pays(day, 800_000, scene.firm(0), at="15:40:00", purpose_text="会展服务费尾款")


def _dollars_of_a_firm(scene: Scene) -> None:
    payer = {"kind": "overseas", "name": "Larkspur Trading Ltd"}
    money: Json = {"original_currency": "USD", "original_amount_minor": 21_000_000}
    scene.receives(scene.span.last(4, 22), 1_500_000, payer, purpose_text="cooperation", **money)


def _one_fifth_of_a_year(scene: Scene) -> None:
    scene.pays(scene.recent(8), 190_000, scene.firm(0), purpose_text="场馆装修")


def _to_the_chairs_firm(scene: Scene) -> None:
    day = scene.span.last(3, 26)
    relation = {"a": scene.organization.chair.party, "b": scene.firm(0), "relation": "controls"}
    scene.says("civil-affairs.relation.declared.v1", day - timedelta(400), relation)
    scene.pays(day, 2_100_000, scene.firm(0), purpose_text="设备采购")


STORIES = (
    Story(
        "SO-01-day",
        "1,300,000 and 800,000 yuan to one supplier on one day",
        _one_supplier_one_day,
        (Expected("SO-01", "medium"),),
        BIG,
    ),
    Story(
        "SO-01-usd",
        "USD 210,000 from a foreign firm, nothing filed; the same payment is unfiled overseas money",
        _dollars_of_a_firm,
        (Expected("SO-01", "medium"), Expected("SO-25", "low")),
        BIG,
    ),
    Story(
        "SO-01-local",
        "190,000 yuan at once, last year's whole spending was 900,000; nine days ago",
        _one_fifth_of_a_year,
        (Expected("SO-01", "low"),),
        {"kind": "association", "spending_fen": 900_000 * YUAN},
    ),
    Story(
        "SO-01-related",
        "2,100,000 yuan to a firm that the chair controls, no resolution on it",
        _to_the_chairs_firm,
        (Expected("SO-01", "high"), Expected("SO-11", "medium")),
        BIG,
    ),
)
