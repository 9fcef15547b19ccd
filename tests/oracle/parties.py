"""Who is on the other side: own accounts, external payments, party keys, owners of accounts."""

from collections import defaultdict
from dataclasses import replace

from funds_monitor.domain.names import norm, split_forwarded
from funds_monitor.domain.words import Words
from tests.oracle.books import Books
from tests.oracle.facts import Fact

BANK = "银行"


class Parties:
    """What the facts say of counterparties; nothing here depends on a date."""

    def __init__(self, books: Books, words: Words) -> None:
        self._books = books
        self._words = words
        self._own: dict[str, set[str]] = {}
        self._external: dict[str, list[Fact]] = {}
        self._transfers: dict[str, list[Fact]] = {}
        self._keys: dict[Fact, str] = {}
        self._named: dict[str, dict[str, set[str]]] = {}
        self._filed: dict[str, set[str]] = defaultdict(set)
        for fact in books.everywhere("account"):
            self._filed[fact.data.account].add(fact.code or "")

    def own_accounts(self, code: str) -> set[str]:
        """Give filed accounts, accounts seen as own, accounts of branches."""
        if code not in self._own:
            accounts = {fact.data.account for fact in self._books.of(code, "account")}
            accounts |= {fact.data.own_account for fact in self._books.of(code, "payment") if not fact.sealed}
            accounts |= {fact.data.account for fact in self._books.of(code, "branch")}
            self._own[code] = accounts - {None}
        return self._own[code]

    def external(self, code: str) -> list[Fact]:
        """Give the stream `payment`: believed, unsealed, with somebody else, no interest or charges."""
        if code not in self._external:
            self._external[code] = [fact for fact in self._books.of(code, "payment") if self.is_external(fact)]
        return self._external[code]

    def transfers(self, code: str) -> list[Fact]:
        """Give the stream `transfer`: believed, unsealed, with another own account."""
        if code not in self._transfers:
            own = self.own_accounts(code)
            self._transfers[code] = [
                replace(fact, stream="transfer")
                for fact in self._books.of(code, "payment")
                if not fact.sealed and (fact.data.counterparty.account in own or fact.data.counterparty.code == code)
            ]
        return self._transfers[code]

    def is_external(self, payment: Fact) -> bool:
        if payment.sealed:
            return False
        party, code = payment.data.counterparty, payment.code or ""
        if party.account in self.own_accounts(code) or party.code == code:
            return False
        of_bank = self.is_anonymous(party.name) or BANK in norm(party.name)
        return not (of_bank and self._words.matches(payment.data.purpose_text, "W.bank"))

    def key(self, fact: Fact) -> str:
        """Give the party key of a payment or a receipt."""
        if fact not in self._keys:
            party = fact.data.payer if fact.stream in ("receipt", "voided") else fact.data.counterparty
            own = f"fact:{fact.position[1]}:{fact.position[2]}"
            self._keys[fact] = self.key_of(party, fact.code or "") or own
        return self._keys[fact]

    def is_named(self, payment: Fact) -> bool:
        """Say whether anything but the payment itself names its counterparty."""
        return self.key_of(payment.data.counterparty, payment.code or "") is not None

    def key_of(self, party: object, code: str | None = None) -> str | None:
        """Give the key of a party, in the books of an organization if one is named; None: nothing names it."""
        account = getattr(party, "account", None)
        known = getattr(party, "code", None) or getattr(party, "person", None)
        key = known or (account and (self.owner(account, code) or account))
        if key:
            return str(key)
        _, giver = split_forwarded(getattr(party, "name", None))
        return None if self.is_anonymous(giver) else f"{getattr(party, 'kind', '')}:{giver}"

    def is_anonymous(self, name: str | None) -> bool:
        """Say whether a name is empty or collective."""
        return not norm(name) or self._words.matches(name, "W.anonymous")

    def owner(self, account: str, code: str | None) -> str | None:
        """Give the one owner that filings, and an organization's own facts, give an account."""
        named = self._named_in(code).get(account, set()) if code is not None else set()
        owners = self._filed.get(account, set()) | named
        return next(iter(owners)) if len(owners) == 1 else None

    def _named_in(self, code: str) -> dict[str, set[str]]:
        if code not in self._named:
            named: dict[str, set[str]] = defaultdict(set)
            parties = [fact.data.counterparty for fact in self._books.of(code, "payment") if not fact.sealed]
            parties += [fact.data.payer for fact in self._books.of(code, "receipt")]
            parties += [fact.data.payer for fact in self._books.of(code, "voided")]
            for party in parties:
                who = party.code or party.person
                if party.account and who:
                    named[party.account].add(who)
            self._named[code] = named
        return self._named[code]


def names_in(text: str | None) -> set[str]:
    """Give the normalised names that a counterparty's name stands for: both of 「X转来Y」."""
    return {norm(text), *split_forwarded(text)} - {""}


def same_name(text: str | None, other: str | None) -> bool:
    """Say whether two names mean the same in a look-up."""
    return bool(names_in(text) & names_in(other))
