from collections.abc import Sequence

from gateway.domain.clients import Enrolment, client_of
from gateway.usecases.ports import Clients


async def enrol_clients(enrolments: Sequence[Enrolment], *, clients: Clients) -> int:
    """Enrol clients, all or none; enrolling the same again changes nothing.

    Raises: ValueError when one is not well-formed; Unavailable.
    """
    await clients.save([client_of(enrolment) for enrolment in enrolments])
    return len(enrolments)
