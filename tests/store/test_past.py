"""What is remembered between transactions answers as the database does, whoever has written."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from detector.schema.case.incidents import Decisions, IncidentStatus
from detector.schema.detection.alerts import AlertStatus
from detector.store import Store, UnitOfWork
from detector.store.repos.incidents.cache import CacheLimits
from tests.store.values import NOON, after, alert, entry, finding, incident, step

ACTORS = ("user:anna", "user:boris", "ip:192.0.2.1", "user:\0odd", "user:\ud800half")
RULES = ("bulk-read", "night")


def decided(dice: random.Random, unit: UnitOfWork) -> Decisions:
    """Return a random change of a small world, built on what the database holds."""
    minute, name = dice.randrange(600), str(dice.randrange(12))
    at, actor = after(minutes=minute), ACTORS[int(name) % len(ACTORS)]
    matter = incident(str(int(name) % 3))
    known = unit.incidents.find(matter.id)
    changed = replace(known, version=known.version + 1) if known else matter
    if known and dice.random() < 0.3:
        changed = replace(changed, status=IncidentStatus.CLOSED)
    last = unit.incidents.last_entry(matter.id)
    return Decisions(
        findings=(finding(name, actor_id=actor, at=at, last_event_at=at, events=minute),),
        alerts=(
            alert(
                name,
                actor_id=actor,
                rule_id=RULES[int(name) % len(RULES)],
                opened_at=at,
                incident_id=dice.choice(("", matter.id)) if known is None else matter.id,
                status=dice.choice(tuple(AlertStatus)),
                finding_ids=tuple(finding(each).id for each in sorted({name, str(dice.randrange(12))})),
                digest=dice.choice(("", "", "first-reading")),
            ),
        ),
        incidents=(changed,),
        steps=(step(matter.id, name),),
        entries=(entry(matter.id, number=last.number + 1 if last else 1),),
    )


def answers(past: Any, dice: random.Random) -> list[object]:
    """Ask everything a stage may ask."""
    since = after(minutes=dice.randrange(600)) - timedelta(hours=dice.randrange(3))
    names = [finding(str(number)).id for number in range(12)]
    incidents = [incident(str(number)).id for number in range(3)]
    return [
        past.findings(names),
        [past.alerted_findings(actor, since) for actor in ACTORS],
        [past.open_alerts(actor) for actor in ACTORS],
        past.open_incidents(),
        past.open_incidents("user:anna"),
        [past.alerts_opened_since(since, rule) for rule in RULES],
        [past.find(each) for each in incidents],
        [past.incident_alerts(each) for each in incidents],
        [past.steps(each) for each in incidents],
        [past.last_entry(each) for each in incidents],
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_past_answers_as_the_database_does(url: str, seed: int) -> None:
    store = Store.open(url, cached=CacheLimits(findings=4, by_id=5, opened=5, incidents=2))
    dice = random.Random(seed)
    for turn in range(25):
        with store.begin() as unit:
            past = unit.incidents.cached_reads()
            past.expect({dice.choice(ACTORS): after(minutes=dice.randrange(600))})
            unit.incidents.save(decided(dice, unit))
            when = dice.randrange(1 << 30)
            assert answers(past, random.Random(when)) == answers(unit.incidents, random.Random(when)), turn
    store.close()


def test_what_another_process_wrote_is_seen(url: str, store: Store) -> None:
    matter = incident()
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(matter,), alerts=(alert(incident_id=matter.id),)))
        assert unit.incidents.cached_reads().open_incidents() == [matter]
        assert unit.incidents.cached_reads().open_alerts("user:anna")
    other = Store.open(url)
    with other.begin() as unit:
        closed = replace(matter, status=IncidentStatus.CLOSED, version=2)
        muted = alert(incident_id=matter.id, status=AlertStatus.CLOSED)
        unit.incidents.save(Decisions(incidents=(closed,), alerts=(muted,)))
    other.close()
    with store.begin() as unit:
        assert unit.incidents.cached_reads().open_incidents() == []
        assert unit.incidents.cached_reads().open_alerts("user:anna") == []


def give_up(store: Store, decisions: Decisions) -> None:
    with store.begin() as unit:
        unit.incidents.save(decisions)
        assert len(unit.incidents.cached_reads().alerted_findings("user:anna", NOON)) == 2
        raise ZeroDivisionError


def test_what_was_given_up_is_forgotten(store: Store) -> None:
    first, second = finding("1"), finding("2")
    before = alert(finding_ids=(first.id,))
    with store.begin() as unit:
        unit.incidents.cached_reads().alerted_findings("user:anna", NOON)
        unit.incidents.save(Decisions(findings=(first,), alerts=(before,)))
    with pytest.raises(ZeroDivisionError):
        give_up(store, Decisions(findings=(second,), alerts=(alert(finding_ids=(first.id, second.id)),)))
    with store.begin() as unit:
        assert unit.incidents.cached_reads().alerted_findings("user:anna", NOON) == [first]
        assert unit.incidents.cached_reads().findings([second.id]) == {}
        assert unit.incidents.cached_reads().open_alerts("user:anna") == [before]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Hear the statements that reach databases."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield asked
    event.remove(Engine, "before_cursor_execute", hear)


def test_known_actors_are_not_asked_for_again(sqlite_store: Store) -> None:
    named = alert(finding_ids=(finding().id,))
    with sqlite_store.begin() as unit:
        unit.incidents.save(Decisions(findings=(finding(),), alerts=(named,)))
        unit.incidents.cached_reads().alerted_findings("user:anna", NOON)
        unit.incidents.cached_reads().alerts_opened_since(NOON, "bulk-read")
    with statements() as asked, sqlite_store.begin() as unit:
        past = unit.incidents.cached_reads()
        past.expect({"user:anna": NOON})
        assert past.alerted_findings("user:anna", NOON) == [finding()]
        assert past.open_alerts("user:anna") == [named]
        assert past.alerts_opened_since(NOON, "bulk-read") == 1
    assert [said for said in asked if "findings" in said or "alerts" in said] == []


def test_what_no_alert_of_the_actor_names_is_not_read_again(sqlite_store: Store) -> None:
    storm = alert("storm", actor_id="nabat", finding_ids=(finding().id,))
    with sqlite_store.begin() as unit:
        unit.incidents.save(Decisions(findings=(finding(),), alerts=(storm,)))
    with statements() as asked, sqlite_store.begin() as unit:
        past = unit.incidents.cached_reads()
        past.expect({"user:anna": NOON})
        assert past.alerted_findings("user:anna", NOON) == []
    assert [said for said in asked if "FROM findings" in said] == []


def test_what_is_not_there_is_asked_for_once_a_transaction(sqlite_store: Store) -> None:
    with statements() as asked, sqlite_store.begin() as unit:
        past = unit.incidents.cached_reads()
        assert past.findings([finding().id]) == past.findings([finding().id]) == {}
        unit.incidents.save(Decisions(findings=(finding(),)))
        assert past.findings([finding().id]) == {finding().id: finding()}
    assert len([said for said in asked if "FROM findings" in said]) == 1
