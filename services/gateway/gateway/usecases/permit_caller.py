from chassis.errors import Refused
from chassis.internal_tokens import Principal
from chassis.permissions import Resource, permit
from gateway.domain.callers import Caller

NOTHING_IN_PARTICULAR = Resource()


def permit_caller(
    caller: Caller, action: str, resource: Resource = NOTHING_IN_PARTICULAR, *, refused_as: str = "forbidden"
) -> Principal:
    """Let a caller do something, and return it as services are told of it.

    With `refused_as="not_found"` one who may not do it at all is not told that there is something either.

    Raises: Refused `forbidden`, `not_found`.
    """
    principal = Principal(
        caller.client_id, caller.kind, caller.department, roles=caller.roles, divisions=caller.divisions
    )
    try:
        permit(principal, action, resource)
    except Refused as refused:
        if refused.code == "forbidden" and refused_as != "forbidden":
            raise Refused(refused_as) from None
        raise
    return principal
