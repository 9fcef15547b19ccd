"""Logs: one JSON object a line, without names, tokens, passwords or numbers of people and accounts."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor

_SECRET_WORDS = re.compile(r"password|secret|token|authorization|cookie|api_?key|private_?key", re.IGNORECASE)
_PERSONAL_KEYS = frozenset(
    {
        "account", "account_number", "body", "counterparty", "data", "email", "id_number", "input", "name", "payload",
        "payee", "payer", "person", "person_name", "persons", "phone", "purpose_text", "raw", "value",
    }
)  # fmt: skip
_IN_TEXT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 [token]"),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:[password]@"),
    (re.compile(r"(?<![\w.-])\d{15,19}[Xx]?(?![\w-])"), "[number]"),  # identity cards 15/18, bank cards 16-19 digits
)
_REDACTED = "[redacted]"
_LEVELS_OF_LIBRARIES = {"aiokafka": "CRITICAL", "sqlalchemy": "WARNING", "httpx": "WARNING", "uvicorn": "WARNING"}
_DEPTH_MAX = 6
_COLLECTED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure(service_name: str, *, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send this process's logs, ours and our libraries', as JSON lines to the standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_COLLECTED, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _about(service_name),
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # They tell every retry as an error; what matters of it is told by our own parts.
    for library, library_level in _LEVELS_OF_LIBRARIES.items():
        logging.getLogger(library).setLevel(library_level)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger; say what happened as the event and the rest as named values."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Take out what must not be in a log, whoever put it there."""
    for key in list(event):
        event[key] = _clean(key, event[key], 0)
    return event


def redact_text(text: str) -> str:
    """Take tokens, passwords and long numbers out of a text."""
    for pattern, instead in _IN_TEXT:
        text = pattern.sub(instead, text)
    return text


def _clean(key: str, value: Any, depth: int) -> Any:
    if key in _PERSONAL_KEYS or _SECRET_WORDS.search(key):
        return _REDACTED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray) or depth >= _DEPTH_MAX:
        return _REDACTED
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item, depth + 1) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item, depth + 1) for item in value]
    return redact_text(str(value))


def _about(service_name: str) -> Processor:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service_name
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            event["trace_id"] = f"{context.trace_id:032x}"
        return event

    return add


# From the first import on, and not only once configured: structlog's own way would print to the standard output.
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_COLLECTED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
