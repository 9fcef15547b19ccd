"""Data that lies beside a package in the tree and inside it in the wheel."""

from importlib.resources import files
from pathlib import Path


def path(package: str, name: str) -> Path:
    """Find a file or folder that is shipped with a package, wherever it was built from.

    Raises: FileNotFoundError.
    """
    folder = Path(str(files(package)))
    for candidate in (folder / name, folder.parent / name):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is shipped neither inside nor beside the package {package}")
