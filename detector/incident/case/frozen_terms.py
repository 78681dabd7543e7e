"""What a case keeps of the configuration: playbook, laws, team and ladder as they were when it opened.

Comes in: the settings, playbooks and laws in force; or what a case keeps. Goes out: ``FrozenPart`` values to be stored
once, named by their content, and ``CaseTerms`` again. A configuration that changes changes nothing here: a person
adopts it for a case, with a reason.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from detector.incident.duty.deadlines import Terms
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.playbooks import Playbook
from detector.schema.case.duties import FrozenPart
from detector.schema.case.incidents import Incident, IncidentParties
from detector.settings import LegalSettings, Settings, TeamSettings
from detector.settings.sections.response import Ladder
from detector.settings.types import Strict

_REMEMBERED = 64


class KeptParts(Protocol):
    """Where what cases keep is stored."""

    def frozen(self, part_id: str) -> FrozenPart | None:
        """Return a piece of the configuration that cases keep."""
        ...


class CaseTerms(Strict):
    """Under what a case runs, whatever the configuration says now."""

    format: Literal[1] = 1
    zone: str
    legal: LegalSettings
    kinds: dict[str, str]
    laws: tuple[Regulation, ...]
    team: TeamSettings
    ladder: Ladder
    country: str = ""

    @property
    def terms(self) -> Terms:
        """What its deadlines depend on."""
        laws = {law.id: law for law in self.laws}
        return Terms(
            zone=ZoneInfo(self.zone), regulations=laws, legal=self.legal, kinds=self.kinds, country=self.country
        )


def configured_terms(settings: Settings, regulations: Mapping[str, Regulation]) -> CaseTerms:
    """Return what a case that opens now keeps."""
    return CaseTerms(
        zone=settings.timezone,
        legal=settings.legal,
        kinds={name: each.enisa for name, each in sorted(settings.records.data_classes.items())},
        laws=tuple(regulations.values()),
        team=settings.team,
        ladder=Ladder.of(settings.notify),
        country=settings.organization.country,
    )


def part_of(kind: str, value: BaseModel) -> FrozenPart:
    """Return a value as it is stored."""
    body = value.model_dump_json(by_alias=True)
    return FrozenPart(id=sha256(body.encode()).hexdigest(), kind=kind, body=body)


def keeping(
    incident: Incident, case: CaseTerms, playbook: Playbook | None, before: Incident | None = None
) -> tuple[Incident, tuple[FrozenPart, ...]]:
    """Return an incident that keeps what it runs under, and what of that has to be stored.

    Args:
        incident: As it is now.
        case: Its terms.
        playbook: Its playbook; None: none is known, and what it names stays.
        before: As it was: terms it kept stay, and so does a playbook unless it went over to another. None: all is new.
    """
    parts: list[FrozenPart] = []
    if before is None or not before.terms:
        parts.append(part_of("terms", case))
        incident = replace(incident, terms=parts[-1].id)
    other = before is None or not before.checklist or incident.playbook != before.playbook
    if playbook is not None and other:
        parts.append(part_of("playbook", playbook))
        incident = replace(incident, checklist=parts[-1].id)
    return incident, tuple(parts)


@lru_cache(_REMEMBERED)
def terms_in(body: str) -> CaseTerms:
    """Read what a case keeps again."""
    return CaseTerms.model_validate_json(body)


@lru_cache(_REMEMBERED)
def playbook_in(body: str) -> Playbook:
    """Read the playbook a case keeps again."""
    return Playbook.model_validate_json(body)


def kept_terms(incident: Incident | IncidentParties, known: KeptParts) -> CaseTerms | None:
    """Return the terms an incident keeps; None: it is from before they were kept."""
    part = known.frozen(incident.terms) if incident.terms else None
    return terms_in(part.body) if part is not None else None


def playbook_of(incident: Incident, known: KeptParts, playbooks: Mapping[str, Playbook]) -> Playbook | None:
    """Return the playbook an incident keeps; of one from before they were kept that which is configured."""
    return kept_playbook(incident, known) or playbooks.get(incident.playbook)


def kept_playbook(incident: Incident, known: KeptParts) -> Playbook | None:
    """Return the playbook an incident keeps; None: it is from before they were kept."""
    part = known.frozen(incident.checklist) if incident.checklist else None
    return playbook_in(part.body) if part is not None else None
