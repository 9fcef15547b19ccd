"""The CloudEvents bindings as their own project tests them, with attributes of ours in place of theirs."""

import json
import re
from datetime import datetime
from typing import Any

import jsonschema_rs
import pytest
from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts import TOPICS, Event, Record, Tokeniser, admit, event_to_json, partition_of, read_http_events, to_us
from tests.contracts.shared_data import shared_file

CODE = "51330326MJ8888883X"
NOW_US = to_us(datetime.fromisoformat("2024-03-01T10:00:00+08:00"))
OURS = {
    "com.example.someevent": "tax.registration.opened.v1",
    "/mycontext/subcontext": "/tax/bureau",
    '"message": "Hello World!"': '"registered_on": "2018-04-05"',
}


def _as_ours(text: str) -> str:
    for theirs, ours in OURS.items():
        text = text.replace(theirs, ours)
    return text


def _docstrings(feature: str) -> list[str]:
    return [block.strip() for block in re.findall(r'"""\n(.*?)"""', _as_ours(feature), re.DOTALL)]


def _http(request: str) -> Any:
    head, body = request.split("\n\n", 1)
    headers = dict(line.strip().split(": ", 1) for line in head.splitlines()[1:])
    headers.setdefault("ce-subject", CODE)
    return read_http_events(body.encode(), headers=headers, now_us=NOW_US, tokeniser=Tokeniser(bytes(32)))


def _assert_is_the_event_of_the_feature(event: Any) -> None:
    assert isinstance(event, Event), event
    assert (event.id, event.source, event.type) == ("1234-1234-1234", "/tax/bureau", "tax.registration.opened.v1")
    assert event.time_us == to_us(datetime.fromisoformat("2018-04-05T03:56:24+00:00"))


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_the_http_feature_in_binary_mode(content_type: str) -> None:
    feature = shared_file("conformance/cloudevents/http-protocol-binding.feature").read_text("utf-8")
    request = _docstrings(feature)[0].replace("<contentType>", content_type)
    (event,) = _http(request)
    _assert_is_the_event_of_the_feature(event)


@pytest.mark.parametrize(
    "content_type", ["application/cloudevents+json", "application/cloudevents+json; charset=utf-8"]
)
def test_the_http_feature_in_structured_mode(content_type: str) -> None:
    feature = shared_file("conformance/cloudevents/http-protocol-binding.feature").read_text("utf-8")
    request = next(block for block in _docstrings(feature) if '"specversion"' in block)
    request = request.replace('"data": {', f'"subject": "{CODE}", "data": {{').replace("<contentType>", content_type)
    (event,) = _http(request.replace('"datacontenttype": "<contentType>"', '"datacontenttype": "application/json"'))
    _assert_is_the_event_of_the_feature(event)


def _record(value: str, headers: dict[str, str]) -> Record:
    topic = TOPICS.by_name["tax.registrations.v1"]
    return Record(
        topic=topic.name,
        partition=partition_of(CODE, topic.partitions),
        offset=7,
        key=CODE.encode(),
        value=value.encode(),
        headers=tuple((name, text.encode()) for name, text in headers.items()),
        timestamp_us=NOW_US,
    )


def test_the_kafka_feature_in_binary_mode() -> None:
    feature = _as_ours(shared_file("conformance/cloudevents/kafka-protocol-binding.feature").read_text("utf-8"))
    rows = re.findall(r"\|\s*(ce_\w+|content-type)\s*\|\s*(\S+)\s*\|", feature)
    headers = {name: text for name, text in rows if not text.startswith("<")} | {"ce_subject": CODE}
    assert len(headers) == 7
    _assert_is_the_event_of_the_feature(admit(_record(_docstrings(feature)[0], headers)))


@pytest.mark.parametrize(
    "content_type", ["application/cloudevents+json", "application/cloudevents+json; charset=utf-8"]
)
def test_the_kafka_feature_in_structured_mode(content_type: str) -> None:
    feature = shared_file("conformance/cloudevents/kafka-protocol-binding.feature").read_text("utf-8")
    value = next(block for block in _docstrings(feature) if '"specversion"' in block)
    value = value.replace("<contentType>", "application/json").replace('"data": {', f'"subject": "{CODE}", "data": {{')
    _assert_is_the_event_of_the_feature(admit(_record(value, {"content-type": content_type})))


def test_what_the_official_library_sends_is_read_in_both_modes() -> None:
    attributes = {
        "id": "1234-1234-1234",
        "source": "/tax/bureau",
        "type": "tax.registration.opened.v1",
        "subject": CODE,
        "specversion": "1.0",
        "time": datetime.fromisoformat("2018-04-05T03:56:24+00:00"),
        "datacontenttype": "application/json",
    }
    event = CloudEvent(attributes=attributes, data={"registered_on": "2018-04-05"})
    for message in (to_structured(event, JSONFormat()), to_binary(event, JSONFormat())):
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        read = read_http_events(body, headers=message.headers, now_us=NOW_US, tokeniser=Tokeniser(bytes(32)))
        assert isinstance(read, list), read
        _assert_is_the_event_of_the_feature(read[0])


def test_what_we_write_fits_the_official_schema() -> None:
    schema = json.loads(shared_file("conformance/cloudevents/cloudevents.schema.json").read_text("utf-8"))
    event = admit(_record('{"registered_on": "2018-04-05"}', _binary_headers()))
    assert isinstance(event, Event), event
    assert jsonschema_rs.is_valid(schema, json.loads(event_to_json(event)))


def _binary_headers() -> dict[str, str]:
    return {
        "ce_specversion": "1.0",
        "ce_id": "1",
        "ce_source": "/tax/bureau",
        "ce_type": "tax.registration.opened.v1",
        "ce_subject": CODE,
        "ce_time": "2018-04-05T03:56:24Z",
        "content-type": "application/json",
    }
