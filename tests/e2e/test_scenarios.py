"""Every hit, near miss and look-alike through the running platform: in at the gateway's door, out over REST."""

from collections.abc import AsyncIterator, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from qinglian.local import Infrastructure
from tests.builders.records import Json
from tests.builders.renaming import Renaming, fresh_signs
from tests.builders.scenarios import CODE, Scenario, counted, declarations, fits, load_scenarios, told_of
from tests.e2e.counties import Counties, County, running_counties
from tests.integration.gateway.house import settings_for
from tests.real import running_infrastructure

pytestmark = [pytest.mark.real, pytest.mark.anyio]


class Case(NamedTuple):
    """A scenario among others."""

    rule: str
    scenario: Scenario
    renaming: Renaming


class Wave(NamedTuple):
    """Scenarios that end with the same declarations of completeness."""

    complete: Any
    until: dict[str, str]  # topic -> complete until
    cases: list[Case]


def waves() -> list[Wave]:
    """Give all scenarios by the times at which they end, those that end early first."""
    found: dict[tuple[str, ...], Wave] = {}
    signs = fresh_signs()
    for number, (rule, scenario) in enumerate(load_scenarios()):
        until = {each["data"]["topic"]: each["data"]["complete_until"] for each in declarations(scenario.complete)}
        case = Case(rule, scenario, Renaming(number, told_of(scenario), signs))
        found.setdefault(tuple(until.values()), Wave(scenario.complete, until, [])).cases.append(case)
    return sorted(found.values(), key=lambda wave: sorted(wave.until.values()))


def chains() -> list[list[Wave]]:
    """Put waves one after the other as long as no source would have to take back what it has declared."""
    found: list[list[Wave]] = []
    for wave in waves():
        for chain in found:
            if all(wave.until[topic] >= until for topic, until in chain[-1].until.items()):
                chain.append(wave)
                break
        else:
            found.append([wave])
    return found


@pytest.fixture(scope="module")
def unshared() -> Iterator[Infrastructure]:
    """Kafka and PostgreSQL for this module: others would read long in what is told here, and find it in the future."""
    with running_infrastructure() as running:
        yield running


@pytest.fixture
def settings(unshared: Infrastructure) -> Any:
    return settings_for(unshared)


@pytest.fixture
async def counties(unshared: Infrastructure, settings: Any) -> AsyncIterator[Counties]:
    async with running_counties(unshared, settings) as running:
        yield running


async def test_every_scenario_ends_as_it_says_told_to_the_running_platform(
    counties: Counties, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    differences: list[str] = []
    told: list[Case] = []
    for number, chain in enumerate(chains()):
        async with counties.begin(tmp_path) as county:
            known: dict[str, str] = {}
            for place, wave in enumerate(chain):
                await county.send([event for case in wave.cases for event in case.renaming.events])
                await county.send(steps(wave, known, prefix=f"told-{number}-{place}"))
                await county.door.until_quiet()
                differences += [each for case in wave.cases if (each := await difference(case, county))]
                told += wave.cases
                known = wave.until
            assert await county.troubles() == {}
    with capsys.disabled():
        table = counted(((case.rule, case.scenario) for case in told), "end to end")
        print(f"\n{table}")  # noqa: T201 - belongs into the log of the run
    assert not differences, "\n".join([f"{len(differences)} of {len(told)} scenarios:", *differences])


def steps(wave: Wave, known: dict[str, str], *, prefix: str) -> list[Json]:
    """Give the declarations that lead from what is known to where a wave ends."""
    told = declarations(wave.complete, prefix)
    return [each for each in told if each["data"]["complete_until"] != known.get(each["data"]["topic"])]


async def difference(case: Case, county: County) -> str:
    """Say how a scenario ended otherwise than it says, or nothing."""
    rule, scenario, renaming = case
    code, own = renaming.code(CODE), {event["id"] for event in renaming.events}
    alerts, waits = await county.alerts(code, rule), await county.waits(code, rule)
    strange = [each["id"] for alert in alerts for each in alert["evidence"] if each["id"] not in own]
    for alert in alerts:
        alert["measured"] = {name: renaming.told_back(value) for name, value in alert["measured"].items()}
    if as_expected(alerts, scenario) and waits == set(scenario.waiting) and not strange:
        return ""
    found = [(alert["severity"], alert["measured"], alert["evidence_count"]) for alert in alerts]
    return (
        f"{rule}: {scenario.name}\n  wanted {scenario.expect}, waiting for {scenario.waiting}\n"
        f"  found {found}, waiting for {sorted(waits)}, evidence of others {strange}"
    )


def as_expected(alerts: list[Json], scenario: Scenario) -> bool:
    """Say whether alerts are those that a scenario expects, in any order."""
    orders = permutations(alerts) if len(alerts) == len(scenario.expect) else ()
    return any(all(map(fits, order, scenario.expect)) for order in orders)
