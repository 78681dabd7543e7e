"""What checklist and duties of an incident are called, in both languages, from the playbook and laws it keeps."""

from collections.abc import Mapping
from typing import TypedDict

from detector.incident import Dossier, fine_of
from detector.incident.duty.fine_words import Both, fine_words, law_title, marked
from detector.schema.case.duties import numbered


class IncidentLabels(TypedDict):
    """The words ``web.ports.Detail`` takes."""

    first: Both
    first_steps: tuple[str, ...]
    phases: Mapping[str, Both]
    laws: Mapping[str, Both]
    two_persons: frozenset[str] | None
    helps: Mapping[str, Both]
    fines: Mapping[str, Both]
    exceptions: Mapping[str, tuple[Both, ...]]
    judgements: Mapping[str, Both]
    notes: Mapping[str, Both]


def labels_of(found: Dossier) -> IncidentLabels:
    """Return the captions of one incident, from what it keeps."""
    playbook, terms, incident = found.playbook, found.terms, found.incident
    laws: dict[str, Both] = {}
    fines: dict[str, Both] = {}
    exceptions: dict[str, tuple[Both, ...]] = {}
    judgements: dict[str, Both] = {}
    for law in terms.regulations.values():
        laws[law.id] = law_title(law)
        if (reach := fine_of(law, incident, terms)) is not None:
            fines[law.id] = fine_words(reach)
        for stage in law.stages:
            title = stage.title.en, stage.title.ru
            ref = f"{law.id}/{stage.id}"
            laws[ref] = marked(*title, stage.verified) if stage.verified else title
            if asked := stage.threshold.judgement:
                judgements[ref] = (asked.en, asked.ru)
            exceptions[ref] = tuple((each.en, each.ru) for each in stage.exceptions)
    for duty in found.duties:  # of a second complaint with its number, of a controller with its name
        first = duty.of_ref
        if duty.ref != first and first in laws:
            laws[duty.ref] = numbered(laws[first], duty.stage, duty.reader)
            judgements |= {duty.ref: judgements[first]} if first in judgements else {}
            exceptions[duty.ref] = exceptions[first]
    return IncidentLabels(
        first=(playbook.first.en, playbook.first.ru) if playbook else ("", ""),
        first_steps=playbook.first_steps if playbook else (),
        phases={phase.id: (phase.title.en, phase.title.ru) for phase in playbook.phases} if playbook else {},
        laws=laws,
        two_persons=frozenset(step.id for step in playbook.steps if step.gate.two_persons) if playbook else None,
        helps={s.id: (s.automation_text.en, s.automation_text.ru) for s in playbook.steps if s.automation_text}
        if playbook
        else {},
        fines=fines,
        exceptions=exceptions,
        judgements=judgements,
        notes={law.id: (law.verified.note.en, law.verified.note.ru) for law in terms.regulations.values()},
    )
