"""What credit says: listings and colours."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from contracts.parts import LIST_LENGTH_MAX, Data, EventReference, Identifier, Moment, OpenValue, Text

ListName = Literal["abnormal", "serious_breach"]
Colour = Literal["red", "grey", "black", "none"]


class ListingProposed(Data, frozen=True):
    """`credit.listing.proposed.v1`."""

    listing_id: Identifier
    list: ListName
    cause: OpenValue
    at: Moment
    reason: Text | None = None


class ListingNoticed(ListingProposed, frozen=True):
    """`credit.listing.noticed.v1`."""


class ListingObjected(ListingProposed, frozen=True):
    """`credit.listing.objected.v1`."""


class ListingDecided(Data, frozen=True):
    """`credit.listing.decided.v1`."""

    listing_id: Identifier
    list: ListName
    cause: OpenValue
    at: Moment
    effective_on: date
    reason: Text | None = None


class ListingLifted(Data, frozen=True):
    """`credit.listing.lifted.v1`."""

    listing_id: Identifier
    list: ListName
    cause: OpenValue
    at: Moment
    lifted_on: date
    reason: Literal["repaired", "expired", "revoked"]


class ColourChanged(Data, frozen=True):
    """`credit.colour.changed.v1`."""

    from_: Colour = field(name="from")
    to: Colour
    public: bool
    because: Annotated[tuple[EventReference, ...], Meta(max_length=LIST_LENGTH_MAX)]
