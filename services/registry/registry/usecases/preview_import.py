from chassis.clock import Clock
from chassis.internal_tokens import Principal
from chassis.permissions import Resource, is_permitted, permit
from contracts.register_extract import Extract
from registry.domain.facts import day_of
from registry.domain.import_plan import codes_in, plan_import
from registry.domain.imports import PREVIEW_KEPT_US, Import, import_of
from registry.usecases.ports import OpenOwnWork


async def preview_import(
    extract: Extract, *, id_: str, principal: Principal, open_work: OpenOwnWork, clock: Clock
) -> Import:
    """Say what an extract would do to the register, and remember it; nothing is written into the register.

    Raises: Refused `forbidden`; Unavailable.
    """
    permit(principal, "import-preview")

    def is_own(division: str) -> bool:
        return is_permitted(principal, "import-preview", Resource("organization", division=division))

    now_us = clock.now_us()
    async with open_work([id_]) as work:
        known = await work.load_facts(codes_in(extract))
        plan = plan_import(extract, known, today=day_of(now_us), is_own=is_own)
        found = import_of(
            plan,
            id_=id_,
            kind=extract.kind,
            rows_count=extract.rows_count,
            by=principal.name,
            created_us=now_us,
        )
        await work.forget_previews(before_us=now_us - PREVIEW_KEPT_US)
        await work.save_import(found)
    return found
