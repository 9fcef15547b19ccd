from chassis.clock import Clock
from chassis.errors import Refused, Unavailable
from contracts import Refusal
from gateway.domain.callers import Caller
from gateway.domain.dead_letters import Rejection
from gateway.usecases.ports import Rejections


async def refuse_request(refusal: Refusal, *, publisher: Caller, rejections: Rejections, clock: Clock) -> Refused:
    """Keep that a whole request could not be read, and give the answer."""
    answer = Refused(refusal.code, refusal.detail, pointer=refusal.pointer)
    if publisher.department is not None:
        noted = Rejection(publisher.department, refusal.code, refusal.detail, refusal.pointer, clock.now_us())
        try:
            await rejections.save([noted])
        except Unavailable:
            return answer
    return answer
