"""What the checklist and the clocks of an incident are called, in both languages, from playbook and regulations."""

from collections.abc import Mapping
from typing import TypedDict

from detector.incident import Dossier, Regulation
from detector.messages import messages

Both = tuple[str, str]


class IncidentLabels(TypedDict):
    """The words ``web.ports.Detail`` takes."""

    first: Both
    first_steps: tuple[str, ...]
    phases: Mapping[str, Both]
    laws: Mapping[str, Both]
    two_persons: frozenset[str] | None
    helps: Mapping[str, Both]


def labels_of(found: Dossier, regulations: Mapping[str, Regulation]) -> IncidentLabels:
    """Return the captions of one incident; what its playbook said is not known any more if it is not configured."""
    playbook = found.playbook
    laws: dict[str, Both] = {}
    for regulation in regulations.values():
        laws[regulation.id] = _marked(regulation)
        for stage in regulation.stages:
            laws[f"{regulation.id}/{stage.id}"] = (stage.title.en, stage.title.ru)
    return IncidentLabels(
        first=(playbook.first.en, playbook.first.ru) if playbook else ("", ""),
        first_steps=playbook.first_steps if playbook else (),
        phases={phase.id: (phase.title.en, phase.title.ru) for phase in playbook.phases} if playbook else {},
        laws=laws,
        two_persons=frozenset(step.id for step in playbook.steps if step.gate.two_persons) if playbook else None,
        helps={s.id: (s.automation_text.en, s.automation_text.ru) for s in playbook.steps if s.automation_text}
        if playbook
        else {},
    )


def _marked(regulation: Regulation) -> Both:
    """Legal content never stands there without saying how sure we are of it."""
    mark = regulation.verified.mark
    return (
        messages("en").text("law-marked", title=regulation.title.en, mark=mark),
        messages("ru").text("law-marked", title=regulation.title.ru, mark=mark),
    )
