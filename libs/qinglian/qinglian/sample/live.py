"""What happens in the county from now on: a calm trickle, and a story now and then.

Time is cut into slots; what happens in a slot depends on nothing but the county and the slot, so that a slot that is
told twice is the same events again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from qinglian.sample.cast import YUAN, Organization, bureau, firm, person
from qinglian.sample.chance import chance
from qinglian.sample.county import SampleCounty
from qinglian.sample.pen import Json, Pen
from qinglian.sample.rhythms.finance import FIRMS, MEMBERS_MIN
from qinglian.sample.rhythms.purchases import purchases_of

SLOT_S = 5
STORY_SLOTS = 180  # a story every quarter of an hour
OUT_PERCENT, NEWS_PERCENT = 30, 10
STRANGERS_FROM, STRANGERS = 600_000, 300_000  # firms that nobody has dealt with
CHINA = timezone(timedelta(hours=8))


def slot_at(moment: datetime) -> int:
    """Give the slot of a moment."""
    return int(moment.timestamp()) // SLOT_S


@dataclass(frozen=True)
class LiveCast:
    """Who lives on: all ordinary organizations, and those to whom stories may happen."""

    ordinary: tuple[Organization, ...]
    players: tuple[Organization, ...]
    seed: int


def live_cast(county: SampleCounty) -> LiveCast:
    """Choose who lives on.

    Stories happen to associations whose books go back a year, so that strangers are known as such, and which have
    filed no resolution that would explain a large payment.
    """
    span, seed = county.span, county.seed
    ordinary = tuple(one for one in county.organizations if not one.quiet and one.registered_on < span.begin_on)
    players = tuple(
        one
        for one in ordinary
        if one.kind == "association" and not any(each.resolved for each in purchases_of(one, span, seed=seed))
    )
    return LiveCast(ordinary, players, seed)


def live_events(cast: LiveCast, slot: int) -> list[Json]:
    """Give what happens in a slot."""
    hand = _Hand(cast, slot)
    hand.ordinary()
    if slot % STORY_SLOTS == 0:
        hand.story()
    return hand.events


class _Hand:
    """Writes the events of one slot."""

    def __init__(self, cast: LiveCast, slot: int) -> None:
        self._dice = chance(cast.seed, "live", slot)
        self._cast, self._slot = cast, slot
        self._pen = Pen(f"s{cast.seed}-live-{slot}")
        self._moment = datetime.fromtimestamp(slot * SLOT_S, UTC).astimezone(CHINA)
        self._one = self._dice.choice(cast.ordinary)
        self.events: list[Json] = []

    def _at(self, seconds: int = 0) -> str:
        return (self._moment + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")

    def ordinary(self) -> None:
        """Let something small happen between people who know each other."""
        one, dice = self._one, self._dice
        neighbour, throw = one.number * 7 % FIRMS, dice.randrange(100)
        amount_fen = dice.randrange(20, 200) * YUAN
        if throw < NEWS_PERCENT:
            self._activity()
        elif throw < NEWS_PERCENT + OUT_PERCENT:
            self._money(amount_fen, "out", firm(neighbour), purpose_text="物业水电")
        else:
            place = dice.randrange(MEMBERS_MIN)
            family = one.kind == "service_institution"
            payer = (
                person(self._cast.seed, one.number, "parent", place).party if family else firm(neighbour + 1 + place)
            )
            self._money(amount_fen, "in", payer, purpose_text="活动服务费" if family else "活动赞助")
            receipt = self._pen.receipt(one, self._at(1), amount_fen, kind="other", payer=payer)
            self.events.append(receipt)

    def story(self) -> None:
        """Let something happen that must be seen."""
        stories: tuple[Callable[[], None], ...] = (self._transfer, self._through, self._debtor, self._cash)
        self._one = self._dice.choice(self._cast.players)
        stories[self._slot // STORY_SLOTS % len(stories)]()

    def _money(self, amount_fen: int, direction: str, party: Json, *, seconds: int = 0, **more: Any) -> None:
        at = self._at(seconds)
        self.events.append(self._pen.payment(self._one, at, amount_fen, direction=direction, party=party, **more))

    def _stranger(self, place: int) -> Json:
        return firm(STRANGERS_FROM + (self._slot * 3 + place) % STRANGERS)

    def _activity(self) -> None:
        data = {
            "activity_id": f"live-{self._slot}",
            "kind": "exchange",
            "reported_on": f"{self._moment:%Y-%m-%d}",
            "held_from": f"{self._moment + timedelta(7):%Y-%m-%d}",
            "people": self._dice.randrange(10, 80),
        }
        kind = "civil-affairs.activity.reported.v1"
        self.events.append(self._pen.write(kind, self._one.code, self._at(), data))

    def _transfer(self) -> None:
        """SO-01: 2,100,000 yuan at once."""
        self._money(2_100_000 * YUAN, "out", self._stranger(0), seconds=1, purpose_text="设备采购")

    def _through(self) -> None:
        """SO-03: 380,000 yuan in and 365,000 of it out within seconds; for so small a body also SO-01 (b)."""
        self._money(380_000 * YUAN, "in", self._stranger(0), seconds=1, purpose_text="项目合作")
        self._money(215_000 * YUAN, "out", self._stranger(1), seconds=2, purpose_text="咨询费")
        self._money(150_000 * YUAN, "out", self._stranger(2), seconds=3, purpose_text="咨询费")

    def _debtor(self) -> None:
        """SO-14: an award on the day on which the courts list a debt."""
        one, day = self._one, f"{self._moment:%Y-%m-%d}"
        listed = {"case_no": f"({self._moment.year})青澜执{self._slot}号", "listed_on": day}
        self.events.append(self._pen.write("courts.debtor.listed.v1", one.code, self._at(1), listed))
        award = {
            "award_id": f"aw-live-{self._slot}",
            "buyer": bureau("culture"),
            "catalogue_item": "D0301",
            "procedure": "inquiry",
            "amount_fen": 80_000 * YUAN,
            "awarded_on": day,
        }
        self.events.append(self._pen.write("finance.procurement.awarded.v1", one.code, self._at(2), award))

    def _cash(self) -> None:
        """SO-02: three draws of cash, each just below the tier."""
        drawn = {"kind": "unknown", "name": "现金支取"}
        for place, yuan in enumerate((42_000, 45_000, 49_000)):
            self._money(yuan * YUAN, "out", drawn, seconds=place + 1, method="cash", purpose_text="备用金")
