from chassis.errors import Refused
from chassis.internal_tokens import Principal
from chassis.permissions import Resource, is_permitted, permit
from registry.domain.imports import Import
from registry.usecases.ports import LoadImport


async def show_import(id_: str, *, principal: Principal, load_import: LoadImport) -> Import:
    """Show what an import would do or did, to whom all its divisions belong and to who uploaded it.

    Raises: Refused `forbidden`, `not_found`; Unavailable.
    """
    permit(principal, "import-preview")
    found = await load_import(id_)
    if found is None:
        raise Refused("not_found", "there is no such import")
    divisions = [Resource("organization", division=division) for division in found.divisions]
    if found.by != principal.name and not all(is_permitted(principal, "import-preview", each) for each in divisions):
        raise Refused("not_found", "there is no such import")
    return found
