"""Every service has the same six rooms, and nothing else stands at its door."""

import re
from pathlib import Path

import pytest

from tests.arch.sources import ROOT

SERVICES = ("registry", "funds-monitor", "credit", "gateway")
AT_THE_DOOR = frozenset({"README.md", "Dockerfile", "migrations"})
MAY_STAND_THERE = {"funds-monitor": frozenset({"rules"}), "gateway": frozenset({"console"})}
ROOMS = frozenset({"__init__.py", "bootstrap.py", "settings.py", "domain", "usecases", "inbound", "outbound"})
TOLD_IN_README = ("hears", "says", "keeps", "you can turn", "what can go wrong")
IGNORED = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", "py.typed"})


def complaints_about(service: Path) -> list[str]:
    """Say what is missing in a service's folder and what should not be there."""
    package = service.name.replace("-", "_")
    entries = {path.name for path in service.iterdir()} - IGNORED
    expected = AT_THE_DOOR | {package}
    allowed = expected | MAY_STAND_THERE.get(service.name, frozenset())
    inside = service / package
    rooms = {path.name for path in inside.iterdir()} - IGNORED if inside.is_dir() else set()
    return [
        *(f"{service.name}: {name} is missing" for name in sorted(expected - entries)),
        *(f"{service.name}: {name} does not belong here" for name in sorted(entries - allowed)),
        *(f"{service.name}/{package}: {name} is missing" for name in sorted(ROOMS - rooms)),
        *(f"{service.name}/{package}: {name} does not belong here" for name in sorted(rooms - ROOMS)),
    ]


def a_service(at: Path, *, without: str = "", with_too: str = "") -> Path:
    """Build a service's folder, less one entry or plus one."""
    service = at / "credit"
    names = [*AT_THE_DOOR, *(f"credit/{room}" for room in ROOMS)]
    for name in [name for name in names if name != without] + ([with_too] if with_too else []):
        (service / name).mkdir(parents=True)
    return service


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_rooms_and_nothing_else(service: str) -> None:
    assert complaints_about(ROOT / "services" / service) == []


def test_there_are_four_services() -> None:
    assert {path.name for path in (ROOT / "services").iterdir() if path.is_dir()} - IGNORED == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_tells_what_a_service_hears_says_keeps_and_how_it_fails(service: str) -> None:
    text = (ROOT / "services" / service / "README.md").read_text("utf-8").lower()
    assert [word for word in TOLD_IN_README if word not in text] == []


def test_a_tidy_service_gives_no_complaint(tmp_path: Path) -> None:
    assert complaints_about(a_service(tmp_path)) == []


@pytest.mark.parametrize("missing", ["README.md", "migrations", "credit/domain", "credit/bootstrap.py"])
def test_a_missing_room_is_seen(tmp_path: Path, missing: str) -> None:
    assert len(complaints_about(a_service(tmp_path, without=missing))) == 1


@pytest.mark.parametrize("more", ["rules", "scripts", "credit/utils", "credit/models"])
def test_an_extra_room_is_seen(tmp_path: Path, more: str) -> None:
    assert len(complaints_about(a_service(tmp_path, with_too=more))) == 1


def test_the_chassis_is_flat() -> None:
    chassis = ROOT / "libs" / "chassis" / "chassis"
    assert [path.name for path in chassis.iterdir() if path.is_dir() and path.name not in IGNORED] == []


def test_every_import_of_a_service_starts_with_its_own_room_list() -> None:
    text = (ROOT / ".importlinter").read_text()
    rooms = re.search(
        r"\nlayers =\n    bootstrap\n    settings \| inbound \| outbound\n    usecases\n    domain\nexhaustive = True",
        text,
    )
    assert rooms, "the room contract must name all rooms and be exhaustive"
