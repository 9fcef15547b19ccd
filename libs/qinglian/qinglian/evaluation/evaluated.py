"""Run everything that a folder holds, and the sample county, through the rules."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qinglian.errors import LauncherError
from qinglian.evaluation.appeals import Appeal, is_appeal, read_appeal
from qinglian.evaluation.judge import WORKERS, Bench, Judgement, Say, judge
from qinglian.evaluation.scoring import Added, Cited, Score, added_by, cited_shapes, labels_of, scores_of, silent_rules
from qinglian.evaluation.tables import ENDINGS
from qinglian.evaluation.transfers import FIRST_ON, TIMES, TransferSet, is_transfer_set, read_transfer_set
from qinglian.sample.county import SIZE, sample_county
from qinglian.sample.stories import LOOK_ALIKES, QUIET

COUNTY_ENDS_ON = date(2026, 11, 26)  # any day does; this one keeps the page the same


@dataclass(frozen=True)
class SetResult:
    """What became of one labelled set."""

    name: str
    transfers: int
    days: int
    accounts: int
    labelled: int
    patterns: int
    times: int
    judgement: Judgement
    scores: list[Score]
    silent: list[str]
    added: list[Added]
    cited: list[Cited]


@dataclass(frozen=True)
class AppealResult:
    """What was said of one honest appeal."""

    name: str
    receipts: int
    alerts: int


@dataclass(frozen=True)
class LookAlike:
    """One story of the sample county that must stay silent."""

    key: str
    title: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class CountyResult:
    """What the look-alikes of the sample county did."""

    organizations: int
    facts: int
    alerts: int
    look_alikes: list[LookAlike]


@dataclass(frozen=True)
class Evaluated:
    """Everything."""

    sets: list[SetResult]
    appeals: list[AppealResult]
    county: CountyResult | None


@dataclass(frozen=True)
class Plan:
    """What to judge, and by what."""

    folder: Path
    rules: Path | None = None  # none: those that are shipped
    first_on: date = FIRST_ON
    times: int = TIMES
    county_size: int = SIZE  # 0: none
    workers: int = WORKERS  # processes; their number changes nothing that is found

    def bench(self, say: Say) -> Bench:
        """Give by what is judged."""
        return Bench(self.rules, workers=self.workers, say=say)


def evaluate(plan: Plan, *, say: Say) -> Evaluated:
    """Judge every labelled set and every appeal of a folder, and the sample county.

    Raises: LauncherError, when the folder holds nothing of the kind; TableRefused, when a file cannot be read.
    """
    tables = sorted(path for path in plan.folder.iterdir() if path.name.endswith(ENDINGS))
    sets = [path for path in tables if is_transfer_set(path)]
    appeals = [path for path in tables if is_appeal(path)]
    if not sets and not appeals:
        raise LauncherError(f"{plan.folder} holds no labelled set: CSV files with step, amount, isSAR, pattern …")
    for path in tables:
        if path not in (*sets, *appeals):
            say(f"{path.name}: passed over, it has neither the columns of a labelled set nor of receipts")
    # All is read before anything is judged: a bad row is said at once, not after minutes.
    told = [read_appeal(path) for path in appeals]
    known = [read_transfer_set(path, first_on=plan.first_on, times=plan.times) for path in sets]
    county = evaluate_county(plan, say=say) if plan.county_size else None
    return Evaluated(
        appeals=[evaluate_appeal(each, plan, say=say) for each in told],
        sets=[evaluate_set(each, plan, say=say) for each in known],
        county=county,
    )


def evaluate_appeal(appeal: Appeal, plan: Plan, *, say: Say) -> AppealResult:
    """Judge one honest appeal."""
    said = judge(appeal.events(), plan.bench(say))
    say(f"{appeal.name}: {len(said.alerts)} alerts")
    return AppealResult(appeal.name, receipts=len(appeal.receipts), alerts=len(said.alerts))


def evaluate_set(known: TransferSet, plan: Plan, *, say: Say) -> SetResult:
    """Judge one labelled set."""
    say(f"{known.name}: {len(known.transfers):,} transfers of {len(known.accounts):,} accounts …")
    said = judge(known.events(), plan.bench(say))
    say(f"{known.name}: {len(said.alerts)} alerts")
    labels = labels_of(known.transfers)
    return SetResult(
        name=known.name,
        transfers=len(known.transfers),
        days=max((transfer.day for transfer in known.transfers), default=-1) + 1,
        accounts=len(known.accounts),
        labelled=len(labels.accounts),
        patterns=sum(map(len, labels.patterns.values())),
        times=plan.times,
        judgement=said,
        scores=scores_of(known, said.alerts, said.rules),
        silent=silent_rules(said.alerts, said.rules),
        added=added_by(known, said.alerts),
        cited=cited_shapes(known, said.alerts),
    )


def evaluate_county(plan: Plan, *, say: Say) -> CountyResult:
    """Judge the sample county, and look at the stories of which nothing must be said."""
    county = sample_county(size=plan.county_size, end_on=COUNTY_ENDS_ON)
    say(f"sample county: {len(county.organizations)} organizations …")
    said = judge([*county.events(), *county.declarations()], plan.bench(say))
    by_code: dict[str, Counter[str]] = {}
    for alert in said.alerts:
        by_code.setdefault(alert["organization"], Counter())[f"{alert['rule']} {alert['severity']}"] += 1
    silent = {story.key for story in (*LOOK_ALIKES, *QUIET)}
    look_alikes = []
    for told in county.told:
        if told.story.key in silent:
            players = (told.scene.organization, *told.scene.others)
            heard: Counter[str] = Counter()
            for one in players:
                heard.update(by_code.get(one.code, Counter()))
            spoken = tuple(f"{what} × {count}" if count > 1 else what for what, count in sorted(heard.items()))
            look_alikes.append(LookAlike(told.story.key, told.story.title, spoken))
    loud = sum(1 for each in look_alikes if each.said)
    say(f"sample county: {len(said.alerts)} alerts; of {len(look_alikes)} look-alikes {loud} are not silent")
    return CountyResult(len(county.organizations), said.facts, alerts=len(said.alerts), look_alikes=look_alikes)
