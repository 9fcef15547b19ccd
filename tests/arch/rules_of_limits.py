"""Whatever can fill up says how much it holds."""

import ast

from tests.arch.sources import Source, source
from tests.arch.tidy import Found, Rule, called

# what can grow → the word that bounds it; the first argument does so too
GROWS = {
    "asyncio.Queue": "maxsize",
    "asyncio.PriorityQueue": "maxsize",
    "queue.Queue": "maxsize",
    "concurrent.futures.ThreadPoolExecutor": "max_workers",
    "functools.lru_cache": "maxsize",
}


def _unbounded(source: Source) -> Found:
    for call, name in called(source):
        if name in ("queue.SimpleQueue", "functools.cache"):
            yield call, f"{name} cannot be bounded"
        if name in GROWS:
            word = GROWS[name]
            limits = [keyword.value for keyword in call.keywords if keyword.arg == word]
            limits += call.args[:1]
            if not limits or any(_is_nothing(limit) for limit in limits):
                yield call, f"{name} without {word}"


def _is_nothing(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, 0)


RULES = (
    Rule(
        name="a queue has a limit",
        story="An unbounded queue is a memory leak that waits for the day when the database is slow.",
        check=_unbounded,
        applies=lambda source: source.is_product,
        good=(
            source("import asyncio\nasyncio.Queue(maxsize=QUEUE_MAX)"),
            source("import asyncio\nasyncio.Queue(100)"),
            source("from functools import lru_cache\n@lru_cache(maxsize=8)\ndef f(): ..."),
        ),
        bad=(
            source("import asyncio\nasyncio.Queue()"),
            source("from asyncio import Queue\nQueue(0)"),
            source("import queue\nqueue.SimpleQueue()"),
            source("from functools import lru_cache\n@lru_cache(maxsize=None)\ndef f(): ..."),
            source("from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor()"),
        ),
    ),
)
