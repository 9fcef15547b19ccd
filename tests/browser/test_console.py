"""The whole way as a person sees it: a department sends, the alert appears, and everything behind it can be read."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from playwright.async_api import Page, async_playwright, expect

from qinglian.console import build_console
from tests.e2e.door import Door
from tests.e2e.events import organization_registered, payment, some_code

pytestmark = [pytest.mark.real, pytest.mark.anyio]
CONSOLE = Path(__file__).parents[2] / "services" / "gateway" / "console"
AXE = CONSOLE / "node_modules" / "axe-core" / "axe.min.js"
SEEN_TIMEOUT_MS = 20_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Watched:
    """One window, and what went wrong in it."""

    def __init__(self, page: Page, gateway: str) -> None:
        self.page = page
        self.troubles: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("request", lambda asked: self._follow(asked.url, gateway))

    def _hear(self, kind: str, text: str) -> None:
        # Asking whether somebody is signed in is answered 401 before: the browser itself writes that down.
        if kind in ("error", "warning") and "401 (Unauthorized)" not in text:
            self.troubles.append(text)

    def _follow(self, url: str, gateway: str) -> None:
        if not url.startswith((gateway, "data:")):
            self.elsewhere.append(url)

    async def picture(self, name: str) -> None:
        """Keep a picture where somebody asked for pictures: `QINGLIAN_PICTURES` names a folder."""
        if folder := os.environ.get("QINGLIAN_PICTURES"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    async def serious_barriers(self) -> list[str]:
        """List what keeps people out, by axe: of serious and critical impact."""
        await self.page.evaluate(AXE.read_text())  # not by a script tag: the page's policy forbids foreign ones
        found = await self.page.evaluate("axe.run()")
        return [
            f"{each['id']}: {[node['html'] for node in each['nodes']]}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
        ]


@pytest.fixture
async def watched(county: Any, door: Door) -> AsyncIterator[Watched]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium fonts-noto-cjk")
    await anyio.to_thread.run_sync(build_console)  # waits for the one that the county began, if it began one
    assert (await door.http.get("/")).status_code == 200, "the console was not built"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context(viewport={"width": 1360, "height": 900})
        yield Watched(await context.new_page(), county.gateway)
        await browser.close()


async def sign_in(page: Page, county: Any, role: str) -> None:
    await page.goto(county.gateway)
    await page.get_by_label("用户名").fill(role)
    await page.get_by_label("密码").fill(county.credentials["users"][role])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="预警")).to_be_visible(timeout=SEEN_TIMEOUT_MS)


async def test_a_handler_sees_an_alert_appear_and_everything_behind_it(
    watched: Watched, county: Any, door: Door
) -> None:
    page, code = watched.page, some_code()
    await page.goto(county.gateway)
    await page.get_by_label("用户名").fill("handler")
    await page.get_by_label("密码").fill("not the password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await sign_in(page, county, "handler")
    await expect(page.get_by_text("实时", exact=False).first).to_be_visible(timeout=SEEN_TIMEOUT_MS)

    await door.send_until_accepted([organization_registered(code)], client="civil-affairs")
    await door.send_until_accepted([payment(code, yuan="2100000")], client="finance")
    row = page.locator(".ant-table-row", has=page.locator(f"a[href='/organizations/{code}']"))
    await expect(row).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await watched.picture("inbox-zh")

    await row.get_by_role("link").first.click()
    for seen in ("¥2,100,000.00", "¥2,000,000.00", "第 5 条", "finance.payment.settled.v1"):
        await expect(page.get_by_text(seen).first).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await page.locator(".ant-table-row-expand-icon").first.click()
    await expect(page.get_by_text('"amount_fen": 210000000')).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await watched.picture("alert-zh")

    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_text("An alert is a lead", exact=False)).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await watched.picture("alert-en")
    await page.locator(f"a[href='/organizations/{code}']").first.click()
    await expect(page.get_by_text(code)).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await watched.picture("organization-en")
    await page.get_by_role("link", name="Sources").click()
    await expect(page.get_by_text("/finance/treasury").first).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    await watched.picture("sources-en")

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.locator("input[type=password]")).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    assert watched.troubles == []
    assert watched.elsewhere == []


async def test_keys_alone_lead_from_the_inbox_to_an_alert_and_nothing_keeps_people_out(
    watched: Watched, county: Any, door: Door
) -> None:
    page, code = watched.page, some_code()
    await door.send_until_accepted([payment(code, yuan="2200000")], client="finance")
    await door.until_quiet()
    await sign_in(page, county, "checker")
    await expect(page.locator(".ant-table-row").first).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    assert await watched.serious_barriers() == []
    await page.keyboard.press("j")
    await page.keyboard.press("e")
    await expect(page.get_by_text("预警只是线索", exact=False)).to_be_visible(timeout=SEEN_TIMEOUT_MS)
    assert await watched.serious_barriers() == []
