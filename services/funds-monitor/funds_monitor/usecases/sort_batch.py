"""Tell what is new in a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from funds_monitor.domain.streams import COMPLETED
from funds_monitor.usecases.ports import Activity, Identity, Received


class Sorted(Struct):
    """What is new in a batch, and what is not."""

    facts: list[Received] = field(default_factory=list)
    declarations: list[Received] = field(default_factory=list)
    conflicts: list[Received] = field(default_factory=list)
    duplicates: int = 0

    def organizations(self) -> list[str]:
        """Name the organizations that the facts are about, each once, in order."""
        return list(dict.fromkeys(each.fact.organization for each in self.facts if each.fact.organization is not None))

    def activity(self) -> dict[tuple[str, str, int], Activity]:
        """Count, per source, topic and partition, what came and when it happened."""
        found: dict[tuple[str, str, int], Activity] = {}
        for each in self.facts:
            fact = each.fact
            activity = found.setdefault((fact.position.source, fact.place.topic, fact.place.partition), Activity())
            activity.events += 1
            activity.last_event_us = max(activity.last_event_us, fact.position.time_us)
            activity.last_seen_us = max(activity.last_seen_us, fact.place.appended_us)
        return found


def sort_batch(received: Sequence[Received], known: Mapping[Identity, bytes]) -> Sorted:
    """Tell new facts from repeated ones; of the same identity with other content the first one stands."""
    found, seen = Sorted(), dict(known)
    for each in received:
        identity = (each.fact.position.source, each.fact.position.id)
        stands = seen.get(identity)
        seen.setdefault(identity, each.fact.content_hash)
        if stands is not None:
            if stands == each.fact.content_hash:
                found.duplicates += 1
            else:
                found.conflicts.append(each)
        elif each.fact.stream == COMPLETED:
            found.declarations.append(each)
        else:
            found.facts.append(each)
    return found
