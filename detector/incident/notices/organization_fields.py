"""Fields of notices that say who we are, and what of it is not configured.

Comes in: the settings of the organization, laws. Goes out: texts by field, and what a law asks for that is not there.
"""

from collections.abc import Callable, Mapping
from typing import Final

from detector.incident.duty.regulations import Regulation
from detector.settings import OrganizationPerson, OrganizationSettings

Told = Callable[[OrganizationSettings], str]


def of_person(person: OrganizationPerson) -> str:
    """Return a person as a notice names them."""
    return ", ".join(each for each in (person.name, person.position, person.phone, person.email) if each)


def contact_of(organization: OrganizationSettings) -> str:
    """Return whom to ask: who answers authorities, else the organization's telephone and e-mail."""
    person = of_person(organization.answers)
    return person or ", ".join(each for each in (organization.phone, organization.email) if each)


def officer_of(organization: OrganizationSettings) -> str:
    """Return the data protection officer, else another contact."""
    return of_person(organization.dpo) or contact_of(organization)


def office_of(organization: OrganizationSettings) -> str:
    """Return how the organization is reached by anybody."""
    parts = (organization.phone, organization.email, organization.site, organization.address)
    return ", ".join(each for each in parts if each)


ORGANIZATION_FIELDS: Final[Mapping[str, tuple[str, Told]]] = {
    "operator_name": ("organization.name", lambda org: org.called),
    "operator_inn": ("organization.inn", lambda org: org.inn),
    "operator_address": ("organization.address", lambda org: org.address),
    "operator_email": ("organization.email", lambda org: org.email),
    "entity_contact": ("organization.phone", office_of),
    "contact_procedures": ("organization.phone", office_of),
    "h_for_more_information": ("organization.phone", office_of),
    "dpo_or_contact": ("organization.dpo", officer_of),
    "contact": ("organization.contact", contact_of),
    "responsible_contact": ("organization.contact", contact_of),
    "contact_person_fio": ("organization.contact.name", lambda org: org.answers.name),
    "contact_person_position": ("organization.contact.position", lambda org: org.answers.position),
    "contact_person_phone": ("organization.contact.phone", lambda org: org.answers.phone or org.phone),
    "contact_person_email": ("organization.contact.email", lambda org: org.answers.email or org.email),
    "organization_name": ("organization.name", lambda org: org.called),
    "organization_address": ("organization.address", lambda org: org.address),
    "organization_registration": ("organization.registration", lambda org: org.registration or org.inn),
    "speaker": ("organization.press", lambda org: of_person(org.press)),
}
"""By the id of a field of a law: the key of the configuration that says it, and how it is said."""


def organization_gaps(organization: OrganizationSettings, law: Regulation) -> tuple[str, ...]:
    """Return the keys of the configuration that a law's notices need and that say nothing."""
    asked = dict.fromkeys(demand.id for stage in law.stages for demand in stage.content)
    known = (ORGANIZATION_FIELDS[each] for each in asked if each in ORGANIZATION_FIELDS)
    return tuple(dict.fromkeys(key for key, told in known if not told(organization)))
