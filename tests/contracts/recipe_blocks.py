"""Reads the code blocks of CONTRIBUTING.md, so that the recipes are carried out and not only read."""

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^ *```(?P<language>\w+) (?P<how>.+)\n(?P<body>(?:.*\n)*?) *```$", re.MULTILINE)


class Block(NamedTuple):
    """One code block and what its first line asks for."""

    how: str
    body: str


def blocks() -> list[Block]:
    """Give all blocks that say where they go."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return [Block(found["how"], textwrap.dedent(found["body"])) for found in BLOCK.finditer(text)]


def carry_out(block: Block, root: Path) -> Path:
    """Do to a copy of the tree what the block's first line asks for."""
    if block.how.startswith("append="):
        path = root / block.how.removeprefix("append=")
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n\n\n{block.body}", encoding="utf-8")
    elif block.how.startswith("after="):
        anchor, _, name = block.how.removeprefix("after=").rpartition(" in=")
        path, anchor = root / name, anchor.strip("'")
        text = path.read_text(encoding="utf-8")
        assert text.count(anchor) == 1, f"{name}: the recipe's anchor must be there once: {anchor}"
        path.write_text(text.replace(anchor, f"{anchor}\n{block.body.rstrip()}"), encoding="utf-8")
    else:
        path = root / block.how.removeprefix("file=")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")
    return path
