"""What one person does; that somebody else acts cannot be said here."""

from collections.abc import Sequence
from datetime import datetime

from detector.incident import CaseByHand
from detector.runtime.incidents.console.personal.one_person import OnePerson
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.detection.mute_orders import MuteOrder
from detector.schema.detection.work_exceptions import WorkException
from detector.schema.levels import Severity
from detector.schema.team.grants import PersonAct, SkipReason


class PersonalActs(OnePerson):
    """The acts of one person."""

    def add_silence(
        self,
        matchers: Sequence[str],
        *,
        until: datetime,
        reason: str,
        source: Sequence[str] = (),
        starts: datetime | None = None,
    ) -> MuteOrder:
        """Make a silence, or an inhibition while ``source`` is open."""
        return self._console.mutes.add(matchers, until=until, by=self._who, reason=reason, source=source, starts=starts)

    def confirm_silence(self, ref: str) -> MuteOrder:
        """Agree to somebody else's silence."""
        return self._console.mutes.confirm(ref, by=self._who)

    def end_silence(self, ref: str) -> MuteOrder:
        """End a silence now."""
        return self._console.mutes.end(ref, by=self._who)

    def acknowledge(self, ref: str, *, via: str) -> Incident:
        """Say "I have it"."""
        return self._console.acknowledge(ref, by=self._who, via=via)

    def take_over(self, ref: str, *, via: str) -> Incident:
        """Have an incident that somebody else has."""
        return self._console.take_over(ref, by=self._who, via=via)

    def hand_over(self, ref: str, *, to: str) -> Incident:
        """Give an incident to somebody else, who is told at once."""
        return self._console.hand_over(ref, by=self._who, to=to)

    def assign_role(self, ref: str, role: str, to: str, *, reason: str) -> Incident:
        """Ask somebody to hold a role in an incident."""
        return self._console.assign_role(ref, role, to, by=self._who, reason=reason)

    def accept_role(self, ref: str, role: str) -> Incident:
        """Hold a role that one was asked for."""
        return self._console.accept_role(ref, role, by=self._who)

    def decline_role(self, ref: str, role: str, *, reason: str) -> Incident:
        """Say no to a role, or give it back."""
        return self._console.decline_role(ref, role, by=self._who, reason=reason)

    def withdraw_role(self, ref: str, role: str, *, reason: str) -> Incident:
        """Take back that somebody was asked for a role."""
        return self._console.withdraw_role(ref, role, by=self._who, reason=reason)

    def pass_on(self, ref: str) -> Incident:
        """Give an incident to whoever is next, or have the next ones called where nobody has it."""
        return self._console.pass_on(ref, by=self._who)

    def snooze(self, ref: str, *, until: datetime, reason: str) -> Incident:
        """Put an incident off until a moment, or until it gets worse."""
        return self._console.snooze(ref, by=self._who, until=until, reason=reason)

    def complete(self, ref: str, step: str, *, proof: str = "") -> Incident:
        """Mark a step done, or ask for a second person's word on it."""
        return self._console.complete(ref, step, by=self._who, proof=proof)

    def skip(self, ref: str, step: str, *, reason: SkipReason, words: str) -> Incident:
        """Say that a step is not needed, or ask for a second person's word on that."""
        return self._console.skip(ref, step, by=self._who, reason=reason, words=words)

    def approve(self, ref: str, step: str, *, asked_at: datetime | None = None) -> Incident:
        """Agree to what somebody else did."""
        return self._console.approve(ref, step, by=self._who, asked_at=asked_at)

    def decline(self, ref: str, step: str, *, reason: str) -> Incident:
        """Do not agree to it."""
        return self._console.decline(ref, step, by=self._who, reason=reason)

    def reopen(self, ref: str, step: str, *, reason: str) -> Incident:
        """Open a step again."""
        return self._console.reopen(ref, step, by=self._who, reason=reason)

    def note(self, ref: str, *, text: str) -> Incident:
        """Add a note to the timeline."""
        return self._console.note(ref, by=self._who, text=text)

    def client_data(self, ref: str, *, reason: str) -> Incident:
        """Say that client data is concerned."""
        return self._console.client_data(ref, by=self._who, reason=reason)

    def record_fact(self, ref: str, kind: CaseFactKind, value: str, *, source: str = "", reason: str) -> Incident:
        """State a fact of an incident, or ask for a second person's word on it."""
        return self._console.record_fact(ref, kind, value, by=self._who, source=source, reason=reason)

    def assess(self, ref: str, factor: SeverityFactor, value: float | None, *, reason: str) -> Incident:
        """Say what a factor of the severity by ENISA's method is; without a value, as computed again."""
        return self._console.assess(ref, factor, value, by=self._who, reason=reason)

    def decide_duty(
        self, ref: str, duty: str, *, owed: bool, reason: str, memo: str = "", occasion: datetime | None = None
    ) -> Incident:
        """Say whether a duty is owed; a second person has to agree."""
        return self._console.decide_duty(
            ref, duty, owed=owed, by=self._who, reason=reason, memo=memo, occasion=occasion
        )

    def record_occasion(self, ref: str, duty: str, *, what: str, at: datetime | None) -> Incident:
        """Record that a request or complaint came: its clock runs from then."""
        return self._console.record_occasion(ref, duty, by=self._who, what=what, at=at)

    def file_receipt(
        self, ref: str, duty: str, *, number: str, at: datetime | None, version: str = "", reason: str = ""
    ) -> Incident:
        """Record what shows that a duty was fulfilled."""
        return self._console.file_receipt(ref, duty, number=number, at=at, by=self._who, version=version, reason=reason)

    def confirm_duties(self, ref: str, *, note: str = "") -> Incident:
        """Say that the laws apply as computed; a second person has to agree."""
        return self._console.confirm_duties(ref, by=self._who, note=note)

    def adopt(self, ref: str, *, reason: str) -> Incident:
        """Let an incident go on under the configuration as it is now."""
        return self._console.adopt(ref, by=self._who, reason=reason)

    def invite(self, ref: str, person: str, *, reason: str) -> Incident:
        """Let somebody of the team into an incident."""
        return self._console.invite(ref, person, by=self._who, reason=reason)

    def promote(self, ref: str, row: str, *, reason: str) -> Incident:
        """Make an incident of a row of a digest."""
        return self._console.promote(ref, row, by=self._who, reason=reason)

    def merge(self, ref: str, into: str, *, reason: str) -> Incident:
        """Let an incident go on as another one, and return that one, or ask for a second person's word on it."""
        return self._console.merge(ref, into, by=self._who, reason=reason)

    def unmerge(self, ref: str, *, reason: str) -> Incident:
        """Take back that an incident goes on as another one."""
        return self._console.unmerge(ref, by=self._who, reason=reason)

    def open_case(
        self,
        *,
        title: str,
        severity: Severity,
        playbook: str,
        reason: str,
        actors: Sequence[str] = (),
        addresses: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Incident:
        """Open an incident that no alert tells of."""
        told = CaseByHand(
            title=title,
            severity=severity,
            playbook=playbook,
            reason=reason,
            actors=tuple(actors),
            addresses=tuple(addresses),
            since=since,
            until=until,
        )
        return self._console.open_case(told, by=self._who)

    def set_status(self, ref: str, status: IncidentStatus, *, reason: str, until: datetime | None = None) -> Incident:
        """Say where an incident stands."""
        return self._console.set_status(ref, status, by=self._who, reason=reason, until=until)

    def reopen_case(self, ref: str, *, reason: str) -> Incident:
        """Open a closed incident again, or ask for a second person's word on it."""
        return self._console.reopen_case(ref, by=self._who, reason=reason)

    def close(self, ref: str, reason: CloseReason, *, note: str, correction: str = "") -> Incident:
        """Close an incident."""
        return self._console.close(ref, reason, by=self._who, note=note, correction=correction)

    def call_off_withdrawal(self, ref: str, name: str, *, reason: str) -> Incident:
        """Say that something others were told of a case is not withdrawn."""
        return self._console.call_off_withdrawal(ref, name, by=self._who, reason=reason)

    def expect_alike(self, ref: str, *, until: datetime, reason: str) -> WorkException:
        """Ask for an exception for what a false alarm was about."""
        return self._console.expect_alike(ref, until=until, by=self._who, reason=reason)

    def review_expected(self, ref: str) -> WorkException:
        """Agree to an exception that somebody else asked for."""
        by = self._general(PersonAct.REVIEW_EXPECTED)
        return self._console.planned.review(ref, by=by, rests_on=self._who.rests_on)

    def end_expected(self, ref: str) -> WorkException:
        """End an exception, or take back one that nobody reviewed."""
        return self._console.planned.end(ref, by=self._general(PersonAct.END_EXPECTED))
