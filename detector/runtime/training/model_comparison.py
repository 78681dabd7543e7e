"""Two models judged by what people said: which confirmed incidents each finds, and which false ones it raises.

Comes in: touches of the access journal, findings of rules kept in the database, closed incidents. Goes out: figures of
each model. Each folds the same touches from nothing; what it finds is folded into incidents together with what rules
found, as a replay does it. The candidate was trained on these days too: the figures say whether it is worse than the
model in force, not how good it will be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from detector import frames
from detector.detect.behaviour import Behaviour, Model, journal_days
from detector.frames import KeptTouches
from detector.incident import ClosingVerdict, verdict_of
from detector.runtime.decide import Decider
from detector.runtime.feedback.lowering import KeptFindings, folded_alerts
from detector.schema.case.incidents import Incident
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Detector, Finding
from detector.settings import Settings
from detector.settings.lists.company_lists import CompanyLists

SPAN = timedelta(days=90)
"""Touches of so long, up to the latest, are folded."""
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFigures:
    """What a model does on the days compared.

    Attributes:
        found: Confirmed incidents that open. raised: False alarms that open.
        unjudged: Incidents that open and of which people said nothing, or that nobody ever saw.
    """

    version: str
    found: int = 0
    raised: int = 0
    unjudged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """A candidate beside the model in force.

    Attributes:
        since / until: The days compared; None: there were no touches.
        confirmed / false_alarms: How many incidents of these days people called so.
    """

    candidate: ModelFigures
    current: ModelFigures
    since: datetime | None = None
    until: datetime | None = None
    confirmed: int = 0
    false_alarms: int = 0

    @property
    def worse_because(self) -> str:
        """Why the candidate is worse, in words; empty when it is not."""
        told = []
        if self.candidate.found < self.current.found:
            found = f"{self.candidate.found} of {self.confirmed} confirmed incidents"
            told.append(f"it finds {found}, the other one {self.current.found}")
        if self.candidate.raised > self.current.raised:
            raised = f"{self.candidate.raised} of {self.false_alarms} false alarms"
            told.append(f"it raises {raised}, the other one {self.current.raised}")
        return "; ".join(told)

    @property
    def figures(self) -> tuple[tuple[str, int], ...]:
        """The numbers, by name."""
        return (
            ("confirmed", self.confirmed),
            ("false_alarms", self.false_alarms),
            ("found", self.candidate.found),
            ("found_before", self.current.found),
            ("raised", self.candidate.raised),
            ("raised_before", self.current.raised),
            ("unjudged", self.candidate.unjudged),
            ("unjudged_before", self.current.unjudged),
        )


def compare(
    candidate: tuple[str, Model],
    current: tuple[str, Model],
    touches: KeptTouches,
    kept: KeptFindings,
    closed: Sequence[Incident],
    settings: Settings,
    decider: Decider,
    *,
    to_decide: bool = False,
) -> ModelComparison:
    """Judge two models.

    Args:
        candidate: What it is called, and the model.
        current: The one it is compared with, likewise.
        touches: Of the access journal.
        kept: Findings of the database: those of rules count, those of behaviour are made anew.
        closed: Incidents that people closed.
        settings: What is in force.
        decider: Takes findings to incidents by event time; it must page nobody.
        to_decide: Only whether the candidate is worse is asked: where nobody said anything, nothing is folded.
    """
    last = touches.last
    first = ModelFigures(version=candidate[0]), ModelFigures(version=current[0])
    if touches.first is None or last is None:
        return ModelComparison(candidate=first[0], current=first[1])
    since = last - SPAN
    judged = [
        (each, verdict)
        for each in closed
        if since <= each.first_event_at <= last and (verdict := verdict_of(each)) is not None
    ]
    by_rules = [
        each
        for each in kept.findings
        if each.at >= since and each.detector not in (Detector.BEHAVIOUR, Detector.BLIND_SPOT)
    ]
    recent = replace(touches, first=max(touches.first, since))

    verdicts = [verdict for _, verdict in judged]
    compared = ModelComparison(
        candidate=first[0],
        current=first[1],
        since=since,
        until=last,
        confirmed=verdicts.count(ClosingVerdict.CONFIRMED),
        false_alarms=verdicts.count(ClosingVerdict.FALSE_ALARM),
    )
    if to_decide and not compared.confirmed and not compared.false_alarms:
        return compared

    def figures(name: str, model: Model) -> ModelFigures:
        found = (*by_rules, *_found(model, recent, settings))
        ordered = sorted(found, key=lambda finding: (finding.at, finding.id))
        alerts = folded_alerts(ordered, kept.exceptions, decider)
        return _figures(name, alerts, judged)

    return replace(compared, candidate=figures(*candidate), current=figures(*current))


def _found(model: Model, touches: KeptTouches, settings: Settings) -> Iterator[Finding]:
    """Yield what behaviour finds in touches with a model, from nothing known of anybody."""
    fold = Behaviour.of(settings, model, _SEED, lists=CompanyLists.read(settings))
    state, last = fold.empty(), None
    for day in journal_days(touches):
        if day.height:
            last = day["@timestamp"][-1]
            state, found, _ = fold.step(state, day, last)
            yield from found
    if last is not None:
        yield from fold.step(state, frames.empty_events(), last + settings.behaviour.tick)[1]


def _figures(name: str, alerts: Sequence[Alert], judged: Sequence[tuple[Incident, ClosingVerdict]]) -> ModelFigures:
    raised = {incident.id for incident, _ in judged if any(_same(incident, alert) for alert in alerts)}
    counts = [verdict for incident, verdict in judged if incident.id in raised]
    known = {alert.incident_id for alert in alerts if any(_same(incident, alert) for incident, _ in judged)}
    return ModelFigures(
        version=name,
        found=counts.count(ClosingVerdict.CONFIRMED),
        raised=counts.count(ClosingVerdict.FALSE_ALARM),
        unjudged=len({alert.incident_id for alert in alerts} - known),
    )


def _same(incident: Incident, alert: Alert) -> bool:
    """Tell whether an alert is about what an incident was about: one of its actors, while it went on."""
    actors = (incident.actor_id, *incident.related_actors)
    overlap = alert.first_event_at <= incident.last_event_at and incident.first_event_at <= alert.last_event_at
    return alert.actor_id in actors and overlap
