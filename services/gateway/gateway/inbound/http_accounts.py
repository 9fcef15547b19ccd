"""Administrators keep the accounts of people; auditors read what was done."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.clock import Clock, from_us
from gateway.domain.accounts import DIVISIONS_MAX, NAME, Account, Act, Role
from gateway.inbound.callers import AnyCaller, address_of
from gateway.inbound.http_answers import LIMIT_DEFAULT, Cursor, Limit, as_json
from gateway.inbound.http_session import Password
from gateway.inbound.shapes import AccountAnswer, ActPage, Page, problems
from gateway.usecases.change_account import change_account
from gateway.usecases.create_account import create_account
from gateway.usecases.list_account_acts import list_account_acts
from gateway.usecases.list_accounts import list_accounts
from gateway.usecases.ports import Accounts, Passwords
from gateway.usecases.reset_password import reset_password

NAME_PATTERN = f"^{NAME.pattern}$"
Name = Annotated[str, Path(pattern=NAME_PATTERN)]
After = Annotated[str, Query(max_length=64, description="`next` of the page before.")]
Roles = Annotated[list[Role], Field(min_length=1, max_length=8)]
Divisions = Annotated[list[Annotated[str, Field(pattern="^[0-9]{2,12}$")]], Field(max_length=DIVISIONS_MAX)]
MADE: dict[int | str, dict[str, Any]] = {201: {"model": AccountAnswer}, **problems(401, 403, 409, 422, 503)}
CHANGED: dict[int | str, dict[str, Any]] = {200: {"model": AccountAnswer}, **problems(401, 403, 404, 409, 422, 503)}
RESET: dict[int | str, dict[str, Any]] = {204: {"description": "Done."}, **problems(401, 403, 404, 422, 503)}
LISTED: dict[int | str, dict[str, Any]] = {200: {"model": Page}, **problems(401, 403, 422, 503)}
ACTS: dict[int | str, dict[str, Any]] = {200: {"model": ActPage}, **problems(401, 403, 422, 503)}


class NewAccount(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    password: Password
    roles: Roles
    divisions: Divisions = []


class AccountChange(BaseModel):
    """What of an account is to be another; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    roles: Roles | None = None
    divisions: Divisions | None = None
    is_disabled: bool | None = None


class NewPassword(BaseModel):
    """Another password for an account."""

    model_config = ConfigDict(extra="forbid")

    password: Password


def accounts_router(*, accounts: Accounts, passwords: Passwords, clock: Clock) -> APIRouter:
    """Build the routes of accounts."""
    router = APIRouter(tags=["accounts"])
    _add_lists(router, accounts)

    @router.post("/v1/accounts", status_code=201, response_class=Response, responses=MADE)
    async def post_account(request: Request, caller: AnyCaller, told: NewAccount) -> Response:
        """Make an account for a person; the name is never given to another one."""
        account = await create_account(
            told.name,
            told.password,
            roles=told.roles,
            divisions=told.divisions,
            caller=caller,
            address=address_of(request),
            accounts=accounts,
            passwords=passwords,
            clock=clock,
        )
        return Response(as_json(_account(account)).body, status_code=201, media_type="application/json")

    @router.patch("/v1/accounts/{name}", response_class=Response, responses=CHANGED)
    async def patch_account(request: Request, caller: AnyCaller, name: Name, told: AccountChange) -> Response:
        """Change roles and divisions of an account, disable or enable it; it counts from the next request on."""
        account = await change_account(
            name,
            roles=told.roles,
            divisions=told.divisions,
            is_disabled=told.is_disabled,
            caller=caller,
            address=address_of(request),
            accounts=accounts,
            clock=clock,
        )
        return as_json(_account(account))

    @router.post("/v1/accounts/{name}/password", status_code=204, response_class=Response, responses=RESET)
    async def post_password(request: Request, caller: AnyCaller, name: Name, told: NewPassword) -> Response:
        """Give an account another password; all its sessions end."""
        await reset_password(
            name,
            told.password,
            caller=caller,
            address=address_of(request),
            accounts=accounts,
            passwords=passwords,
            clock=clock,
        )
        return Response(status_code=204)

    return router


def _add_lists(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/v1/accounts", response_class=Response, responses=LISTED)
    async def get_accounts(caller: AnyCaller, cursor: After = "", limit: Limit = LIMIT_DEFAULT) -> Response:
        """List accounts in the order of their names."""
        page, following = await list_accounts(caller, after=cursor, limit=limit, accounts=accounts)
        return as_json({"items": [_account(account) for account in page], "next": following})

    @router.get("/v1/accounts/acts", response_class=Response, responses=ACTS)
    async def get_acts(caller: AnyCaller, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Response:
        """List sign-ins, refusals and what was done to accounts, newest first; for auditors."""
        before = int(cursor) if cursor is not None else None
        page, following = await list_account_acts(caller, before=before, limit=limit, accounts=accounts)
        return as_json(
            {"items": [_act(act) for act in page], "next": str(following) if following is not None else None}
        )


def _account(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": account.roles,
        "divisions": account.divisions,
        "is_disabled": account.is_disabled,
        "created_at": from_us(account.created_us),
        "signed_in_at": from_us(account.signed_in_us) if account.signed_in_us is not None else None,
    }


def _act(act: Act) -> dict[str, Any]:
    return {
        "act": act.act,
        "name": act.name,
        "by": act.by_name,
        "at": from_us(act.at_us),
        "address": act.address,
        "detail": act.detail,
    }
