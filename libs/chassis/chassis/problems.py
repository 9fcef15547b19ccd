"""What a caller is told when it does not work: one table from code to status and to words.

Source: RFC 9457 (problem details), RFC 6901 (JSON Pointer)
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from chassis.errors import Refused, Unavailable

MEDIA_TYPE: Final = "application/problem+json"


class Kind(NamedTuple):
    """How one code is answered."""

    status: int
    zh: str
    en: str


KINDS: Final[Mapping[str, Kind]] = {
    # how to talk to us
    "malformed": Kind(400, "无法解析请求内容", "The content cannot be read"),
    "unauthenticated": Kind(401, "未通过身份验证", "We do not know who is asking"),
    "forbidden": Kind(403, "无权进行此操作", "This is not yours to do"),
    "not_found": Kind(404, "没有此项内容", "There is nothing here"),
    "method_not_allowed": Kind(405, "不支持此请求方法", "This cannot be done here"),
    "not_acceptable": Kind(406, "无法提供所要求的格式", "We have no such form of it"),
    "conflict": Kind(409, "与现有内容冲突", "This contradicts what is there"),
    "too_large": Kind(413, "请求内容过大", "This is too large"),
    "unsupported_media_type": Kind(415, "不支持的内容类型", "We do not read this kind of content"),
    "invalid": Kind(422, "内容不符合规定格式", "The content does not follow its schema"),
    "too_many_requests": Kind(429, "请求过于频繁", "Too many requests"),
    "internal": Kind(500, "系统内部错误", "Something is wrong on our side"),
    "unavailable": Kind(503, "服务暂不可用，请稍后重试", "Not now; please try again"),
    # what is wrong with an event
    "unknown_type": Kind(422, "未知的事件类型", "There is no such event type"),
    "wrong_department": Kind(403, "事件类型不属于该部门", "This type belongs to another department"),
    "wrong_topic": Kind(422, "事件发送到了错误的主题", "The event is in the wrong topic"),
    "wrong_partition": Kind(422, "事件所在分区与主体不符", "The event is in the wrong partition"),
    "raw_identity": Kind(422, "包含未脱敏的身份或账户信息", "It contains raw identity or account numbers"),
    "legal_basis_missing": Kind(422, "支付事件缺少法定依据", "The payment has no legal basis"),
    "time_ahead": Kind(422, "事件时间晚于当前时间", "The event lies in the future"),
    "self_correction": Kind(422, "事件不能更正自身", "An event cannot correct itself"),
    "withdrawal_uncorrectable": Kind(422, "撤回事件不能被更正", "A withdrawal cannot be corrected"),
    "completeness_ahead": Kind(422, "完整性声明晚于当前时间", "Completeness is declared for the future"),
    "identity_conflict": Kind(409, "相同标识的事件内容不同", "Another event has the same identity"),
    "count_mismatch": Kind(422, "申报的件数或金额与实收不符", "The numbers stated are not those that were counted"),
    "subject_required": Kind(422, "事件缺少主体", "The event needs a subject"),
    "archived": Kind(422, "事件早于归档界限", "The event is older than the archive line"),
    "undecodable": Kind(400, "无法解码事件", "The event cannot be decoded"),
    # what the bus may refuse
    "not_authorized": Kind(403, "无权访问该主题", "This topic is not ours to use"),
    "unknown_topic": Kind(422, "没有此主题", "There is no such topic"),
    # what the procedure of a listing refuses
    "out_of_order": Kind(409, "不符合办理顺序", "This step is not next"),
    "too_early": Kind(409, "期限未满", "The term is not over"),
    "two_persons": Kind(403, "提出人不能作出决定", "Who proposed it does not decide about it"),
    "incomplete": Kind(422, "办理内容不完整", "The step lacks something"),
    "unknown_working_days": Kind(409, "工作日安排尚未录入", "The working days of a year are not known"),
    "unknown_organization": Kind(422, "登记中没有该社会组织", "The register knows no such organization"),
}

_CODE_OF_STATUS: Final = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}


class Answer(NamedTuple):
    """A problem, ready to be sent."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def kind_of(code: str, more: Mapping[str, Kind] | None = None) -> Kind:
    """Return how a code is answered; a code without a row is answered like `invalid`."""
    return (more or {}).get(code) or KINDS.get(code) or KINDS["invalid"]


def code_of_status(status: int) -> str:
    """Return the code of what a framework said only by its status."""
    return _CODE_OF_STATUS.get(status) or ("internal" if status >= _CODE_SERVER else "malformed")


def answer(error: Exception, *, instance: str, accept_language: str, more: Mapping[str, Kind] | None = None) -> Answer:
    """Map the kind of an error to an answer: the only place where errors meet HTTP."""
    if isinstance(error, Refused):
        pointed = [{"pointer": error.pointer, "code": error.code}] if error.pointer and not error.errors else []
        return problem(
            error.code,
            instance=instance,
            accept_language=accept_language,
            detail=error.detail,
            errors=error.errors or pointed,
            hint=error.hint,
            more=more,
        )
    if isinstance(error, Unavailable):
        told = problem("unavailable", instance=instance, accept_language=accept_language, more=more)
        told.headers["retry-after"] = str(max(1, round(error.retry_after_s)))
        return told
    return problem("internal", instance=instance, accept_language=accept_language, more=more)


def problem(
    code: str,
    *,
    instance: str,
    accept_language: str = "",
    detail: str = "",
    errors: Sequence[Mapping[str, str | int]] = (),
    hint: str | None = None,
    more: Mapping[str, Kind] | None = None,
) -> Answer:
    """Build the answer of one code."""
    kind = kind_of(code, more)
    body: dict[str, Any] = {
        "type": "/problems/" + code.replace("_", "-"),
        "code": code,
        "status": kind.status,
        "title": kind.en if speaks_english(accept_language) else kind.zh,
        "instance": instance,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [dict(error) for error in errors]
    if hint:
        body["hint"] = hint
    headers = {"www-authenticate": "Bearer"} if kind.status == _UNAUTHENTICATED else {}
    return Answer(kind.status, body, headers)


def speaks_english(accept_language: str) -> bool:
    """Say whether English is asked for before Chinese; Chinese when nothing is asked for."""
    best, best_weight = "zh", -1.0
    for part in accept_language.split(",")[:_LANGUAGES_MAX]:
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if primary in ("zh", "en") and weight > best_weight:
            best, best_weight = primary, weight
    return best == "en" and best_weight > 0


def pointer_to(path: Sequence[str | int]) -> str:
    """Write a path as a JSON Pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


_LANGUAGES_MAX = 16  # a browser sends a handful
_CODE_SERVER = 500
_UNAUTHENTICATED = 401


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
