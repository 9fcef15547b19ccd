from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from contracts import Topics, from_us
from gateway.domain.calm import heard_by, is_calm, is_quiet, lag_of_topics
from gateway.domain.counting import Claim
from gateway.usecases.ports import Json, Observed

Observe = Callable[[], Awaitable[Observed]]


async def show_status(*, observe: Observe, topics: Topics) -> Json:
    """Say how far everything is: sources, services, lag of the slowest stage, warnings, and whether all is quiet.

    Everything is looked at once; only if it then seems quiet it is looked at again, for one look can be fooled by what
    moves between its parts.
    """
    seen = await observe()
    must_read = heard_by(topics)
    quiet = is_calm(seen.look, must_read=must_read)
    if quiet:
        again = await observe()
        quiet = is_quiet(seen.look, again.look, must_read=must_read)
        seen = again
    return {
        "quiet": quiet,
        "sources": _sources(seen, topics),
        "services": [{"name": each.name, "ready": each.ready, "version": each.version} for each in seen.services],
        "warnings": [{"service": each.service, "text": {"zh": each.zh, "en": each.en}} for each in seen.warnings],
        "stages": [
            {
                "name": stage.name,
                "ready": stage.ready,
                "outbox_backlog": stage.outbox_backlog,
                "busy": stage.busy,
            }
            for stage in seen.look.stages
        ],
    }


def _sources(seen: Observed, topics: Topics) -> list[dict[str, Any]]:
    """Show known sources, before their first event too, and every other one that was heard."""
    heard = {(each.source, each.topic): each for each in seen.heard}
    said = {(row["source"], row["topic"]): row for row in seen.monitor.get("sources") or ()}
    known = [(source, topic.name) for topic in topics.all for source in topic.known_sources]
    lags = lag_of_topics(seen.look)
    rows = []
    for source, topic in dict.fromkeys([*known, *sorted(heard)]):
        one = heard.get((source, topic))
        rows.append(
            {
                "source": source,
                "topic": topic,
                "last_event_at": _text(one.last_event_us) if one else None,
                "last_seen_at": _text(one.last_seen_us) if one else None,
                "events": one.events if one else 0,
                "complete_until": (said.get((source, topic)) or {}).get("complete_until"),
                "blocked": _blocked(seen, said.get((source, topic)), Claim(source, topic)),
                "silence": (said.get((source, topic)) or {}).get("silence"),
                "lag": lags.get(topic, 0),
            }
        )
    return rows


def _blocked(seen: Observed, said: Mapping[str, Any] | None, claim: Claim) -> list[Any]:
    """Show declarations that were not taken: what the door refused, and what stands in the log."""
    refused = [each.blocked.told(None) for each in seen.differences if each.claim == claim]
    return [*refused, *((said or {}).get("blocked") or ())]


def _text(time_us: int) -> str:
    return from_us(time_us).isoformat().replace("+00:00", "Z")
