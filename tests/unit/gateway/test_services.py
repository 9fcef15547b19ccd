"""How long a service is waited for: as long as its caller says, not as long as the client is used to."""

import httpx
import pytest

from gateway.outbound.services import HttpServices
from gateway.usecases.commit_import import COMMIT_TIMEOUT_S
from gateway.usecases.ports import SERVICE_TIMEOUT_S
from tests.unit.gateway.doubles import STAFF

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("timeout_s", [SERVICE_TIMEOUT_S, COMMIT_TIMEOUT_S])
async def test_an_answer_is_waited_for_as_long_as_was_asked(timeout_s: float) -> None:
    waited_s: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        waited_s.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={})

    services = HttpServices(
        {"registry": "http://registry"}, sign=lambda _: "token", transport=httpx.MockTransport(answer)
    )
    await services.open()
    await services.send("POST", "registry", "/imports/1/commit", caller=STAFF, timeout_s=timeout_s)
    await services.close()
    assert waited_s == [timeout_s]
