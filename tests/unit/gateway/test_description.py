"""The committed description of the interface is what the code says."""

import json
from pathlib import Path

from gateway.bootstrap import openapi

COMMITTED = Path(__file__).parents[3] / "contracts" / "http" / "gateway.openapi.json"


def test_the_committed_description_is_current() -> None:
    told = "write it anew: python -m gateway.bootstrap openapi > contracts/http/gateway.openapi.json"
    assert json.loads(COMMITTED.read_text("utf-8")) == json.loads(json.dumps(openapi())), told


def test_every_operation_that_wants_a_client_says_so() -> None:
    open_to_all = {
        "post /v1/oauth/token",
        "get /.well-known/jwks.json",
        "get /v1/status",
        "post /v1/session",
        "get /v1/public/lists/abnormal",
    }
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            told = f"{method} {path}"
            assert ("security" in operation) == (told not in open_to_all), told
            assert told in open_to_all or "401" in operation["responses"], told
