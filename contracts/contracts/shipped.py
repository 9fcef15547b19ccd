"""Finds the tables that lie beside this package in the tree and inside it in a wheel."""

from pathlib import Path


def shipped_file(name: str) -> Path:
    """Return the path of a table shipped with the contracts.

    Raises: FileNotFoundError when the installation is broken.
    """
    package = Path(__file__).resolve().parent
    for folder in (package, package.parent):
        if (folder / name).is_file():
            return folder / name
    message = f"{name} is neither inside nor beside the package `contracts`: the installation is incomplete"
    raise FileNotFoundError(message)
