"""What alerts are worth against labels: precision and recall by account and by shape of pattern."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from qinglian.evaluation.transfers import Transfer, TransferSet
from qinglian.sample.pen import Json

FLOOR_PAYERS = 5
FLOOR_DAYS = 14


@dataclass(frozen=True)
class Labels:
    """Which accounts take part in which labelled patterns, and of which shape those are."""

    accounts: frozenset[str]
    by_shape: Mapping[str, frozenset[str]]
    patterns: Mapping[str, Mapping[str, frozenset[str]]]  # shape -> pattern -> accounts


@dataclass(frozen=True)
class ShapeScore:
    """How one shape was found: its own accounts against those of no pattern at all."""

    shape: str
    accounts: int
    found: int
    patterns: int
    touched: int
    precision: float
    recall: float


@dataclass(frozen=True)
class Score:
    """How good one way of looking is."""

    name: str
    alerts: int
    accounts: int
    found: int
    precision: float
    recall: float
    f1: float
    shapes: tuple[ShapeScore, ...]
    is_part: bool = False  # one branch of a rule

    @property
    def touched(self) -> int:
        """Patterns of which at least one account was found."""
        return sum(shape.touched for shape in self.shapes)


def labels_of(transfers: Iterable[Transfer]) -> Labels:
    """Read the labels of a set."""
    patterns: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for transfer in transfers:
        if transfer.labelled:
            patterns[transfer.shape][transfer.pattern].update(transfer.parties)
    by_shape = {shape: frozenset().union(*found.values()) for shape, found in sorted(patterns.items())}
    return Labels(
        accounts=frozenset().union(*by_shape.values()),
        by_shape=by_shape,
        patterns={shape: {key: frozenset(each) for key, each in patterns[shape].items()} for shape in by_shape},
    )


def score(name: str, alerted: Collection[str], labels: Labels, *, alerts: int) -> Score:
    """Count what was found among labelled accounts, and what else was named."""
    named = frozenset(alerted)
    found, innocent = named & labels.accounts, len(named - labels.accounts)
    precision, recall = ratio(len(found), len(named)), ratio(len(found), len(labels.accounts))
    shapes = []
    for shape, accounts in labels.by_shape.items():
        hit, patterns = len(named & accounts), labels.patterns[shape]
        touched = sum(1 for members in patterns.values() if members & named)
        shapes.append(
            ShapeScore(
                shape=shape,
                accounts=len(accounts),
                found=hit,
                patterns=len(patterns),
                touched=touched,
                precision=ratio(hit, hit + innocent),
                recall=ratio(hit, len(accounts)),
            )
        )
    f1 = ratio(2 * precision * recall, precision + recall)
    return Score(
        name=name,
        alerts=alerts,
        accounts=len(named),
        found=len(found),
        precision=precision,
        recall=recall,
        f1=f1,
        shapes=tuple(shapes),
    )


def ratio(part: float, whole: float) -> float:
    """Divide; of nothing there is no share."""
    return part / whole if whole else 0.0


def floor_accounts(transfers: Sequence[Transfer], payers: int = FLOOR_PAYERS) -> set[str]:
    """Name whom the naive floor reports: so many different payers within 14 days."""
    return {account for account, most in most_payers(transfers).items() if most >= payers}


def most_payers(transfers: Sequence[Transfer]) -> dict[str, int]:
    """Give how many different payers an account had at most within 14 days."""
    received: dict[str, list[Transfer]] = defaultdict(list)
    for transfer in sorted(transfers, key=lambda each: (each.day, each.place)):
        if transfer.payee is not None and transfer.payer is not None and not transfer.cash:
            received[transfer.payee].append(transfer)
    return {account: _most_at_once(its) for account, its in received.items()}


def _most_at_once(received: Sequence[Transfer]) -> int:
    window: deque[Transfer] = deque()
    payers: Counter[str | None] = Counter()
    most = 0
    for transfer in received:
        window.append(transfer)
        payers[transfer.payer] += 1
        while window[0].day <= transfer.day - FLOOR_DAYS:
            gone = window.popleft().payer
            payers[gone] -= 1
            if not payers[gone]:
                del payers[gone]
        most = max(most, len(payers))
    return most


def _floors(transfers: Sequence[Transfer], labels: Labels, recall: float) -> Iterator[Score]:
    """Score the floor, and the strictest one of its kind that still finds as much as was found."""
    most = most_payers(transfers)
    for payers in range(FLOOR_PAYERS, max(most.values(), default=0) + 1):
        named = {account for account, its in most.items() if its >= payers}
        stricter = {account for account in named if most[account] > payers}
        enough = len(stricter & labels.accounts) >= recall * len(labels.accounts)
        if payers == FLOOR_PAYERS or not enough:
            yield score(f"floor: {payers} payers in {FLOOR_DAYS} days", named, labels, alerts=len(named))
        if not enough:
            return


def scores_of(known: TransferSet, alerts: Sequence[Json], rules: Iterable[str]) -> list[Score]:
    """Score every rule that said something, its branches where several spoke, all rules together, and the floor."""
    labels = labels_of(known.transfers)
    named: dict[str, list[Json]] = {rule: [] for rule in rules}
    for alert in alerts:
        named[alert["rule"]].append(alert)
    found = [each for rule, its in named.items() if its for each in _rule_scores(rule, its, known, labels)]
    union = [known.account_of[alert["organization"]] for alert in alerts]
    together = score("all rules", union, labels, alerts=len(union))
    serious = [known.account_of[alert["organization"]] for alert in alerts if alert["severity"] != "low"]
    return [
        *found,
        together,
        score("all rules, medium and above", serious, labels, alerts=len(serious)),
        *_floors(known.transfers, labels, together.recall),
    ]


def _rule_scores(rule: str, alerts: Sequence[Json], known: TransferSet, labels: Labels) -> list[Score]:
    """Score a rule, and each of its branches by the alerts in which it is true at the measured point."""
    by_branch: dict[str, list[str]] = defaultdict(list)
    for alert in alerts:
        for branch in alert["measured"]["branch"].split(","):
            by_branch[branch].append(known.account_of[alert["organization"]])
    found = [score(rule, [known.account_of[each["organization"]] for each in alerts], labels, alerts=len(alerts))]
    if len(by_branch) > 1:
        found += [
            replace(score(f"{rule} ({branch})", its, labels, alerts=len(its)), is_part=True)
            for branch, its in sorted(by_branch.items())
        ]
    return found


def silent_rules(alerts: Iterable[Json], rules: Iterable[str]) -> list[str]:
    """Name the rules that said nothing."""
    spoke = {alert["rule"] for alert in alerts}
    return [rule for rule in rules if rule not in spoke]


@dataclass(frozen=True)
class Added:
    """What would be missed, and what spared, without one rule."""

    rule: str
    accounts: int  # that no other rule names
    found: int  # of those in labelled patterns


def added_by(known: TransferSet, alerts: Iterable[Json]) -> list[Added]:
    """Say of each rule that spoke whom only it names."""
    labelled = labels_of(known.transfers).accounts
    naming: dict[str, set[str]] = defaultdict(set)
    for alert in alerts:
        naming[known.account_of[alert["organization"]]].add(alert["rule"])
    alone = {account: next(iter(rules)) for account, rules in naming.items() if len(rules) == 1}
    accounts = Counter(alone.values())
    found = Counter(rule for account, rule in alone.items() if account in labelled)
    return [Added(rule, accounts[rule], found=found[rule]) for rule in sorted({*chain(*naming.values())})]


@dataclass(frozen=True)
class Cited:
    """How often the alerts on accounts of no pattern rest on transfers of one honest shape."""

    shape: str
    transfers: int
    cited: int  # transfers of the shape that such alerts show as evidence
    alerts: int  # such alerts that show at least one of them


def cited_shapes(known: TransferSet, alerts: Iterable[Json]) -> list[Cited]:
    """Say what false alerts rest on: the look-alikes of the set itself."""
    labelled = labels_of(known.transfers).accounts
    transfers = Counter(transfer.shape for transfer in known.transfers if not transfer.labelled)
    cited: dict[str, set[int]] = defaultdict(set)
    speaking: Counter[str] = Counter()
    for alert in alerts:
        if known.account_of[alert["organization"]] in labelled:
            continue
        shown = [known.transfer_of(each["id"]) for each in alert["evidence"]]
        honest = [transfer for transfer in shown if transfer is not None and not transfer.labelled]
        speaking.update({transfer.shape for transfer in honest})
        for transfer in honest:
            cited[transfer.shape].add(transfer.number)
    return [
        Cited(shape, transfers[shape], cited=len(cited[shape]), alerts=speaking[shape]) for shape in sorted(transfers)
    ]
