"""The store meets the ports that the stages declare: each method by name, arguments and defaults."""

import inspect
from typing import Any

import pytest

from detector.group.ports import GroupStore
from detector.incident.ports import IncidentStore
from detector.notify.escalation import EscalationUnit
from detector.notify.sender import OutboxStore, OutboxUnit
from detector.store import Store, UnitOfWork

PORTS = [
    (GroupStore, UnitOfWork),
    (IncidentStore, UnitOfWork),
    (EscalationUnit, UnitOfWork),
    (OutboxUnit, UnitOfWork),
    (OutboxStore, Store),
]
METHODS = [
    (port, kind, name)
    for port, kind in PORTS
    for name, _ in inspect.getmembers(port, inspect.isfunction)
    if not name.startswith("_")
]


@pytest.mark.parametrize(
    ("port", "kind", "name"), METHODS, ids=[f"{port.__name__}.{name}" for port, _, name in METHODS]
)
def test_a_method_of_a_port_can_be_called_on_the_store_as_the_port_says(port: Any, kind: Any, name: str) -> None:
    asked = inspect.signature(getattr(port, name)).parameters
    given = inspect.signature(getattr(kind, name)).parameters
    for parameter in asked.values():
        assert parameter.name in given
        assert given[parameter.name].kind == parameter.kind
        assert given[parameter.name].default == parameter.default
    extra = [parameter for key, parameter in given.items() if key not in asked]
    assert all(parameter.default is not inspect.Parameter.empty for parameter in extra)
