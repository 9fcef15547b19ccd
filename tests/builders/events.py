"""Events as departments send them: plain JSON, valid by default; say only what matters.

Every builder takes the organization's code first; `at` is a date or a time in UTC+8. Identities are counted by
a `Desk`, so that the same story always sends the same events.
"""

from itertools import count
from typing import Any

from contracts import TOPICS
from tests.builders.codes import account_of, person_of
from tests.builders.records import COMPLETED, WITHDRAWN, Json

SOURCES = {
    "finance": "/finance/treasury",
    "tax": "/tax/bureau",
    "audit": "/audit/office",
    "public-security": "/public-security/overseas",
    "civil-affairs": "/civil-affairs/registry",
    "courts": "/courts/enforcement",
    "credit": "/credit/listings",
    "monitor": "/monitor/funds",
}
LEGAL_BASIS = {"instrument": "AGREEMENT", "purpose": "supervision", "valid_until": "2035-12-31"}
REPEALED_BASIS = LEGAL_BASIS | {"valid_until": "2001-01-01"}


def moment(at: str) -> str:
    """Complete a date to 10:00 and a time to seconds, both in UTC+8."""
    day, _, clock = at.partition("T")
    clock = clock or "10:00:00"
    clock += ":00" if clock.count(":") == 1 else ""
    return f"{day}T{clock}+08:00"


def party(name: str | None = "甲公司", *, kind: str = "organization", **known: Any) -> Json:
    """Somebody on the other side."""
    return {"kind": kind, "name": name} | {key: value for key, value in known.items() if value is not None}


def told_topics() -> list[str]:
    """Name the topics that have a known source."""
    return [topic.name for topic in TOPICS.all if topic.known_sources]


class Desk:
    """Writes events with identities of its own, counted."""

    def __init__(self, prefix: str = "e") -> None:
        self._prefix = prefix
        self._numbers = count(1)

    def event(self, type_: str, code: str | None, at: str, data: Json, **envelope: Any) -> Json:
        """Wrap data in an envelope."""
        number = next(self._numbers)
        event: Json = {
            "specversion": "1.0",
            "id": f"{self._prefix}-{number:05d}",
            "source": SOURCES[type_.partition(".")[0]],
            "type": type_,
            "time": moment(at),
            "datacontenttype": "application/json",
        }
        if code is not None:
            event["subject"] = code
        return event | {"data": {k: v for k, v in data.items() if v is not None}} | envelope

    def payment(self, code: str, at: str, *, amount_fen: int, direction: str = "out", **data: Any) -> Json:
        envelope = {name: data.pop(name) for name in ("corrects", "id") if name in data}
        content = {
            "payment_id": f"p-{at}-{amount_fen}",
            "direction": direction,
            "amount_fen": amount_fen,
            "booked_on": at[:10],
            "method": "transfer",
            "own_account": account_of(code),
            "counterparty": party(),
            "legal_basis": LEGAL_BASIS,
        }
        return self.event("finance.payment.settled.v1", code, at, content | data, **envelope)

    def award(self, code: str, at: str, *, amount_fen: int = 30_000_000, **data: Any) -> Json:
        content = {
            "award_id": f"aw-{at}",
            "buyer": {"code": "11330326002562123X", "name": "平阳县民政局"},
            "catalogue_item": "D0101",
            "procedure": "open_tender",
            "amount_fen": amount_fen,
            "awarded_on": at[:10],
        }
        return self.event("finance.procurement.awarded.v1", code, at, content | data)

    def accepted(self, code: str, at: str, *, award_id: str, outcome: str = "failed", **data: Any) -> Json:
        content = {"award_id": award_id, "accepted_on": at[:10], "outcome": outcome}
        return self.event("finance.procurement.accepted.v1", code, at, content | data)

    def grant(self, code: str, at: str, *, amount_fen: int = 30_000_000, **data: Any) -> Json:
        content = {
            "grant_id": f"gr-{at}",
            "grantor": {"code": "113303260025621999", "name": "平阳县教育局"},
            "title": "助学补助",
            "amount_fen": amount_fen,
            "granted_on": at[:10],
        }
        return self.event("finance.subsidy.granted.v1", code, at, content | data)

    def receipt(self, code: str, at: str, *, amount_fen: int, **data: Any) -> Json:
        content = {
            "receipt_no": f"r-{at}-{amount_fen}",
            "kind": "donation",
            "payer": party("乙公司"),
            "amount_fen": amount_fen,
            "issued_on": at[:10],
        }
        return self.event("finance.receipt.issued.v1", code, at, content | data)

    def tax_opened(self, code: str, at: str, **data: Any) -> Json:
        return self.event("tax.registration.opened.v1", code, at, {"registered_on": at[:10]} | data)

    def tax_closed(self, code: str, at: str, **data: Any) -> Json:
        return self.event("tax.registration.closed.v1", code, at, {"closed_on": at[:10]} | data)

    def tax_state(self, code: str, at: str, *, status: str = "abnormal", **data: Any) -> Json:
        return self.event("tax.status.changed.v1", code, at, {"status": status, "effective_on": at[:10]} | data)

    def registered(self, code: str, at: str, *, changed: bool = False, **data: Any) -> Json:
        content = {
            "code": code,
            "name": f"平阳县{code[10:16]}促进会",
            "kind": "association",
            "registered_on": at[:10],
            "start_up_funds_fen": 3_000_000,
            "division": "330326",
        }
        verb = "changed" if changed else "registered"
        return self.event(f"civil-affairs.organization.{verb}.v1", code, at, content | data)

    def ended(self, code: str, at: str, *, how: str = "suspended", **data: Any) -> Json:
        return self.event(f"civil-affairs.organization.{how}.v1", code, at, {"effective_on": at[:10]} | data)

    def account_filed(self, code: str, at: str, **data: Any) -> Json:
        content = {"account": account_of(code), "bank": "农商银行", "opened_on": at[:10]}
        return self.event("civil-affairs.account.filed.v1", code, at, content | data)

    def branch(self, code: str, at: str, **data: Any) -> Json:
        content = {"branch_id": f"b-{at}", "name": "分会", "opened_on": at[:10], "account": account_of(code + at)}
        return self.event("civil-affairs.branch.opened.v1", code, at, content | data)

    def post_taken(self, code: str, at: str, *, person: str, post: str = "chair", **data: Any) -> Json:
        content = {"person": person_of(person), "name_masked": f"{person[:1]}*", "post": post, "from_on": at[:10]}
        return self.event("civil-affairs.post.taken.v1", code, at, content | data)

    def post_left(self, code: str, at: str, *, person: str, post: str = "chair", **data: Any) -> Json:
        content = {"person": person_of(person), "post": post, "to_on": at[:10]}
        return self.event("civil-affairs.post.left.v1", code, at, content | data)

    def relation(self, code: str, at: str, *, a: Json, b: Json, relation: str = "controls", **data: Any) -> Json:
        content = {"a": a, "b": b, "relation": relation}
        return self.event("civil-affairs.relation.declared.v1", code, at, content | data)

    def annual(self, code: str, at: str, *, year: int, **data: Any) -> Json:
        return self.event("civil-affairs.annual-report.filed.v1", code, at, {"year": year, "filed_on": at[:10]} | data)

    def inspection(self, code: str, at: str, *, outcome: str = "failed", **data: Any) -> Json:
        content = {"year": int(at[:4]) - 1, "outcome": outcome, "concluded_on": at[:10]}
        return self.event("civil-affairs.inspection.concluded.v1", code, at, content | data)

    def penalty(self, code: str, at: str, *, kind: str = "fine", **data: Any) -> Json:
        content = {"penalty_id": f"pen-{at}", "kind": kind, "served_on": at[:10]}
        return self.event("civil-affairs.penalty.imposed.v1", code, at, content | data)

    def activity(self, code: str, at: str, *, activity_id: str, kind: str = "grant", **data: Any) -> Json:
        content = {"activity_id": activity_id, "kind": kind, "reported_on": at[:10], "held_from": at[:10]}
        return self.event("civil-affairs.activity.reported.v1", code, at, content | data)

    def resolution(self, code: str, at: str, *, kind: str = "major_payment", **data: Any) -> Json:
        content = {"resolution_id": f"res-{at}", "kind": kind, "passed_on": at[:10], "votes_for": 7, "votes_total": 9}
        return self.event("civil-affairs.resolution.filed.v1", code, at, content | data)

    def fee(self, code: str, at: str, *, amount_fen: int, **data: Any) -> Json:
        content = {"fee_item": "会费", "amount_fen": amount_fen, "valid_from": at[:10]}
        return self.event("civil-affairs.fee-standard.filed.v1", code, at, content | data)

    def debtor(self, code: str, at: str, *, case_no: str = "浙执1", **data: Any) -> Json:
        return self.event("courts.debtor.listed.v1", code, at, {"case_no": case_no, "listed_on": at[:10]} | data)

    def delisted(self, code: str, at: str, *, case_no: str = "浙执1", **data: Any) -> Json:
        return self.event("courts.debtor.delisted.v1", code, at, {"case_no": case_no, "delisted_on": at[:10]} | data)

    def finding(self, code: str, at: str, *, kind: str = "procurement", **data: Any) -> Json:
        content = {"finding_id": f"fi-{at}", "kind": kind, "severity": "medium"}
        return self.event("audit.finding.issued.v1", code, at, content | data)

    def rectified(self, code: str, at: str, *, finding_id: str, **data: Any) -> Json:
        content = {"finding_id": finding_id, "rectified_on": at[:10]}
        return self.event("audit.finding.rectified.v1", code, at, content | data)

    def filing(self, code: str, at: str, *, ngo: str, to_on: str, **data: Any) -> Json:
        office_code = data.pop("office_code", None)
        body = {"name": ngo, "country": "GB"} | ({"office_code": office_code} if office_code else {})
        content = {"filing_id": f"f-{at}", "overseas_ngo": body, "from_on": at[:10], "to_on": to_on}
        content["budget_fen"] = 100_000_000
        return self.event("public-security.overseas-filing.accepted.v1", code, at, content | data)

    def filing_report(self, code: str, at: str, *, filing_id: str, **data: Any) -> Json:
        content = {"filing_id": filing_id, "reported_on": at[:10]}
        return self.event("public-security.overseas-filing.reported.v1", code, at, content | data)

    def office(self, at: str, *, office_code: str, name: str) -> Json:
        content = {"office_code": office_code, "name": name, "country": "GB"}
        return self.event("public-security.overseas-office.registered.v1", None, at, content)

    def office_ended(self, at: str, *, office_code: str, **data: Any) -> Json:
        content = {"office_code": office_code, "deregistered_on": at[:10]}
        return self.event("public-security.overseas-office.deregistered.v1", None, at, content | data)

    def listing(self, code: str, at: str, *, listing_id: str = "l-1", **data: Any) -> Json:
        content = {"listing_id": listing_id, "list": "serious_breach", "cause": "other", "at": moment(at)}
        content["effective_on"] = at[:10]
        return self.event("credit.listing.decided.v1", code, at, content | data)

    def lifted(self, code: str, at: str, *, listing_id: str = "l-1", **data: Any) -> Json:
        content = {"listing_id": listing_id, "list": "serious_breach", "cause": "other", "at": moment(at)}
        content |= {"lifted_on": at[:10], "reason": "repaired"}
        return self.event("credit.listing.lifted.v1", code, at, content | data)

    def corrected(self, event: Json, **data: Any) -> Json:
        """Replace an event whole: the same with other data; `time` moves it."""
        time = data.pop("time", None)
        fresh = self.event(event["type"], event.get("subject"), "2026-01-01", event["data"] | data)
        return fresh | {"time": moment(time) if time else event["time"], "corrects": event["id"]}

    def withdrawn(self, event: Json) -> Json:
        """Take an event back."""
        department = event["type"].partition(".")[0]
        data = {"event_id": event["id"], "reason": "entered by mistake"}
        topic = TOPICS.topic_of(event["type"])
        assert topic is not None
        return self.event(f"{department}{WITHDRAWN}", event.get("subject"), event["time"][:10], data, _topic=topic.name)

    def completed(self, topic: str, until: str, *, partition: int | None = None) -> list[Json]:
        """Declare a topic told completely up to a time, by each of its sources."""
        known = TOPICS.by_name[topic]
        envelope: Json = {"_topic": topic} | ({} if partition is None else {"_partition": partition})
        data = {"topic": topic, "complete_until": moment(until)}
        event = self.event(f"{known.owner}{COMPLETED}", None, until, data, **envelope)
        return [event | {"source": source, "id": f"{event['id']}{n}"} for n, source in enumerate(known.known_sources)]

    def all_completed(self, until: str) -> list[Json]:
        """Declare every department's topics told completely up to a time."""
        return [event for topic in told_topics() for event in self.completed(topic, until)]
