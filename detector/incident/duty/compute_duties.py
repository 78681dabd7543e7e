"""The duties of a case, computed from facts: which there are, when each is due, what the facts say of it.

Comes in: an incident, the terms it keeps, its duties so far. Goes out: its duties now. What people decided and sent
stays; a duty's end stops its own clock and no other. Nothing here looks at steps: ticking one fulfils no duty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from detector.incident.duty.applicability import DutyJudgement, law_applies, people_of_law, stage_applies, together
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.law_calendar import working_days
from detector.incident.duty.law_people import (
    Lies,
    controllers_told,
    country_of,
    in_country,
    lies_in,
    others_clients,
    outside,
    own_case,
)
from detector.incident.duty.occasions import telling
from detector.incident.duty.regulations import Regulation, RegulationStage
from detector.incident.offsets import END_OF_DAY
from detector.schema.case.duties import OF_OTHERS, Duty, DutyState, DutyVerdict
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
    own = own_case(incident)
    for law in terms.regulations.values():
        maker = _LawDuties(incident, own, terms, law, known)
        found += maker.make()
    there = {(duty.regulation, duty.stage) for duty in found}
    found += [duty for key, duty in known.items() if key not in there]
    return tuple(duty if duty.position == at else replace(duty, position=at) for at, duty in enumerate(found))


def countries_told(law: Regulation, incident: Incident, terms: Terms) -> dict[str, int]:
    """Return the countries whose authorities are told each by itself, with how many people live there.

    Who is established in none of those countries in which the law is in force has no lead authority among theirs.
    """
    if not outside(law, terms.country):
        return {}
    wanted = law.applies.residence
    found: dict[str, int] = {}
    for place, count in incident.scope.by_residence:
        if count and place not in wanted and lies_in(place, wanted) is Lies.INSIDE:
            found[country_of(place)] = found.get(country_of(place), 0) + count
    return found


def _ruled_out(message: str, *args: tuple[str, str | int]) -> DutyJudgement:
    return DutyJudgement(DutyVerdict.NO, (Reason(message=message, args=args),))


@dataclass(frozen=True, slots=True)
class _LawDuties:
    """The duties of one law: of the law's own stages, and of each request, controller or country beside them."""

    incident: Incident
    own: Incident
    terms: Terms
    law: Regulation
    known: Mapping[tuple[str, str], Duty]
    made: dict[str, Duty] = field(default_factory=dict)
    by_country: dict[tuple[str, str], Duty] = field(default_factory=dict)

    def make(self) -> list[Duty]:
        day = self.law.day_of(self.incident.noticed_at, self.terms.zone)
        begun = self.law.begins(self.incident) and self.law.in_force(day) and not self.law.dormant
        stages = {stage.id: stage for stage in self.law.stages}
        for stage in self.law.stages:
            self._stage(stage, stages, new=begun and stage.in_force(day))
        there = [stage for stage in self.law.stages if stage.id in self.made]
        return [duty for stage in there for duty in (self.made[stage.id], *self._further(stage))]

    def _further(self, stage: RegulationStage) -> list[Duty]:
        """Return the duties of all requests but the first, of each controller and country; each has its own clock."""
        mine = (duty for (law, _), duty in self.known.items() if law == self.law.id and duty.of_stage == stage.id)
        others = sorted((each for each in mine if each.stage != stage.id), key=lambda each: each.position)
        told = {each.told_alone for each in others}
        for name in sorted(self._readers(stage).keys() - told):
            others.append(telling(others, self.made[stage.id], name, of_country=stage.each == "country"))
        if not others:
            return []
        judged, found = self._judged(stage), list[Duty]()
        for each in others:
            now, moot = self._of_reader(each, stage, judged), False
            if each.country and any(_left_out(first) for first in self._starts(each, stage)):
                now, moot = self._following(stage), True
            found.append(self._as_now(each, stage, now, moot=moot))
            if each.country:
                self.by_country[stage.id, each.country] = found[-1]
        return found

    def _case_of(self, stage: RegulationStage) -> Incident:
        return self.own if self.law.counts_own(stage) else self.incident

    def _judged(self, stage: RegulationStage) -> DutyJudgement:
        """Return what the facts say of a stage: of a controller's duty, by those whose controller we are."""
        case = self._case_of(stage)
        judged = together((law_applies(self.law, case, self.terms), stage_applies(self.law, stage, case, self.terms)))
        if case is self.incident:
            return judged
        others, ours = others_clients(self.incident.scope), case.people_low
        if ours or judged.verdict is DutyVerdict.NO:
            why = Reason(message="duty-ours", args=(("others", others), ("ours", ours)))
            return judged._replace(reasons=(*judged.reasons, why))
        why = Reason(message="duty-ours-perhaps", args=(("others", others), ("most", case.people_high)))
        return DutyJudgement(DutyVerdict.ASK, (*(() if judged.verdict is DutyVerdict.YES else judged.reasons), why))

    def _readers(self, stage: RegulationStage) -> dict[str, int]:
        """Return who is told by a duty of their own, with how many people concerned: controllers, or countries."""
        if stage.each == "controller":
            return controllers_told(self.incident.scope, stage.applies.residence or self.law.applies.residence)
        return countries_told(self.law, self._case_of(stage), self.terms) if stage.each == "country" else {}

    def _of_reader(self, duty: Duty, stage: RegulationStage, judged: DutyJudgement) -> DutyJudgement:
        """Return what the facts say of a duty; while nobody of its reader's people is concerned, none is told."""
        if not duty.told_alone or duty.told_alone in self._readers(stage):
            return judged
        kind = "country" if duty.country else "controller"
        return _ruled_out(f"duty-{kind}-none", (kind, duty.told_alone))

    def _all_told(self, stage: RegulationStage) -> bool:
        """Tell whether each of the people is of a reader that has a duty of its own: then nobody is left to be told."""
        readers, case = self._readers(stage), self._case_of(stage)
        if not readers or case.scope.uncounted:
            return False
        if stage.each == "country":  # of whom no country is known, no authority is: each notice says how many they are
            return sum(readers.values()) == people_of_law(self.law, case, self.terms).low
        ours = sum(count for name, count in case.scope.by_controller if not name)
        others = sum(count for name, count in case.scope.by_controller if name)
        named = (others_clients(case.scope) or others) + ours
        return named == case.people_high

    def _stage(self, stage: RegulationStage, stages: Mapping[str, RegulationStage], *, new: bool) -> None:
        old = self.known.get((self.law.id, stage.id))
        if stage.id in self.made or (old is None and not new):
            return
        for name in (stage.start, stage.or_from, stage.together):
            if name in stages:
                self._stage(stages[name], stages, new=new)
        judged = self._judged(stage)
        follows = [self.made[name] for name in (stage.start, stage.or_from) if name in self.made]
        moot = bool(follows) and all(_left_out(each) for each in follows)
        if moot:
            judged = self._following(stage)
        if self._all_told(stage):
            told = "countries" if stage.each == "country" else "controllers"
            moot, judged = True, _ruled_out(f"duty-{told}-each")
        case = self._case_of(stage)
        if case is not self.incident and not case.people_high and not case.scope.uncounted:
            moot = True
            judged = _ruled_out(OF_OTHERS, ("others", others_clients(self.incident.scope)))
        new_one = Duty(
            incident_id=self.incident.id,
            regulation=self.law.id,
            stage=stage.id,
            law_version=self.law.version,
            position=len(self.made),
        )
        self.made[stage.id] = self._as_now(old or new_one, stage, judged, moot=moot)

    def _following(self, stage: RegulationStage) -> DutyJudgement:
        return _ruled_out("duty-follows", ("other", stage.start))

    def _as_now(self, duty: Duty, stage: RegulationStage, judged: DutyJudgement, *, moot: bool = False) -> Duty:
        """Return a duty as the facts stand; what people decided and sent stays."""
        en, ru = self._told(duty, stage)
        now = replace(
            duty,
            law_version=self.law.version,
            step=stage.step,
            recipient=en,
            recipient_ru=ru,
            verdict=judged.verdict,
            reasons=judged.reasons,
            moot=moot,
        )
        return _reopened(self._timed(now, stage), self.incident, stage)

    def _told(self, duty: Duty, stage: RegulationStage) -> tuple[str, str]:
        """Return who has to be told, in English and Russian."""
        to = stage.to or self.law.to
        if duty.controller:
            return duty.controller, duty.controller
        known = self.law.authority_of.get(duty.country)
        if known is not None:
            return known.names
        if duty.country:
            return in_country(to, duty.country)
        return to.en, to.ru

    def _starts(self, duty: Duty, stage: RegulationStage) -> list[Duty]:
        """Return the duties whose receipts start the clock of one: to the same country, where each has its own."""
        found = []
        for name in (stage.start, stage.or_from):
            same = self.by_country.get((name, duty.country)) if duty.country else None
            if first := same or self.made.get(name):
                found.append(first)
        return found

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
        sent = [(each.receipt_at, each.of_stage) for each in self._starts(duty, stage)]
        started = sorted((at, name) for at, name in sent if at is not None)
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
