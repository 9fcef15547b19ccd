"""All stories: those in which something must be found, and those that only look like it."""

from qinglian.sample.stories import (
    books,
    charging,
    ended,
    everyday,
    gatherings,
    ineligible,
    large_transfers,
    officials,
    overseas,
    pass_through,
    passed_on,
    periods,
    purchasing,
    raising,
    round_trips,
    single_buyer,
    structuring,
    tax_gaps,
)

PLANTED = (
    *large_transfers.STORIES,
    *structuring.STORIES,
    *pass_through.STORIES,
    *round_trips.STORIES,
    *ineligible.STORIES,
    *purchasing.STORIES,
    *passed_on.STORIES,
    *single_buyer.STORIES,
    *tax_gaps.STORIES,
    *overseas.STORIES,
    *charging.STORIES,
    *officials.STORIES,
    *raising.STORIES,
    *ended.STORIES,
    *periods.STORIES,
    *books.STORIES,
)
LOOK_ALIKES = (*gatherings.LOOK_ALIKES, *everyday.LOOK_ALIKES)
QUIET = (
    *structuring.QUIET,
    *round_trips.QUIET,
    *ineligible.QUIET,
    *purchasing.QUIET,
    *passed_on.QUIET,
    *single_buyer.QUIET,
    *tax_gaps.QUIET,
    *overseas.QUIET,
    *charging.QUIET,
    *officials.QUIET,
    *raising.QUIET,
    *ended.QUIET,
    *periods.QUIET,
    *books.QUIET,
)
STORIES = (*PLANTED, *LOOK_ALIKES, *QUIET)
