"""Open incidents are looked at when something is due or has changed, and nobody is told less or later for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from detector.errors import StoreError
from detector.notify import EscalationPlan, PageContent, plan
from detector.runtime.decide import Decider
from detector.runtime.incidents.watch import ContainmentWatch, EscalationLoop, ScopeRefresher
from detector.schema.case.agenda import AgendaItem
from detector.schema.case.incidents import Decisions, Incident, IncidentStatus
from detector.schema.levels import Severity
from detector.schema.notices.withdrawals import Withdrawal
from detector.schema.team.delivery import MessageStatus
from detector.settings import Settings
from detector.store import Journal, Store, UnitOfWork
from tests.notify.conftest import LINKS, NIGHT, make_incident, make_settings
from tests.store.values import step

IDS = ("3f2a" * 8, "4b1c" * 8, "5d0e" * 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording(Decider):
    """A decider that writes down which incidents it is asked about."""

    asked: list[str] = field(default_factory=list)
    owing: list[str] = field(default_factory=list)
    scoped: list[str] = field(default_factory=list)

    def owed(
        self,
        unit: UnitOfWork,
        incident_id: str,
        known: Mapping[str, AgendaItem],
        now: datetime,
        withdrawals: Sequence[Withdrawal] = (),
    ) -> list[AgendaItem]:
        self.owing.append(incident_id)
        return Decider.owed(self, unit, incident_id, known, now, withdrawals)

    def rescope(self, unit: UnitOfWork, incident_id: str, now: datetime) -> None:
        self.scoped.append(incident_id)

    def page(self, unit: UnitOfWork, incident_id: str, now: datetime) -> EscalationPlan:
        self.asked.append(incident_id)
        return Decider.page(self, unit, incident_id, now)


def recording(settings: Settings | None = None) -> Recording:
    return Recording(settings=settings or make_settings(), playbooks={}, regulations={}, links=LINKS)


class House:
    """A service's database and its watch, and a second connection to the database, as a command line has."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'nabat.db'}"
        self.store, self.outside = Store.open(self.url), Store.open(self.url)
        self.journal = Journal(folder / "journal", self.store)
        self.decider = recording()
        self.now = NIGHT
        self.start()

    def start(self) -> None:
        self.watch = EscalationLoop(self.store, ScopeRefresher(), ContainmentWatch(self.journal))

    def close(self) -> None:
        self.store.close()
        self.outside.close()

    def open(self, incident_id: str) -> None:
        with self.store.begin() as unit:
            if unit.incidents.find(incident_id) is None:
                unit.incidents.save(Decisions(incidents=(make_incident(id=incident_id, opened_at=self.now),)))

    def change(self, incident_id: str, **changes: object) -> None:
        with self.outside.begin() as unit:
            incident = unit.incidents.find(incident_id)
            if incident is not None:
                changed = replace(incident, version=incident.version + 1, **changes)  # type: ignore[arg-type]
                unit.incidents.save(Decisions(incidents=(changed,)))

    def acknowledge(self, incident_id: str) -> None:
        self.change(incident_id, acknowledged_at=self.now, acknowledged_by="boris", status=IncidentStatus.IN_PROGRESS)

    def end_up(self, status: MessageStatus) -> None:
        """Let every message that waits end so."""
        with self.store.begin() as unit:
            for message in unit.outbox.due(self.now):
                unit.outbox.save(replace(message, status=status, sent_at=self.now))

    def look(self, later: timedelta = timedelta(0)) -> list[str]:
        """Look, and return which incidents were planned for."""
        self.now += later
        self.decider.asked.clear()
        self.gaps = self.watch.page_due(self.decider, self.now).gaps
        return list(self.decider.asked)

    def plans(self) -> list[tuple[Incident, EscalationPlan]]:
        """Return what planning for every open incident, from the database alone, asks for now."""
        with self.store.read() as unit:
            return [
                (each, plan(each, unit.outbox.messages(each.id), self.decider.settings, self.now, LINKS, PageContent()))
                for each in unit.incidents.open_incidents()
            ]


@contextmanager
def opened() -> Iterator[House]:
    with TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            yield house
        finally:
            house.close()


@pytest.fixture
def house() -> Iterator[House]:
    with opened() as made:
        yield made


@pytest.mark.parametrize(
    ("table", "column", "garbage"),
    [("incidents", "close_reason", "x"), ("incidents", "called_for", '["zzz"]'), ("steps", "status", "x")],
)
def test_an_incident_that_cannot_be_read_is_told_and_keeps_nobody_from_the_others(
    house: House, table: str, column: str, garbage: str
) -> None:
    for each in IDS[:2]:
        house.open(each)
    with house.store.begin() as unit:
        unit.incidents.save(Decisions(steps=(step(IDS[0]),)))
    house.look()
    with house.store.begin() as unit:
        execute = unit.session.connection.exec_driver_sql
        execute(f"UPDATE {table} SET {column} = ? WHERE {'id' if table == 'incidents' else 'incident_id'} = ?",
                (garbage, IDS[0]))  # fmt: skip
        execute("UPDATE incidents SET version = version + 1 WHERE id = ?", (IDS[0],))
    for started_again in (False, True):
        house.start() if started_again else house.open(IDS[2])
        assert IDS[1] in house.look(timedelta(hours=2))
        assert list(house.watch.unread) == [IDS[0]]
        assert f"table {table}, row '{IDS[0]}" in house.watch.unread[IDS[0]]
        assert f"column {column}:" in house.watch.unread[IDS[0]]


def test_whose_data_an_old_incident_touched_is_looked_up_soon_after_the_last_touch_and_when_all_is_explained() -> None:
    refresher, incident = ScopeRefresher(), make_incident(id="a", opened_at=NIGHT)
    looked = list[int]()
    for second in range(3600, 3600 + 900):
        now = NIGHT + timedelta(seconds=second)
        if second < 3660:
            refresher.note(["a"])
        if refresher.due([incident], now):
            refresher.looked(["a"], now)
            looked.append(second - 3659)
    assert looked == [-59, 15, 15 + 75, 15 + 11 * 60]


def test_nothing_is_read_or_written_until_the_next_rung_is_due(house: House) -> None:
    for each in IDS:
        house.open(each)
    assert sorted(house.look()) == sorted(IDS)
    house.end_up(MessageStatus.SENT)
    house.look(timedelta(seconds=1))
    before = house.store.commits
    assert [house.look(timedelta(seconds=1)) for _ in range(100)] == [[]] * 100
    assert house.store.commits == before
    assert sorted(house.look(timedelta(minutes=4))) == sorted(IDS)


def test_only_the_incident_whose_rung_is_due_is_planned_for(house: House) -> None:
    house.open(IDS[0])
    house.now += timedelta(minutes=2)
    house.open(IDS[1])
    house.look()
    house.end_up(MessageStatus.SENT)
    house.look(timedelta(seconds=1))
    assert house.look(timedelta(minutes=3)) == [IDS[0]]


def test_a_message_that_was_brought_lets_only_its_own_incident_be_planned_anew(house: House) -> None:
    ids = [f"{number:032x}" for number in range(120)]
    for each in ids:
        house.open(each)
    assert sorted(house.look()) == ids
    house.look(timedelta(seconds=1))
    assert house.look(timedelta(seconds=1)) == []
    for outside in (house.store, house.outside):
        with outside.begin() as unit:
            brought = unit.outbox.messages(ids[7])[0]
            unit.outbox.save(replace(brought, status=MessageStatus.SENT, sent_at=house.now))
        assert house.look(timedelta(seconds=1)) == [ids[7]]
        assert house.look(timedelta(seconds=1)) == []
        house.acknowledge(ids[9])
        again = [house.look(timedelta(seconds=1)) for _ in range(3)]
        assert ids[9] in again[0]
        assert len(again[0]) == 1
    house.end_up(MessageStatus.SENT)
    assert sorted(house.look(timedelta(seconds=1))) == ids, "so many changes are not remembered one by one"


def test_an_acknowledgement_of_another_process_is_told_at_the_next_look(house: House) -> None:
    house.open(IDS[0])
    house.look()
    house.end_up(MessageStatus.SENT)
    house.look(timedelta(seconds=1))
    house.acknowledge(IDS[0])
    assert house.look(timedelta(seconds=1)) == [IDS[0]]
    with house.store.read() as unit:
        assert any("has it" in message.title for message in unit.outbox.messages(IDS[0]))


def test_what_could_not_be_committed_is_planned_for_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.open(IDS[0])
    with monkeypatch.context() as broken:
        broken.setattr(Recording, "page", _broken)
        with pytest.raises(StoreError):
            house.look()
    assert house.look() == [IDS[0]]


def _broken(*_: object) -> EscalationPlan:
    raise StoreError("the disk is full")


Act = Callable[[House], object]
_later = st.sampled_from([0, 1, 59, 60, 240, 300, 900, 1800, 3600])
_ids = st.sampled_from(IDS)
_acts: st.SearchStrategy[Act] = st.one_of(
    _ids.map(lambda each: lambda house: house.open(each)),
    _ids.map(lambda each: lambda house: house.acknowledge(each)),
    _ids.map(lambda each: lambda house: house.change(each, status=IncidentStatus.CLOSED)),
    _ids.map(lambda each: lambda house: house.change(each, actor_id="user:anna")),
    st.sampled_from(list(MessageStatus)).map(lambda status: lambda house: house.end_up(status)),
    _later.map(lambda seconds: lambda house: house.look(timedelta(seconds=seconds))),
    _later.map(lambda seconds: lambda house: house.look(-timedelta(seconds=seconds))),
    st.just(lambda house: house.start()),
    st.sampled_from(["45m", "10m"]).map(
        lambda repeat: lambda house: setattr(house, "decider", recording(make_settings(repeat=repeat)))
    ),
)


@effort(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(acts=st.lists(_acts, min_size=1, max_size=15))
def test_whatever_happens_a_look_leaves_nothing_that_looking_at_all_would_have_found(acts: list[Act]) -> None:
    with opened() as house:
        for act in (lambda house: house.open(IDS[0]), *acts):
            act(house)
            for _ in range(4):
                # What was said may ask for more to be said (who was not reached, to those who were): at the next look.
                wanting = {each.id for each, made in house.plans() if made}
                assert wanting <= set(house.look())
            plans = house.plans()
            assert [each.number for each, made in plans if made] == []
            assert set(house.gaps) == {gap for _, made in plans for gap in made.gaps}


def test_a_start_with_hundreds_of_open_incidents_keeps_no_line_and_nobody_waiting(house: House) -> None:
    ids = [f"{number:032x}" for number in range(150)]
    for each in ids:
        house.open(each)
    with house.store.begin() as unit:
        gravest = unit.incidents.find(ids[-1])
        assert gravest is not None
        unit.incidents.save(
            Decisions(incidents=(replace(gravest, version=gravest.version + 1, severity=Severity.CRITICAL),))
        )
    house.watch = EscalationLoop(house.store, ScopeRefresher(ids), ContainmentWatch(house.journal))
    assert set(house.look(timedelta(minutes=1))) == set(ids)  # each is called about at once
    assert (house.decider.owing, house.decider.scoped) == ([], [])  # and nothing else is waited for
    first = ids[-1]
    house.look(timedelta(seconds=1))
    assert house.decider.owing[0] == house.decider.scoped[0] == first
    looks = 1
    while len(house.decider.scoped) < len(ids) or not set(ids) <= set(house.decider.owing):
        owing, scoped = len(house.decider.owing), len(house.decider.scoped)
        assert owing <= 60 * looks
        assert scoped <= 30 * looks
        house.look(timedelta(seconds=1))
        looks += 1
        assert looks < 20
    assert sorted(house.decider.scoped) == ids
