"""Who is asking from outside, and what may be shown to whom; what one may not see does not exist for one."""

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


def may_see_source(caller: Caller, source: str) -> bool:
    """Say whether a caller may ask about what a source sent: staff all, a department its own, an app nothing."""
    if caller.kind == "staff":
        return True
    return caller.kind == "department" and source.split("/")[1:2] == [caller.department]


def may_see_rule(caller: Caller, decides: object) -> bool:
    """Say whether a caller may see what a rule found; `decides` names the departments that decide about it."""
    if caller.kind == "staff":
        return True
    names = decides if isinstance(decides, list | tuple) else [decides]
    return caller.kind == "department" and caller.department in names


def may_see_alerts(caller: Caller) -> bool:
    """Say whether alerts are anything to a caller at all."""
    return caller.kind in ("staff", "department")


def may_see_whole_file(caller: Caller) -> bool:
    """Say whether a caller sees the whole file of an organization, posts and persons included."""
    return caller.kind == "staff"
