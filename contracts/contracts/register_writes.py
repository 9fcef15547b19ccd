"""What a clerk may write into the register, as data: a path for each event type of civil affairs.

The gateway finds the type here to know which numbers become tokens; the registry, to know what it says.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Raw, Struct

from contracts.envelope import Refusal
from contracts.parts import Data
from contracts.readers import readers_of
from contracts.refusing import Refuse
from contracts.strict_json import MalformedJson, parse_strictly
from contracts.tokens import Tokeniser
from contracts.topics import TOPICS

REGISTER_SOURCE = "/civil-affairs/registry"
_ROOT = "/data"  # readers point into an event; a write is the data alone


class RegisterWrite(Struct, frozen=True):
    """One thing that can be written: under which path, which event it is, and the member with its day.

    `is_past`: it tells of something done, so its day cannot lie ahead. `needs_life`: only a body that was not dissolved
    does this; what others find out about it may come later.
    """

    path: str
    type: str
    day: str | None
    is_past: bool = True
    needs_life: bool = True


REGISTER = RegisterWrite("", "civil-affairs.organization.registered.v1", "registered_on")
CHANGE = RegisterWrite("", "civil-affairs.organization.changed.v1", None)
_COLLECTIONS = (
    RegisterWrite("suspensions", "civil-affairs.organization.suspended.v1", "effective_on", is_past=False),
    RegisterWrite("deregistrations", "civil-affairs.organization.deregistered.v1", "effective_on", is_past=False),
    RegisterWrite("revocations", "civil-affairs.organization.revoked.v1", "effective_on", is_past=False),
    RegisterWrite("posts", "civil-affairs.post.taken.v1", "from_on", is_past=False),
    RegisterWrite("post-leavings", "civil-affairs.post.left.v1", "to_on", is_past=False, needs_life=False),
    RegisterWrite("post-approvals", "civil-affairs.post-approval.granted.v1", "approved_on"),
    RegisterWrite("relations", "civil-affairs.relation.declared.v1", "from_on", is_past=False, needs_life=False),
    RegisterWrite("accounts", "civil-affairs.account.filed.v1", "opened_on"),
    RegisterWrite("account-closures", "civil-affairs.account.closed.v1", "closed_on", needs_life=False),
    RegisterWrite("annual-reports", "civil-affairs.annual-report.filed.v1", "filed_on", needs_life=False),
    RegisterWrite("inspections", "civil-affairs.inspection.concluded.v1", "concluded_on", needs_life=False),
    RegisterWrite("assessments", "civil-affairs.assessment.graded.v1", "valid_from", is_past=False),
    RegisterWrite("activities", "civil-affairs.activity.reported.v1", "reported_on"),
    RegisterWrite("terms", "civil-affairs.term.renewed.v1", "from_on", is_past=False),
    RegisterWrite("resolutions", "civil-affairs.resolution.filed.v1", "passed_on", needs_life=False),
    RegisterWrite("penalties", "civil-affairs.penalty.imposed.v1", "served_on", needs_life=False),
    RegisterWrite("fee-standards", "civil-affairs.fee-standard.filed.v1", "valid_from", is_past=False),
    RegisterWrite("branches", "civil-affairs.branch.opened.v1", "opened_on"),
    RegisterWrite("branch-closures", "civil-affairs.branch.closed.v1", "closed_on", needs_life=False),
    RegisterWrite("complaints", "civil-affairs.complaint.received.v1", "received_on", needs_life=False),
    RegisterWrite("failed-contacts", "civil-affairs.contact.failed.v1", "letter_sent_on", needs_life=False),
)
COLLECTIONS: Mapping[str, RegisterWrite] = MappingProxyType({each.path: each for each in _COLLECTIONS})


def tokenised(write: RegisterWrite, body: bytes, tokeniser: Tokeniser) -> Data | Refusal:
    """Read what came from outside as strictly as an event: raw numbers become tokens, numbers in texts are masked."""
    try:
        document: Any = parse_strictly(body)
    except MalformedJson as error:
        return Refusal("malformed", str(error))
    try:
        return readers_of(TOPICS)[write.type].read_parsed(document, tokeniser)
    except Refuse as refuse:
        return _refusal(refuse)


def read_tokenised(write: RegisterWrite, body: bytes) -> Data | Refusal:
    """Read what went through the gateway; a raw number is refused here as it is on a topic."""
    try:
        return readers_of(TOPICS)[write.type].read_raw(Raw(body))
    except Refuse as refuse:
        return _refusal(refuse)


def _refusal(refuse: Refuse) -> Refusal:
    return Refusal(refuse.code, refuse.detail, refuse.pointer.removeprefix(_ROOT))
