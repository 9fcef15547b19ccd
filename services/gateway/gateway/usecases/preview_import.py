import asyncio
from collections.abc import Callable

from msgspec import Struct, to_builtins

from contracts import Tokeniser
from contracts.register_extract import Extract
from gateway.domain.callers import Caller
from gateway.domain.extract import Table, extract_of
from gateway.usecases.permit_caller import permit_caller
from gateway.usecases.ports import Json, Services

PREVIEW_TIMEOUT_S = 60.0  # the largest extract takes some ten seconds where the register is large and the machine small


class Uploaded(Struct, frozen=True):
    """A file as it came, and what reads its form."""

    content: bytes
    read: Callable[[bytes], Table]


async def preview_import(uploaded: Uploaded, *, caller: Caller, tokeniser: Tokeniser, services: Services) -> Json:
    """Read a register extract, turn identity numbers into tokens, and have the registry say what it would do.

    Raises: Refused `forbidden`, `too_large`; Unavailable.
    """
    permit_caller(caller, "import-preview")
    # In a thread: reading the largest file takes seconds, and others want to be answered meanwhile.
    extract = await asyncio.to_thread(_read, uploaded, tokeniser)
    answered = await services.send(
        "POST", "registry", "/imports", caller=caller, body=to_builtins(extract), timeout_s=PREVIEW_TIMEOUT_S
    )
    found: Json = answered.body
    return found


def _read(uploaded: Uploaded, tokeniser: Tokeniser) -> Extract:
    return extract_of(uploaded.read(uploaded.content), tokeniser)
