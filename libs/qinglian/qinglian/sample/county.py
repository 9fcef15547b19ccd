"""The whole county: the same seed, size and last day give the same events, whoever asks and whenever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from contracts.topics import TOPICS
from qinglian.sample.cast import Organization, organization
from qinglian.sample.pen import SOURCES, Json, Pen, department_of
from qinglian.sample.rhythms.audit import audit
from qinglian.sample.rhythms.civil_affairs import civil_affairs
from qinglian.sample.rhythms.courts import courts
from qinglian.sample.rhythms.finance import finance
from qinglian.sample.rhythms.public_security import offices, public_security
from qinglian.sample.rhythms.purchases import purchases_of
from qinglian.sample.rhythms.tax import tax
from qinglian.sample.span import Span
from qinglian.sample.stories import STORIES
from qinglian.sample.story import Scene, Story

SEED = 1
SIZE = 300
STORIES_FOUNDED_ON = date(2015, 3, 2)
MONEY = "finance"


@dataclass(frozen=True)
class Told:
    """One story as it was told in this county."""

    story: Story
    scene: Scene


@dataclass(frozen=True)
class SampleCounty:
    """Organizations and what is told of them."""

    seed: int
    span: Span
    organizations: tuple[Organization, ...]
    told: tuple[Told, ...]

    @cached_property
    def _abroad(self) -> frozenset[str]:
        """Name the organizations whose stories are about bodies abroad."""
        return frozenset(event["subject"] for each in self.told for event in each.scene.events if is_abroad(event))

    def events(self) -> list[Json]:
        """Give everything that happened, in order of time; declarations of completeness are not in it."""
        found = [*offices(self.span, seed=self.seed)]
        for one in self.organizations:
            found += self._ordinary(one)
        for each in self.told:
            found += each.scene.events
        return sorted(found, key=lambda event: (event["time"], event["id"]))

    def _ordinary(self, one: Organization) -> Iterator[Json]:
        seed, span = self.seed, self.span
        purchases = purchases_of(one, span, seed=seed)
        yield from civil_affairs(one, span, purchases, seed=seed, abroad=one.code in self._abroad)
        yield from tax(one, span, seed=seed)
        yield from audit(one, span, seed=seed)
        yield from public_security(one, span, seed=seed)
        yield from courts(one, span, seed=seed)
        yield from finance(one, span, purchases, seed=seed)

    def declarations(self) -> list[Json]:
        """Let every department declare that all before the last day has been told."""
        return declarations(self.span.end_on, seed=self.seed)


def is_abroad(event: Json) -> bool:
    """Say whether an event tells of a body abroad that an organization deals with."""
    party = event["data"].get("counterparty", {})
    return "overseas-filing" in event["type"] or (party.get("kind") == "overseas" and "person" not in party)


def declarations(until: date, *, seed: int) -> list[Json]:
    """Let every department declare its topics told up to the beginning of a day."""
    found = []
    for topic in TOPICS.all:
        if topic.known_sources:
            pen = Pen(f"s{seed}-done-{until}-{topic.name}")
            data = {"topic": topic.name, "complete_until": f"{until}T00:00:00+08:00"}
            event = pen.write(f"{topic.owner}.source.completed.v1", None, str(until), data)
            found += [event | {"source": source} for source in topic.known_sources]
    return found


def sample_county(*, seed: int = SEED, size: int = SIZE, end_on: date) -> SampleCounty:
    """Invent the county of a seed and a size, told up to a day.

    Raises: ValueError, when it is too small for its stories.
    """
    span = Span(end_on)
    told = _tell(STORIES, span, seed=seed, whole=size >= SIZE)
    players = [one for each in told for one in (each.scene.organization, *each.scene.others)]
    if size < len(players):
        raise ValueError(f"The stories alone need {len(players)} organizations, not {size}.")
    others = (organization(number, seed=seed, span=span) for number in range(len(players), size))
    return SampleCounty(seed, span, (*players, *others), told)


def _tell(stories: Sequence[Story], span: Span, *, seed: int, whole: bool) -> tuple[Told, ...]:
    told, number = [], 0
    for story in stories:
        players = []
        for given in (story.given, *story.others):
            founded_on = STORIES_FOUNDED_ON + timedelta(number)
            if story.young_days is not None:
                founded_on = span.end_on - timedelta(story.young_days)
            more = {"registered_on": founded_on, "quiet": True} | given
            players.append(organization(number, seed=seed, span=span, **more))
            number += 1
        pen = Pen(f"s{seed}-{story.key}")
        scene = Scene(players[0], tuple(players[1:]), span=span, pen=pen, seed=seed, whole=whole)
        story.tell(scene)
        if story.receipted:
            scene.receipts_for_all()
        told.append(Told(story, scene))
    return tuple(told)


def phases(events: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Part what explains money from the money itself: sent in this order, little is raised and taken back."""
    first = [event for event in events if department_of(event) != MONEY]
    return first, [event for event in events if department_of(event) == MONEY]


def by_department(events: Sequence[Json]) -> dict[str, list[Json]]:
    """Give each department its own events, in their order."""
    found: dict[str, list[Json]] = {department: [] for department in SOURCES}
    for event in events:
        found[department_of(event)].append(event)
    return found
