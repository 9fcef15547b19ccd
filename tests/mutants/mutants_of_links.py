"""Deliberate faults of links between shards and of the search for paths."""

from tests.mutants.mutating import Mutant

MUTANTS_OF_LINKS = [
    Mutant(
        "an older word on a payment that holds against a newer one",
        "links",
        "link.revision > known.revision",
        "link.revision < known.revision",
        ("SO-04",),
    ),
    Mutant(
        "a link that cannot be taken back",
        "links",
        "            if link.asserted:\n                self._add(report)",
        "            self._add(report)",
        ("SO-04",),
    ),
    Mutant(
        "a payment that counts twice when both sides tell of it",
        "links",
        "in zip_longest(paid, received):",
        "in [*((each, None) for each in paid), *((None, each) for each in received)]:",
        ("SO-04",),
    ),
    Mutant(
        "a refund that passes money on",
        "links",
        "(payer is not None and payer.refund)",
        "False",
        ("SO-04",),
    ),
    Mutant(
        "a way that goes back in time",
        "links",
        "range(bisect_right(edges, after, key=position_of), len(edges))",
        "range(len(edges))",
        ("SO-04",),
    ),
    Mutant(
        "ways that share a payment",
        "paths",
        "if used.isdisjoint(positions):",
        "if True:",
        ("SO-04",),
    ),
    Mutant(
        "a way that goes on beyond the payer's group",
        "paths",
        "            if edge.payee in aim.members:\n",
        "            if edge.payee == way[0].payer or (edge.payee in aim.members and not passed):\n",
        ("SO-04",),
    ),
    Mutant(
        "whoever was paid is not told when a payment is corrected away",
        "link_telling",
        "stands is not None and (wanted is None or wanted.ends != stands.ends)",
        "stands is not None and wanted is not None and wanted.ends != stands.ends",
        ("SO-04",),
    ),
    Mutant(
        "a shard that forgets what it has told when it loads an organization",
        "shard",
        "organization.links = {each.report.identity: each for each in stored.links}",
        "organization.links = {}",
        ("SO-04",),
    ),
    Mutant(
        "a search that does not say whose payments it looked at",
        "shard",
        "(self._dependencies(organization, placement) | searched)",
        "self._dependencies(organization, placement)",
        ("SO-04",),
    ),
    Mutant(
        "links that change no point but those at their own time",
        "rejudging",
        "back_us, ahead_us = (2 * plan.path_days + 2) * DAY_US, (plan.path_days + 2) * DAY_US",
        "back_us, ahead_us = DAY_US, DAY_US",
        ("SO-04",),
    ),
]
