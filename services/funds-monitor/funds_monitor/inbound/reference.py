"""Wakes the monitor by the records of the reference topics, of all partitions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from chassis.errors import Stopped
from contracts import Record
from funds_monitor.domain.rulebook import RuleSetRefused
from funds_monitor.usecases.learn_reference import learn_reference
from funds_monitor.usecases.open_desk import Desk
from funds_monitor.usecases.ports import RULES_TOPIC, Admit, Offsets


class RulesRefused(Stopped):
    """The rules that are kept do not compile: never half a rule set."""

    exit_code = 78


class ReferenceTopics:
    """Feeds this process's copy of the reference data."""

    def __init__(
        self,
        desk: Desk,
        *,
        open_desk: Callable[[], Awaitable[Offsets]],
        learn_rules: Callable[[Sequence[Record]], Awaitable[None]],
        admit: Admit,
    ) -> None:
        self._desk, self._open_desk, self._learn_rules, self._admit = desk, open_desk, learn_rules, admit

    async def start(self) -> Offsets:
        """Bring rules and reference facts into memory, and say where to read on.

        Raises: Unavailable, RulesRefused.
        """
        try:
            return await self._open_desk()
        except RuleSetRefused as refused:
            raise RulesRefused(f"the rules do not hold:\n{refused}") from refused

    async def on_batch(self, records: list[Record]) -> None:
        """Learn what moved.

        Raises: Unavailable, RulesRefused.
        """
        told = [record for record in records if record.topic == RULES_TOPIC]
        if told:
            try:
                await self._learn_rules(told)
            except RuleSetRefused as refused:
                raise RulesRefused(f"the rules do not hold:\n{refused}") from refused
        records = [record for record in records if record.topic != RULES_TOPIC]
        learn_reference(records, book=self._desk.book, log=self._desk.log, admit=self._admit)
        self._desk.stirred.set()
