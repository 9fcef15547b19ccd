"""What browsers get from the door itself."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.inbound.console import console_router

pytestmark = pytest.mark.anyio
INDEX = '<html><style nonce="__NONCE__"></style></html>'


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets" / "main-abc.js").write_text("1")
    return tmp_path


async def visited(address: str, build: Path | None) -> httpx.Response:
    app = FastAPI()
    app.include_router(console_router(find_build=lambda: build))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://county") as browser:
        return await browser.get(address)


@pytest.mark.parametrize("address", ["/", "/alerts", "/alerts/al_1", "/organizations/x", "/sources"])
async def test_every_address_of_the_console_is_answered_with_its_one_page(build: Path, address: str) -> None:
    answer = await visited(address, build)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


async def test_only_our_own_scripts_and_marked_styles_may_run_and_the_mark_is_new_each_time(build: Path) -> None:
    first, second = await visited("/", build), await visited("/", build)
    nonce = first.text.split('nonce="')[1].split('"')[0]
    policy = first.headers["content-security-policy"]
    assert f"'nonce-{nonce}'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert first.text != second.text


async def test_what_never_changes_is_kept_for_good(build: Path) -> None:
    answer = await visited("/assets/main-abc.js", build)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == "1"


@pytest.mark.parametrize("address", ["/assets/..%2findex.html", "/assets/none.js", "/assets/%2e%2e", "/v1/nothing"])
async def test_nothing_but_what_was_built_is_served_and_the_interface_keeps_its_own_answers(
    build: Path, address: str
) -> None:
    assert (await visited(address, build)).status_code == 404


async def test_without_a_build_the_page_says_in_both_languages_why_and_what_to_do() -> None:
    answer = await visited("/", None)
    assert answer.status_code == 503
    assert "界面尚未构建" in answer.text
    assert "The console is not built" in answer.text
    assert answer.text.count("make console") == 2
    assert "content-security-policy" in answer.headers
