"""Makes examples of every event type from its Struct: the least, the fullest, and what must be refused and why."""

import types
from copy import deepcopy
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import NODEFAULT, Meta, Struct, structs

from contracts.catalogue import EventType
from contracts.members import EACH, marked_members
from contracts.parts import SourceCompleted
from contracts.topics import TOPICS

CODE = "51330326MJ8888883X"
OTHER_CODE = "113303260020000125"
PERSON = "p_" + "3e" * 16
ACCOUNT = "a_" + "7c" * 16
TIME = "2024-03-01T09:30:00+08:00"
APPENDED_AT = "2024-03-01T10:00:00+08:00"
AHEAD = "2024-03-03T09:30:00+08:00"
RAW_PERSON = "330326199001011234"
RAW_ACCOUNT = "6222021234567890123"

# What a member of this name usually holds; anything else is made from its type.
_USUAL: dict[str, Any] = {
    "amount_fen": 1_250_000,
    "bank": "平阳农村商业银行",
    "approval_ref": "平金办〔2024〕3号",
    "article": "3",
    "birth_year": 1968,
    "booked_on": "2024-03-01",
    "budget_payees": [OTHER_CODE, "平阳县文印社"],
    "by": ["system"],
    "case_no": "(2024)浙0326执1024号",
    "country": "FR",
    "cause": "annual_report_late",
    "department": "tax",
    "division": "330326",
    "event_id": "treasury-0001",
    "instrument": "AGREEMENT",
    "name": "旭日助学服务中心",
    "name_masked": "张*",
    "organization": CODE,
    "original_currency": "EUR",
    "phone": "0577-63720000",
    "period": "2024-02",
    "purpose_text": "购买课桌",
    "purpose": "社会组织资金监管",
    "reason": "录入错误",
    "rule": "SO-01",
    "from": "2024-03-01T00:00:00+08:00",
    "to": "2024-03-01T00:00:00+08:00",
    "source": "/finance/treasury",
    "title": "暑期助学服务",
    "type": "finance.payment.settled.v1",
    "valid_until": "2024-12-31",
    "version": 1,
    "votes_for": 5,
    "votes_total": 7,
}


def valid_examples(event_type: EventType) -> list[dict[str, Any]]:
    """Return the least and the fullest event of a type."""
    least = _event(event_type, full=False)
    fullest = _event(event_type, full=True)
    fullest |= {"jurisdiction": "330326100", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    if event_type.subject == "optional":
        fullest["subject"] = CODE
    return [least, fullest]


def invalid_examples(event_type: EventType) -> list[dict[str, Any]]:
    """Return events of a type that must be refused: with code, pointer, and whether the schema refuses them too."""
    examples = [*_bad_envelopes(event_type), *_bad_data(event_type)]
    return [example for example in examples if example is not None]


def _event(event_type: EventType, *, full: bool) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": f"{event_type.department}-{'full' if full else 'least'}-0001",
        "source": source_of(event_type),
        "type": event_type.name,
        "time": TIME,
        "datacontenttype": "application/json",
        "data": _struct(event_type.data, full=full),
    }
    if event_type.subject == "required":
        event["subject"] = CODE
    if event_type.data is SourceCompleted:
        event["data"] |= {"topic": TOPICS.owned_by(event_type.department)[0].name, "complete_until": TIME}
    return event


def source_of(event_type: EventType) -> str:
    """Return a source that may say a type."""
    for topic in TOPICS.owned_by(event_type.department):
        if topic.known_sources:
            return topic.known_sources[0]
    return f"/{event_type.department}/{TOPICS.owned_by(event_type.department)[0].principal}"


def _struct(struct: type[Struct], *, full: bool) -> dict[str, Any]:
    return {
        member.encode_name: _usual(member, full=full)
        for member in structs.fields(struct)
        if full or (member.default is NODEFAULT and member.default_factory is NODEFAULT)
    }


def _usual(member: structs.FieldInfo, *, full: bool) -> Any:
    name = member.encode_name
    made = _value(member.type, full=full)
    usual = _USUAL.get(name, made)
    return usual if _kind(usual) == _kind(made) and name not in _closed(member.type) else made


def _kind(value: Any) -> type:
    return type(value)


def _closed(annotation: Any) -> tuple[str, ...]:
    """Members of closed enumerations have no usual value but their first."""
    choices = [annotation, *get_args(annotation)]
    return tuple(_USUAL) if any(get_origin(choice) is Literal for choice in choices) else ()


def _value(annotation: Any, *, full: bool) -> Any:  # noqa: PLR0911 — one line for each form a type has
    origin = get_origin(annotation)
    if origin is Annotated:
        return _annotated(annotation, full=full)
    if origin is Literal:
        return get_args(annotation)[0]
    if origin in (Union, types.UnionType):
        return _value(next(one for one in get_args(annotation) if one is not type(None)), full=full)
    if origin is tuple:
        return [_value(get_args(annotation)[0], full=full)]
    if origin is dict:
        return {"branch": _value(get_args(annotation)[1], full=full)}
    if issubclass(annotation, Struct):
        return _struct(annotation, full=full)
    return _SCALARS[annotation.__name__]


_SCALARS: dict[str, Any] = {
    "bool": True,
    "date": "2024-03-01",
    "datetime": "2024-03-01T09:30:00+08:00",
    "int": 3,
    "str": "R-2024-0001",
}


def _annotated(annotation: Any, *, full: bool) -> Any:
    inner, *metadata = get_args(annotation)
    for meta in metadata:
        if not isinstance(meta, Meta):
            continue
        if meta.extra and "token" in meta.extra:
            return {"person": PERSON, "account": ACCOUNT}[meta.extra["token"]]
        if meta.examples:
            return meta.examples[0]
        if meta.ge == 1949:  # noqa: PLR2004 — a year, the only number that starts there
            return 2023
        if meta.pattern and meta.pattern.startswith("^[0-9]{4}-"):
            return "2024-02"
    return _value(inner, full=full)


def _bad(why: str, code: str, *, at: str, event: dict[str, Any], by_schema: bool = True) -> dict[str, Any]:
    return {"why": why, "code": code, "pointer": at, "by_schema": by_schema, "event": event}


def _bad_envelopes(event_type: EventType) -> list[dict[str, Any] | None]:
    least = _event(event_type, full=False)
    subjectless = {name: value for name, value in least.items() if name != "subject"}
    dataless = {name: value for name, value in least.items() if name != "data"}
    uncorrectable = event_type.name.endswith((".event.withdrawn.v1", ".source.completed.v1"))
    correction = "withdrawal_uncorrectable" if uncorrectable else "self_correction"
    return [
        _bad(
            "another department speaks", "wrong_department", at="/source", event=least | {"source": "/elsewhere/system"}
        ),
        _bad("a time without offset", "invalid", at="/time", event=least | {"time": "2024-03-01T09:30:00"}),
        _bad("more than a day ahead", "time_ahead", at="/time", event=least | {"time": AHEAD}, by_schema=False),
        _bad("an id with a blank", "invalid", at="/id", event=least | {"id": "a b"}),
        _bad("no data", "invalid", at="/data", event=dataless),
        _bad(
            "corrects itself",
            correction,
            at="/corrects",
            event=least | {"corrects": least["id"]},
            by_schema=uncorrectable,
        ),
        _bad("no subject", "subject_required", at="/subject", event=subjectless)
        if event_type.subject == "required"
        else None,
        _bad("a subject", "invalid", at="/subject", event=least | {"subject": CODE})
        if event_type.subject == "none"
        else None,
        _bad("a short subject", "invalid", at="/subject", event=least | {"subject": CODE[:17]})
        if event_type.subject != "none"
        else None,
    ]


def _bad_data(event_type: EventType) -> list[dict[str, Any] | None]:
    fullest = _event(event_type, full=True)
    return [
        *_missing(event_type),
        *_raw_numbers(event_type, fullest),
        *_bad_values(event_type, fullest),
        *_platform(event_type, fullest),
    ]


def _missing(event_type: EventType) -> list[dict[str, Any]]:
    """Leave out each member that is due."""
    examples = []
    for name in _struct(event_type.data, full=False):
        event = _event(event_type, full=False)
        del event["data"][name]
        code = "legal_basis_missing" if name == "legal_basis" else "invalid"
        examples.append(_bad(f"without {name}", code, at=f"/data/{name}", event=event))
    return examples


def _raw_numbers(event_type: EventType, fullest: dict[str, Any]) -> list[dict[str, Any]]:
    """Put a raw number where a token is due."""
    examples = []
    for path, kind in marked_members(event_type.data, "token"):
        steps = [0 if name == EACH else name for name in path]
        event = deepcopy(fullest)
        _set(event["data"], steps, RAW_PERSON if kind == "person" else RAW_ACCOUNT)
        pointer = "/data/" + "/".join(map(str, steps))
        examples.append(_bad(f"a raw number of kind {kind}", "raw_identity", at=pointer, event=event))
    return examples


def _set(value: Any, steps: list[Any], new: Any) -> None:
    for step in steps[:-1]:
        value = value[step]
    value[steps[-1]] = new


def _bad_values(event_type: EventType, fullest: dict[str, Any]) -> list[dict[str, Any]]:
    """Break money, days and closed enumerations of the outermost members."""
    examples = []
    for member in structs.fields(event_type.data):
        name = member.encode_name
        wrong: dict[str, Any] = {}
        if name.endswith("_fen"):
            wrong = {"negative": -1, "a fraction": 0.5, "above the limit": 9 * 10**15 + 1, "a text": "100"}
        elif name.endswith("_on"):
            wrong = {"no such day": "2024-02-30"}
        elif _closed(member.type):
            wrong = {"an unknown value of a closed enumeration": "no-such-value"}
        for why, value in wrong.items():
            event = deepcopy(fullest)
            event["data"][name] = value
            examples.append(_bad(f"{name}: {why}", "invalid", at=f"/data/{name}", event=event))
    return examples


def _platform(event_type: EventType, fullest: dict[str, Any]) -> list[dict[str, Any]]:
    if event_type.data is not SourceCompleted:
        return []
    ahead, elsewhere = deepcopy(fullest), deepcopy(fullest)
    ahead["data"]["complete_until"] = AHEAD
    elsewhere["data"]["topic"] = "no.such-topic.v1"
    return [
        _bad("complete later than now", "completeness_ahead", at="/data/complete_until", event=ahead, by_schema=False),
        _bad("a topic of nobody", "wrong_topic", at="/data/topic", event=elsewhere, by_schema=False),
    ]
