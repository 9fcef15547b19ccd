"""What of an organization's file everybody with a client may see."""

from collections.abc import Mapping
from typing import Any

PUBLIC_FIELDS = ("code", "name", "kind", "status", "division", "code_check", "on")


def public_file(file: Mapping[str, Any]) -> dict[str, Any]:
    """Project a file to its public fields: no grant, no field."""
    return {name: file[name] for name in PUBLIC_FIELDS if name in file}
