"""The duties of a case, computed from facts: which there are, when each is due, what the facts say of it.

Comes in: an incident, the terms it keeps, its duties so far. Goes out: its duties now. What people decided and sent
stays; a duty's end stops its own clock and no other. Nothing here looks at steps: ticking one fulfils no duty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from detector.incident.duty.applicability import DutyJudgement, law_applies, stage_applies, together
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.law_calendar import working_days
from detector.incident.duty.occasions import telling
from detector.incident.duty.regulations import Regulation, RegulationStage
from detector.incident.offsets import END_OF_DAY
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import Incident, Scope
from detector.schema.detection.findings import Reason

# From so many people on it matters to whoever has decided that there are ten times as many.
_MANY = 1_000
_WEIGHT = {DutyVerdict.NO: 0, DutyVerdict.ASK: 1, DutyVerdict.YES: 2}


def duties_of(incident: Incident, terms: Terms, before: Iterable[Duty]) -> tuple[Duty, ...]:
    """Return the duties of a case as its facts stand.

    There are none unless client data is concerned. One that began stays, whatever its law says later. A decision that
    nothing is owed is open again once the facts say more for it than they did, or people at most reach its threshold
    or are an order more.

    Args:
        incident: Its T0, T1, kind and scope are what counts.
        terms: The laws it keeps, and what we are.
        before: Its duties so far.
    """
    known = {(duty.regulation, duty.stage): duty for duty in before}
    if not incident.kind.breach:
        return tuple(known.values())
    found: list[Duty] = []
    for law in terms.regulations.values():
        maker = _LawDuties(incident, terms, law, known, {})
        found += maker.make()
    there = {(duty.regulation, duty.stage) for duty in found}
    found += [duty for key, duty in known.items() if key not in there]
    return tuple(duty if duty.position == at else replace(duty, position=at) for at, duty in enumerate(found))


@dataclass(frozen=True, slots=True)
class _LawDuties:
    incident: Incident
    terms: Terms
    law: Regulation
    known: Mapping[tuple[str, str], Duty]
    made: dict[str, Duty]

    def make(self) -> list[Duty]:
        day = self.law.day_of(self.incident.noticed_at, self.terms.zone)
        begun = self.law.begins(self.incident) and self.law.in_force(day) and not self.law.dormant
        said = law_applies(self.law, self.incident, self.terms)
        stages = {stage.id: stage for stage in self.law.stages}
        for stage in self.law.stages:
            self._stage(stage, stages, said, new=begun and stage.in_force(day))
        there = [stage for stage in self.law.stages if stage.id in self.made]
        return [duty for stage in there for duty in (self.made[stage.id], *self._further(stage, said))]

    def _further(self, stage: RegulationStage, said: DutyJudgement) -> list[Duty]:
        """Return the duties of all requests but the first, and of each controller; each has a clock of its own."""
        mine = (duty for (law, _), duty in self.known.items() if law == self.law.id and duty.of_stage == stage.id)
        others = sorted((each for each in mine if each.stage != stage.id), key=lambda each: each.position)
        judged = together((said, stage_applies(self.law, stage, self.incident, self.terms)))
        if stage.each:
            told = {each.controller for each in others}
            for name in sorted(self._controllers.keys() - told):
                others.append(telling(others, self.made[stage.id], name))
        return [self._as_now(each, stage, self._of_controller(each, judged)) for each in others]

    @property
    def _controllers(self) -> dict[str, int]:
        return {name: count for name, count in self.incident.scope.by_controller if count}

    def _of_controller(self, duty: Duty, judged: DutyJudgement) -> DutyJudgement:
        """Return what the facts say of a duty; while none of a controller's clients is concerned, it is not told."""
        if not duty.controller or duty.controller in self._controllers:
            return judged
        why = Reason(message="duty-controller-none", args=(("controller", duty.controller),))
        return DutyJudgement(DutyVerdict.NO, (why,))

    def _all_told(self) -> bool:
        """Tell whether each client is of a controller that has a duty of its own: then nobody is left to be told."""
        clients = sum(self._controllers.values())
        return bool(clients) and clients == self.incident.people_high and not self.incident.scope.uncounted

    def _stage(
        self, stage: RegulationStage, stages: Mapping[str, RegulationStage], said: DutyJudgement, *, new: bool
    ) -> None:
        old = self.known.get((self.law.id, stage.id))
        if stage.id in self.made or (old is None and not new):
            return
        for name in (stage.start, stage.or_from, stage.together):
            if name in stages:
                self._stage(stages[name], stages, said, new=new)
        judged = together((said, stage_applies(self.law, stage, self.incident, self.terms)))
        follows = [self.made[name] for name in (stage.start, stage.or_from) if name in self.made]
        moot = bool(follows) and all(_left_out(each) for each in follows)
        if moot:
            judged = DutyJudgement(DutyVerdict.NO, (Reason(message="duty-follows", args=(("other", stage.start),)),))
        if stage.each and self._all_told():
            moot = True
            judged = DutyJudgement(DutyVerdict.NO, (Reason(message="duty-controllers-each"),))
        new_one = Duty(
            incident_id=self.incident.id,
            regulation=self.law.id,
            stage=stage.id,
            law_version=self.law.version,
            position=len(self.made),
        )
        self.made[stage.id] = self._as_now(old or new_one, stage, judged, moot=moot)

    def _as_now(self, duty: Duty, stage: RegulationStage, judged: DutyJudgement, *, moot: bool = False) -> Duty:
        """Return a duty as the facts stand; what people decided and sent stays."""
        to = stage.to or self.law.to
        now = replace(
            duty,
            law_version=self.law.version,
            step=stage.step,
            recipient=duty.controller or to.en,
            recipient_ru=duty.controller or to.ru,
            verdict=judged.verdict,
            reasons=judged.reasons,
            moot=moot,
        )
        return _reopened(self._timed(now, stage), self.incident, stage)

    def _timed(self, duty: Duty, stage: RegulationStage) -> Duty:
        basis, start = self._start(duty, stage)
        offset = stage.due or stage.target
        zone, working = self.law.zone_or(self.terms.zone), working_days(self.law.calendar)
        due = offset.after(start, zone, working) if offset and start else None
        other = self.made.get(stage.together)
        if due is not None and other is not None and other.receipt_at is not None:
            day = self.law.day_of(other.receipt_at, self.terms.zone)
            due = min(due, datetime.combine(day, END_OF_DAY, zone).astimezone(UTC))
        return replace(duty, basis=basis, due_at=due, internal=stage.due is None and stage.target is not None)

    def _start(self, duty: Duty, stage: RegulationStage) -> tuple[str, datetime | None]:
        """Return what a clock counts from, and since when; while T1 is empty, T0 counts for it."""
        incident = self.incident
        if stage.start == "T0":
            return "T0", incident.noticed_at
        if stage.start == "T1":
            return ("T1", incident.aware_at) if incident.aware_at is not None else ("T0", incident.t0)
        if stage.start == "year_end":
            zone = self.law.zone_or(self.terms.zone)
            year = self.law.day_of(incident.noticed_at, self.terms.zone).year
            return "year_end", datetime.combine(date(year, 12, 31), END_OF_DAY, zone)
        if stage.start == "occasion":
            return "occasion", duty.occasion_at
        sent = [(name, self.made[name].receipt_at) for name in (stage.start, stage.or_from) if name in self.made]
        started = sorted((at, name) for name, at in sent if at is not None)
        return (started[0][1], started[0][0]) if started else (stage.start, None)


def _left_out(duty: Duty) -> bool:
    return duty.moot or duty.state is DutyState.NOT_OWED


def with_decision(
    duty: Duty, state: DutyState, people: int, *, by: str, approver: str, reason: str, memo: str, now: datetime
) -> Duty:
    """Return a duty about which people have decided, with what the facts said then; ``_reopened`` takes it back.

    Args:
        duty: As the facts stand now.
        state: Owed or not.
        people: How many are concerned at most, as far as is known now.
        by: Whose word it is.
        approver: Whose the second one is; empty: it took none.
        reason: Why.
        memo: What was weighed, at length.
        now: When.
    """
    return replace(
        duty,
        state=state,
        decided_at=now,
        decided_by=by,
        approved_by=approver,
        decision_reason=reason,
        memo=memo,
        decided_verdict=duty.verdict,
        decided_subjects=people,
    )


def _another_order(before: int, after: int) -> bool:
    """Tell whether more people are concerned by an order of magnitude: over 1,000, 10,000, 100,000."""
    return after >= _MANY and len(str(after)) > len(str(before))


def _reopened(duty: Duty, incident: Incident, stage: RegulationStage) -> Duty:
    """Return a duty that was left out, open again where what that was decided on holds no more.

    While a scope is counted anew, after a merge was taken back, nothing more is known than was decided on.
    """
    most = incident.people_high
    if duty.state is not DutyState.NOT_OWED or (incident.scope == Scope() and most < duty.decided_subjects):
        return duty
    then, before = duty.decided_verdict or DutyVerdict.YES, duty.decided_subjects
    limit = stage.threshold.subjects
    reached = limit is not None and before < limit <= most
    if _WEIGHT[duty.verdict] <= _WEIGHT[then] and not reached and not _another_order(before, most):
        return duty
    return replace(
        duty,
        state=DutyState.UNDECIDED,
        decided_at=None,
        decided_by="",
        approved_by="",
        decision_reason="",
        memo="",
        decided_verdict=None,
        decided_subjects=0,
    )


def eased(before: Iterable[Duty], after: Iterable[Duty]) -> list[str]:
    """Return which duties would be due later than they are, or called for less; ``after`` has each of them."""
    then = {duty.ref: duty for duty in after}
    return [duty.ref for duty in before if _less_called_for(duty, then[duty.ref])]


def _less_called_for(before: Duty, after: Duty) -> bool:
    """Tell whether a duty would be due later than it is, or the facts would say less for it while it is open."""
    later = before.due_at is not None and (after.due_at is None or after.due_at > before.due_at)
    return later or (before.open and (after.moot or _WEIGHT[after.verdict] < _WEIGHT[before.verdict]))


def changed_duties(before: Iterable[Duty], after: Iterable[Duty]) -> tuple[Duty, ...]:
    """Return the duties that are new or differ."""
    known = {(duty.regulation, duty.stage): duty for duty in before}
    return tuple(duty for duty in after if known.get((duty.regulation, duty.stage)) != duty)


def asked_anew(before: Iterable[Duty], after: Iterable[Duty]) -> tuple[Duty, ...]:
    """Return the duties a decision about which no longer holds."""
    left_out = {duty.ref for duty in before if duty.state is DutyState.NOT_OWED}
    return tuple(duty for duty in after if duty.ref in left_out and duty.state is DutyState.UNDECIDED)


def in_order_due(duties: Sequence[Duty]) -> list[Duty]:
    """Return duties that run, the next due first, those without a time behind, and those that ended last."""
    return sorted(
        duties,
        key=lambda duty: (
            not duty.open,
            not duty.counting,
            duty.due_at is None,
            duty.due_at.timestamp() if duty.due_at else 0.0,
            duty.position,
        ),
    )
