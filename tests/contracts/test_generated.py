"""What is generated from the contracts is current, and the door, the schemas and the examples agree."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from contracts import (
    CLOUDEVENTS_HEADERS,
    EVENT_TYPES,
    TOPICS,
    Event,
    Record,
    Refusal,
    Tokeniser,
    admit,
    encode_event,
    partition_of,
    read_http_events,
    to_us,
)

REPOSITORY = Path(__file__).resolve().parents[2]
EVENTS = REPOSITORY / "contracts" / "events"
ALL_TYPES = sorted(EVENT_TYPES)
APPENDED_US = to_us(datetime.fromisoformat("2024-03-01T10:00:00+08:00"))
STRUCTURED = {"Content-Type": "application/cloudevents+json"}


def _load(kind: str, name: str) -> Any:
    return json.loads((EVENTS / kind / f"{name}.json").read_text("utf-8"))


def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    schema = json.loads((EVENTS / f"{name}.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _record(name: str, event: dict[str, Any]) -> Record:
    topic = TOPICS.topic_of(name) or TOPICS.owned_by(EVENT_TYPES[name].department)[0]
    subject = event.get("subject")
    return Record(
        topic=topic.name,
        partition=partition_of(subject, topic.partitions) if subject else 0,
        offset=0,
        key=(subject or event["source"]).encode(),
        value=json.dumps(event, ensure_ascii=False).encode(),
        headers=CLOUDEVENTS_HEADERS,
        timestamp_us=APPENDED_US,
    )


def test_generated_files_are_current() -> None:
    command = [sys.executable, "tools/generate_contracts.py", "--check"]
    checked = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", ALL_TYPES)
def test_every_valid_example_is_let_in_by_kafka_and_over_http_as_the_same_event(name: str) -> None:
    for example in _load("examples", name):
        admitted = admit(_record(name, example))
        assert isinstance(admitted, Event), admitted
        body = json.dumps(example).encode()
        read = read_http_events(body, headers=STRUCTURED, now_us=APPENDED_US, tokeniser=Tokeniser(bytes(32)))
        assert read == [admitted]


@pytest.mark.parametrize("name", ALL_TYPES)
def test_what_we_write_is_let_in_again_unchanged_and_fits_its_schema(name: str) -> None:
    for example in _load("examples", name):
        admitted = admit(_record(name, example))
        assert isinstance(admitted, Event), admitted
        written = json.loads(encode_event(admitted))
        assert admit(_record(name, written)) == admitted
        assert _validator(name).is_valid(written)


@pytest.mark.parametrize("name", ALL_TYPES)
def test_every_invalid_example_is_refused_for_its_reason_and_never_quoted(name: str) -> None:
    examples = _load("invalid", name)["examples"]
    assert len(examples) >= 6
    for example in examples:
        refusal = admit(_record(name, example["event"]))
        assert isinstance(refusal, Refusal), example["why"]
        assert (refusal.code, refusal.pointer) == (example["code"], example["pointer"]), example["why"]
        assert "no-such-value" not in refusal.detail
        assert "6222021234567890123" not in str(refusal)
        assert refusal.withhold == (refusal.code == "raw_identity" or "above the limit" in example["why"])


@pytest.mark.parametrize("name", ALL_TYPES)
def test_the_schema_agrees_with_the_door(name: str) -> None:
    validator = _validator(name)
    for example in _load("examples", name):
        assert validator.is_valid(example), list(validator.iter_errors(example))
    for example in _load("invalid", name)["examples"]:
        assert validator.is_valid(example["event"]) == (not example["by_schema"]), example["why"]


def test_every_type_of_the_table_has_a_struct_and_every_struct_a_topic() -> None:
    of_departments = {
        f"{d}.{verb}" for d in TOPICS.departments for verb in ("event.withdrawn.v1", "source.completed.v1")
    }
    assert {name for topic in TOPICS.all for name in topic.types} | of_departments == set(EVENT_TYPES)


def test_the_asyncapi_document_names_every_topic_and_all_that_it_refers_to_exists() -> None:
    document = yaml.safe_load((REPOSITORY / "contracts" / "asyncapi.yaml").read_text("utf-8"))
    assert document["asyncapi"].startswith("3.0")
    assert {channel["address"] for channel in document["channels"].values()} == set(TOPICS.by_name)
    assert len(document["components"]["messages"]) == len(EVENT_TYPES)
    references = list(_references(document))
    assert len(references) > len(EVENT_TYPES)
    for reference in references:
        assert _exists(document, reference), reference


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for inner in node.values():
            yield from _references(inner)


def _exists(document: dict[str, Any], reference: str) -> bool:
    if reference.startswith("./"):
        return (REPOSITORY / "contracts" / reference).is_file()
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        if part not in node:
            return False
        node = node[part]
    return True
