"""Parts that the data of several departments is made of.

Open enumerations are plain strings: an unknown value is kept, counted and matches nothing. The values that rules know
are listed here in constants named `KNOWN_…`. Closed enumerations are `Literal`.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

IDENTIFIER_LENGTH_MAX = 128  # as long as an event id, so that any identifier may be used as one
NAME_LENGTH_MAX = 256  # registered names end near 100 characters; foreign ones are longer
TEXT_LENGTH_MAX = 4_096  # a payment's purpose, a finding's summary; documents are referred to, not sent
LIST_LENGTH_MAX = 2_000  # bidders, payees, persons of one event; the event's own limit of 256 KiB comes sooner
FEN_MAX = 10**13  # 100 billion yuan, above any county's yearly budget: more is a slip of the unit
BALANCE_FEN_MAX = 9 * 10**15  # largest sum that survives readers that keep numbers as doubles
COUNT_MAX = 10**9  # heads, votes, places: more is a slip

Code = Annotated[
    str,
    Meta(
        pattern="^[0-9A-Z]{18}$",
        min_length=18,
        max_length=18,
        description="Unified social credit code. A wrong check digit is flagged, never refused.",
        examples=["51330326MJ8888883X"],
    ),
]
PersonToken = Annotated[
    str,
    Meta(
        pattern="^p_[0-9a-f]{32}$",
        min_length=34,
        max_length=34,
        description="Keyed token of a person's identity number; over HTTP the number itself may stand here.",
        extra={"token": "person"},
    ),
]
AccountToken = Annotated[
    str,
    Meta(
        pattern="^a_[0-9a-f]{32}$",
        min_length=34,
        max_length=34,
        description="Keyed token of an account number; over HTTP the number itself may stand here.",
        extra={"token": "account"},
    ),
]
Fen = Annotated[int, Meta(ge=0, le=FEN_MAX, description="Integer fen, never a float.")]
BalanceFen = Annotated[int, Meta(ge=0, le=BALANCE_FEN_MAX, description="Integer fen of a balance, never a float.")]
Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
Year = Annotated[int, Meta(ge=1949, le=2200)]
Month = Annotated[str, Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", min_length=7, max_length=7)]
Identifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_LENGTH_MAX)]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=NAME_LENGTH_MAX,
        description="Identity and card numbers in it are masked at the door.",
        extra={"mask": True},
    ),
]
Text = Annotated[
    str,
    Meta(
        max_length=TEXT_LENGTH_MAX,
        description="Identity and card numbers in it are masked at the door.",
        extra={"mask": True},
    ),
]
OpenValue = Annotated[str, Meta(min_length=1, max_length=64)]  # of an open enumeration
Division = Annotated[str, Meta(pattern="^[0-9]{6,12}$", min_length=6, max_length=12)]  # GB/T 2260 and its extension
Moment = Annotated[datetime, Meta(tz=True)]
EventId = Annotated[str, Meta(pattern="^[A-Za-z0-9._:-]{1,128}$", min_length=1, max_length=IDENTIFIER_LENGTH_MAX)]
SourceName = Annotated[str, Meta(pattern="^/[a-z0-9-]{1,64}/[a-z0-9-]{1,64}$", min_length=4, max_length=130)]
TopicName = Annotated[str, Meta(min_length=1, max_length=249)]  # Kafka's own limit

PartyKind = Literal["organization", "person", "overseas", "unknown"]

_OPEN = "Open enumeration: these values are known, any other is kept and matches nothing."
KNOWN_EARMARKS = ("start_up_funds", "restricted_donation", "purchase", "subsidy", "membership_fee")
KNOWN_PROCEDURES = (
    "open_tender",
    "invited",
    "competitive_negotiation",
    "single_source",
    "inquiry",
    "framework",
    "electronic_shop",
)
KNOWN_FINDING_KINDS = (
    "off_book",
    "start_up",
    "related_party",
    "pay",
    "investment",
    "procurement",
    "subsidy",
    "receipts",
    "fees",
    "conduct",
    "ratio",
    "other",
)
KNOWN_EXIT_AUDIT_OUTCOMES = ("clean", "qualified", "adverse")
KNOWN_CASE_KINDS = (
    "illegal_organization",
    "illegal_fundraising",
    "embezzlement",
    "bribery",
    "money_laundering",
    "other",
)
KNOWN_POSTS = (
    "legal_representative",
    "chair",
    "vice_chair",
    "secretary_general",
    "director",
    "supervisor",
    "accountant",
    "staff",
)
KNOWN_RELATIONS = (
    "spouse",
    "parent",
    "child",
    "sibling",
    "controls",
    "founder",
    "employs",
    "same_address",
    "same_phone",
    "other",
)
KNOWN_ACTIVITY_KINDS = (
    "conference",
    "training",
    "exhibition",
    "award",
    "certificate",
    "fundraising",
    "joint_fundraising",
    "grant",
    "relief",
    "exchange",
    "other",
)
KNOWN_RESOLUTION_KINDS = ("investment", "lending", "related_party_deal", "major_payment", "merger", "term", "other")
KNOWN_COMPLAINT_KINDS = ("fee", "fundraising", "illegal_organization", "conduct", "other")


Earmark = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_EARMARKS))]
Procedure = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_PROCEDURES))]
FindingKind = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_FINDING_KINDS))]
ExitAuditOutcome = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_EXIT_AUDIT_OUTCOMES))]
PoliceCaseKind = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_CASE_KINDS))]
Post = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_POSTS))]
Relation = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_RELATIONS))]
ActivityKind = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_ACTIVITY_KINDS))]
ResolutionKind = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_RESOLUTION_KINDS))]
ComplaintKind = Annotated[OpenValue, Meta(description=_OPEN, examples=list(KNOWN_COMPLAINT_KINDS))]


class Data(Struct, frozen=True, gc=False, omit_defaults=True):
    """What an event says; unknown members are passed over when it is read and never written."""


class Party(Data, frozen=True):
    """One side of a payment, receipt or relation."""

    kind: PartyKind
    name: Name
    code: Code | None = None
    person: PersonToken | None = None
    account: AccountToken | None = None


class Body(Data, frozen=True):
    """A public body or organization named by code and name: a buyer, a grantor."""

    code: Code
    name: Name


class LegalBasis(Data, frozen=True):
    """The door through which bank or personal data may lawfully come."""

    instrument: Annotated[str, Meta(min_length=1, max_length=64, description="A key of the law table.")]
    article: Annotated[str, Meta(max_length=64)] | None = None
    approval_ref: Annotated[str, Meta(max_length=NAME_LENGTH_MAX)] | None = None
    purpose: Text | None = None
    valid_until: date | None = None


class EventReference(Data, frozen=True):
    """An event named by its identity."""

    source: SourceName
    id: EventId


class EventWithdrawn(Data, frozen=True):
    """`{department}.event.withdrawn.v1`: an earlier event of the same source shall not be believed any more."""

    event_id: EventId
    reason: Text


class SourceCompleted(Data, frozen=True):
    """`{department}.source.completed.v1`: all that happened before a time has been sent."""

    topic: TopicName
    complete_until: Moment
    event_count: Count | None = None
    amount_fen: BalanceFen | None = None
