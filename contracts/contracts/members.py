"""Finds, in the Struct of a type, the members that hold tokens and those whose text is masked."""

import types
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import Meta, Struct, structs

Path = tuple[str, ...]  # names of members from the data down; EACH stands for every element of an array
EACH = "*"


def marked_members(data: type[Struct], mark: str) -> Iterator[tuple[Path, Any]]:
    """Yield the path and the value of a mark (`token` or `mask`) for each member of a type that bears it."""
    for member in structs.fields(data):
        yield from _marked(member.type, (member.encode_name,), mark)


def _marked(annotation: Any, path: Path, mark: str) -> Iterator[tuple[Path, Any]]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        for meta in metadata:
            if isinstance(meta, Meta) and meta.extra and mark in meta.extra:
                yield path, meta.extra[mark]
        yield from _marked(inner, path, mark)
    elif origin in (Union, types.UnionType):
        for choice in get_args(annotation):
            yield from _marked(choice, path, mark)
    elif origin is tuple:
        yield from _marked(get_args(annotation)[0], (*path, EACH), mark)
    elif isinstance(annotation, type) and issubclass(annotation, Struct):
        for inner_path, value in marked_members(annotation, mark):
            yield path + inner_path, value


def change_at(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Change, in place, what stands at a path of parsed JSON; what is not there stays away."""
    if not path:
        return change(value)
    head, rest = path[0], path[1:]
    if head == EACH and isinstance(value, list):
        value[:] = [change_at(element, rest, change) for element in value]
    elif isinstance(value, dict) and head in value:
        value[head] = change_at(value[head], rest, change)
    return value


def found_at(value: Any, path: Path, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the JSON Pointer and the value of everything that stands at a path of parsed JSON."""
    if not path:
        yield pointer, value
        return
    head, rest = path[0], path[1:]
    if head == EACH and isinstance(value, list):
        for index, element in enumerate(value):
            yield from found_at(element, rest, f"{pointer}/{index}")
    elif isinstance(value, dict) and head in value:
        yield from found_at(value[head], rest, f"{pointer}/{head}")
