"""What the use-cases need from outside, said in their own words."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Literal, Protocol

from msgspec import Struct

from chassis.permissions import Scope
from gateway.domain.accounts import Account, Act
from gateway.domain.admitting import Arrived, Heard
from gateway.domain.callers import Caller
from gateway.domain.calm import Look, Warned
from gateway.domain.clients import Client
from gateway.domain.counting import Books, Claim, Copy, Difference, Part
from gateway.domain.dead_letters import DeadLetter, Rejection
from gateway.domain.kept_answers import Begun, KeptAnswer
from gateway.domain.planning import Message
from gateway.domain.receipts import Identity, Place, Receipt
from gateway.domain.sessions import Session
from gateway.domain.stream_entries import Entry, Telling

SERVICE_TIMEOUT_S = 5.0  # services answer within milliseconds; who waits longer has left
Json = dict[str, Any]
MakeId = Callable[[], str]  # 256 random bits, URL-safe
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Offsets = Mapping[tuple[str, int], int]


class OpenSpan(Protocol):
    """Opens a span of the trace."""

    def __call__(self, name: str, *, links: Iterable[str | None] = ()) -> AbstractContextManager[object]:
        """Open a span that ends with its block."""
        ...


class Turn(Protocol):
    """A request that is alone with its identities, among all requests of this process."""

    async def earlier_done(self, source: str) -> None:
        """Wait until every request of a source that had its turn before this one is done."""
        ...


class Turns(Protocol):
    """Gives requests their turns: two with the same identity go one after the other."""

    def take(self, identities: Iterable[Identity], *, alone: Collection[str] = ()) -> AbstractAsyncContextManager[Turn]:
        """Wait until nobody else has any of these, and have them until the block ends.

        Requests of the sources that are to be `alone` wait until then; earlier ones end by themselves.
        """
        ...


class EventTopic(Protocol):
    """The log."""

    async def send(self, messages: Sequence[Message]) -> list[Place]:
        """Send all and wait until all in-sync replicas have them; say where each lies.

        Raises: Unavailable; whether they were written is then unknown.
        """
        ...


class Receipts(Protocol):
    """The receipts that are kept."""

    async def load(self, identities: Iterable[Identity]) -> dict[Identity, Receipt]:
        """Give the receipts of those that are known.

        Raises: Unavailable.
        """
        ...

    async def save(self, receipts: Sequence[Receipt], moves: Sequence[tuple[Identity, str]]) -> None:
        """Keep receipts of what was acknowledged; those that are there already stay.

        Raises: Unavailable.
        """
        ...


class Reckoning(Protocol):
    """What was counted of each source since its last declaration, and the declarations that were not taken."""

    async def load(self, claims: Mapping[Claim, Collection[str]]) -> Books:
        """Give the tallies of claims, in all partitions, and the copies of declarations that stand already.

        Waits until all that the log holds by now is counted.

        Raises: Unavailable when that takes too long.
        """
        ...

    async def note(self, differences: Sequence[Difference]) -> None:
        """Keep declarations that were not taken, to be shown until the source's next one is.

        Raises: Unavailable.
        """
        ...


class Rejections(Protocol):
    """What was refused."""

    async def save(self, rejections: Sequence[Rejection]) -> None:
        """Keep refusals of the HTTP door.

        Raises: Unavailable.
        """
        ...

    async def load_page(self, scope: Scope, *, before: int | None, limit: int) -> list[tuple[int, Rejection]]:
        """Give refusals in a scope, newest first, each with its place in the list.

        Raises: Unavailable.
        """
        ...

    async def load_latest(self, identity: Identity) -> Rejection | None:
        """Give the latest refusal under an identity.

        Raises: Unavailable.
        """
        ...


class AdmissionWork(Protocol):
    """One transaction of one shard, held by its epoch; committed when left without an error."""

    def skim(self, arrived: Sequence[Arrived]) -> list[Arrived]:
        """Leave out what the HTTP door has recorded at the very same place."""
        ...

    async def load_receipts(self, arrived: Sequence[Arrived]) -> dict[Identity, Receipt]:
        """Give the receipts of those that are known, held until the transaction ends."""
        ...

    async def save_receipts(self, fresh: Sequence[Receipt], replaced: Sequence[Receipt]) -> None:
        """Keep receipts."""
        ...

    async def save_rejections(self, rejected: Sequence[tuple[Rejection, DeadLetter]]) -> int:
        """Keep refusals, and say each on its dead-letter topic once; count those that were new."""
        ...

    async def load_books(self, parts: Collection[Part], copies: Collection[Copy]) -> Books:
        """Give the tallies that are kept, and the declarations that are known."""
        ...

    async def save_books(self, moved: Books) -> None:
        """Keep tallies and new declarations; what the door did not take of these claims is over with one that is."""
        ...

    async def save_progress(self, heard: Sequence[Heard], next_offsets: Offsets) -> None:
        """Remember what sources sent and where to read on."""
        ...


OpenAdmissionWork = Callable[[int], AbstractAsyncContextManager[AdmissionWork]]


class ViewWork(Protocol):
    """One transaction of one shard of what services say."""

    async def append(self, tellings: Sequence[Telling]) -> int:
        """Number what was not told yet and keep it; count it."""
        ...

    async def save_progress(self, next_offsets: Offsets) -> None:
        """Remember where to read on."""
        ...


OpenViewWork = Callable[[int], AbstractAsyncContextManager[ViewWork]]


class Feed(Protocol):
    """The stream as clients follow it."""

    def stir(self) -> None:
        """Say that something was committed that clients should get."""
        ...

    def follow(self, after: int | None) -> AsyncIterator[Entry | None]:
        """Give every entry after a number, then each new one; None: nothing for a while. It ends for a slow client.

        Raises: Unavailable when too many follow already.
        """
        ...


class Answered(Protocol):
    """What a service says when it has done what was asked."""

    @property
    def status(self) -> int:
        """The HTTP status, of the 200s."""
        ...

    @property
    def body(self) -> Any:
        """The JSON, decoded; None where there is none."""
        ...


class Services(Protocol):
    """The services behind us."""

    async def send(
        self,
        method: Method,
        service: str,
        path: str,
        *,
        caller: Caller,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout_s: float = SERVICE_TIMEOUT_S,
    ) -> Answered:
        """Ask one to do something on behalf of a caller; `body` goes as JSON.

        Raises: Unavailable when it does not answer: whether it was done is then unknown. Refused as it refuses.
        """
        ...

    async def get(self, service: str, path: str, *, caller: Caller, query: Mapping[str, Any] | None = None) -> Any:
        """Ask one, on behalf of a caller.

        Raises: Unavailable when it does not answer; Refused as it refuses.
        """
        ...


class Clients(Protocol):
    """The clients that are enrolled."""

    async def load(self, client_id: str) -> Client | None:
        """Find one.

        Raises: Unavailable.
        """
        ...

    async def save(self, clients: Sequence[Client]) -> None:
        """Enrol clients; a secret that is handed in again replaces the one before."""
        ...


class Attempts(Protocol):
    """Failed attempts to get a token, counted per client and address."""

    def pause_s(self, client_id: str, address: str) -> int:
        """Say how long this client must wait at this address; 0: it may try."""
        ...

    def note_failure(self, client_id: str, address: str) -> None:
        """Count a failed attempt."""
        ...


class Ledger(Protocol):
    """Who touched personal or bank data, and when."""

    async def note_tokens(self, caller: Caller, *, persons: int, accounts: int) -> None:
        """Keep that a caller turned numbers into tokens; never the numbers.

        Raises: Unavailable.
        """
        ...


class ServiceState(Struct, frozen=True):
    """One service as it is now."""

    name: str
    ready: bool
    version: str | None


class Observed(Struct, frozen=True):
    """One look at everything, for status: stages between two looks at the log, and what was heard of sources."""

    look: Look
    services: list[ServiceState]
    monitor: Mapping[str, Any]
    heard: list[Heard]
    warnings: list[Warned]
    differences: list[Difference] = []  # declarations over HTTP that were not taken


class Accounts(Protocol):
    """The accounts of people, and what was done with them; an act is kept in the transaction of what it tells."""

    async def load(self, name: str) -> Account | None:
        """Find one."""
        ...

    async def load_page(self, after: str, *, limit: int) -> list[Account]:
        """Give accounts after a name, in order."""
        ...

    async def create(self, account: Account, act: Act) -> bool:
        """Keep a new one; no when the name is taken, by an account or a client."""
        ...

    async def change(self, account: Account, act: Act) -> None:
        """Keep roles, divisions and whether it is disabled; sessions of a disabled one end."""
        ...

    async def set_password(self, name: str, password_hash: str, act: Act, *, but_session: bytes = b"") -> None:
        """Keep another password; sessions end, all but one."""
        ...

    async def wants_enrolment(self, name: str, digest: bytes) -> bool:
        """Say whether a first start's password has still to be kept: a new account, or another first password."""
        ...

    async def enrol(self, account: Account, digest: bytes, act: Act) -> None:
        """Keep a first start's account, or its new first password."""
        ...

    async def note(self, act: Act) -> None:
        """Keep what was done."""
        ...

    async def load_acts(self, *, before: int | None, limit: int) -> list[tuple[int, Act]]:
        """Give acts, newest first, each with its number."""
        ...


class KeptAnswers(Protocol):
    """Answers that are kept under the caller's Idempotency-Key."""

    async def begin(self, caller: str, key: str, *, fingerprint: bytes, now_us: int) -> Begun:
        """Take a key (`ours`), or say that it is taken: by the same request at work, by another, or answered."""
        ...

    async def keep(self, caller: str, key: str, answer: KeptAnswer) -> None:
        """Keep an answer under a key that was taken."""
        ...

    async def forget(self, caller: str, key: str) -> None:
        """Give a key back."""
        ...


class Passwords(Protocol):
    """Slow hashes of passwords."""

    async def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        ...

    async def verify(self, kept: str | None, password: str) -> bool:
        """Say whether a password is right; where there is none (no such account) it takes as long to say no."""
        ...


class SignIns(Protocol):
    """Attempts to sign in, counted per account and address."""

    async def begin(self, name: str, *, address: str, now_us: int) -> int:
        """Count an attempt before it is looked at; say how long to wait, 0: it may be looked at."""
        ...

    async def forgive(self, name: str, *, address: str) -> None:
        """Forget the attempts of somebody who knew the password in the end."""
        ...


class Sessions(Protocol):
    """The sessions of people who signed in."""

    async def begin(self, key: bytes, name: str, act: Act) -> None:
        """Keep a new one; the oldest ones of an account that has too many end."""
        ...

    async def load(self, key: bytes) -> Session | None:
        """Find one with its account as it is now."""
        ...

    async def touch(self, key: bytes, now_us: int) -> None:
        """Note that it was used."""
        ...

    async def end(self, key: bytes, act: Act) -> None:
        """Delete one."""
        ...
