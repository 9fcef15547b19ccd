"""A county told in sentences; valid by default, only what matters is said."""

from collections.abc import Iterable
from typing import Any

from tests.builders.codes import code_of
from tests.builders.engine import EngineCounty
from tests.builders.events import Desk, party
from tests.builders.records import Json, heard, records_of
from tests.oracle.oracle import open_alerts

YEAR = "2026"
TOLD_UNTIL = "2027-01-01T00:00"


def yuan(text: str) -> int:
    """Read 「1,900,000」 or 「0.50」 yuan as fen."""
    whole, _, cents = text.replace(",", "").partition(".")
    return int(whole) * 100 + int((cents + "00")[:2])


class an_alert:  # noqa: N801 - reads as a phrase: alerts() == [an_alert("SO-01", severity="medium")]
    """Equals any alert of a rule with this severity and at least these measured values."""

    def __init__(self, rule: str, *, severity: str | None = None, **measured: Any) -> None:
        self._wanted = (rule, severity, measured)

    def __eq__(self, other: object) -> bool:
        rule, severity, measured = self._wanted
        if not isinstance(other, dict):
            return NotImplemented
        same = other["rule"] == rule and severity in (None, other["severity"])
        return same and measured.items() <= other["measured"].items()

    def __hash__(self) -> int:
        return hash(self._wanted[0])

    def __repr__(self) -> str:
        rule, severity, measured = self._wanted
        return f"an_alert({rule!r}, severity={severity!r}, {measured})"


class County:
    """Organizations and what happens to them."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.events: list[Json] = []
        self._number = 100
        self.code = ""

    def with_organization(self, name: str, **data: Any) -> "County":
        """Register an organization that has its accounts and taxes in order; what follows is about it."""
        self._number += 1
        self.code = code_of(self._number)
        on = data.pop("on", "2020-01-02")
        self.tells(
            self.desk.registered(self.code, on, name=name, **data),
            self.desk.account_filed(self.code, on),
            self.desk.tax_opened(self.code, on),
        )
        return self

    def tells(self, *events: Json) -> "County":
        """Add events as they are."""
        self.events.extend(events)
        return self

    def pays(self, amount_fen: int, *, to: str, on: str | Iterable[str], **data: Any) -> "County":
        """Pay somebody on one or several dates (`MM-DD`, or a date with time)."""
        return self._moves(amount_fen, "out", to, on, data)

    def receives(self, amount_fen: int, *, by: str, on: str | Iterable[str], **data: Any) -> "County":
        """Be paid by somebody."""
        return self._moves(amount_fen, "in", by, on, data)

    def _moves(
        self, amount_fen: int, direction: str, who: str, on: str | Iterable[str], data: dict[str, Any]
    ) -> "County":
        for day in [on] if isinstance(on, str) else on:
            at = day if day[:4].isdigit() else f"{YEAR}-{day}"
            known = {"counterparty": party(who)} | data
            self.tells(self.desk.payment(self.code, at, amount_fen=amount_fen, direction=direction, **known))
        return self

    def alerts(self) -> list[dict[str, Any]]:
        """Give the engine's open alerts, everything being told completely."""
        county = EngineCounty()
        county.feed(records_of(self._told()))
        county.finish()
        return [alert for alerts in county.content().values() for alert in alerts]

    def alerts_by_definition(self) -> list[dict[str, Any]]:
        """Give the oracle's open alerts."""
        return [alert for alerts in open_alerts(heard(records_of(self._told()))).values() for alert in alerts]

    def _told(self) -> list[Json]:
        return [*self.events, *Desk("told").all_completed(TOLD_UNTIL)]


def a_county() -> County:
    """Begin with an empty county."""
    return County()
