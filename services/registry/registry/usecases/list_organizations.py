from collections.abc import Callable
from datetime import date

from msgspec import Struct

from registry.domain.organization_file import OrganizationFile, file_on
from registry.usecases.ports import LoadPage

PAGE_ROWS_MAX = 200  # of every list of the platform (gateway's contract)


class Page(Struct, frozen=True):
    """A page of organizations; `next` is the code to go on after, none on the last page."""

    items: list[OrganizationFile]
    next: str | None


async def list_organizations(
    after: str,
    *,
    limit: int,
    on: date,
    load_page: LoadPage,
    is_shown: Callable[[OrganizationFile], bool] = lambda _: True,
) -> Page:
    """List organizations in order of code as of a day; stable while others are being registered.

    Where an organization is at home follows from its facts on that day, so what is shown is asked of each file.

    Shape:  at most PAGE_ROWS_MAX organizations are looked at for one page; those unknown on that day are left out.
    Raises: Unavailable.
    """
    limit = min(limit, PAGE_ROWS_MAX)
    found = await load_page(after, limit=limit)
    files = [file_on(code, facts, on=on) for code, facts in found.items()]
    more = len(found) == limit
    return Page(items=[file for file in files if file and is_shown(file)], next=max(found) if more else None)
