from collections.abc import Awaitable, Callable

from chassis.clock import Clock
from chassis.errors import Refused
from gateway.domain.kept_answers import RETRY_AFTER_S, KeptAnswer
from gateway.usecases.ports import KeptAnswers


class StillAnswering(Refused):
    """The same is being done at this moment."""

    def __init__(self) -> None:
        super().__init__("idempotency_busy", "the first request under this Idempotency-Key is still being answered")
        self.pause_s = RETRY_AFTER_S


async def answer_once(
    caller: str,
    key: str,
    *,
    fingerprint: bytes,
    answer: Callable[[], Awaitable[KeptAnswer]],
    kept: KeptAnswers,
    clock: Clock,
) -> tuple[KeptAnswer, bool]:
    """Do what a request asks, or give the answer that it had before; say which (yes: it was done before).

    What was refused or failed is not kept: the same key serves again for what is sent then.

    Raises: StillAnswering, Refused `idempotency_mismatch`; Unavailable; whatever `answer` raises.
    """
    begun = await kept.begin(caller, key, fingerprint=fingerprint, now_us=clock.now_us())
    if isinstance(begun, KeptAnswer):
        return begun, True
    if begun == "busy":
        raise StillAnswering
    if begun == "other":
        raise Refused("idempotency_mismatch", "this Idempotency-Key stood on another request within the last day")
    is_kept = False
    try:
        given = await answer()
        if given.is_worth_keeping:
            await kept.keep(caller, key, given)
            is_kept = True
    finally:
        if not is_kept:
            await kept.forget(caller, key)
    return given, False
