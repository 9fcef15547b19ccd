"""The console for people: what was built is served under `/`; the interface stays under `/v1`.

Without a build the pages say why and how to get one, and everything else works.
Source: Content Security Policy Level 3; OWASP Secure Headers Project
"""

import re
import secrets
from collections.abc import Callable
from pathlib import Path as FilePath

from fastapi import APIRouter, HTTPException, Response
from starlette.responses import FileResponse, HTMLResponse

PAGES = ("alerts", "organizations", "sources")  # the first steps of the console's own addresses
NONCE_PLACE = "__NONCE__"  # where the build leaves room for the word that lets its styles in
NONCE_BYTES = 16  # CSP asks for at least 128 bits
ASSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
YEAR_S = 31_536_000  # names of assets hold the hash of their content: they never change
BUILD = "console/dist"
_OTHERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_MISSING = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>清廉 Qinglian</title>
<style nonce="__NONCE__">
body{font:16px/1.7 system-ui,sans-serif;max-width:44rem;margin:12vh auto;padding:0 1.5rem;color:#1d2b33}
code{background:#eef3f5;padding:.1em .4em;border-radius:4px}h1{font-size:1.5rem}</style>
<h1>界面尚未构建</h1>
<p>数据接口运行正常，只是网页界面还没有构建好：可能正在构建(首次启动约半分钟，稍后刷新本页)，也可能构建时无法访问软件包源。
启动日志写明了原因。可以访问软件包源之后，运行 <code>make console</code>，再刷新本页，无需重启。</p>
<p>接口说明:<a href="/docs">/docs</a></p>
<div lang="en"><h1>The console is not built</h1>
<p>The interface works; only the pages for people are missing: they may still be building (half a minute with the first
start, reload this page then), or the package registry could not be reached; the output of the start says which.
When it can be reached, run <code>make console</code> and reload: nothing needs a restart.</p>
<p>Description of the interface: <a href="/docs">/docs</a></p></div></html>
"""


def console_router(*, find_build: Callable[[], FilePath | None]) -> APIRouter:
    """Build the routes of the pages over the folder that was built, looked for with each request."""
    router = APIRouter(include_in_schema=False)

    async def page() -> Response:
        folder = find_build()
        return _page(_MISSING, status=503) if folder is None else _page((folder / "index.html").read_text("utf-8"))

    for address in ("/", *(f"/{name}{rest}" for name in PAGES for rest in ("", "/{rest:path}"))):
        router.add_api_route(address, page, methods=["GET"], response_class=Response)

    @router.get("/assets/{name}", response_class=Response)
    async def asset(name: str) -> Response:
        return _file("assets", name, cache=f"public, max-age={YEAR_S}, immutable")

    @router.get("/favicon.svg", response_class=Response)
    async def icon() -> Response:
        return _file("", "favicon.svg", cache="public, max-age=3600")

    def _file(folder: str, name: str, *, cache: str) -> Response:
        build = find_build()
        path = None if build is None or not ASSET.fullmatch(name) else build / folder / name
        if path is None or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, headers={"cache-control": cache, "x-content-type-options": "nosniff"})

    return router


def _page(text: str, *, status: int = 200) -> Response:
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    headers = {**_OTHERS, "cache-control": "no-store", "content-security-policy": policy}
    return HTMLResponse(text.replace(NONCE_PLACE, nonce), status_code=status, headers=headers)
