"""Who may know whom: `.importlinter` is kept, can fail, and no modules know each other in a circle."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import grimp
import pytest

from tests.arch.sources import ROOT

PACKAGES = ("contracts", "chassis", "registry", "funds_monitor", "credit", "gateway", "qinglian")
SERVICES = ("registry", "funds_monitor", "credit", "gateway")
ROOM_MODULES = (
    "bootstrap",
    "settings",
    "domain.facts",
    "usecases.ports",
    "usecases.act",
    "inbound.http",
    "outbound.store",
)

# contract → a module, and lines in it that break that contract
BAD_LINES = {
    "services over chassis over contracts; services and the launcher do not know each other": (
        "registry/inbound/http.py",
        "import credit.usecases.act",
    ),
    "the six rooms of a service, straight down, and no other": (
        "credit/inbound/http.py",
        "import credit.outbound.store",
    ),
    "outbound implements ports and calls no use-case": ("credit/outbound/store.py", "import credit.usecases.act"),
    "domain does no IO, whatever the way to it": ("gateway/domain/facts.py", "import chassis.errors, chassis.web"),
    "domain itself has no clock, dice, environment, logs, tasks or sockets": (
        "registry/domain/facts.py",
        "import time",
    ),
    "of the chassis, domain knows the errors only": ("registry/domain/facts.py", "import chassis.web"),
    "use-cases know no framework and no driver": ("funds_monitor/usecases/act.py", "import sqlalchemy"),
    "inbound has no SQL and no driver": ("gateway/inbound/http.py", "import chassis.database"),
    "outbound has no web framework": ("gateway/outbound/store.py", "import fastapi"),
}


def a_house(at: Path, bad_lines: Mapping[str, str]) -> Path:
    """Build the smallest tree with all packages and rooms; `bad_lines` go into the modules that they name."""
    modules = {f"{package}/__init__.py": "" for package in PACKAGES}
    modules |= {"chassis/errors.py": "", "chassis/database.py": "", "chassis/web.py": "import fastapi, asyncpg"}
    for service in SERVICES:
        for module in ROOM_MODULES:
            path = f"{service}/{module.replace('.', '/')}.py"
            modules[path] = ""
            if "." in module:
                modules[f"{service}/{module.partition('.')[0]}/__init__.py"] = ""
        modules[f"{service}/outbound/store.py"] = f"import {service}.usecases.ports"
        modules[f"{service}/usecases/act.py"] = "import chassis.errors"
    for path, lines in (modules | {p: modules[p] + "\n" + lines for p, lines in bad_lines.items()}).items():
        (at / path).parent.mkdir(parents=True, exist_ok=True)
        (at / path).write_text(lines + "\n")
    return at


def lint_imports(at: Path) -> tuple[int, str]:
    """Run import-linter with the repository's contracts on the packages of a folder; give its exit code and words."""
    # By `-c` so that the folder comes before the installed packages: the command itself would put it after them.
    script = (
        f"import sys; sys.path.insert(0, {str(at)!r}); from importlinter.cli import lint_imports as lint;"
        f" sys.exit(lint({str(ROOT / '.importlinter')!r}, no_cache=True))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=at, capture_output=True, text=True, timeout=120, check=False
    )
    return ran.returncode, re.sub(r"\s+", " ", ran.stdout + ran.stderr)


def test_the_tree_keeps_the_import_contracts() -> None:
    code, told = lint_imports(ROOT)
    assert code == 0, told


def test_a_small_tidy_house_keeps_the_import_contracts(tmp_path: Path) -> None:
    code, told = lint_imports(a_house(tmp_path, {}))
    assert code == 0, told


def test_each_import_contract_breaks_on_its_bad_line(tmp_path: Path) -> None:
    lines: dict[str, str] = {}
    for path, line in BAD_LINES.values():
        lines[path] = lines.get(path, "") + line + "\n"
    code, told = lint_imports(a_house(tmp_path, lines))
    assert code == 1
    assert [name for name in BAD_LINES if f"{name} BROKEN" not in told] == []


def test_every_import_contract_has_a_bad_line() -> None:
    assert set(re.findall(r"^name = (.*)$", (ROOT / ".importlinter").read_text(), re.MULTILINE)) == set(BAD_LINES)


def test_a_seventh_room_is_refused(tmp_path: Path) -> None:
    house = a_house(tmp_path, {})
    (house / "credit" / "helpers.py").write_text("")
    code, told = lint_imports(house)
    assert (code, "credit.helpers" in told) == (1, True)


def circles(knows: Mapping[str, frozenset[str]]) -> set[str]:
    """Give the modules on a circle, or between two: what is left when loose ends are taken off again and again."""
    left = dict(knows)
    while True:
        known = frozenset().union(*left.values()) if left else frozenset()
        kept = {name: its & left.keys() for name, its in left.items() if name in known and its & left.keys()}
        if kept == left:
            return set(left)
        left = kept


def test_no_modules_know_each_other_in_a_circle() -> None:
    # What is imported for annotations only is not there at run time: nothing can start in the wrong order.
    graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    # `contracts` and the like are their packages' front doors: they gather names and may be entered from inside.
    modules = graph.modules - set(PACKAGES)
    knows = {module: frozenset(graph.find_modules_directly_imported_by(module) & modules) for module in modules}
    assert circles(knows) == set()


@pytest.mark.parametrize(
    ("knows", "expected"),
    [
        ({"a": "b", "b": "c", "c": ""}, ""),
        ({"a": "b", "b": "a", "c": "a"}, "ab"),
        ({"a": "b", "b": "c", "c": "a", "d": ""}, "abc"),
        ({"a": "a"}, "a"),
    ],
)
def test_circles_are_found_and_ways_are_not(knows: dict[str, str], expected: str) -> None:
    assert circles({name: frozenset(its) for name, its in knows.items()}) == set(expected)
