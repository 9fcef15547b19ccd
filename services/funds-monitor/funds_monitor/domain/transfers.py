"""Payments between an organization's own accounts: no income, no spending, but what branches hand up is among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funds_monitor.domain.entries import Entry, Series
from funds_monitor.domain.placing import Placement
from funds_monitor.domain.streams import TRANSFER

if TYPE_CHECKING:
    from funds_monitor.domain.timeline import Timeline


class Transfers:
    """The stream `transfer` of one timeline; its entries stand beside those of the payments."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.series = Series()

    def settle(self, payment: Entry, placement: Placement, *, stands: bool) -> None:
        """Let a payment be a transfer or none and say what moved; `stands`: believed, and between own accounts."""
        known = self.series.at(payment.position)
        if stands == (known is not None):
            return
        indexes = self._timeline.indexes.get(TRANSFER, ())
        if known is None:
            entry = Entry(payment.fact, TRANSFER)
            self.series.add(entry)
            for index in indexes:
                index.add(entry)
            placement.points.append(entry)
            return
        self.series.remove(known.position)
        for index in indexes:
            index.remove(known)
        placement.gone.append(known)
