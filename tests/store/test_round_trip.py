from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.schema.case.incidents import Decisions, Incident, Step, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.events.lines import Position
from detector.schema.team.delivery import Delivery, Message
from detector.store import Store
from tests.postgres import new_database
from tests.store.conftest import ENGINES
from tests.store.values import alert, any_value, finding, incident, message

# One database for all examples of a test: each example is rolled back.
ONE_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module", params=ENGINES)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("shared")
    opened = Store.open(f"sqlite:///{folder / 'nabat.db'}" if request.param == "sqlite" else new_database())
    yield opened
    opened.close()


def _back(store: Store, ask: Any, decisions: Decisions | None = None) -> Any:
    def example() -> None:
        with store.begin() as unit:
            unit.incidents.save(decisions or Decisions())
            found.append(ask(unit))
            raise RuntimeError("undo")

    found: list[Any] = []
    with pytest.raises(RuntimeError, match="undo"):
        example()
    return found[0]


@ONE_DATABASE
@given(value=any_value(Finding))
def test_a_finding_comes_back_as_it_was(shared: Store, value: Finding) -> None:
    assert _back(shared, lambda unit: unit.incidents.findings([value.id]), Decisions(findings=(value,))) == {
        value.id: value
    }


@ONE_DATABASE
@given(value=any_value(Alert))
def test_an_alert_comes_back_as_it_was(shared: Store, value: Alert) -> None:
    assert _back(shared, lambda unit: unit.incidents.alerts([value.id]), Decisions(alerts=(value,))) == {
        value.id: value
    }


@ONE_DATABASE
@given(value=any_value(Incident))
def test_an_incident_comes_back_as_it_was(shared: Store, value: Incident) -> None:
    assert _back(shared, lambda unit: unit.incidents.newest(), Decisions(incidents=(value,))) == [value]


@ONE_DATABASE
@given(value=any_value(Step), note=any_value(TimelineEntry))
def test_a_step_and_an_entry_come_back_as_they_were(shared: Store, value: Step, note: TimelineEntry) -> None:
    owner = incident()
    value, note = (replace(each, incident_id=owner.id) for each in (value, note))
    decisions = Decisions(incidents=(owner,), steps=(value,), entries=(note,))
    asked = _back(shared, lambda unit: (unit.incidents.steps(owner.id), unit.incidents.entries(owner.id)), decisions)
    assert asked == ([value], [note])


@ONE_DATABASE
@given(value=any_value(Message))
def test_a_message_comes_back_as_it_was(shared: Store, value: Message) -> None:
    def ask(unit: Any) -> Any:
        unit.outbox.add([value])
        return unit.outbox.messages(value.incident_id)

    assert _back(shared, ask) == [value]


@ONE_DATABASE
@given(value=any_value(Delivery))
def test_a_delivery_comes_back_as_it_was(shared: Store, value: Delivery) -> None:
    owner = message()
    tried = replace(value, message_id=owner.id)

    def ask(unit: Any) -> Any:
        unit.outbox.add([owner])
        unit.outbox.add_delivery(tried)
        return unit.outbox.deliveries(owner.id)

    assert _back(shared, ask) == [tried]


@ONE_DATABASE
@given(values=st.lists(any_value(Position), max_size=4, unique_by=lambda p: (p.source, p.stream, p.file_id)))
def test_positions_come_back_as_they_were(shared: Store, values: list[Position]) -> None:
    def ask(unit: Any) -> Any:
        unit.positions.save(values)
        return unit.positions.all()

    found = _back(shared, ask)
    assert sorted(found, key=repr) == sorted(values, key=repr)


@ONE_DATABASE
@given(actor=st.text(st.characters()))
def test_an_actor_with_any_name_is_stored_and_found_by_that_name(shared: Store, actor: str) -> None:
    value = finding(actor_id=actor)
    named = alert(actor_id=actor, finding_ids=(value.id,))
    decided = Decisions(findings=(value,), alerts=(named,))
    found = _back(shared, lambda unit: unit.incidents.alerted_findings(actor, value.at), decided)
    assert [each.id for each in found] == [value.id]
