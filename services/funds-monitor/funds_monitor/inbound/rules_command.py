"""`python -m funds_monitor.inbound.rules_command DIR`: a folder of rule files as its author sees it.

What `qinglian rules check` runs. Every fault of every file on a line of its own, as compilers write them; else a
summary.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from funds_monitor.domain.rulebook import RuleSetRefused, load_rules


def check_rules(folder: Path, *, out: TextIO, complaints: TextIO) -> int:
    """Load a folder with the loader that the service has; give the exit code."""
    try:
        book = load_rules(folder)
    except RuleSetRefused as refused:
        files = {message.partition(":")[0] for message in refused.messages}
        complaints.writelines(f"{beside(folder, message)}\n" for message in refused.messages)
        complaints.write(
            f"{count(len(refused.messages), 'problem')} in {count(len(files), 'file')}; nothing is loaded\n"
        )
        return 1
    features = sum(len(rule.features) for rule in book.rules)
    parameters = sum(len(rule.parameters) for rule in book.rules)
    parameters += sum(len(pattern.parameters) for pattern in book.patterns)
    whole = (
        count(len(book.rules), "rule"),
        count(len(book.patterns), "pattern"),
        count(features, "feature"),
        count(parameters, "parameter"),
    )
    out.write(", ".join(whole) + "\n")
    return 0


def beside(folder: Path, message: str) -> str:
    """Write a message with the path of its file, so that an editor can go there."""
    return str((folder.parent if message.startswith(f"{folder.name}:") else folder) / message)


def count(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def main(arguments: Sequence[str]) -> int:
    """Check the folder that is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m funds_monitor.inbound.rules_command DIR\n")
        return 2
    return check_rules(Path(arguments[0]), out=sys.stdout, complaints=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
