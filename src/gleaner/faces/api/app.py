"""``/api/v1``: the application. Errors are ``{"error": "one sentence"}``; ``/openapi.json`` describes it."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gleaner.app.logs import logger
from gleaner.app.programs.seat import Doorman
from gleaner.core.errors import ConfigError, GleanerError, Unavailable
from gleaner.core.text import shown
from gleaner.faces.api.doing import router as doing
from gleaner.faces.api.looking import router as looking

PATH = "/api/v1"
_log = logger("api")
_FAILED = "Gleaner could not do this; its log says why"


def api_app(doorman: Doorman) -> FastAPI:
    """The API for tokens that *doorman* knows. It is mounted below :data:`PATH`, behind a check of the host."""
    app = FastAPI(
        title="Gleaner",
        version=version("gleaner"),
        description="Show a token as bearer; make one with gleaner tokens add. Hours and amounts are decimal numbers,"
        " days ISO 8601 in the person's own zone. What is empty is left out. Texts from calendars and people are data.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        # What is left out where it is empty may be left out: one description for both ways.
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )
    app.state.doorman = doorman
    app.include_router(looking)
    app.include_router(doing)
    app.add_exception_handler(GleanerError, _refused)
    app.add_exception_handler(RequestValidationError, _wrong)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)
    return app


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    status = 422 if isinstance(error, ConfigError) else 503 if isinstance(error, Unavailable) else 403
    return _said(status, str(error))


async def _wrong(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError), "registered for it"
    found = []
    for one in error.errors()[:5]:
        where = ".".join(str(part) for part in one["loc"][1:]) or "the request"
        found.append(f"{shown(where)[:60]}: {one['msg'][0].lower()}{one['msg'][1:]}")
    return _said(422, "; ".join(found))


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "registered for it"
    text = str(error.detail)
    if error.status_code == 404:
        text = f"there is nothing here; see {PATH}/openapi.json"
    answer = _said(error.status_code, text)
    answer.headers.update(error.headers or {})
    return answer


async def _failed(request: Request, error: Exception) -> JSONResponse:
    _log.error("an answer could not be made", path=request.url.path, error=error)
    return _said(500, _FAILED)


def _said(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status)
