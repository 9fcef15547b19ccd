"""Deliberate faults in what rules ask of organizations that belong together."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_TIES = [
    Mutant(
        "heads of bodies that are struck off",
        "register",
        "[code for code in found if self.is_active(code, day)]",
        "found",
        ("SO-31",),
    ),
    Mutant(
        "whoever shares something has always shared it",
        "register",
        "                    break\n",
        "                    continue\n",
        ("SO-31",),
    ),
    Mutant(
        "nobody hears that others share something no longer",
        "register",
        "return named | set(self._keys.get(code, ()))",
        "return named",
        ("SO-31",),
    ),
    Mutant(
        "those who share something are judged as they were when they came",
        "rejudging",
        "            self._note(None, plan.register_bit)",
        "            pass",
        ("SO-31",),
    ),
    Mutant(
        "money between neighbours that is told late",
        "neighbours",
        "    point.asked |= point.plan.path_bit\n",
        "",
        ("SO-31",),
    ),
]
