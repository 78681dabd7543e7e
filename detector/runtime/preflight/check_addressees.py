"""Whom notices go to: what the configuration does not say of it, and what it says of nobody.

Comes in: the settings, the laws. Goes out: sentences for whoever checks, and problems with their places.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from detector.errors import ConfigError, Problem, did_you_mean
from detector.incident import Regulation, configured_terms, law_applies
from detector.incident.duty.applicability import stage_may_bind
from detector.incident.notices.addressees import missing_addressees
from detector.incident.notices.notice_forms import notice_forms
from detector.runtime.preflight.map_fit import some_of
from detector.schema.case.duties import DutyVerdict
from detector.settings import Settings
from detector.settings.lists.controller_rows import read_controllers


def addressees_missing(settings: Settings, regulations: Mapping[str, Regulation]) -> Iterator[str]:
    """Say of the laws that may bind us whom their notices go to that nobody has named."""
    terms = configured_terms(settings, regulations).terms
    for law in regulations.values():
        if law_applies(law, None, terms).verdict is DutyVerdict.NO:
            continue
        ours = [stage for stage in law.stages if stage_may_bind(stage, terms)]
        for key, (to, _) in missing_addressees(law, ours, settings.legal, settings.organization).items():
            by_country = "organization.country, or " if law.authority_of and not settings.organization.country else ""
            who = f"law {law.id}: nobody has named whom its notices go to ({to})"
            yield f"{who}: set {by_country}legal.recipients: {key}"
        if any(stage.each for stage in ours):
            yield from _controllers(settings, law)


def _controllers(settings: Settings, law: Regulation) -> Iterator[str]:
    file = settings.records.controllers
    if not file:
        yield f"law {law.id}: records.controllers names no file of whose the clients are: one notice tells all of them"
        return
    try:
        names = sorted({name for each in read_controllers(Path(file)).values() for name in each})
    except ConfigError:
        return  # the check of the lists says so
    known = settings.legal.controllers
    unreached = [each for each in names if each not in known or not _reached(settings, each)]
    if unreached:
        yield f"law {law.id}: legal.controllers does not say how these are reached: {some_of(unreached)}"


def _reached(settings: Settings, controller: str) -> bool:
    found = settings.legal.controllers[controller]
    return bool(found.address or found.portal or found.email or found.phone)


def strange_recipients(settings: Settings, regulations: Mapping[str, Regulation]) -> Iterator[Problem]:
    """Yield what of ``legal.recipients`` names no law, no duty of one and no form: nothing would ever go there."""
    stages = (f"{law.id}/{stage.id}" for law in regulations.values() for stage in law.stages)
    known = {*regulations, *stages, *(each.id for each in notice_forms().values() if each.addressed)}
    for key in settings.legal.recipients:
        if key not in known:
            what = f"{key!r} is no law named in incident.regulations, no duty of one (law/duty) and no form"
            fix = did_you_mean(key, known) or "the duties of a law: nabat duties list; forms: nabat notices list"
            yield settings.with_location(Problem(where=("legal", "recipients", key), what=what, fix=fix))
