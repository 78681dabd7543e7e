"""Which incident is about which leak, strictly: it must be about whoever took the data, and rest on what was taken.

Comes in: incidents with their findings, scenes with their events. Goes out: outcomes. Plain functions of these values.

The events behind a finding are its evidence. Counts and behaviour name a sample of theirs: where these say that client
data was touched, behind them is what their actor did between their first and last event. A rule about single events
names the first of them, and where there were more, behind it is also what its actor did from the last one named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.runtime.evaluate.recording import SceneEvent
from detector.runtime.evaluate.truth import Scene
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Detector, Finding

STRENGTHS = ("loud", "medium", "quiet")


@dataclass(frozen=True, slots=True)
class JudgedIncident:
    """An incident and the findings behind it.

    Attributes:
        subjects: The clients of its scope, whom notices and letters would be written about.
        usual: The clients whom its actors' usual work alone touched.
    """

    incident: Incident
    findings: tuple[Finding, ...]
    subjects: frozenset[str] = frozenset()
    usual: frozenset[str] = frozenset()

    @property
    def actors(self) -> frozenset[str]:
        """Whom it is about."""
        return frozenset((self.incident.actor_id, *self.incident.related_actors))


@dataclass(frozen=True, slots=True)
class PlayedScene:
    """A scene, and what its lines became."""

    scene: Scene
    events: tuple[SceneEvent, ...]

    @property
    def taken(self) -> tuple[SceneEvent, ...]:
        """The events that took client data."""
        return tuple(event for event in self.events if event.taking)

    @property
    def begins(self) -> datetime:
        """When it began, be it before the lines that are judged; its first event, where a clock goes a little wrong."""
        return min([self.scene.begins, *(event.at for event in self.events)])

    @property
    def first_taken(self) -> datetime:
        """When client data was first taken."""
        return min((event.at for event in self.taken), default=self.begins)

    @property
    def last_taken(self) -> datetime:
        """When client data was last taken."""
        return max((event.at for event in self.taken), default=self.scene.ends)


class Fate(StrEnum):
    """What became of a leak."""

    FOUND = "found"
    SWALLOWED = "swallowed"
    """It went into an incident that was open before the leak began, and nobody was called anew."""
    OTHER_LINES = "other lines"
    """An incident rests on lines of the leak that took nothing, such as failed logins, and on none that did."""
    UNRAISED = "unraised"
    """A finding rests on it, and no incident came of that."""
    UNSEEN = "unseen"
    """No finding rests on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one leak.

    Attributes:
        seconds: From the first client taken to the moment at which an incident told of it; None: none did.
        precision: Share of the scope's clients that were taken. recall: share of those taken, as far as the log names
            them, that the scope holds. None: no incident, or no ids in the log.
        listed_precision, listed_recall: The same of both lists together: the scope, and the clients of usual work.
    """

    fate: Fate
    seconds: float | None = None
    precision: float | None = None
    recall: float | None = None
    listed_precision: float | None = None
    listed_recall: float | None = None


def rests_on(finding: Finding, events: Iterable[SceneEvent]) -> bool:
    """Tell whether one of some events is behind a finding."""
    shown = {(each.path, each.offset) for each in finding.evidence}
    since = _unnamed_since(finding)
    return any(
        (event.path, event.offset) in shown
        or (since is not None and since <= event.at <= finding.last_event_at and finding.actor_id in event.names)
        for event in events
    )


def _unnamed_since(finding: Finding) -> datetime | None:
    """Return from when on events stand behind a finding that it does not name; None: it names all of them."""
    if not finding.touched:
        return None
    if finding.detector is not Detector.RULE:
        return finding.first_event_at
    more = finding.events > len(finding.evidence)
    return max((each.at for each in finding.evidence), default=finding.first_event_at) if more else None


def names_actor(case: JudgedIncident, events: Iterable[SceneEvent]) -> bool:
    """Tell whether an incident is about somebody who acted in one of some events."""
    return any(case.actors & event.names for event in events)


def told_at(case: JudgedIncident, events: Sequence[SceneEvent], begins: datetime) -> datetime | None:
    """Return when people were told of some events that began then; None: this incident did not tell of them.

    People are told when an incident opens, and again when it calls the team again. An incident that opened in between
    about something else tells of them no sooner than a finding rests on them.
    """
    if not names_actor(case, events):
        return None
    resting = [finding.at for finding in case.findings if rests_on(finding, events)]
    calls = [at for at in (case.incident.opened_at, case.incident.called_at) if at is not None and at >= begins]
    return max(min(calls), min(resting)) if calls and resting else None


def swallowed_by(case: JudgedIncident, events: Sequence[SceneEvent], begins: datetime) -> bool:
    """Tell whether a finding about some events went into an incident of before, which did not call anybody again."""
    resting = any(rests_on(finding, events) for finding in case.findings)
    return resting and names_actor(case, events) and told_at(case, events, begins) is None


def outcome(
    leak: PlayedScene, cases: Sequence[JudgedIncident], findings: Sequence[Finding], others: Sequence[PlayedScene] = ()
) -> Outcome:
    """Return what became of a leak.

    Args:
        leak: The leak.
        cases: All incidents.
        findings: All findings, those that led to no incident included.
        others: All leaks: clients of another leak that one incident covers, too, are no error of its scope.
    """
    taken = leak.taken
    told = [(at, case) for case in cases if (at := told_at(case, taken, leak.begins)) is not None]
    if told:
        mine = [case for _, case in told]
        waited = (min(at for at, _ in told) - leak.first_taken).total_seconds()
        precision, recall = scope_quality(leak, mine, others)
        both = scope_quality(leak, mine, others, usual=True)
        return Outcome(
            fate=Fate.FOUND,
            seconds=max(waited, 0.0),
            precision=precision,
            recall=recall,
            listed_precision=both[0],
            listed_recall=both[1],
        )
    if any(swallowed_by(case, taken, leak.begins) for case in cases):
        return Outcome(fate=Fate.SWALLOWED)
    if any(told_at(case, leak.events, leak.begins) is not None for case in cases):
        return Outcome(fate=Fate.OTHER_LINES)
    return Outcome(fate=Fate.UNRAISED if any(rests_on(each, taken) for each in findings) else Fate.UNSEEN)


def scope_quality(
    leak: PlayedScene,
    mine: Sequence[JudgedIncident],
    others: Sequence[PlayedScene],
    *,
    usual: bool = False,
) -> tuple[float | None, float | None]:
    """Return precision and recall of the clients that the incidents of a leak name.

    Args:
        leak: The leak.
        mine: Its incidents.
        others: All leaks.
        usual: Those of the actors' usual work are named, too.
    """
    named = leak.scene.named
    if not named:
        return None, None
    shown = frozenset[str]().union(*(case.subjects | (case.usual if usual else frozenset()) for case in mine))
    also = [each for each in others if any(told_at(case, each.taken, each.begins) is not None for case in mine)]
    right = named.union(*(each.scene.named for each in also))
    return (len(shown & right) / len(shown) if shown else None), len(shown & named) / len(named)


class Topic(StrEnum):
    """What an incident is about."""

    LEAK = "leak"
    ODDITY = "oddity"
    WORK = "work"


def about(case: JudgedIncident, leaks: Iterable[PlayedScene], oddities: Iterable[PlayedScene]) -> Topic:
    """Return what an incident is about: a leak that it tells of, by any of its lines; an oddity; or ordinary work.

    One that was open before a leak began, and took it in, was opened by something else and is about that.
    """
    if any(told_at(case, each.events, each.begins) is not None for each in leaks):
        return Topic.LEAK
    odd = any(rests_on(finding, each.events) for each in oddities for finding in case.findings)
    return Topic.ODDITY if odd else Topic.WORK
