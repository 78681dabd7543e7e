"""What a page about an incident says beside the incident itself, read from what the case keeps.

Comes in: an incident and a view of the store. Goes out: its ``PageContent``. Whoever plans pages asks here, so that a
page says the same whether the ladder asked for it, a delivery that failed, or a person who passed the case on.
"""

from collections.abc import Mapping
from functools import partial

from detector.incident import Playbook, playbook_of
from detector.notify import PageContent
from detector.notify.ports import NotifyIncidents
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import accounts_named


def page_content(incident: Incident, known: NotifyIncidents, playbooks: Mapping[str, Playbook]) -> PageContent:
    """Return what pages about an incident say; of one that keeps no checklist, by the configured one."""
    playbook = playbook_of(incident, known, playbooks)
    return PageContent(
        steps=partial(known.steps, incident.id),
        first=(playbook.first.en, playbook.first.ru) if playbook else ("", ""),
        accounts=partial(_accounts, incident, known),
    )


def _accounts(incident: Incident, known: NotifyIncidents) -> tuple[str, ...]:
    """Return the accounts that the evidence of an incident names."""
    alerts = known.alerts(incident.alert_ids).values()
    return accounts_named(known.findings({each for alert in alerts for each in alert.finding_ids}).values())
