"""Names as text: what counts as the same name, and how alike two names are.

Pure functions, shared with the oracle. Source: indicators.md §1.4.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NAMES_CACHED_MAX = 65_536  # a county's counterparties several times over, a few MB
FORWARDED = re.compile(r"^(?P<forwarder>.+?)转来(?P<giver>.+)$")
# NFKC maps the Kangxi radicals themselves but leaves the supplement alone, which scanned registers are full of.
RADICALS = str.maketrans(
    "⺀⺄⺈⺌⺗⺙⺛⺝⺟⺠⺩⺫⺬⺮⺶⺷⺼⻁⻄⻅⻆⻈⻉⻋⻌⻏⻐⻓⻔⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
    "冫乙刀小心攵旡月母民王目示竹羊羊肉虎西见角讠贝车辶阝钅长门青韦页风飞食食饣饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟龟",
)
SOCIAL = ("51", "52", "53")  # what codes of social organizations begin with
DIVISION_FROM, DIVISION_TO = 2, 8
BRACKETS = str.maketrans(
    {**dict.fromkeys("([{〔【〖〈《「『〘〚⟨", "("), **dict.fromkeys(")]}〕】〗〉》」』〙〛⟩", ")")}
)


@lru_cache(maxsize=NAMES_CACHED_MAX)
def norm(name: str | None) -> str:
    """Normalise a name: radicals mapped, NFKC, lower case, one kind of bracket, no blanks or invisible signs."""
    if not name:
        return ""
    text = unicodedata.normalize("NFKC", name.translate(RADICALS)).translate(BRACKETS).lower()
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc"})


@lru_cache(maxsize=NAMES_CACHED_MAX)
def split_forwarded(name: str | None) -> tuple[str, str]:
    """Take 「X转来Y」 apart into forwarder and giver, both normalised; any other name is its own giver."""
    text = norm(name)
    found = FORWARDED.match(text)
    return (found["forwarder"], found["giver"]) if found else ("", text)


@lru_cache(maxsize=NAMES_CACHED_MAX)
def name_score(left: str | None, right: str | None) -> int:
    """Score how alike two names are: 200 × longest common subsequence // sum of lengths, 0 if either is empty.

    Shape: O(shorter × longer ÷ word), by Hyyrö's bit-parallel recurrence on Python integers.
    """
    one, other = norm(left), norm(right)
    if not one or not other:
        return 0
    masks: dict[str, int] = {}
    for place, sign in enumerate(one):
        masks[sign] = masks.get(sign, 0) | (1 << place)
    whole = (1 << len(one)) - 1
    row = whole
    for sign in other:
        match = row & masks.get(sign, 0)
        row = ((row + match) | (row - match)) & whole
    return 200 * (len(one) - row.bit_count()) // (len(one) + len(other))


def mask_person(name: str | None) -> str:
    """Show a person's name as its first sign and stars, as lists for people do."""
    text = (name or "").strip()
    return text[:1] + "*" * max(1, min(len(text) - 1, 2)) if text else ""


def division_of(code: str | None) -> str | None:
    """Give the division in which a social organization is registered by its code; of other codes null."""
    return code[DIVISION_FROM:DIVISION_TO] if code is not None and code.startswith(SOCIAL) else None


def without(text: str | None, part: str | None) -> str | None:
    """Give a normalised name without another one that it contains; null for no name."""
    return norm(text).replace(norm(part), "") if text is not None and norm(part) else text
