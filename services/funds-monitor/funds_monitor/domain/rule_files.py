"""YAML with places: what stands in a rule file, and on which line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE_BYTES_MAX = 65_536  # the longest rule file is a tenth of it
FILES_MAX = 200  # four times the catalogue
DEPTH_MAX = 12

Path_ = tuple[str | int, ...]


class RuleFile:
    """One file: plain values, and where each of them stands."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.messages: list[str] = []
        self._marks: dict[Path_, yaml.ScalarNode | yaml.Node] = {}
        self.content: dict[str, Any] = {}
        self._lines: list[str] = []
        self._read(path)

    def _read(self, path: Path) -> None:
        if path.stat().st_size > FILE_BYTES_MAX:
            self.messages.append(f"{self.name}:1:1: longer than {FILE_BYTES_MAX} bytes")
            return
        text = path.read_text(encoding="utf-8")
        self._lines = text.splitlines()
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"{mark.line + 1}:{mark.column + 1}" if mark is not None else "1:1"
            self.messages.append(f"{self.name}:{place}: {error.problem}")
            return
        content = self._plain(root, ()) if root is not None else None
        if isinstance(content, dict):
            self.content = content
        else:
            self.messages.append(f"{self.name}:1:1: a rule is a mapping")

    def _plain(self, node: yaml.Node, path: Path_) -> Any:
        self._marks[path] = node
        if len(path) > DEPTH_MAX:
            self.refuse(path, f"deeper than {DEPTH_MAX} levels")
            return None
        if isinstance(node, yaml.MappingNode):
            found: dict[str, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                if name in found:
                    self._marks[(*path, name)] = key
                    self.refuse((*path, name), f"{name!r} stands twice")
                found[name] = self._plain(value, (*path, name))
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, place)) for place, item in enumerate(node.value)]
        return yaml.SafeLoader("").construct_object(node)

    def refuse(self, path: Path_, message: str, offset: int = 0) -> None:
        """Note a message at a value, `offset` characters into its text."""
        while path not in self._marks and path:
            path = path[:-1]
        node = self._marks.get(path)
        line, column = self._place(node, offset) if node is not None else (0, 0)
        self.messages.append(f"{self.name}:{line + 1}:{column + 1}: {message}")

    def _place(self, node: yaml.Node, offset: int) -> tuple[int, int]:
        line, column = node.start_mark.line, node.start_mark.column
        if not isinstance(node, yaml.ScalarNode) or not offset:
            return line, column
        if node.style in {"'", '"'}:
            return line, column + 1 + offset
        if node.style not in {">", "|"}:
            return line, column + offset
        for below in range(line + 1, len(self._lines)):  # a folded text: count through its lines
            text = self._lines[below].strip()
            if offset <= len(text):
                return below, len(self._lines[below]) - len(self._lines[below].lstrip()) + offset
            offset -= len(text) + 1
        return line, column
