"""Who stands on the other side: party keys, names as look-ups see them, collective names.

Source: docs/rule-language.md §4 (Party key).
"""

from __future__ import annotations

from typing import Any

from funds_monitor.domain.facts import Fact, Position
from funds_monitor.domain.names import norm, split_forwarded
from funds_monitor.domain.words import Words

BANK = "银行"
OWN = "fact:"


def is_anonymous(name: str | None, words: Words) -> bool:
    """Say whether a name is empty or collective."""
    return not norm(name) or bool(words.matches(name, "W.anonymous"))


def key_by_name(kind: str, name: str | None, words: Words) -> str | None:
    """Give the key of a party that has nothing but a name; None: empty or collective."""
    _, giver = split_forwarded(name)
    return None if is_anonymous(giver, words) else f"{kind}:{giver}"


def key_of(party: Any, owner: str | None, words: Words) -> str | None:
    """Give a party's key: code, person, owner of the account, account, kind and name; None: its own fact's."""
    known: str | None = party.code or party.person or owner or party.account
    return known or key_by_name(party.kind, party.name, words)


def own_key(position: Position) -> str:
    """Give the key of a party that nothing names: its fact."""
    return f"{OWN}{position.source}:{position.id}"


def is_named(key: str) -> bool:
    """Say whether a party's key is more than its own fact."""
    return not key.startswith(OWN)


def names_in(name: str | None) -> frozenset[str]:
    """Give the normalised names that a name stands for: of 「X转来Y」 both X and Y too."""
    return frozenset({norm(name), *split_forwarded(name)} - {""})


def same_name(name: str | None, other: str | None) -> bool:
    """Say whether two names mean the same in a look-up."""
    return not names_in(name).isdisjoint(names_in(other))


def is_bank_interest(payment: Any, words: Words) -> bool:
    """Say whether a payment is interest or a charge: the purpose says so, and a bank or nobody is named."""
    if not payment.purpose_text or not words.matches(payment.purpose_text, "W.bank"):
        return False
    name = payment.counterparty.name
    return is_anonymous(name, words) or BANK in norm(name)


def fair_bids(fact: Fact) -> int | None:
    """Count the bids for an award that were not disqualified; None where the bidders are not told."""
    bidders = fact.data.bidders if fact.stream == "award" else None
    return None if bidders is None else sum(each.outcome != "disqualified" for each in bidders)


def age_of(fact: Fact) -> int | None:
    """Give the age that somebody turns in the year of taking a post; None where the year of birth is not told."""
    if fact.stream != "post" or fact.data.birth_year is None:
        return None
    return int(fact.data.from_on.year - fact.data.birth_year)
