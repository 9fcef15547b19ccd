from chassis.errors import Refused
from credit.usecases.ports import Listings, Shown


async def show_listing(listing_id: str, *, divisions: tuple[str, ...], listings: Listings) -> Shown:
    """Show a listing; one outside of the caller's divisions is not there.

    Raises: Refused `not_found`; Unavailable.
    """
    found = await listings.find(listing_id)
    if found is None or (divisions and not (found.division or "").startswith(divisions)):
        raise Refused("not_found")
    return found
