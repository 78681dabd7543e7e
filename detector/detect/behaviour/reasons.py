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
from detector.detect.behaviour.model import score
from detector.schema import ids
from detector.schema.findings import MAX_EVIDENCE, Detector, Finding, Reason
from detector.schema.levels import Confidence, Severity

RULE_ID = "behaviour"
TITLE = "Unusual access to client data"
TITLE_RU = "Необычный доступ к данным клиентов"
REFUSED = "Unusually many requests were refused"
REFUSED_RU = "Необычно много отказов"
# What may be odd about requests that got nothing: alone it takes no data, and anybody may send them in another's name.
_OF_REFUSALS = {"failures", "new_addresses", "addresses", "combination"}
MOST_REASONS = 4
# A feature speaks from this robust z on; the largest one speaks from the second on.
_SPEAKS, _SPEAKS_FIRST = 2.0, 1.0
# Bytes are told in thousands.
_KILO = 1000
# Ten and a hundred times rarer than the threshold.
_RARER, _FAR_RARER = float(np.log(10)), float(np.log(100))


@dataclass(frozen=True, slots=True)
class CandidateWindow:
    """A judged window that is worth a look: everything a finding needs, taken when it was judged."""

    tick: int
    actor: str
    who: int
    role: str
    columns: npt.NDArray[np.float32]
    values: npt.NDArray[np.float64]
    usual: npt.NDArray[np.float32]
    peers: npt.NDArray[np.float32]
    own: bool
    last_at: datetime
    facets: float
    surprise: float = 0.0


def reasons(candidate: CandidateWindow, minutes: int) -> tuple[Reason, ...]:
    """Return why a window is unusual, most important first."""
    z = features.combined(candidate.columns[None, :])[0]
    told: list[Reason] = []
    facets: set[str] = set()
    for at in np.argsort(-z, kind="stable"):
        feature = features.FEATURES[at]
        if z[at] < (_SPEAKS if told else _SPEAKS_FIRST) or len(told) == MOST_REASONS:
            break
        if feature.facet not in facets:
            facets.add(feature.facet)
            told.append(_reason(candidate, int(at), minutes))
    if not told or candidate.surprise > candidate.facets + _RARER:
        told.append(Reason(message="behaviour-combination"))
    return tuple(told)


def _reason(candidate: CandidateWindow, at: int, minutes: int) -> Reason:
    name = features.NAMES[at]
    size = _KILO if name == "bytes" else 1
    value, peer = round(float(candidate.values[at]) / size), round(float(candidate.peers[at, 2]) / size)
    args: tuple[tuple[str, str | int | float], ...] = (("value", value), ("minutes", minutes), ("peer", peer))
    if not candidate.own:
        return Reason(message=f"behaviour-{name}-new", args=args)
    low, high = (round(float(candidate.usual[at, level]) / size) for level in (0, 2))
    return Reason(message=f"behaviour-{name}", args=(*args, ("low", low), ("high", high)))


def severity(excess: float, special: bool) -> Severity:
    """Return how bad it is if true, from how far beyond the threshold it lies and from what was touched."""
    rank = 1 + (excess >= _RARER) + (excess >= _FAR_RARER and special)
    return list(Severity)[rank]


def _is_refusals(told: tuple[Reason, ...]) -> bool:
    """Say whether nothing is odd but that requests were refused, and where they came from."""
    named = {reason.message.split("-")[1] for reason in told}
    return "failures" in named and named <= _OF_REFUSALS


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
    # Without a past of its own it may only be new here, or work other hours than its role: that alone pages nobody.
    level = severity(excess, any(sight.special for sight in sights)) if candidate.own else Severity.LOW
    told = reasons(candidate, window // 60_000_000)
    refused = _is_refusals(told)
    level = min(level, Severity.MEDIUM) if refused else level
    sent = not refused and (not sights or any(sight.sent for sight in sights))
    evidence = sorted({pointer for sight in sights for pointer in sight.evidence})[:MAX_EVIDENCE]
    values = dict(zip(features.NAMES, map(round, candidate.values.tolist()), strict=True))
    confidence = Confidence.LOW if not candidate.own else Confidence.HIGH if excess >= _RARER else Confidence.MEDIUM
    return Finding(
        id=ids.derive("finding", RULE_ID, candidate.actor, (candidate.tick - 1) // hour),
        detector=Detector.BEHAVIOUR,
        rule_id=RULE_ID,
        title=REFUSED if refused else TITLE,
        title_ru=REFUSED_RU if refused else TITLE_RU,
        actor_id=candidate.actor,
        actor_type=candidate.role.split(":", 1)[0],
        at=candidate.last_at,
        first_event_at=evidence[0].at if evidence else candidate.last_at,
        last_event_at=candidate.last_at,
        severity=level,
        confidence=confidence,
        score=round(float(score(np.array(candidate.surprise))), 6),
        risk=risk.get(level, 0),
        service=min((name for sight in sights for name in sight.services), default=""),
        events=values["events"] + values["failures"],
        reasons=told,
        playbook="suspicious-activity" if refused else "client-data-leak",
        source_ips=tuple(sorted({address for sight in sights for address in sight.addresses})),
        subject_count=0 if refused else values["subjects"],
        record_low=values["subjects"] if sent else 0,
        record_high=max(values["records"], values["subjects"]) if sent else 0,
        data_classes=tuple(sorted({name for sight in sights for name in sight.classes})),
        evidence=tuple(evidence),
        history=bool(sights) and all(sight.history for sight in sights),
    )
