from datetime import date

from chassis.errors import Refused
from registry.domain.facts import end_of_us
from registry.domain.organization_file import OrganizationFile, file_on, looks_like_code
from registry.usecases.ports import LoadFacts


async def show_organization(
    code: str, *, on: date, known_on: date | None = None, load_facts: LoadFacts
) -> OrganizationFile:
    """Show the file of an organization as of a day, and, if asked, only from what was known by another.

    Raises: Refused `not_found`, Unavailable.
    """
    facts = await load_facts(code) if looks_like_code(code) else []
    if known_on is not None:
        facts = [fact for fact in facts if fact.place.appended_us < end_of_us(known_on)]
    file = file_on(code, facts, on=on)
    if file is None:
        raise Refused("not_found", "nothing is known of this organization on that day")
    return file
