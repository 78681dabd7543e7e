"""Every state of a scope that differs is a version: what it named, why it changed, and that it is what was written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import NotFoundError, StoreError
from detector.messages import LANGUAGES
from detector.runtime.evidence.verify_all import verify_everything
from detector.runtime.incidents.scopes.scope_keeper import FOLDER
from detector.schema.case.chain import ChainFlaw
from detector.schema.case.incidents import Scope
from detector.schema.case.scope_versions import ScopedClients, scope_digest
from detector.schema.detection.findings import Detector, Reason
from detector.schema.events.touches import TouchReason, TouchSummary
from detector.store import Store
from detector.web.texts import PageTexts
from tests.runtime.scopes.house import THIEF, ScopeHouse, later


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ScopeHouse]:
    made = ScopeHouse(tmp_path)
    yield made
    made.store.close()


def kept(house: ScopeHouse, clients: str, *, usual: str = "", minute: float = 5, **counts: object) -> None:
    """Let the keeper see a scope of these clients, without the journal."""
    scope = Scope(subjects=len(clients), record_low=len(clients), record_high=len(clients), events=len(clients))
    seen = ScopedClients(
        Scope(**{**{name: getattr(scope, name) for name in scope.__slots__}, **counts}),
        frozenset(clients),
        frozenset(usual),
    )
    with house.store.begin() as unit:
        house.keeper.record(unit, house.incident(), house.keeper.joined(unit, house.incident(), seen), at=later(minute))


def lists(house: ScopeHouse) -> list[Path]:
    return sorted((house.folder / FOLDER).rglob("*.parquet"))


def test_a_scope_that_grows_has_versions_and_the_same_again_is_none(house: ScopeHouse) -> None:
    house.touched(0, ["1", "2", "3"])
    number = house.found(1).number
    house.rescope(2)
    house.touched(3, ["3", "4", "5"])
    house.found(4)
    house.rescope(5)
    house.rescope(6)
    first, second = house.versions()
    assert (first.number, first.clients, first.added, first.by) == (1, 3, 3, "nabat")
    assert (second.clients, second.added, second.removed) == (5, 2, 0)
    assert house.why() == [["first"], ["later"]]
    assert second.scope == house.incident().scope
    assert second.digest == scope_digest(second.scope, "12345", ())
    change = house.by().scope_change(number, 1)
    assert (change.added, change.removed, change.before.subjects, change.after.subjects) == (2, 0, 3, 5)
    assert house.console.version_clients(number, 1).rows() == [("1", "log"), ("2", "log"), ("3", "log")]
    assert house.console.version_clients(number, 2)["subject_id"].to_list() == list("12345")
    with pytest.raises(NotFoundError, match="1 to 2"):
        house.by().scope_change(number, 3)


def test_clients_left_out_are_counted_and_why_is_said_and_only_differences_are_written(house: ScopeHouse) -> None:
    house.found(1)
    kept(house, "abcdef")
    kept(house, "abcdg", usual="ef")
    kept(house, "abcdg", events=77)
    kept(house, "abcd")
    assert [(each.added, each.removed, each.clients) for each in house.versions()] == [
        (6, 0, 6),
        (1, 2, 5),
        (0, 0, 5),
        (0, 1, 4),
    ]
    assert house.why() == [["first"], ["usual"], ["known-better"], ["not-counted"]]
    assert [bool(each.path) for each in house.versions()] == [True, True, False, True]
    number = house.incident().number
    assert [house.console.version_clients(number, n)["subject_id"].str.join("")[0] for n in (1, 2, 3, 4)] == [
        *("abcdef", "abcdg", "abcdg", "abcd")
    ]


def test_a_touch_of_which_nobody_knows_yet_what_explains_it_is_said_to_be_not_parted_yet(house: ScopeHouse) -> None:
    house.touched(0, [str(5000 + n) for n in range(30)], why=TouchReason.NEIGHBOUR)
    house.touched(1, ["9000", "7000"])
    house.touched(2, ["100"], why=TouchReason.DEALT_BEFORE)
    about = {"detector": Detector.BEHAVIOUR, "reasons": (Reason(message="behaviour-neighbours"),), "events": 33}
    scope = house.found(3, **about).scope
    assert (scope.subjects, scope.usual_subjects) == (30, 3)
    touches = house.console.touches(house.incident())
    assert touches is not None
    assert (touches.untold, touches.usual_untold) == (0, 2)
    words = {lang: PageTexts(house.settings, lang, house.clock.now()).usual_work(scope, touches) for lang in LANGUAGES}
    assert "; 2 of them are not parted yet" in words["en"]
    assert "; из них ещё не разобрано: 2" in words["ru"]
    assert "parted" not in PageTexts(house.settings, "en", house.clock.now()).usual_work(scope, TouchSummary())


def test_another_actor_and_earlier_touches_are_said(house: ScopeHouse) -> None:
    house.touched(0, ["1"])
    incident = house.found(1)
    house.touched(-30, ["9"])
    house.found(2, first_event_at=later(-31))
    house.rescope(3)
    assert house.why()[-1] == ["earlier"]
    assert [each.actors for each in house.versions()] == [(THIEF,)] * 2
    assert house.incident().id == incident.id


def test_a_list_that_is_gone_or_altered_is_told_and_the_next_version_begins_anew(house: ScopeHouse) -> None:
    house.found(1)
    kept(house, "abc")
    kept(house, "abcd")
    assert not verify_everything(house.settings, house.store).differences
    lists(house)[0].write_bytes(b"another")
    found = verify_everything(house.settings, house.store).differences
    assert [(each.flaw, dict(each.args)["why"]) for each in found] == [(ChainFlaw.SCOPE_FILE, "altered")]
    with pytest.raises(StoreError, match="is not the file that was written"):
        house.console.version_clients(house.incident().number, 2)
    kept(house, "abcdex")
    last = house.versions()[-1]
    assert (last.whole, last.added, last.removed) == (True, 2, 0)
    assert house.console.version_clients(house.incident().number, 3).height == 6
    lists(house)[0].unlink()
    found = verify_everything(house.settings, house.store).differences
    assert [dict(each.args)["why"] for each in found] == ["missing"]


def test_a_list_that_cannot_be_written_keeps_nobody_from_being_paged(house: ScopeHouse) -> None:
    (house.folder / FOLDER).write_text("no folder")
    house.touched(0, ["1", "2"])
    incident = house.found(1)
    assert (incident.scope.subjects, house.versions()) == (2, [])
    with house.store.read() as unit:
        assert unit.outbox.messages(incident.id)
    (house.folder / FOLDER).unlink()
    house.rescope(3)
    assert [each.clients for each in house.versions()] == [2]


def test_versions_outlive_a_restart(house: ScopeHouse) -> None:
    house.touched(0, ["1", "2"])
    number = house.found(1).number
    again = Store.open(f"sqlite:///{house.folder / 'nabat.db'}")
    with again.read() as unit:
        found = unit.incidents.find(number)
        assert found is not None
        (version,) = unit.scopes.versions(found.id)
    again.close()
    assert (version.clients, version.at) == (2, later(1))


def test_a_hundred_thousand_clients_are_kept_once_and_a_later_version_holds_its_difference(house: ScopeHouse) -> None:
    house.found(1)
    many = [str(n * 2_654_435_761 % 10**10) for n in range(100_000)]  # ids without an order
    for count in (90_000, 100_000, 100_000):
        seen = ScopedClients(Scope(subjects=count, events=count), frozenset(many[:count]))
        with house.store.begin() as unit:
            joined = house.keeper.joined(unit, house.incident(), seen)
            house.keeper.record(unit, house.incident(), joined, at=later(2) + timedelta(seconds=count))
    first, second = house.versions()
    assert (first.bytes, second.bytes) < (600_000, 80_000)
    assert len(house.keeper.clients(house.versions())) == 100_000
