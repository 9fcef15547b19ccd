"""The shipped rules for random stories: the same files, crowds as small as a story can hold.

The definition looks at every fact at every point: a story of three hundred payers would take it minutes.
"""

import atexit
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

WORDS_FILE = "words.yaml"
RULES = Path(__file__).resolve().parents[2] / "services" / "funds-monitor" / "rules"
SMALLER = {"SO-35": {"payers_min": 10, "high_payers": 12}}  # defaults of parameters; nothing else differs


def rules_of(*themes: str) -> frozenset[str]:
    """Name the rules that stories of some themes are made for; a pattern reads many, then it is all: the empty set."""
    return frozenset() if any(theme.startswith("TY-") for theme in themes) else frozenset(themes)


@cache
def rules_of_stories(only: frozenset[str] = frozenset()) -> Path:
    """Write the rule files of stories, or only some of them, into a folder that lives as long as this process.

    Raises: LookupError when a number no longer stands where it stood.
    """
    folder = Path(mkdtemp(prefix="qinglian-rules-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for path in RULES.glob("*.yaml"):
        if only and path.name[:5] not in only and path.name != WORDS_FILE:
            continue
        text = path.read_text(encoding="utf-8")
        for name, number in SMALLER.get(path.name[:5], {}).items():
            text, found = re.subn(rf"(?m)^(  {name}: \{{default: )[\d_]+", rf"\g<1>{number}", text)
            if found != 1:
                raise LookupError(f"{path.name}: {name} stands {found} times")
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder
