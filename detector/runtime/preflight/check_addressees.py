"""Whom notices go to: what the configuration does not say of it, and what it says of nobody.

Comes in: the settings, the laws. Goes out: sentences for whoever checks, and problems with their places.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from detector.errors import ConfigError, Problem, did_you_mean
from detector.incident import Regulation, configured_terms, law_applies, lies_in
from detector.incident.duty.applicability import stage_may_bind
from detector.incident.duty.law_people import countries_in
from detector.incident.notices.addressees import missing_addressees
from detector.incident.notices.notice_forms import notice_forms
from detector.runtime.incidents.scopes.client_controllers import ClientControllers
from detector.runtime.preflight.map_fit import some_of
from detector.schema.case.duties import DutyVerdict
from detector.settings import Settings
from detector.settings.lists.controller_rows import read_controllers


def addressees_missing(
    settings: Settings, regulations: Mapping[str, Regulation], places: Collection[str]
) -> Iterator[str]:
    """Say of the laws that may bind us whom their notices go to that nobody has named.

    Args:
        settings: The settings.
        regulations: The laws.
        places: Where clients live by the company's list: of another country nobody is asked whom notices go to.
    """
    homes = frozenset((*settings.legal.residence, *places))
    terms = configured_terms(settings, regulations).terms
    for law in regulations.values():
        if law_applies(law, None, terms).verdict is DutyVerdict.NO:
            continue
        ours = [stage for stage in law.stages if stage_may_bind(stage, terms)]
        for key, (to, _) in missing_addressees(law, ours, settings.legal, settings.organization).items():
            if not _may_live_there(key.rpartition("/")[2], law, homes):
                continue
            by_country = "organization.country, or " if law.authority_of and not settings.organization.country else ""
            who = f"law {law.id}: nobody has named whom its notices go to ({to})"
            yield f"{who}: set {by_country}legal.recipients: {key}"
        if any(stage.each == "controller" for stage in ours):
            yield from _controllers(settings, law)
    yield from _nobody_tells_controllers(settings, regulations)


def _may_live_there(place: str, law: Regulation, homes: Collection[str]) -> bool:
    """Tell whether clients may live in a country of a law; what is no country of it, and no list at all: yes."""
    if not homes or place not in countries_in(law):
        return True
    return any(lies_in(each, (place,)) for each in homes)


def _nobody_tells_controllers(settings: Settings, regulations: Mapping[str, Regulation]) -> Iterator[str]:
    """Say where laws leave clients to their controllers, and none of those named has us tell these."""
    own = [law.id for law in regulations.values() if law.controllers_own and not law.dormant]
    telling = any(stage.each == "controller" for law in regulations.values() for stage in law.stages)
    if settings.records.controllers and own and not telling:
        yield (
            f"laws {', '.join(own)}: clients of others are left to their controllers, and no law of "
            "incident.regulations has these told by you: name eu-gdpr-33, or write the contract down as a pack"
        )


def _controllers(settings: Settings, law: Regulation) -> Iterator[str]:
    file = settings.records.controllers
    if not file:
        yield f"law {law.id}: records.controllers names no file of whose the clients are: one notice tells all of them"
        return
    try:
        names = {name for each in read_controllers(Path(file)).values() for name in each}
    except ConfigError:
        return  # the check of the lists says so
    known, ourselves = settings.legal.controllers, ClientControllers.of_settings(settings).ourselves
    others = sorted(each for each in names if each.casefold() not in ourselves)
    unreached = [each for each in others if each not in known or not _reached(settings, each)]
    if unreached:
        yield f"law {law.id}: legal.controllers does not say how these are reached: {some_of(unreached)}"


def _reached(settings: Settings, controller: str) -> bool:
    found = settings.legal.controllers[controller]
    return bool(found.address or found.portal or found.email or found.phone)


def strange_recipients(settings: Settings, regulations: Mapping[str, Regulation]) -> Iterator[Problem]:
    """Yield what of ``legal.recipients`` names no law, no duty of one and no form: nothing would ever go there."""
    stages = (f"{law.id}/{stage.id}" for law in regulations.values() for stage in law.stages)
    countries = (f"{law.id}/{country}" for law in regulations.values() for country in countries_in(law))
    known = {*regulations, *stages, *countries, *(each.id for each in notice_forms().values() if each.addressed)}
    for key in settings.legal.recipients:
        if key not in known:
            what = f"{key!r} is no law named in incident.regulations, no duty of one (law/duty) and no form"
            fix = did_you_mean(key, known) or "the duties of a law: nabat duties list; forms: nabat notices list"
            yield settings.with_location(Problem(where=("legal", "recipients", key), what=what, fix=fix))
