"""What is derived of a single fact, or of it and the facts before it."""

from tests.oracle.books import Books
from tests.oracle.facts import Fact


def listed_for(payroll: Fact, person: str) -> int | None:
    """Give what a payroll lists for a person; None: nothing."""
    amounts = [each.amount_fen for each in payroll.data.payees or () if each.person == person]
    return sum(amounts) if amounts else None


def former_head(books: Books, fact: Fact) -> str | None:
    """Give who led before a snapshot."""
    if fact.stream != "org":
        return None
    before = [other for other in books.of(fact.code, "org") if other.position < fact.position]
    return before[-1].data.legal_representative if before else None


def ngo_of(fact: Fact) -> tuple[str | None, str | None]:
    """Give name and code of the foreign body of an office, a filing or a payment."""
    if fact.stream == "office":
        return fact.data.name, fact.data.office_code
    if fact.stream == "payment" and fact.data.counterparty.kind == "overseas":
        return fact.data.counterparty.name, fact.data.counterparty.code
    return (
        (fact.data.overseas_ngo.name, fact.data.overseas_ngo.office_code) if fact.stream == "filing" else (None, None)
    )


def age_of(fact: Fact) -> int | None:
    """Give the difference of the years of a post's beginning and of the holder's birth."""
    born = fact.data.birth_year if fact.stream == "post" else None
    return None if born is None else fact.data.from_on.year - born


def fair_bids(fact: Fact) -> int | None:
    """Count the bidders of an award who were not disqualified; None where none are told of."""
    bidders = getattr(fact.data, "bidders", None)
    return None if bidders is None else len([one for one in bidders if one.outcome != "disqualified"])
