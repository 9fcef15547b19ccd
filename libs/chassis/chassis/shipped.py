"""Data that lies beside a package in the tree and inside it in the wheel."""

from importlib.resources import files
from pathlib import Path


def path(package: str, name: str) -> Path:
    """Find a file or folder that is shipped with a package, wherever it was built from.

    Raises: FileNotFoundError.
    """
    inside = Path(str(files(package))) / name
    beside = inside.parent.parent / name
    for candidate in (inside, beside):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is shipped neither inside nor beside the package {package}")
