"""How many examples the properties try: some in `make test`, very many in `make test-long`."""

import os
from collections import Counter

LONG_TIMES = 30  # some 3,500 examples take two minutes; these are more than 100,000
TIMES = LONG_TIMES if os.environ.get("QINGLIAN_EXAMPLES") == "long" else 1
COMPARED: Counter[str] = Counter()  # examples, and the alerts of each rule in them, of this run


def examples(count: int) -> int:
    """Give how many examples to try where `make test` tries so many."""
    return count * TIMES
