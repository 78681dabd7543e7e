"""What rules, services and checklists are called: a silence that names none of them would be in force and mute nothing.

Comes in: the settings, the checklists, what alerts of the past were about. Goes out: the names a label can have.
"""

from collections.abc import Iterable

from detector.errors import ConfigError
from detector.runtime.visibility.blind_spots import PLAYBOOK, Blind
from detector.settings import Settings
from detector.store import UnitOfWork

SELECTED = ("rule", "service", "playbook")
"""Labels whose values are known beforehand."""
BEHAVIOUR = "behaviour"


def known_values(label: str, settings: Settings, checklists: Iterable[str], unit: UnitOfWork) -> frozenset[str]:
    """Return what a label can be; nothing where nobody can say.

    What an alert of the past was about may come again, whatever the configuration names now.
    """
    if label == "service":
        named = {each.service for each in settings.sources} | {each.service for each in settings.records.routes}
    elif label == "playbook":
        named = {*checklists, PLAYBOOK}
    else:
        named = _rules(settings)
    named.discard("")
    return frozenset(named | unit.incidents.labels_of_alerts(label)) if named else frozenset()


def _rules(settings: Settings) -> set[str]:
    # Only who names a rule waits for what decodes and judges.
    from detector.detect.rules import RuleSet  # noqa: PLC0415
    from detector.runtime.sources.unreadable_actors import RULE_ID  # noqa: PLC0415

    try:
        rules = RuleSet.of(settings)
        ids = {about.id for about in (*rules.abouts(), *(each.about for each in rules.waiting))}
    except ConfigError:
        return set()  # said by whoever loads them
    return ids | {BEHAVIOUR, RULE_ID} | {f"blind-spot.{kind.value}" for kind in Blind} if ids else set()
