"""The command for those who want to know how good the findings are."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qinglian.errors import LauncherError
from qinglian.evaluation.evaluated import Plan
from qinglian.evaluation.evaluated import evaluate as evaluate_folder
from qinglian.evaluation.judge import WORKERS
from qinglian.evaluation.page import page as write_page
from qinglian.evaluation.transfers import FIRST_ON, TIMES
from qinglian.sample.county import SIZE

PAGE = Path("docs") / "finding-quality.md"


def evaluate(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of labelled sets (CSV).")],
    *,
    rules: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Another folder of rule files.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help=f"Where the report goes; {PAGE} where there is such a folder.")
    ] = None,
    first_day: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="What step 0 of a set is.")] = str(FIRST_ON),
    times: Annotated[int, typer.Option(min=1, help="What amounts are multiplied by.")] = TIMES,
    workers: Annotated[int, typer.Option(min=1, help="Processes; their number changes nothing.")] = WORKERS,
    county: Annotated[bool, typer.Option(help="Judge the sample county too, for its look-alikes.")] = True,
) -> None:
    """Say how good the findings are: alerts, precision and recall of every rule on labelled sets; starts nothing."""
    complaints = Console(stderr=True, highlight=False)
    try:
        first_on = date.fromisoformat(first_day)
    except ValueError as error:
        raise LauncherError(f"--first-day is a date like {FIRST_ON}, not {first_day}.") from error
    size = SIZE if county else 0
    plan = Plan(folder, rules=rules, first_on=first_on, times=times, county_size=size, workers=workers)
    text = write_page(evaluate_folder(plan, say=complaints.print))
    sys.stdout.write(text)
    target = page if page is not None else PAGE if PAGE.parent.is_dir() else None
    if target is None:
        return
    try:
        target.write_text(text, "utf-8")
    except OSError as error:
        raise LauncherError(f"{target} cannot be written: {error}") from error
    complaints.print(f"{target} written")
