"""People sign in and out.

Source: RFC 6265 (cookies); OWASP Session Management cheat sheet
"""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis import http
from chassis.clock import from_us
from gateway.domain.accounts import PASSWORD_CHARACTERS_MAX, Account
from gateway.domain.sessions import ABSOLUTE_S, csrf_of, ends_us
from gateway.inbound.callers import COOKIE, Doorkeeper, Person, address_of, check_origin
from gateway.inbound.http_answers import as_json
from gateway.inbound.shapes import SessionAnswer, problems
from gateway.usecases.change_own_password import change_own_password
from gateway.usecases.issue_token import TooManyAttempts
from gateway.usecases.sign_in import NAME_CHARACTERS_MAX, SigningIn, sign_in
from gateway.usecases.sign_out import sign_out

Password = Annotated[
    str, Field(min_length=1, max_length=PASSWORD_CHARACTERS_MAX, json_schema_extra={"format": "password"})
]
OPENED: dict[int | str, dict[str, Any]] = {200: {"model": SessionAnswer}, **problems(401, 403, 422, 429, 503)}
GONE: dict[int | str, dict[str, Any]] = {204: {"description": "Done."}, **problems(401, 403, 503)}
CHANGED: dict[int | str, dict[str, Any]] = {**GONE, **problems(422, 429)}


class SignIn(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]
    password: Password
    totp: Annotated[str | None, Field(max_length=16, description="Not asked for yet.")] = None


class PasswordChange(BaseModel):
    """An own password to be changed."""

    model_config = ConfigDict(extra="forbid")

    old_password: Password
    password: Password


def session_router(*, leaning_on: SigningIn) -> APIRouter:
    """Build the routes of signing in."""
    router = APIRouter(tags=["session"])

    @router.post("/v1/session", response_class=Response, responses=OPENED)
    async def post_session(request: Request, told: SignIn) -> Response:
        """Sign in; the answer sets a cookie. Unknown user and wrong password are answered alike."""
        check_origin(request)
        try:
            session_id, account = await sign_in(
                told.username, told.password, address=address_of(request), leaning_on=leaning_on
            )
        except TooManyAttempts as refusal:
            return _wait(request, refusal)
        answer = as_json(_session(session_id, account))
        answer.headers["cache-control"] = "no-store"
        answer.set_cookie(COOKIE, session_id, max_age=ABSOLUTE_S, **_cookie(request))
        return answer

    @router.get("/v1/session", response_class=Response, responses={200: {"model": SessionAnswer}, **problems(401, 503)})
    async def get_session(person: Person) -> Response:
        """Say who is signed in, and what writes repeat."""
        answer = as_json(
            {**_session(person.session_id, person.session.account), "ends_at": from_us(ends_us(person.session))}
        )
        answer.headers["cache-control"] = "no-store"
        return answer

    @router.delete("/v1/session", status_code=204, response_class=Response, responses=GONE)
    async def delete_session(request: Request, person: Person) -> Response:
        """Sign out."""
        await sign_out(
            person.session_id,
            caller=person.caller,
            address=address_of(request),
            sessions=leaning_on.sessions,
            clock=leaning_on.clock,
        )
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, **_cookie(request))
        return answer

    @router.post("/v1/session/password", status_code=204, response_class=Response, responses=CHANGED)
    async def post_own_password(request: Request, person: Person, told: PasswordChange) -> Response:
        """Change the own password; all other sessions of the account end."""
        try:
            await change_own_password(
                person.caller,
                session_id=person.session_id,
                old=told.old_password,
                new=told.password,
                address=address_of(request),
                leaning_on=leaning_on,
            )
        except TooManyAttempts as refusal:
            return _wait(request, refusal)
        return Response(status_code=204)

    return router


def _session(session_id: str, account: Account) -> dict[str, Any]:
    return {
        "user": account.name,
        "roles": account.roles,
        "divisions": account.divisions,
        "csrf_token": csrf_of(session_id),
    }


def _cookie(request: Request) -> dict[str, Any]:
    keeper: Doorkeeper = request.app.state.doorkeeper
    return {"path": "/", "httponly": True, "samesite": "strict", "secure": keeper.is_secure(request)}


def _wait(request: Request, refusal: TooManyAttempts) -> Response:
    answer = http.problem_response(request, refusal)
    answer.headers["retry-after"] = str(refusal.pause_s)
    return answer
