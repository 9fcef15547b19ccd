from collections.abc import Callable

from msgspec import Struct

from chassis.errors import Refused
from contracts import EventReference
from credit.domain.acts import Act, Cause
from credit.domain.listing import Listing, opened
from credit.usecases.ports import OpenListingWork, Today


class Proposal(Struct, frozen=True):
    """What a person proposes."""

    organization: str
    cause: Cause
    reason: str
    document: str | None = None
    facts: tuple[EventReference, ...] = ()


async def propose_listing(
    proposal: Proposal, *, by: str, open_work: OpenListingWork, today: Today, new_id: Callable[[], str]
) -> Listing:
    """Open a listing on the abnormal list, which nothing follows from before a notice, a window and a decision.

    Raises: Refused `unknown_organization`; Unavailable.
    """
    act = Act("propose", on=today(), by=by, text=proposal.reason, document=proposal.document, facts=proposal.facts)
    listing = opened(f"abn-{new_id()}", proposal.organization, cause=proposal.cause, act=act)
    async with open_work() as work:
        if not await work.is_known(proposal.organization):
            raise Refused("unknown_organization", "the register knows no such organization", pointer="/organization")
        await work.save(listing, acts_known=0)
    return listing
