"""Gathering what is known of how ready the company is.

Comes in: a transaction, the settings, the playbooks, the time. Goes out: ``ReadinessFacts``. Nothing is written.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from detector.errors import ConfigError
from detector.incident import Playbook
from detector.incident.preparation import Channel, PlanFacts, ReadinessFacts, TrainingStatus, data_map
from detector.notify import Roster, owner
from detector.runtime.incidents.agenda.channel_keeper import are_tested
from detector.runtime.incidents.agenda.standing_agenda import plans, read_standing
from detector.runtime.incidents.agenda.training_keeper import read_training_status
from detector.runtime.incidents.documents.template_texts import template_hashes
from detector.runtime.visibility.visibility_report import EVERY, read_sight
from detector.runtime.visibility.visibility_report import NAME as SIGHT
from detector.schema.case.documents import FiledDocument
from detector.schema.team.drills import DrillMode
from detector.settings import Settings
from detector.settings.sections.response import ROLES
from detector.store import UnitOfWork

_SEEN: Final = 3 * EVERY
_MEASURED: Final = timedelta(days=7)
_YEAR: Final = timedelta(days=365)
_WAYS: Final = 2
_ROUNDS: Final = 2
"""A word that a test came counts for so many rounds: one that was missed does not make a channel a dead one."""


def gather_readiness(
    unit: UnitOfWork, settings: Settings, playbooks: Mapping[str, Playbook], now: datetime
) -> ReadinessFacts:
    """Return what is known now."""
    items = read_standing(unit, settings, now)
    roster = Roster(settings, (), now)
    review = next((each for each in items if each.what == "plan_review"), None)
    call = owner(review, roster) if review is not None else None
    drills = unit.drills.finished(now - _YEAR)
    live = [each for each in drills if each.mode is DrillMode.LIVE]
    training, problem = _training(settings, now)
    test = settings.preparation.channel_test
    return ReadinessFacts(
        plan=_plan(unit, call.person if call is not None else ""),
        due={each.what: each.due_at for each in items},
        roles=_roles(settings, playbooks),
        one_way=tuple(name for name in settings.team.paged if len(set(settings.team.person(name).targets)) < _WAYS),
        paged=len(settings.team.paged),
        channels=channels_of(settings) if are_tested(settings) else None,
        answered=unit.preparation.last_answers(),
        fresh=_ROUNDS * test.every + test.wait if test.every is not None else timedelta(0),
        drills=len(drills),
        last_drill_answered=live[-1].acknowledged_at is not None if live else None,
        training=training,
        training_problem=problem,
        texts=template_hashes(settings),
        reviewed=unit.preparation.reviewed(),
        mapped=data_map(settings, unit.source_hours.between(now - _MEASURED, now + timedelta(hours=1))),
        blind=_blind(unit, now),
    )


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return over what each person of the team is to be reached."""
    team = settings.team
    return tuple((name, target) for name in team.paged for target in dict.fromkeys(team.person(name).targets))


def _training(settings: Settings, now: datetime) -> tuple[TrainingStatus | None, str]:
    if not settings.preparation.training.register_file:
        return None, ""
    try:
        return read_training_status(settings, now), ""
    except ConfigError as error:
        return None, str(error)


def _plan(unit: UnitOfWork, reviewer: str) -> PlanFacts:
    found = plans(unit)
    if not found:
        return PlanFacts(owner=reviewer)
    filed = next((each for each in reversed(found) if _agreed(each)), found[-1])
    agreed = _agreed(filed)
    version, at = agreed[-1] if agreed else (0, None)
    approvals = (each for each in filed.records if each.version == version and each.at == at)
    return PlanFacts(
        document_id=filed.id,
        title=filed.document.title,
        version=filed.newest.version,
        agreed_version=version,
        agreed_by=next((each.by for each in approvals), ""),
        agreed_at=at,
        owner=reviewer,
    )


def _agreed(filed: FiledDocument) -> list[tuple[int, datetime]]:
    """Return the versions that a second person approved, each with when."""
    return [(each.version, at) for each in filed.versions if (at := filed.agreed_at(each.version)) is not None]


def _roles(settings: Settings, playbooks: Mapping[str, Playbook]) -> dict[str, tuple[str, ...]]:
    """Return who holds each role that a step of a checklist asks for first; of a team without roles everybody."""
    team = settings.team
    asked = {step.roles[0] for each in playbooks.values() for step in each.steps}
    given = any(team.roles.get(role) for role in ROLES)
    return {
        role: tuple(name for name in team.roles.get(role, ()) if name in team.paged) if given else tuple(team.paged)
        for role in ROLES
        if role in asked
    }


def _blind(unit: UnitOfWork, now: datetime) -> int | None:
    sight = read_sight(unit.kv.get(SIGHT))
    if sight is None or sight.at is None or now - sight.at > _SEEN:
        return None
    return len(sight.spots)
