"""The `qinglian` command."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from qinglian import cli_deploy, cli_evaluate, cli_rules, process
from qinglian.credentials import load_credentials
from qinglian.detached import start_detached
from qinglian.down import bring_down
from qinglian.errors import HomeInUse, LauncherError
from qinglian.foreground import run_in_foreground
from qinglian.home import Home
from qinglian.push import Pusher
from qinglian.status import load_status

HomeOption = Annotated[Path, typer.Option(help="Folder of this county.", envvar="QINGLIAN_HOME")]
DEFAULT_HOME = Path(".qinglian")
FOLLOW_S = 0.3

app = typer.Typer(
    help="清廉 Qinglian on this machine: a real Kafka, a real PostgreSQL, four services, one door.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)


@app.command()
def up(
    home: HomeOption = DEFAULT_HOME,
    port: Annotated[int, typer.Option(help="Port of the gateway.", envvar="QINGLIAN_PORT")] = 8080,
    *,
    empty: Annotated[bool, typer.Option("--empty", help="No sample county.", envvar="QINGLIAN_EMPTY")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything is ready.")] = False,
    kafka: Annotated[
        str | None,
        typer.Option(
            help="An outside Kafka: kafka://admin:password@host:port?security=SASL_SSL", envvar="QINGLIAN_KAFKA_URL"
        ),
    ] = None,
    postgresql: Annotated[
        str | None,
        typer.Option(
            help="An outside PostgreSQL: postgresql://superuser:password@host:port/db", envvar="QINGLIAN_POSTGRESQL_URL"
        ),
    ] = None,
) -> None:
    """Start everything and keep it running until Ctrl-C."""
    try:
        if detach:
            status = start_detached(Home(home), port=port, empty=empty, kafka_url=kafka, postgresql_url=postgresql)
            console.print(f"Qinglian is ready: {status['gateway']}\n  credentials  {status['credentials']}")
        else:
            run_in_foreground(console, Home(home), port=port, empty=empty, kafka_url=kafka, postgresql_url=postgresql)
    except HomeInUse as running:
        gateway = load_status(Home(home))["gateway"]
        console.print(f"{running} {gateway or ''}".rstrip())


@app.command()
def down(home: HomeOption = DEFAULT_HOME) -> None:
    """Stop everything; returns when no process and no port is left."""
    console.print(bring_down(Home(home)))


@app.command()
def status(
    home: HomeOption = DEFAULT_HOME,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how each part fares; exit code 0 when everything is ready, else 1."""
    found = load_status(Home(home))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        console.print(f"{found['phase']}  {found['gateway'] or ''}  {found['home']}")
        for part in found["parts"]:
            state = "● ready" if part["ready"] else "○ not ready"
            console.print(f"  {part['name']:<14} {state:<12} process {part['pid'] or '-'}  restarts {part['restarts']}")
    raise typer.Exit(0 if found["phase"] == "ready" else 1)


@app.command()
def logs(
    part: Annotated[
        str | None, typer.Argument(help="kafka, postgresql, a service, or launcher; all when left out.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1)] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
) -> None:
    """Show the end of the logs."""
    place = Home(home)
    names = [part] if part else sorted(path.stem for path in place.logs.glob("*.log"))
    for name in names:
        if not place.log_file(name).exists():
            raise LauncherError(f"There is no log of {name} in {place.logs}.")
        if len(names) > 1:
            console.print(f"== {name}", style="bold")
        sys.stdout.write(process.tail(place.log_file(name), lines=lines) + "\n")
    if follow and part:
        _follow(place.log_file(part))


@app.command()
def push(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="One CloudEvent in JSON a line.")],
    department: Annotated[str, typer.Option("--department", "-d", help="Who sends.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Send a file of events through the gateway as a department; exit code 1 when some were refused."""
    credentials = load_credentials(Home(home))
    client = credentials["clients"].get(department)
    if client is None:
        raise LauncherError(f"No department {department}; there are {', '.join(credentials['clients'])}.")
    columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn())
    with (
        httpx.Client(base_url=credentials["gateway"], timeout=60, trust_env=False) as door,
        Progress(*columns, console=complaints, transient=True, disable=not sys.stderr.isatty()) as progress,
    ):
        with file.open("rb") as content:
            task = progress.add_task("events", total=sum(1 for _ in content))
        pushed = Pusher(door, client).push(file, progress=lambda count: progress.advance(task, count))
    console.print(f"{pushed.accepted} accepted, {pushed.duplicate} already there, {pushed.rejected} refused")
    for line, reason in pushed.refusals:
        complaints.print(f"  line {line}: {reason}")
    raise typer.Exit(1 if pushed.rejected else 0)


app.command()(cli_deploy.make_secrets)
app.command()(cli_deploy.provision)
app.command()(cli_evaluate.evaluate)
app.add_typer(cli_rules.app, name="rules")


def main() -> None:
    """Run the command; what a person can mend is said in words, not as a traceback."""
    try:
        app()
    except LauncherError as error:
        complaints.print(str(error), style="red")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _follow(log: Path) -> None:
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        while True:
            if new := file.read():
                sys.stdout.write(new.decode(errors="replace"))
                sys.stdout.flush()
            else:
                time.sleep(FOLLOW_S)


if __name__ == "__main__":
    main()
