"""Titles of incidents, in both languages, from what they are, actor kind and service. Never a name or a client id."""

from functools import lru_cache

from detector.messages import Language, messages
from detector.schema.case.incidents import STORM_MATTER, IncidentKind
from detector.schema.detection.alerts import Alert

_COMMON = "access"
_FORMS = {"ip": "-address", "session": "-session", "host": "-host", "unnamed": "-unnamed"}


def title(language: Language, kind: IncidentKind, first: Alert, *, touched: bool) -> str:
    """Return the title of an incident.

    Args:
        language: Of the title.
        kind: Kind of the incident.
        first: Its first alert.
        touched: Whether touches of client data are known; of a leak without them somebody only said so.
    """
    if kind is IncidentKind.BLIND_SPOT or first.matter == STORM_MATTER:
        return first.title_ru if language == "ru" and first.title_ru else first.title
    prefix = first.actor_id.partition(":")[0]
    form = _FORMS.get(prefix, "")
    actor, who = (_said(language, f"incident-{word}{form}", type=first.actor_type) for word in ("actor", "who"))
    service = first.service or "none"
    name = kind.value if touched or kind is not IncidentKind.LEAK else "leak-said"
    said = _said(language, f"incident-title-{name}", actor=actor, who=who, service=service)
    if kind is IncidentKind.SUSPICIOUS and first.matter != _COMMON:
        return f"{first.matter}: {said}"
    return said


@lru_cache(maxsize=256)
def _said(language: Language, message: str, **args: str) -> str:
    """Return a message; what was said lately is remembered, because a title is made anew whenever an incident grows."""
    return messages(language).text(message, **args)
