"""Planned honest work that somebody announced beforehand, by the product's own exceptions.

Comes in: the oddities of a company, and which share of those that are planned in nature is announced. Goes out:
exceptions in a database, asked for and reviewed as `nabat expect ACTOR ACT UNTIL` does. What is announced is what an
honest manager knows: who, which kinds of act, and from when until when, by the hour. Leaks are not looked at: one by
the same account within the time of an exception is covered as it would be in life.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from detector.clock import ManualClock
from detector.detect.rules import Rules
from detector.runtime.evaluate.truth import Scene
from detector.runtime.expected.expected_kinds import kinds_meant
from detector.runtime.expected.planned_work import PlannedWork, actor_of
from detector.schema.events.columns import ADDRESS
from detector.settings import Settings
from detector.store import Store

PLANNED: Mapping[str, tuple[str, ...]] = {
    "auditors_request": ("export",),
    "authorised_scan": ("scan",),
    "campaign_by_hand": ("read",),
    "clean_up": ("read", "change"),
    "document_audit": ("read", "download"),
    "handover": ("read",),
    "partner_onboarding": ("read",),
    "report_series": ("export",),
    "service_moved": ("read", "new-network", "new-program"),
    "training_pair": ("read",),
    "yearly_review": ("read", "export"),
}
"""By kind of oddity that is planned in nature: the kinds of act that its manager would name (``config/acts.yml``)."""
_HOUR = timedelta(hours=1)
_BEFORE, _AFTER = _HOUR, 2 * _HOUR
_ASKED = timedelta(days=1)
_BY, _REVIEWER = "the manager", "the manager's colleague"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is announced.

    Attributes:
        scenes: The oddities announced, in order of their ids. planned: how many are planned in nature.
    """

    scenes: tuple[Scene, ...]
    planned: int

    @classmethod
    def of(cls, oddities: Iterable[Scene], since: datetime, share: float, seed: int) -> "Announcement":
        """Choose by chance, decided by the seed, a share of the planned work that ends after a moment."""
        planned = [each for each in oddities if each.kind in PLANNED and each.ends >= since]
        drawn = sorted(planned, key=lambda scene: sha256(f"{seed}/{scene.id}".encode()).digest())
        chosen = drawn[: round(share * len(planned))]
        return cls(tuple(sorted(chosen, key=lambda scene: scene.id)), len(planned))

    def write(self, store: Store, settings: Settings, rules: Rules) -> None:
        """Write the exceptions: one for each actor and kind of act, asked for a day before and reviewed at once."""
        for scene in self.scenes:
            begins, until = _hours(scene)
            work = PlannedWork(store, settings, ManualClock(begins - _ASKED))
            for actor in _known(scene):
                for act in PLANNED[scene.kind]:
                    asked = work.ask(
                        actor_of(settings, actor),
                        act,
                        kinds_meant(act, rules),
                        starts=begins,
                        until=until,
                        by=_BY,
                        reason=scene.kind.replace("_", " "),
                    )
                    work.review(asked.id, by=_REVIEWER)


def _hours(scene: Scene) -> tuple[datetime, datetime]:
    """Return from when until when it is expected, in whole hours: nobody plans by the minute."""
    begins = (scene.begins - _BEFORE).replace(minute=0, second=0, microsecond=0)
    return begins, (scene.ends + _AFTER).replace(minute=0, second=0, microsecond=0)


def _known(scene: Scene) -> tuple[str, ...]:
    """Return who is known beforehand: of strangers the address, never the account that stands for nobody."""
    addresses = tuple(actor for actor in scene.actors if actor.startswith(ADDRESS))
    return addresses or scene.actors
