"""YAML with places: what stands in a rule file, and on which line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE_BYTES_MAX = 65_536  # the longest rule file is a tenth of it
FILES_MAX = 200  # four times the catalogue
DEPTH_MAX = 12
VALUES_MAX = 20_000  # aliases of aliases make a small file a huge one

Path_ = tuple[str | int, ...]


class RuleFile:
    """One file: plain values, and where each of them stands."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._faults: set[tuple[int, int, str]] = set()
        self._marks: dict[Path_, yaml.Node] = {}
        self._keys: dict[Path_, yaml.Node] = {}
        self.content: dict[str, Any] = {}
        self._lines: list[str] = []
        self._values = 0
        self._read(path)

    @property
    def messages(self) -> list[str]:
        """What does not hold, in the order of the file, each as `file:line:column: message`."""
        return [f"{self.name}:{line}:{column}: {message}" for line, column, message in sorted(self._faults)]

    def _read(self, path: Path) -> None:
        if path.stat().st_size > FILE_BYTES_MAX:
            self._faults.add((1, 1, f"longer than {FILE_BYTES_MAX} bytes"))
            return
        try:
            text = path.read_text(encoding="utf-8")
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
            self._faults.add((*place, str(error.problem)))
            return
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            self._faults.add((1, 1, f"is no text in UTF-8: {getattr(error, 'reason', 'unreadable')}"))
            return
        self._lines = text.splitlines()
        content = self._plain(root, ()) if root is not None else None
        if isinstance(content, dict):
            self.content = content
        else:
            self._faults.add((1, 1, "a rule is a mapping"))

    def _plain(self, node: yaml.Node, path: Path_) -> Any:
        self._marks[path] = node
        self._values += 1
        if len(path) > DEPTH_MAX or self._values > VALUES_MAX:
            deep = len(path) > DEPTH_MAX
            self.refuse(path, f"deeper than {DEPTH_MAX} levels" if deep else f"more than {VALUES_MAX} values")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._plain_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, place)) for place, item in enumerate(node.value)]
        try:
            return yaml.SafeLoader("").construct_object(node)
        except (ValueError, yaml.YAMLError) as error:
            self.refuse(path, f"{node.value!r} is no value: {getattr(error, 'problem', None) or error}")
            return None

    def _plain_mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            below = (*path, name)
            self._keys[below] = key
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(below, "a key is a name", at_key=True)
            if name in found:
                self.refuse(below, f"{name!r} stands twice", at_key=True)
            found[name] = self._plain(value, below)
        return found

    def refuse(self, path: Path_, message: str, offset: int | None = None, *, at_key: bool = False) -> None:
        """Note a message at a value, `offset` characters into its text, or at the key of the value."""
        while path not in self._marks and path not in self._keys and path:
            path = path[:-1]
        node = self._keys.get(path) if at_key else None
        node = node or self._marks.get(path)
        line, column = self._place(node, offset) if node is not None else (0, 0)
        self._faults.add((line + 1, column + 1, message))

    def _place(self, node: yaml.Node, offset: int | None) -> tuple[int, int]:
        line, column = node.start_mark.line, node.start_mark.column
        if not isinstance(node, yaml.ScalarNode) or offset is None:
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
