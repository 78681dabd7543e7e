"""The store meets the ports that the stages declare: each method by name, arguments and defaults."""

import inspect
from typing import Any

import pytest

from detector.group.ports import GroupStore
from detector.incident.ports import IncidentStore
from detector.notify.ports import NotifyIncidents, NotifyOutbox, NotifyStore
from detector.store import Store
from detector.store.repos.incidents.cached_reads import CachedReads
from detector.store.repos.incidents.incident_repo import IncidentRepo
from detector.store.repos.outbox import Outbox

PORTS = [
    (GroupStore, CachedReads),
    (GroupStore, IncidentRepo),
    (IncidentStore, CachedReads),
    (IncidentStore, IncidentRepo),
    (NotifyIncidents, IncidentRepo),
    (NotifyOutbox, Outbox),
    (NotifyStore, Store),
]
METHODS = [
    pytest.param(port, kind, name, id=f"{port.__name__}.{name} of {kind.__name__}")
    for port, kind in PORTS
    for name, _ in inspect.getmembers(port, inspect.isfunction)
    if not name.startswith("_")
]


@pytest.mark.parametrize(("port", "kind", "name"), METHODS)
def test_a_method_of_a_port_can_be_called_on_the_store_as_the_port_says(port: Any, kind: Any, name: str) -> None:
    asked = inspect.signature(getattr(port, name)).parameters
    given = inspect.signature(getattr(kind, name)).parameters
    for parameter in asked.values():
        assert parameter.name in given
        assert given[parameter.name].kind == parameter.kind
        assert given[parameter.name].default == parameter.default
    extra = [parameter for key, parameter in given.items() if key not in asked]
    assert all(parameter.default is not inspect.Parameter.empty for parameter in extra)
