"""Deliberate faults of payments between own accounts."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_BRANCHES = [
    Mutant(
        "a payment that stays a transfer when the account is nobody's any more",
        "timeline",
        "            self._move(entry, departed, arrived, placement)\n            self.transfers.settle(",
        "            self._move(entry, departed, arrived, placement)\n            (lambda *_, **__: None)(",
        ("SO-34",),
    ),
    Mutant(
        "a transfer that is withdrawn and stays",
        "timeline",
        "        self.transfers.settle(entry, placement, stands=False)\n",
        "",
        ("SO-34",),
    ),
    Mutant(
        "points that do not hear of transfers",
        "rejudging",
        "(entry for entry in (*placement.gone, *placement.points) if entry.stream == TRANSFER)",
        "()",
        ("SO-34",),
    ),
    Mutant(
        "a transfer at the end of the books that nobody looks at",
        "timeline",
        " or self._is_own(data.counterparty):\n            return None",
        ":\n            return None",
        ("SO-34",),
    ),
]
