"""Titles of incidents, in both languages, from their matter, actor kind and service. Never a name or a client id."""

from functools import lru_cache

from detector.messages import Language, messages
from detector.schema.alerts import Alert
from detector.schema.incidents import IncidentKind

_MATTERS = ("client-data", "web-attack")
_ADDRESS = {"ip": "incident-actor-address", "session": "incident-actor-session"}


def kind_of(playbook_kind: IncidentKind, first: Alert) -> IncidentKind:
    """Return what kind of matter the incident is; Nabat's own troubles are blind spots, except a storm."""
    if first.actor_id == "nabat":
        return IncidentKind.LEAK if first.matter == "storm" else IncidentKind.BLIND_SPOT
    return playbook_kind


def title(language: Language, kind: IncidentKind, first: Alert) -> str:
    """Return the title of an incident.

    Args:
        language: Of the title.
        kind: Kind of the incident.
        first: Its first alert.
    """
    if first.matter == "storm":
        return _said(language, "incident-title-storm")
    if kind is IncidentKind.BLIND_SPOT:
        return first.title_ru if language == "ru" and first.title_ru else first.title
    prefix = first.actor_id.partition(":")[0]
    address = _ADDRESS.get(prefix)
    actor = _said(language, address) if address else _said(language, "incident-actor", type=first.actor_type)
    service = first.service or "none"
    if first.matter in _MATTERS:
        return _said(language, f"incident-title-{first.matter}", actor=actor, service=service)
    return _said(language, "incident-title-other", actor=actor, service=service, matter=first.matter)


@lru_cache(maxsize=256)
def _said(language: Language, message: str, **args: str) -> str:
    """Return a message; what was said lately is remembered, because a title is made anew whenever an incident grows."""
    return messages(language).text(message, **args)
