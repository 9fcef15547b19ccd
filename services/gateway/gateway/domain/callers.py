"""Who is asking from outside; what each may do is in `contracts/policies`."""

from typing import Literal

from msgspec import Struct

CallerKind = Literal["department", "staff", "app"]


class Caller(Struct, frozen=True):
    """One client or one signed-in person; a person's `client_id` is the user name and only persons have roles."""

    client_id: str
    kind: CallerKind
    department: str | None = None
    roles: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()  # prefixes of division codes; none: the whole county
    expires_s: int = 0  # when its access token ends, in seconds since 1970
