"""What checklist and duties of an incident are called, in both languages, from the playbook and laws it keeps."""

from collections.abc import Mapping
from typing import TypedDict

from detector.incident import Dossier, FineReach, FineTier, Regulation, fine_of
from detector.messages import messages
from detector.schema.case.duties import numbered

Both = tuple[str, str]


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


def labels_of(found: Dossier) -> IncidentLabels:
    """Return the captions of one incident, from what it keeps."""
    playbook, terms, incident = found.playbook, found.terms, found.incident
    laws: dict[str, Both] = {}
    fines: dict[str, Both] = {}
    exceptions: dict[str, tuple[Both, ...]] = {}
    judgements: dict[str, Both] = {}
    for law in terms.regulations.values():
        laws[law.id] = _marked(law)
        if (reach := fine_of(law, incident, terms)) is not None:
            fines[law.id] = _fine(reach)
        for stage in law.stages:
            title = stage.title.en, stage.title.ru
            ref = f"{law.id}/{stage.id}"
            laws[ref] = _said("law-marked", *title, stage.verified) if stage.verified else title
            if asked := stage.threshold.judgement:
                judgements[ref] = (asked.en, asked.ru)
            exceptions[ref] = tuple((each.en, each.ru) for each in stage.exceptions)
    for duty in found.duties:  # of a second complaint, and each after it, with its number
        first = duty.of_ref
        if duty.ref != first and first in laws:
            laws[duty.ref] = numbered(laws[first], duty.stage)
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
    )


def _marked(law: Regulation) -> Both:
    """Legal content never stands there without saying how sure we are of it."""
    return _said("law-marked", law.title.en, law.title.ru, law.verified.mark)


def _fine(reach: FineReach) -> Both:
    """Return a fine by the people who are surely, and those who are at most concerned."""
    most = _tier(reach.most)
    if reach.surely is reach.most:
        return most
    sure = _tier(reach.surely) if reach.surely is not None else ("none", "none")
    said = {"people": reach.people, "unknown": reach.unknown}
    return (
        messages("en").text("law-fine-perhaps", surely=sure[0], most=most[0], **said),
        messages("ru").text("law-fine-perhaps", surely=sure[1], most=most[1], **said),
    )


def _tier(tier: FineTier) -> Both:
    return _said("law-marked", tier.fine.en, tier.fine.ru, tier.verified)


def _said(message: str, english: str, russian: str, mark: str) -> Both:
    return (
        messages("en").text(message, title=english, mark=mark),
        messages("ru").text(message, title=russian, mark=mark),
    )
