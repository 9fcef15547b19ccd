"""Deliberate faults of compound patterns."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_PATTERNS = [
    Mutant(
        "members that have nothing to do with each other",
        "compounds",
        "return all(self._holds(bond, chosen, day) for bond in self._pattern.bound)",
        "return True",
        ("TY-05", "TY-06"),
    ),
    Mutant(
        "whoever leads one organization is of one group",
        "compounds",
        "kinship.circle(party, day, without=code)",
        "kinship.group(party, day)[0]",
        ("TY-06",),
    ),
    Mutant(
        "members in any order",
        "compounds",
        "chosen[first].window_to_us <= chosen[second].window_to_us",
        "True",
        ("TY-01",),
    ),
    Mutant(
        "a month that may end before the money came",
        "compounds",
        "any(start <= end <= start + days",
        "any(end <= start + days",
        ("TY-05",),
    ),
    Mutant(
        "a pattern that stays when a member goes",
        "compounds",
        "        elif known is not None and is_open:\n",
        "        elif False:\n",
        ("TY-03",),
    ),
]
