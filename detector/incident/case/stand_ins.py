"""Who stands in for whom a case is about, said on its timeline.

Comes in: the incident as it was and as it is, the team. Goes out: an entry, or none. Whoever may not take part is not
named: the timeline says which role has nobody left, and who fills it.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce

from detector.incident.playbook.checklist import NABAT
from detector.incident.timeline import append
from detector.messages import Messages, MessageText
from detector.schema.case.incidents import Incident, TimelineEntry
from detector.settings import TeamSettings
from detector.settings.sections.response import ACCESS_ROLES, ROLES


def stand_in_entries(
    last: TimelineEntry | None,
    before: Incident | None,
    after: Incident,
    team: TeamSettings,
    words: Messages,
    at: datetime,
) -> tuple[TimelineEntry, ...]:
    """Return what says who fills the roles that have nobody left; nothing where that was so before."""
    filled = _filled(after, team)
    if not filled or (before is not None and _filled(before, team) == filled):
        return ()
    text = words.wording("incident-entry-stood-in", roles=who_fills(filled, words))
    data = tuple(filled.items())
    return (append(last, incident_id=after.id, at=at, kind="stood_in", by=NABAT, text=text, data=data),)


def who_fills(filled: Mapping[str, str], words: Messages) -> MessageText:
    """Return who fills which role as one message, one list within the other; at least one is."""
    told = [
        words.wording(
            "incident-stand-in",
            role=role if role in ACCESS_ROLES else words.wording(f"notify-role-{role}"),
            person=person or words.wording("incident-nobody"),
        )
        for role, person in filled.items()
    ]
    return reduce(lambda rest, one: words.wording("incident-stand-ins", one=one, rest=rest), reversed(told))


def _filled(incident: Incident, team: TeamSettings) -> dict[str, str]:
    excluded = team.excluded(incident.suspects)
    lost = [role for role in ROLES if (named := team.roles.get(role)) and excluded.issuperset(named)]
    return {role: next(iter(team.holders(role, excluded)), "") for role in lost}
