"""What the world is told of a step: not every step is an event, but whatever changes what others may see is."""

from datetime import datetime

from msgspec import Struct

from contracts.credit import ListingDecided, ListingLifted, ListingNoticed, ListingObjected, ListingProposed
from credit.domain.acts import Act
from credit.domain.listing import Listing

Said = ListingProposed | ListingNoticed | ListingObjected | ListingDecided | ListingLifted


class Telling(Struct, frozen=True):
    """An event of ours, before it has its envelope."""

    type: str
    id: str
    organization: str
    data: Said


def telling_of(listing: Listing, number: int, *, at: datetime) -> Telling | None:
    """Give the event of a listing's act, by its place among the acts; `listing` is as it was after that act."""
    act = listing.acts[number]
    name, data = _data(listing, act, at)
    if data is None:
        return None
    return Telling(f"credit.listing.{name}.v1", f"{listing.id}:{number}", listing.organization, data)


def _data(listing: Listing, act: Act, at: datetime) -> tuple[str, Said | None]:
    told = {"listing_id": listing.id, "list": listing.list, "cause": listing.cause, "at": at}
    if act.act == "propose":
        return "proposed", ListingProposed(**told, reason=act.text)  # type: ignore[arg-type]
    if act.act == "notice":
        return "noticed", ListingNoticed(**told, reason=listing.reason)  # type: ignore[arg-type]
    if act.act == "object":
        return "objected", ListingObjected(**told)  # type: ignore[arg-type]
    if act.act == "decide" and act.outcome == "list":
        return "decided", ListingDecided(**told, effective_on=listing.effective_on, reason=act.text)  # type: ignore[arg-type]
    if listing.state == "lifted":
        return "lifted", ListingLifted(**told, lifted_on=listing.lifted_on, reason=listing.lifted_reason)  # type: ignore[arg-type]
    return "", None
