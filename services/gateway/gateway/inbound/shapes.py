"""What answers look like, for the description of the interface; what is sent is encoded faster, by hand."""

from typing import Any, Literal

from pydantic import BaseModel, Field


class ProblemError(BaseModel):
    """One thing that is wrong."""

    index: int | None = Field(default=None, description="Which event of a batch.")
    pointer: str = Field(description="Where in the event; a JSON Pointer.")
    code: str
    detail: str | None = None


class Problem(BaseModel):
    """What went wrong. Never repeats what was sent."""

    type: str
    code: str
    status: int
    title: str
    instance: str
    detail: str | None = None
    errors: list[ProblemError] | None = None
    hint: str | None = None


class EventReceipt(BaseModel):
    """One event's receipt."""

    source: str | None
    id: str | None
    status: Literal["accepted", "duplicate", "rejected"]
    code: str | None = None
    detail: str | None = None
    pointer: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None


class IndexedReceipt(EventReceipt):
    """One event's receipt, with its place in the request."""

    index: int


class ReceiptList(BaseModel):
    """A receipt for each event, in the order of the request."""

    receipts: list[EventReceipt]


class IndexedReceiptList(BaseModel):
    """A receipt for each event, some rejected."""

    receipts: list[IndexedReceipt]


class Whereabouts(BaseModel):
    """Where an event is and what came of it."""

    source: str
    id: str
    status: Literal["accepted", "applied", "quarantined", "corrected", "withdrawn", "rejected"]
    code: str | None = None
    detail: str | None = None
    pointer: str | None = None
    type: str | None
    topic: str | None
    partition: int | None
    offset: int | None
    moved_to: str | None = Field(default=None, description="The event that replaced this one under another subject.")
    alerts: list[str]


class RejectedEvent(BaseModel):
    """An event that was refused, over HTTP (no place) or by Kafka."""

    source: str | None
    id: str | None
    type: str | None
    topic: str | None
    partition: int | None
    offset: int | None
    code: str
    detail: str
    pointer: str
    sha256: str | None = Field(description="Hash of the record's value.")
    at: str


class RejectedPage(BaseModel):
    """Refused events, newest first."""

    items: list[RejectedEvent]
    next: str | None


class TokenList(BaseModel):
    """Tokens in the order of the numbers."""

    persons: list[str]
    accounts: list[str]


class Page(BaseModel):
    """A page of a list."""

    items: list[dict[str, Any]]
    next: str | None = None


class SourceNumbers(BaseModel):
    """How many events, and how much money in them."""

    event_count: int | None
    amount_fen: int | None


class BlockedDeclaration(BaseModel):
    """A declaration of completeness that was not taken."""

    partition: int | None = Field(description="null: refused over HTTP, for the whole topic.")
    id: str
    stated: SourceNumbers
    counted: SourceNumbers
    since: str | None = Field(description="Counted since the declaration of then; null: since the first event.")
    at: str


class SourceSilence(BaseModel):
    """Whether a known source declares as often as its topic allows."""

    state: Literal["declaring", "silent", "never"] = Field(description="never: not yet in every partition.")
    since: str | None = Field(description="Silent since then.")
    declared_at: str | None
    allowed_days: int


class SourceState(BaseModel):
    """How far one source is on one topic."""

    source: str
    topic: str
    last_event_at: str | None
    last_seen_at: str | None
    events: int
    complete_until: str | None
    blocked: list[BlockedDeclaration] = Field(description="Declarations whose numbers differ from what was counted.")
    silence: SourceSilence | None = Field(description="How it keeps its rhythm; null: none is agreed, or nobody knows.")
    lag: int = Field(description="Records of the topic that its slowest reader has still to read.")


class ServiceReadiness(BaseModel):
    """One service as it is now."""

    name: str
    ready: bool
    version: str | None


class StageState(BaseModel):
    """One stage of the way of an event."""

    name: str
    ready: bool
    outbox_backlog: int
    busy: bool


class Words(BaseModel):
    """The same in both languages."""

    zh: str
    en: str


class ServiceWarning(BaseModel):
    """Something that works, but not for long unless somebody sees to it."""

    service: str
    text: Words


class StatusReport(BaseModel):
    """How far everything is."""

    quiet: bool = Field(description="Everything that was accepted has been worked off at every stage.")
    sources: list[SourceState]
    services: list[ServiceReadiness]
    stages: list[StageState]
    warnings: list[ServiceWarning]


class AccessTokenAnswer(BaseModel):
    """An access token."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class OAuthError(BaseModel):
    """Why there is no token, as OAuth says it."""

    error: str
    error_description: str | None = None


class SessionAnswer(BaseModel):
    """Who is signed in."""

    user: str
    roles: list[str]
    divisions: list[str] = Field(description="Beginnings of division codes; none: the whole county.")
    csrf_token: str = Field(description="Writes with the cookie repeat it in the header `X-CSRF-Token`.")
    ends_at: str | None = Field(default=None, description="When the session ends if it is not used.")


class AccountAnswer(BaseModel):
    """A person's account; never with a password."""

    name: str
    roles: list[str]
    divisions: list[str]
    is_disabled: bool
    created_at: str
    signed_in_at: str | None


class ActAnswer(BaseModel):
    """Something that was done with an account."""

    act: str
    name: str = Field(description="Whose account; empty when somebody tried a name that does not exist.")
    by: str
    at: str
    address: str
    detail: str


class ActPage(BaseModel):
    """What was done, newest first."""

    items: list[ActAnswer]
    next: str | None


class WrittenAnswer(BaseModel):
    """What was written into the register is this event."""

    source: str
    id: str
    type: str
    subject: str
    time: str


class ImportFault(BaseModel):
    """One thing wrong with a file; never with a value of it."""

    row: int = Field(description="As a spreadsheet counts; 0: the file as a whole.")
    column: str = Field(description="Its heading, or its letter where the heading is not known; empty: the whole row.")
    field: str | None
    code: str
    what: Words
    mend: Words


class ImportAnswer(BaseModel):
    """What an extract would do to the register, or did."""

    id: str
    kind: str
    state: str = Field(description="ready, faulty or committed")
    rows: int
    to_register: int
    to_change: int
    unchanged: int
    errors: list[ImportFault] = Field(description="In order of rows; the first thousand.")
    errors_count: int
    created_at: str
    committed_at: str | None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that an operation may answer with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    words = {
        400: "It cannot be read.",
        401: "No valid access token, and nobody signed in.",
        403: "Not for this caller.",
        404: "Not there, or not to be seen by this caller.",
        409: "It contradicts what is there.",
        413: "Too large.",
        415: "Not a content type that is read here.",
        422: "It does not follow its schema.",
        429: "Too often.",
        503: "Not now; see Retry-After.",
    }
    return {status: {"description": words[status], "content": content} for status in statuses}
