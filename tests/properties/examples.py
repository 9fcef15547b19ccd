"""How many examples the properties try: some in `make test`, very many in `make test-long`."""

import os
from collections import Counter

LONG_TIMES = 2  # a story of fifty events costs a seventh of a second
BRIEF_TIMES = 22  # a short one a quarter of that
TINY_TIMES = 36  # some payments alone next to nothing; together they are more than 100,000
IS_LONG = os.environ.get("QINGLIAN_EXAMPLES") == "long"
COMPARED: Counter[str] = Counter()  # examples, and the alerts of each rule in them, of this run


def examples(count: int, times: int = LONG_TIMES) -> int:
    """Give how many examples to try where `make test` tries so many, and `make test-long` so many times more."""
    return count * times if IS_LONG else count
