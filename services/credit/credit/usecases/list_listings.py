from credit.usecases.ports import ListingFilter, Listings, Shown

LIMIT_MAX = 200  # one page of a list everywhere in the house


async def list_listings(wanted: ListingFilter, *, limit: int, listings: Listings) -> tuple[list[Shown], int | None]:
    """Give a page of listings, newest first, and where the next one begins; None: this was the last.

    Raises: Unavailable.
    """
    size = min(max(limit, 1), LIMIT_MAX)
    found = await listings.page(wanted, limit=size + 1)
    return found[:size], found[size - 1].seq if len(found) > size else None
