"""One reader per event type, built once: decoder, places of tokens and texts, what the type demands."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

from msgspec import Raw, Struct, ValidationError, convert
from msgspec import json as fast_json
from msgspec.json import Decoder

from contracts.catalogue import EventType, SubjectRule, event_types_of
from contracts.cleaning import Duties, clean, duties_of
from contracts.finance import AccountCoverageDeclared, PaymentSettled
from contracts.laws import LAWS, basis_holds
from contracts.members import EACH, Path, change_at, found_at, marked_members
from contracts.parts import Data, EventWithdrawn, LegalBasis, SourceCompleted
from contracts.refusing import Refuse, invalid
from contracts.strict_json import MalformedJson, parse
from contracts.tokens import Tokeniser, TokenKind, is_token, mask_numbers
from contracts.topics import Topics

_MASKABLE_LENGTH = 15  # shorter texts hold no identity or card number


class TypeReader(Struct, frozen=True):
    """How data of one type is read at either door."""

    name: str
    data: type[Data]
    decode: Callable[[Raw], Data]
    subject: SubjectRule
    department: str
    topic: str | None
    token_paths: tuple[tuple[Path, TokenKind], ...]
    mask_paths: tuple[Path, ...]
    duties: Duties
    plain_texts: Callable[[Data], Any] | None
    needs_basis: bool
    completes: bool
    uncorrectable: bool

    def read_raw(self, raw: Raw) -> Data:
        """Read data as it came over Kafka, where tokens are due and numbers in texts are masked.

        Raises: Refuse.
        """
        try:
            data = self.decode(raw)
        except (ValidationError, ValueError):
            raise self._why_not(bytes(raw)) from None
        return self._masked(data) if self._has_numbers(data) else data

    def read_parsed(self, document: Any, tokeniser: Tokeniser) -> Data:
        """Read data as it came over HTTP: raw values become tokens, numbers in texts are masked, in place.

        Raises: Refuse.
        """
        clean(document, self.duties, tokeniser)
        return self._converted(document)

    def quarantines(self, data: Data) -> bool:
        """Say whether the legal basis of a payment does not hold on its day."""
        if isinstance(data, PaymentSettled):
            return not basis_holds(data.legal_basis, data.booked_on, LAWS)
        if isinstance(data, AccountCoverageDeclared):
            basis = data.legal_basis
            return not (basis_holds(basis, data.covered_from, LAWS) and basis_holds(basis, data.covered_to, LAWS))
        return False

    def _why_not(self, raw: bytes) -> Refuse:
        """Find out, slowly, why data cannot be read: raw identity before legal basis before schema."""
        try:
            document = parse(raw)
        except MalformedJson as error:
            return Refuse("undecodable", str(error), at="/data")
        for path, kind in self.token_paths:
            for pointer, value in found_at(document, path, "/data"):
                if value is not None and not (isinstance(value, str) and is_token(value)):
                    return Refuse("raw_identity", f"a token of kind {kind} is due here", at=pointer)
        try:
            self._converted(document)
        except Refuse as refuse:
            return refuse
        return Refuse("invalid", "the data cannot be read", at="/data")

    def _converted(self, document: Any) -> Data:
        try:
            return convert(document, self.data)
        except ValidationError as error:
            if self.needs_basis and isinstance(document, dict):
                _demand_basis(document.get("legal_basis"))
            raise invalid(error, "/data") from None

    def _has_numbers(self, data: Data) -> bool:
        """Look for numbers in texts: quickly where every text is at hand, else through the parsed form."""
        if self.plain_texts is None:
            return bool(self.mask_paths) and self._hides_numbers(data)
        for text in self.plain_texts(data):  # a loop: three times faster than `any` over a generator
            if text is not None and len(text) >= _MASKABLE_LENGTH and mask_numbers(text) != text:
                return True
        return False

    def _hides_numbers(self, data: Data) -> bool:
        document = fast_json.decode(fast_json.encode(data))
        return any(
            isinstance(text, str) and mask_numbers(text) != text
            for path in self.mask_paths
            for _, text in found_at(document, path)
        )

    def _masked(self, data: Data) -> Data:
        document = fast_json.decode(fast_json.encode(data))
        for path in self.mask_paths:
            change_at(document, path, _mask)
        return convert(document, self.data)


def _demand_basis(basis: Any) -> None:
    """Refuse a payment whose legal basis is missing or malformed.

    Source: Anti-Money-Laundering Law (2024) article 7: bank data may be passed on only where a law says so.
    """
    if basis is None:
        raise Refuse("legal_basis_missing", "required", at="/data/legal_basis")
    try:
        convert(basis, LegalBasis)
    except ValidationError as error:
        refuse = invalid(error, "/data/legal_basis")
        raise Refuse("legal_basis_missing", refuse.detail, at=refuse.pointer) from None


def _mask(value: Any) -> Any:
    return mask_numbers(value) if isinstance(value, str) else value


def _plain_texts(data: type[Data], paths: tuple[Path, ...]) -> Callable[[Data], Any] | None:
    """Build one getter for all texts of a type; none where a text stands in an array or an optional part."""
    # Only payments are many enough for this to matter, and their texts stand in parts that are always there.
    if data is not PaymentSettled or any(EACH in path for path in paths):
        return None
    return attrgetter(*(".".join(path) for path in paths))


def _reader(event_type: EventType, topics: Topics) -> TypeReader:
    topic = topics.topic_of(event_type.name)
    data = event_type.data
    masks = tuple(path for path, _ in marked_members(data, "mask"))
    return TypeReader(
        name=event_type.name,
        data=data,
        decode=Decoder(data).decode,
        subject=event_type.subject,
        department=event_type.department,
        topic=topic.name if topic else None,
        token_paths=tuple(marked_members(data, "token")),
        mask_paths=masks,
        duties=duties_of(data),
        plain_texts=_plain_texts(data, masks),
        needs_basis=data in (PaymentSettled, AccountCoverageDeclared),
        completes=data is SourceCompleted,
        uncorrectable=data in (SourceCompleted, EventWithdrawn),
    )


@lru_cache(maxsize=16)  # deployments in one process: one, and those of tests
def readers_of(topics: Topics) -> Mapping[str, TypeReader]:
    """Return the reader of each type that a deployment knows."""
    types = event_types_of(topics)
    return {
        name: _reader(each, topics)
        for name, each in types.items()
        if topics.topic_of(name) is not None or each.data in (EventWithdrawn, SourceCompleted)
    }


@lru_cache(maxsize=16)
def token_members_of(topics: Topics) -> frozenset[str]:
    """Return the names of all members that hold tokens in some type."""
    return frozenset(
        next(name for name in reversed(path) if name != EACH)
        for reader in readers_of(topics).values()
        for path, _ in reader.token_paths
    )
