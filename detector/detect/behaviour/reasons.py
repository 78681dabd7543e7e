"""Findings and their reasons in words, from what is usual for the actor and for its role.

Comes in: one window that lies above the threshold. Goes out: a ``Finding``. Which features speak is free of cost: the
robust z that made the window unusual, one a facet, largest first. Arguments are numbers; never a client's id or name.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour import features
from detector.detect.behaviour.evidence import WindowEvidence
from detector.detect.behaviour.rates import FACETS, JOINT, Cap, score
from detector.schema import ids
from detector.schema.detection.findings import MAX_EVIDENCE, Detector, Finding, Reason
from detector.schema.levels import Confidence, Severity

RULE_ID = "behaviour"
TITLE = "Unusual access to client data"
TITLE_RU = "Необычный доступ к данным клиентов"
MOST_REASONS = 4
# A feature speaks from this surprise on: seen on fewer than one day in ten.
_SPEAKS = 1.0
_SPECIAL_RARER = 2.0
"""So many times (as a power of ten) rarer than the threshold, data of special categories is critical."""


@dataclass(frozen=True, slots=True)
class CandidateWindow:
    """A judged window that is worth a look: everything a finding needs, taken when it was judged."""

    tick: int
    day: int
    actor: str
    who: int
    role: str
    z: npt.NDArray[np.float32]
    values: npt.NDArray[np.float64]
    usual: npt.NDArray[np.float64]
    peers: npt.NDArray[np.float64]
    own: bool
    last_at: datetime
    by_facet: npt.NDArray[np.float64]

    @property
    def surprise(self) -> float:
        """That of the most surprising facet."""
        return float(self.by_facet.max())

    def admitted(self, cap: Cap, threshold: float) -> bool:
        """Say whether it may be told of on its day, and count it if so."""
        return cap.admit(self.day, self.actor, self.role, self.by_facet, threshold, own=self.own)


def reasons(candidate: CandidateWindow, minutes: int) -> tuple[Reason, ...]:
    """Return why a window is unusual, most important first: the worst feature of each facet that speaks."""
    told: list[Reason] = []
    # That each alone is not rare can be said only where nothing else speaks.
    alone = (candidate.by_facet[:-1] < _SPEAKS).all()
    by_facet = candidate.by_facet if alone else candidate.by_facet[:-1]
    for facet in np.argsort(-by_facet, kind="stable"):
        if (told and by_facet[facet] < _SPEAKS) or len(told) == MOST_REASONS:
            break
        if FACETS[facet] == JOINT:
            told.append(Reason(message="behaviour-combination"))
        else:
            members = features.FACETS[FACETS[facet]]
            told.append(_reason(candidate, max(members, key=lambda at: float(candidate.z[at])), minutes))
    return tuple(told)


def _reason(candidate: CandidateWindow, at: int, minutes: int) -> Reason:
    name = features.NAMES[at]
    value, peer, high = (round(float(each[at])) for each in (candidate.values, candidate.peers, candidate.usual))
    args: tuple[tuple[str, str | int | float], ...] = (("value", value), ("minutes", minutes), ("peer", peer))
    if at in (shares := dict(features.SHARES)):
        args = (*args, ("of", round(float(candidate.values[shares[at]]))))
    if not candidate.own:
        return Reason(message=f"behaviour-{name}-new", args=args)
    return Reason(message=f"behaviour-{name}", args=(*args, ("high", high)))


def reason_facets() -> dict[str, str]:
    """Return by the message of each reason behaviour gives the facet that speaks by it."""
    by_feature = {feature.name: feature.facet for feature in features.FEATURES}
    told = {f"behaviour-{name}{end}": facet for name, facet in by_feature.items() for end in ("", "-new")}
    return {**told, "behaviour-combination": JOINT}


def severity(excess: float, special: bool) -> Severity:
    """Return how bad it is if true, from how far beyond the threshold it lies and from what was touched."""
    return Severity.CRITICAL if special and excess >= _SPECIAL_RARER else Severity.HIGH


def finding(
    candidate: CandidateWindow,
    sights: list[WindowEvidence],
    threshold: float,
    risk: dict[str, int],
    span: tuple[int, int],
) -> Finding:
    """Return the statement about one window; ``span`` is the window's and the dedup bucket's length in microseconds.

    The id is made from the actor and the hour, not from the model: after a retraining the same matter keeps its id.
    """
    window, hour = span
    excess = candidate.surprise - threshold
    level = severity(excess, any(sight.special for sight in sights))
    told = reasons(candidate, window // 60_000_000)
    sent = not sights or any(sight.sent for sight in sights)
    evidence = sorted({pointer for sight in sights for pointer in sight.evidence})[:MAX_EVIDENCE]
    values = dict(zip(features.NAMES, map(round, candidate.values.tolist()), strict=True))
    sure = Confidence.HIGH if excess >= 1 else Confidence.MEDIUM
    return Finding(
        id=ids.derive("finding", RULE_ID, candidate.actor, (candidate.tick - 1) // hour),
        detector=Detector.BEHAVIOUR,
        rule_id=RULE_ID,
        title=TITLE,
        title_ru=TITLE_RU,
        actor_id=candidate.actor,
        actor_type=candidate.role.split(":", 1)[0],
        at=candidate.last_at,
        first_event_at=evidence[0].at if evidence else candidate.last_at,
        last_event_at=candidate.last_at,
        severity=level,
        confidence=sure if candidate.own else Confidence.LOW,
        score=round(float(score(np.array(candidate.surprise))), 6),
        risk=risk.get(level, 0),
        service=min((name for sight in sights for name in sight.services), default=""),
        events=values["events"],
        reasons=told,
        playbook="client-data-leak",
        source_ips=tuple(sorted({address for sight in sights for address in sight.addresses})),
        subject_count=values["clients"],
        record_low=values["clients"] if sent else 0,
        record_high=max(values["records"] + values["shown"], values["clients"]) if sent else 0,
        data_classes=tuple(sorted({name for sight in sights for name in sight.classes})),
        evidence=tuple(evidence),
        history=bool(sights) and all(sight.history for sight in sights),
    )
