"""The page that shows the interface, from an installed package: an intranet has no CDN."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

_SHOWN_VERSION = "3.0.3"  # the installed page (Swagger UI 4) refuses to draw 3.1; what we use is drawn alike


def add(app: FastAPI, *, openapi_url: str, docs_url: str) -> None:
    """Serve the page, its scripts, and the description in a form that the page can draw."""
    assets_url = f"{docs_url}/assets"
    drawn_url = f"{docs_url}/openapi.json"
    app.mount(assets_url, StaticFiles(directory=str(swagger_ui_path)), name="docs_assets")

    @app.get(drawn_url, include_in_schema=False)
    async def drawn() -> JSONResponse:
        described: dict[str, Any] = {**app.openapi(), "openapi": _SHOWN_VERSION}
        return JSONResponse(described)

    @app.get(docs_url, include_in_schema=False)
    async def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=drawn_url,
            title=app.title,
            swagger_js_url=f"{assets_url}/swagger-ui-bundle.js",
            swagger_css_url=f"{assets_url}/swagger-ui.css",
            swagger_favicon_url=f"{assets_url}/favicon-32x32.png",
        )

    page.__doc__ = f"Draw {openapi_url}."
