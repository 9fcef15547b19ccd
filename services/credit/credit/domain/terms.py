"""The terms of the procedure, as data; a term in working days is computed by the calendar, never guessed.

Source: 社会组织信用信息管理办法 (Ministry of Civil Affairs order 60, 2018), law table CREDIT-60. The numbers of its
articles and the terms marked so have not been checked against the final text.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

INSTRUMENT = "CREDIT-60"


class Term(Struct, frozen=True):
    """How long something may take, in working days."""

    working_days: int
    unverified: bool = True


STATEMENT = "statement"  # after the notice was served: to state and to prove
DECISION = "decision"  # after the window, or after the statement that came in it
SERVICE = "service"  # after the decision
ANSWER = "answer"  # after an objection
VERIFICATION = "verification"  # after an application for removal
REVIEW = "review"  # after a fact under a listing was withdrawn or corrected: to revoke it or keep it
REMOVAL = "removal"  # after what was to be mended is verified

TERMS: Mapping[str, Term] = MappingProxyType(
    {
        STATEMENT: Term(10),
        DECISION: Term(10),
        SERVICE: Term(5),
        ANSWER: Term(10),
        VERIFICATION: Term(10),
        REVIEW: Term(10),
        REMOVAL: Term(5, unverified=False),
    }
)
EXPIRES_AFTER_MONTHS = 6  # where nothing can be mended; unverified
LETTERS_APART_DAYS = (20, 60)  # two registered letters that came back; of the 2017 draft, unverified
FOUNDATION_CODES = "53"  # how the credit codes of foundations begin (GB 32100)
REPORT_DUE = (5, 31)  # month and day of the next year: ASSOC-REG, PRIVNON-REG; unverified
FOUNDATION_REPORT_DUE = (3, 31)  # FOUND-REG; unverified
SMALL_FINE_BELOW_FEN = 5_000_000  # from here on a fine belongs to the serious-breach list
