"""The commands for those who write rules."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Rules: are they whole?", no_args_is_help=True)
CHECKER = "funds_monitor.inbound.rules_command"  # the launcher starts services, it does not import them


@app.callback()
def rules() -> None:
    """Rules: are they whole?"""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of rule files and words.yaml.")],
) -> None:
    """Print every problem of every rule file as file:line:column: message; exit code 1 when there is any."""
    checked = subprocess.run([sys.executable, "-m", CHECKER, str(folder)], check=False)  # noqa: S603 - our own module
    raise typer.Exit(checked.returncode)
