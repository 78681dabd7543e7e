"""What the common template of the EDPB asks about borders: where we are established, where people live. Pure.

Comes in: what is known. Goes out: answers by field. Whoever is established in the EEA needs no representative there.
"""

from collections.abc import Mapping
from typing import Final

from detector.incident.duty.law_people import Lies, lies_in
from detector.incident.notices.notice_facts import (
    Answering,
    FieldAnswer,
    NoticeFacts,
    by_people,
    configured,
    estimated,
    filled,
    missing,
)
from detector.settings.places import EU


def _in_eea(facts: NoticeFacts) -> bool | None:
    """Tell whether we are established in the EEA; None: the settings do not say."""
    country = facts.organization.country
    return lies_in(country, (EU,)) is Lies.INSIDE if country else None


def representative(facts: NoticeFacts) -> FieldAnswer:
    """Say who represents us in the EEA; who is established there needs nobody."""
    if _in_eea(facts):
        return filled(facts.t("no-representative"))
    return configured(facts.organization.representative.name, "organization.representative.name")


def representative_reach(facts: NoticeFacts) -> FieldAnswer:
    """Say how they are reached."""
    if _in_eea(facts):
        return filled(facts.t("no-representative"))
    return configured(facts.organization.representative.reach, "organization.representative.email")


def _countries(facts: NoticeFacts) -> list[tuple[str, int]]:
    """Return how many people live in which countries of the EEA."""
    found: dict[str, int] = {}
    for place, count in facts.scope.by_residence:
        if lies_in(place, (EU,)) is Lies.INSIDE:
            country = place.partition("-")[0]
            found[country] = found.get(country, 0) + count
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def cross_border(facts: NoticeFacts) -> FieldAnswer:
    """Say whether people of several countries of the EEA are concerned by what a controller there does."""
    if _in_eea(facts) is None:
        return configured("", "organization.country")
    if not _in_eea(facts):
        return filled(facts.t("no-outside"))
    if not facts.scope.by_residence:
        return missing("dpo", "care")
    several = any(country != facts.organization.country for country, _ in _countries(facts))
    return estimated(facts.t("yes" if several else "no"), facts.t("why-border"))


def outside_eea(facts: NoticeFacts) -> FieldAnswer:
    """Say whether we are established outside the EEA."""
    inside = _in_eea(facts)
    return configured("", "organization.country") if inside is None else filled(facts.t("no" if inside else "yes"))


def countries_concerned(facts: NoticeFacts) -> FieldAnswer:
    """Say in which countries of the EEA people are concerned."""
    named = [facts.words.place(country) for country, _ in _countries(facts)]
    return _of_residences(facts, ", ".join(named))


def subjects_per_country(facts: NoticeFacts) -> FieldAnswer:
    """Say how many people in which country of the EEA."""
    return _of_residences(
        facts, ", ".join(f"{facts.words.place(name)} {facts.number(count)}" for name, count in _countries(facts))
    )


def _of_residences(facts: NoticeFacts, text: str) -> FieldAnswer:
    if not text:
        return missing("dpo", "care")
    unknown = max(facts.everybody.most - facts.scope.residence_known, 0)
    if unknown or facts.scope.uncounted:
        return estimated(text, facts.t("why-unlisted", count=unknown))
    return filled(text)


CROSS_BORDER_ANSWERS: Final[Mapping[str, Answering]] = {
    "representative_in_eea": representative,
    "representative_reach": representative_reach,
    "cross_border": cross_border,
    "outside_eea": outside_eea,
    **dict.fromkeys(("countries_concerned", "countries_concerned_outside"), countries_concerned),
    **dict.fromkeys(("subjects_per_country", "subjects_per_country_outside"), subjects_per_country),
    **dict.fromkeys(
        ("lead_authority", "establishments", "authorities_told", "authorities_told_outside"), by_people("dpo")
    ),
}
"""By the id of a field."""
