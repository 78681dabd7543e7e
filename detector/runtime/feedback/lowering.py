"""What would have been otherwise without the points of a rule, or of a facet of behaviour.

Comes in: the findings kept in the database, and what people said of incidents. Goes out: which incidents would not have
opened. The findings are folded into incidents anew, as a replay does it, once as they are and once without these
points; the difference is the rule's alone. That is exact for what is kept: a replay over the access journal would not
be, because it holds touches of client data and none of the other lines that rules judge. What people did meanwhile
(closing, silences) is in neither of the two.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from detector.incident import ClosedIncident, ClosingVerdict, Playbook, Regulation
from detector.runtime.decide import Decider
from detector.runtime.expected.exception_mutes import ExceptionMutes
from detector.runtime.feedback.judged_incidents import speakers
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.detection.work_exceptions import WorkException
from detector.schema.team.drills import is_of_drill
from detector.settings import Settings
from detector.store import Store, UnitOfWork

_TOGETHER = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoweringEffect:
    """What would not have been an incident without a rule's points, of those in which it spoke.

    Attributes:
        false_gone / confirmed_gone / other_gone: Incidents by what people said of them; other: anything else, and what
            is open.
        false_alarms / confirmed / other: How many there were.
    """

    name: str
    false_gone: int = 0
    false_alarms: int = 0
    confirmed_gone: int = 0
    confirmed: int = 0
    other_gone: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFindings:
    """What is folded anew.

    Attributes:
        findings: In order of their moments.
        incidents: By the id of each incident that is known, the findings behind it.
        exceptions: For planned work.
    """

    findings: tuple[Finding, ...]
    incidents: Mapping[str, frozenset[str]]
    exceptions: tuple[WorkException, ...] = ()

    @classmethod
    def of(cls, unit: UnitOfWork) -> "KeptFindings":
        """Return what a database holds, without drills; what a close covered of a finding is left out."""
        known = (each for each in unit.incidents.all_findings() if not is_of_drill(each.matter))
        found = tuple(replace(each, covered=None, replaces=()) for each in known)
        behind: dict[str, set[str]] = {}
        for alert in unit.incidents.all_alerts():
            if alert.incident_id and not is_of_drill(alert.matter):
                behind.setdefault(alert.incident_id, set()).update(alert.finding_ids)
        named = {incident: frozenset(ids) for incident, ids in behind.items()}
        return cls(findings=found, incidents=named, exceptions=tuple(unit.exceptions.reviewed()))

    def without(self, hidden: Collection[str]) -> "KeptFindings":
        """Return the same without some incidents and the findings behind them."""
        gone = frozenset[str]().union(*(self.incidents[each] for each in hidden))
        shown = {incident: ids for incident, ids in self.incidents.items() if incident not in hidden}
        return replace(self, findings=tuple(each for each in self.findings if each.id not in gone), incidents=shown)


def effects(
    kept: KeptFindings, judged: Sequence[ClosedIncident], names: Collection[str], decider: Decider
) -> Iterator[LoweringEffect]:
    """Yield for each rule or facet what lowering it to no points would have changed.

    Args:
        kept: What is folded anew.
        judged: What people said.
        names: Ids of rules, and ``behaviour:FACET``.
        decider: Takes findings to incidents by event time; it must page nobody.
    """
    if not names:
        return
    before = _in_incidents(kept, decider, lambda finding: finding)
    verdicts = {each.id: each.verdict for each in judged}
    of_finding = {finding.id: speakers(finding) for finding in kept.findings}
    for name in names:
        after = _in_incidents(kept, decider, partial(_without_points, name))
        counts = {verdict: [0, 0] for verdict in (ClosingVerdict.CONFIRMED, ClosingVerdict.FALSE_ALARM, None)}
        for incident, ids in kept.incidents.items():
            if not any(name in of_finding.get(each, ()) for each in ids) or before.isdisjoint(ids):
                continue
            verdict = verdicts.get(incident)
            count = counts[verdict if verdict in counts else None]
            count[0] += after.isdisjoint(ids)
            count[1] += 1
        yield LoweringEffect(
            name=name,
            false_gone=counts[ClosingVerdict.FALSE_ALARM][0],
            false_alarms=counts[ClosingVerdict.FALSE_ALARM][1],
            confirmed_gone=counts[ClosingVerdict.CONFIRMED][0],
            confirmed=counts[ClosingVerdict.CONFIRMED][1],
            other_gone=counts[None][0],
            other=counts[None][1],
        )


def _without_points(name: str, finding: Finding) -> Finding:
    """Return a finding without points where nothing else speaks by it."""
    return replace(finding, risk=0) if speakers(finding) == (name,) else finding


def _in_incidents(kept: KeptFindings, decider: Decider, change: Callable[[Finding], Finding]) -> frozenset[str]:
    """Fold findings anew, and return those that stand in an incident then."""
    alerts = folded_alerts(map(change, kept.findings), kept.exceptions, decider)
    return frozenset(each for alert in alerts for each in alert.finding_ids)


def folded_alerts(findings: Iterable[Finding], exceptions: Sequence[WorkException], decider: Decider) -> list[Alert]:
    """Fold findings into incidents in a database of their own, and return the alerts that stand in one.

    Args:
        findings: In order of their moments.
        exceptions: For planned work.
        decider: Takes findings to incidents by event time; it must page nobody.
    """
    with TemporaryDirectory(prefix="nabat-") as folder:
        url = f"sqlite:///{Path(folder) / 'nabat.db'}"
        with closing(Store.open(url, durable=False)) as store:
            with store.begin() as unit:
                unit.exceptions.save(*exceptions)
            waiting = iter(findings)
            while some := list(islice(waiting, _TOGETHER)):
                with store.begin() as unit:
                    decider.decide(unit, some, max(each.at for each in some))
            with store.read() as unit:
                return [alert for alert in unit.incidents.all_alerts() if alert.incident_id]


def event_time_decider(
    settings: Settings, playbooks: Mapping[str, Playbook], regulations: Mapping[str, Regulation]
) -> Decider:
    """Return what folds findings by event time and pages nobody.

    Which rules are about planted clients is not asked: exceptions name none, and loading rules takes seconds.
    """
    exception_mutes = ExceptionMutes(settings=settings, never=frozenset())
    return Decider(
        settings=settings,
        playbooks=playbooks,
        regulations=regulations,
        exception_mutes=exception_mutes,
        event_time=True,
    )
