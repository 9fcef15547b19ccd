from collections.abc import Callable

from chassis.errors import Refused
from contracts.working_days import WorkingDays
from credit.domain.acts import Act
from credit.domain.checking import check
from credit.domain.listing import Listing, after
from credit.usecases.ports import OpenListingWork, Today


async def take_step(
    listing_id: str,
    act: Act,
    *,
    may: Callable[[Listing], None],
    open_work: OpenListingWork,
    today: Today,
    calendar: WorkingDays,
) -> Listing:
    """Do the next step of a listing, or refuse it; `may` refuses who has no right to it.

    Raises: Refused `not_found`, and what `check` refuses; Unavailable.
    """
    async with open_work() as work:
        listings = await work.load_beside(listing_id)
        listing = listings.get(listing_id)
        if listing is None:
            raise Refused("not_found")
        may(listing)
        in_force = [each.effective_on for each in listings.values() if each.state == "listed" and each.effective_on]
        check(listing, act, today=today(), latest_effective_on=max(in_force, default=None))
        moved = after(listing, act, calendar)
        await work.save(moved, acts_known=len(listing.acts))
    return moved
