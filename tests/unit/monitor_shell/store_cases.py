"""What every store of the monitor must do; run on the one in memory and on PostgreSQL."""

from datetime import date
from typing import Any

import msgspec
import pytest

from chassis.errors import Fenced
from contracts import Record, admit
from contracts.counting import Blocked, Tally
from funds_monitor.domain.facts import Fact, Place, Position
from funds_monitor.domain.outcome import (
    AlertRevision,
    CompletenessChange,
    HitChange,
    Outcome,
    Verdict,
    WaitingChange,
)
from funds_monitor.domain.reading import read_fact
from funds_monitor.usecases.ports import Commit, Parked, Received
from tests.builders.events import Desk
from tests.builders.records import Json, Log
from tests.unit.monitor_shell.toy_engine import AWAITED, RULE, first_alert
from tests.unit.monitor_shell.worker import CODES, SHARD

ONE, TWO, THREE = CODES[:3]


def received_of(*events: Json, log: Log | None = None) -> list[Received]:
    """Read events as the shard's consumer does."""
    records = [record for event in events for record in (log or Log()).append(event)]
    return [received(record) for record in records if record.partition == SHARD]


def received(record: Record) -> Received:
    place = Place(record.topic, record.partition, record.offset, record.timestamp_us)
    event: Any = admit(record)
    return Received(fact=read_fact(event, place), record=record)


class StoreCases:
    """Cases on the fixtures `store` (opens transactions) and `shards` (takes shards)."""

    async def test_what_was_saved_is_loaded_as_it_was(self, store: Any, shards: Any) -> None:
        desk, epoch = Desk(), (await shards.take(SHARD)).epoch
        saved = received_of(desk.payment(ONE, "2026-03-02", amount_fen=5), desk.registered(ONE, "2020-01-01"))
        alert = first_alert(saved[0].fact)
        hit = HitChange(
            ONE, RULE, 1, saved[0].fact.position, branches=("a", "b"), keys=("",), values={"n": 3, "s": "x"}
        )
        outcome = Outcome(hits=[hit], alerts=[AlertRevision("raised", alert, "new")])
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=outcome, received=saved))

        async with store(SHARD, epoch) as work:
            [one, two] = await work.load_organizations([ONE, TWO])

        assert sorted(one.facts, key=lambda fact: fact.position) == sorted(
            (each.fact for each in saved), key=lambda fact: fact.position
        )
        assert (one.hits, one.alerts) == ([hit], [alert])
        assert (two.code, two.facts, two.hits, two.alerts) == (TWO, [], [], [])

    async def test_identities_are_known_once_they_are_committed(self, store: Any, shards: Any) -> None:
        desk, epoch = Desk(), (await shards.take(SHARD)).epoch
        saved = received_of(desk.payment(ONE, "2026-03-02", amount_fen=5))
        new = received_of(desk.payment(ONE, "2026-03-02", amount_fen=6))
        async with store(SHARD, epoch) as work:
            await work.save(Commit(received=saved))

        async with store(SHARD, epoch) as work:
            known = await work.load_known([*saved, *new])

        assert known == {saved[0].fact.position[1:]: saved[0].fact.content_hash}

    async def test_an_older_epoch_opens_nothing(self, store: Any, shards: Any) -> None:
        old = (await shards.take(SHARD)).epoch
        await shards.take(SHARD)

        with pytest.raises(Fenced):
            await opened(store(SHARD, old))

    async def test_a_block_that_fails_leaves_nothing(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        saved = received_of(Desk().payment(ONE, "2026-03-02", amount_fen=5))

        with pytest.raises(ZeroDivisionError):
            await failing(store(SHARD, epoch), Commit(received=saved, offsets={("finance.payments.v1", SHARD): 1}))

        async with store(SHARD, epoch) as work:
            assert await work.load_known(saved) == {}
        assert (await shards.take(SHARD)).offsets == {}

    async def test_a_hit_that_is_removed_is_gone_and_one_that_changed_is_the_new_one(
        self, store: Any, shards: Any
    ) -> None:
        epoch = (await shards.take(SHARD)).epoch
        [each] = received_of(Desk().payment(ONE, "2026-03-02", amount_fen=5))
        first = HitChange(ONE, RULE, 1, each.fact.position, waiting=True)
        second = HitChange(ONE, RULE, 1, Position(7, "", ""), branches=("a",))
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(hits=[first, second]), received=[each]))
        changes = [msgspec.structs.replace(first, removed=True), msgspec.structs.replace(second, branches=("b",))]
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(hits=changes)))
            [one] = await work.load_organizations([ONE])

        assert one.hits == [changes[1]]

    async def test_dependents_are_found_by_key(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        outcome = Outcome(dependencies=[(TWO, "a"), (ONE, "a"), (ONE, "a"), (THREE, "b")])
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=outcome))
            await work.save(Commit(outcome=outcome))

            found = await work.load_dependents({"a", "none"})
            assert list(found.items()) == [(code, frozenset({"a"})) for code in sorted([ONE, TWO])]

    async def test_all_organizations_of_a_shard_are_those_that_lean_on_themselves(
        self, store: Any, shards: Any
    ) -> None:
        epoch, other = (await shards.take(SHARD)).epoch, (await shards.take(SHARD + 1)).epoch
        async with store(SHARD + 1, other) as work:
            await work.save(Commit(outcome=Outcome(dependencies=[(THREE, THREE)])))
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(dependencies=[(TWO, TWO), (ONE, ONE), (ONE, "a"), (TWO, ONE)])))

            assert await work.load_codes() == sorted([ONE, TWO])

    async def test_those_who_wait_are_found_when_their_topic_is_complete(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        days = {ONE: date(2026, 3, 1), TWO: date(2026, 3, 5), THREE: date(2026, 3, 1)}
        waiting = [WaitingChange(code, RULE, AWAITED, ("/tax/bureau",), day, day) for code, day in days.items()]
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(waiting=waiting)))
            cleared = WaitingChange(THREE, RULE, AWAITED, cleared=True)
            await work.save(Commit(outcome=Outcome(waiting=[cleared])))

            complete = {AWAITED: date(2026, 3, 3)}
            assert await work.load_unsettled(after="", until_on=complete, limit=10) == [ONE]
            assert await work.load_unsettled(after=ONE, until_on=complete, limit=10) == []
            assert await work.load_unsettled(after="", until_on={}, limit=10) == []
            later = {AWAITED: date(2026, 3, 5)}
            assert await work.load_unsettled(after="", until_on=later, limit=1) == [min(ONE, TWO)]

    async def test_unsettled_alerts_are_found_until_they_settle(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        [each] = received_of(Desk().payment(ONE, "2026-03-02", amount_fen=5))
        alert = first_alert(each.fact)
        settled = msgspec.structs.replace(alert, settled=True, settles_on=None, revision=2)
        complete = {AWAITED: date(2026, 3, 1)}
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(alerts=[AlertRevision("raised", alert, "new")]), received=[each]))
            assert await work.load_unsettled(after="", until_on=complete, limit=10) == [ONE]
            assert await work.load_unsettled(after="", until_on={AWAITED: date(2026, 2, 28)}, limit=10) == []
            await work.save(Commit(outcome=Outcome(alerts=[AlertRevision("amended", settled, "new")])))
            assert await work.load_unsettled(after="", until_on=complete, limit=10) == []

    async def test_completeness_only_grows_and_is_the_shards_own(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        moved = CompletenessChange("/tax/bureau", AWAITED, SHARD, 1_000)
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(completeness=[moved])))
            assert await work.load_completeness() == [moved]

        other = (await shards.take(SHARD + 1)).epoch
        async with store(SHARD + 1, other) as work:
            assert await work.load_completeness() == []

    async def test_a_shard_is_taken_with_all_that_it_has_committed(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        place, reference = ("finance.payments.v1", SHARD), ("civil-affairs.organizations.v1", 5)
        async with store(SHARD, epoch) as work:
            await work.save(Commit(offsets={place: 7}, reference_offsets={reference: 9}))
            await work.save_settling("X")

        state = await shards.take(SHARD)

        assert (state.offsets, state.reference_offsets, state.settling) == ({place: 7}, {reference: 9}, "X")
        assert state.epoch == epoch + 1

    async def test_the_pass_ends_when_its_place_is_none(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        async with store(SHARD, epoch) as work:
            await work.save_settling("X")
            await work.save_settling(None)

        assert (await shards.take(SHARD)).settling is None

    async def test_what_is_parked_keeps_its_record_and_its_identity_until_released(
        self, store: Any, shards: Any
    ) -> None:
        epoch = (await shards.take(SHARD)).epoch
        [each] = received_of(Desk().payment(ONE, "2026-03-02", amount_fen=5))
        parked = [Parked(ONE, "broke", each.record, each.fact), Parked(TWO, "broke too")]
        async with store(SHARD, epoch) as work:
            await work.save(Commit(parked=parked))
        assert (await shards.take(SHARD)).parked == 2

        epoch = (await shards.take(SHARD)).epoch
        async with store(SHARD, epoch) as work:
            found = await work.load_parked(after=0, limit=10)
            assert [(one.organization, one.record) for _, one in found] == [(ONE, each.record), (TWO, None)]
            assert await work.load_parked(after=found[0][0], limit=10) == found[1:]
            assert (await work.load_organizations([ONE]))[0].facts == []
            assert each.fact.position[1:] in await work.load_known([each])
            await work.release(found[0][0])
            assert await work.load_known([each]) == {}

    async def test_a_declaration_is_known_per_partition(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        log = Log()
        declared = received_of(*Desk().completed(AWAITED, "2026-03-05"), log=log)
        async with store(SHARD, epoch) as work:
            await work.save(Commit(declarations=declared))
            assert list(await work.load_known(declared)) == [declared[0].fact.position[1:]]
            elsewhere = [elsewhere_of(each.fact, each.record) for each in declared]
            assert await work.load_known(elsewhere) == {}

    async def test_tallies_come_back_as_they_were_saved_last(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        part, other = ("/tax/bureau", AWAITED, SHARD), ("/tax/branch", AWAITED, SHARD)
        blocked = Blocked("d-1", 7, None, 2, 10**19, None, 5)
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(tallies={part: Tally(1, 5), other: Tally(3, 0, 9)})))
            await work.save(Commit(outcome=Outcome(tallies={part: Tally(2, 10**19, None, blocked)})))
        async with store(SHARD, epoch) as work:
            assert await work.load_tallies() == {part: Tally(2, 10**19, None, blocked), other: Tally(3, 0, 9)}

    async def test_others_learn_of_a_declaration_what_its_owner_made_of_it(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        (said,) = Desk().completed(AWAITED, "2026-03-05", partition=SHARD)
        log = Log()
        declared = received_of(said, said | {"id": "wrong"}, said, log=log)
        places = [each.fact.place[:3] for each in declared]
        async with store(SHARD, epoch) as work:
            assert await work.load_taken(places) == {}, "its owner has not read it yet"
            offsets = {places[0][:2]: places[2][2] + 1}
            blocked = Outcome(blocked={("/tax/bureau", "wrong")})
            await work.save(Commit(outcome=blocked, declarations=declared[:2], offsets=offsets))
        async with store(SHARD, epoch) as work:
            found = await work.load_taken([*places, (AWAITED, SHARD, places[2][2] + 1)])
            assert found == dict(zip(places, (True, False, False), strict=True)), "taken, other numbers, repeated"

    async def test_the_latest_verdict_of_a_rule_stands(self, store: Any, shards: Any) -> None:
        epoch = (await shards.take(SHARD)).epoch
        verdicts = [Verdict(ONE, RULE, 1, Position(n, "/tax/bureau", "x"), "no_hit", {"n": n}) for n in range(3)]
        async with store(SHARD, epoch) as work:
            await work.save(Commit(outcome=Outcome(verdicts=verdicts[:2], errors={RULE: 2})))
            await work.save(Commit(outcome=Outcome(verdicts=verdicts[2:])))


async def failing(transaction: Any, commit: Commit) -> None:
    async with transaction as work:
        await work.save(commit)
        raise ZeroDivisionError


async def opened(transaction: Any) -> None:
    async with transaction:
        pytest.fail("opened")


def elsewhere_of(fact: Fact, record: Record) -> Received:
    place = fact.place._replace(partition=SHARD + 1)
    return Received(fact=msgspec.structs.replace(fact, place=place), record=record)
