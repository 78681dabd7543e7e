"""What a change of an incident does to its checklist and to its duties, and the entries that say so.

Comes in: the incident before and after, its steps and duties so far. Goes out: both as they stand now. Whether lines
changed it or a person did, it is the same: a law that applies only now asks for its steps, a graver kind's checklist
grows out of the one there was, due times and duties are counted anew.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from detector.incident.case.changes.containment import opened_again
from detector.incident.case.changes.escalate_kind import asked_again
from detector.incident.case_facts.fact_readings import flow_goes_on
from detector.incident.duty.compute_duties import asked_anew, duties_of
from detector.incident.duty.deadlines import Terms, with_due_times
from detector.incident.playbook.checklist import NABAT, grown
from detector.incident.playbook.playbooks import Playbook
from detector.incident.timeline import append
from detector.messages import Messages
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import Incident, Step, StepStatus, TimelineEntry


class Consequences(NamedTuple):
    """Checklist and duties of a changed incident, all of them, the entries that follow the change's own, new facts."""

    steps: tuple[Step, ...]
    duties: tuple[Duty, ...]
    entries: tuple[TimelineEntry, ...]
    facts: tuple[CaseFact, ...]


def consequences_of(
    before: Incident,
    after: Incident,
    steps: Iterable[Step],
    duties: Sequence[Duty],
    *,
    terms: Terms,
    playbook: Playbook | None,
    last: TimelineEntry | None,
    words: Messages,
    at: datetime,
    resolved: datetime | None = None,
    flow: Step | None = None,
    facts: Sequence[CaseFact] = (),
) -> Consequences:
    """Return what a change does to checklist and duties.

    Args:
        before: The incident as it was.
        after: As it is now.
        steps: All its steps, those changed that the change itself is about.
        duties: All its duties, likewise.
        terms: What it runs under.
        playbook: Its checklist now; None: none is known, and its steps stay as they are.
        last: Entry that the first new one follows.
        words: Language of the timeline.
        at: When.
        resolved: When it was resolved, if it is.
        flow: Step that says the flow is stopped and turns out not to be done; open where a fact alone said so.
        facts: What is stated of it, needed where there is such a step.
    """
    now_steps, asked = asked_again(before, after, steps, terms, last, words, at)
    entries = [*asked]
    new_facts: tuple[CaseFact, ...] = ()
    if flow is not None:
        if flow.status is StepStatus.DONE:
            opened, entry = opened_again(flow, entries[-1] if entries else last, words, at)
            now_steps = tuple(opened if step.step_id == flow.step_id else step for step in now_steps)
            entries.append(entry)
        new_facts = flow_goes_on(after.id, facts, source=flow.step_id, reason=words.text("incident-fact-flow"), at=at)
    if playbook is not None:
        if after.playbook != before.playbook:
            now_steps = grown(after, now_steps, playbook, terms.regulations)
        now_steps = with_due_times(after, now_steps, playbook, terms, resolved)
    now_duties = duties_of(after, terms, duties)
    again, last = asked_anew(duties, now_duties), entries[-1] if entries else last
    if again:
        text = words.wording("incident-entry-duties-again", duties=", ".join(duty.ref for duty in again))
        entries.append(append(last, incident_id=after.id, at=at, kind="duty_reopened", by=NABAT, text=text))
    return Consequences(now_steps, now_duties, tuple(entries), new_facts)
