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
    Mutant(
        "nobody hears of a name that comes into the register",
        "registered_names",
        'return {NAMES, f"{CODE}{code}"}',
        'return {f"{CODE}{code}"}',
        ("SO-37",),
    ),
    Mutant(
        "names that are known before they are registered",
        "registered_names",
        "since < until_us and (each in text or text in each)",
        "(each in text or text in each)",
        ("SO-37",),
    ),
    Mutant(
        "an accusation of whatever kind",
        "registered_names",
        "fact.data.kind != ILLEGAL or not norm(name)",
        "not norm(name)",
        ("SO-37",),
    ),
    Mutant(
        "a controller who is controlled",
        "reference",
        "self._laid[identity] == (party, code)",
        "True",
        ("SO-19",),
    ),
    Mutant(
        "bidders as they stand when the award is told",
        "bidding",
        "ties_of(point, each.code, award.awarded_on, numbers",
        "ties_of(point, each.code, point.day, numbers",
        ("SO-19",),
    ),
    Mutant(
        "a close bid of whoever shares an address",
        "bidding",
        "if shared & STRONG and are_close(",
        "if shared and are_close(",
        ("SO-19",),
    ),
]
