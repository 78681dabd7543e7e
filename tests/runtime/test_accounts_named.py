"""An incident about many accounts names the first and says how many: on the page, in the message, in a terminal."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import SystemClock
from detector.store import Store
from tests.runtime.places import Daemon, eventually, kept, line, nabat, web

RULES = """\
title: Client data is read
id: 5f0c0c5e-0000-4000-8000-000000000001
name: reads
status: stable
logsource: {product: nabat}
detection:
  selection: {event.action: read, event.outcome: success}
  condition: selection
level: low
---
title: One address reads under many names
id: 5f0c0c5e-0000-4000-8000-000000000009
status: stable
correlation:
  type: value_count
  rules: [reads]
  group-by: [source.ip]
  timespan: 1h
  condition: {field: user.id, gt: 100}
level: high
nabat: {playbook: account-takeover, dedup: 1d, actor: source.ip}
"""


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_incident_of_a_hundred_accounts_names_the_first_of_them(
    daemon: Callable[..., Daemon], tmp_path: Path, language: str
) -> None:
    one = daemon(web=web(), language=language)
    (tmp_path / "rules.yml").write_text(RULES)
    one.start()
    now = SystemClock().now() - timedelta(seconds=200)
    with (tmp_path / "access.log").open("a") as log:
        log.write("".join(line(now + timedelta(seconds=n), 1000 + n, f"worker{n:03}") for n in range(105)))
    eventually(lambda: kept(one.settings).incidents)
    eventually(lambda: max(each.accounts_counted for each in kept(one.settings).incidents) == 105)
    (incident,) = kept(one.settings).incidents
    page = one.page(f"/incidents/{incident.number}/actor").text
    assert "<code>worker100</code>" in page
    assert "not signed in" not in page
    shown = nabat("incidents", "show", "-c", str(one.config), incident.number).stdout
    assert "105: worker100, worker101" in shown
    store = Store.open(one.settings.database_url)
    try:
        with store.read() as unit:
            body = unit.outbox.messages(incident.id)[0].body
    finally:
        store.close()
    assert "w***0" in body
    assert "worker1" not in body
    assert {"en": "a network address with 10", "ru": "сетевой адрес, учётных записей 10"}[language] in body
