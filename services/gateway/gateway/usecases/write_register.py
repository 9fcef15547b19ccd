from hashlib import sha256

from msgspec import Struct, to_builtins

from chassis.errors import Refused
from contracts import Refusal, Tokeniser
from contracts.register_writes import CHANGE, REGISTER, RegisterWrite, tokenised
from gateway.domain.callers import Caller
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Method, Services


class Written(Struct, frozen=True):
    """A write as it came: what, under which path of the register, its body, and the sender's name for this try."""

    write: RegisterWrite
    path: str
    body: bytes
    key: str | None = None


async def write_register(asked: Written, *, caller: Caller, tokeniser: Tokeniser, services: Services) -> Json:
    """Pass a clerk's write on to the registry, with tokens in place of raw numbers.

    Raises: Refused as the contract or the register refuses; Unavailable: send the same again under the same key.
    """
    permit_caller(caller, "organization-write")  # before anything of the body is read
    data = tokenised(asked.write, asked.body, tokeniser)
    if isinstance(data, Refusal):
        raise Refused(data.code, data.detail, pointer=data.pointer)
    method: Method = "PUT" if asked.write == CHANGE else "POST"
    path = "/organizations" if asked.write == REGISTER else asked.path
    query = {"id": _identity(asked.key, caller)} if asked.key else None
    answered = await services.send(method, "registry", path, caller=caller, query=query, body=to_builtins(data))
    told: Json = answered.body
    return told


def _identity(key: str, caller: Caller) -> str:
    """Name the event of a write by its sender and key: sent again, it is the same event."""
    return "w-" + sha256(f"{caller.client_id}\n{key}".encode()).hexdigest()[:32]
