"""How many examples the properties try: some in `make test`, very many in `make test-long`."""

import os
from collections import Counter

# What the long run tells more often, by its cost: a story takes a seventh of a second, a short one by the rule
# alone that it is made for a fiftieth, a few payments next to nothing. Together they are more than 100,000.
LONG_TIMES, BRIEF_TIMES, TINY_TIMES = 2, 22, 36
IS_LONG = os.environ.get("QINGLIAN_EXAMPLES") == "long"
COMPARED: Counter[str] = Counter()  # examples, and the alerts of each rule in them, of this run


def examples(count: int, times: int = LONG_TIMES) -> int:
    """Give how many examples to try where `make test` tries so many, and `make test-long` so many times more."""
    return count * times if IS_LONG else count
