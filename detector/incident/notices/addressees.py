"""Whom a notice goes to, by name: as the company says, else as the law's pack has it. Pure.

Comes in: a law and a stage of it, or a form; the settings. Goes out: an ``Addressee``, or None where nobody has named
one; which key of the configuration would. What a pack knows is completed by what the company says, not replaced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detector.incident.duty.law_people import countries_in, in_country, outside
from detector.incident.duty.regulations import Authority, Mark, Regulation, RegulationStage
from detector.settings import LegalSettings, OrganizationSettings
from detector.settings.sections.response import NoticeRecipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Somebody whom a notice goes to.

    Attributes:
        names: In English and Russian. reach: address, page, e-mail, telephone, whatever is known.
        mark: How sure we are of it: ``text`` where the company says it.
        language: In which they are written to; empty: in ours.
        contract: Under which they are told.
        reads: In which an authority reads, where nobody has said how it is written to; empty: not known.
    """

    names: tuple[str, str]
    reach: tuple[str, ...] = ()
    mark: Mark = "text"
    language: str = ""
    contract: str = ""
    reads: str = ""

    def called(self, *, russian: bool) -> str:
        """Return name and address as a notice has them."""
        return ", ".join((self.names[russian], *self.reach))


def addressee_of(
    law: Regulation,
    stage: RegulationStage,
    legal: LegalSettings,
    organization: OrganizationSettings,
    *,
    controller: str = "",
    country: str = "",
) -> Addressee | None:
    """Return whom the notice of a stage goes to; None: nobody has named them.

    Args:
        law: The law.
        stage: Of it.
        legal: Whom the company names.
        organization: By its country some laws say who it is.
        controller: The one controller that is told.
        country: The one country whose authority is.
    """
    if country:
        return addressee_in(law, country, legal)
    if controller:
        own = legal.controllers.get(controller, NoticeRecipient())
        return _merged(own if own.name else own.model_copy(update={"name": controller}), None)
    if stage.each == "controller":
        return None
    named = legal.recipients.get(f"{law.id}/{stage.id}")
    if stage.authority is not None:
        return _merged(named, stage.authority)
    of_law = legal.recipients.get(f"{law.id}/{organization.country}") or legal.recipients.get(law.id)
    return _merged(named or of_law, law.authority_in(organization.country))


def addressee_in(law: Regulation, country: str, legal: LegalSettings) -> Addressee | None:
    """Return whom the notice about those who live in one country goes to; None: nobody has named them."""
    return _merged(legal.recipients.get(f"{law.id}/{country}"), law.authority_of.get(country))


def addressee_of_form(form: str, legal: LegalSettings, law: Regulation | None, country: str) -> Addressee | None:
    """Return whom a form goes to, or whoever the law is under that it serves."""
    named = legal.recipients.get(form)
    if law is None:
        return _merged(named, None)
    return _merged(named or legal.recipients.get(law.id), law.authority_in(country))


def missing_addressees(
    law: Regulation,
    stages: Iterable[RegulationStage],
    legal: LegalSettings,
    organization: OrganizationSettings,
) -> Mapping[str, tuple[str, str]]:
    """Return the stages of a law whose notices go to somebody nobody has named, with who it is, by the key to name it.

    Where all these stages lack one and the same, the key is the law's.
    """
    stages, abroad = list(stages), outside(law, organization.country)
    by_country = {}
    if abroad and any(stage.each == "country" for stage in stages):
        to = next(stage.to or law.to for stage in stages if stage.each == "country")
        unnamed = (each for each in countries_in(law) if addressee_in(law, each, legal) is None)
        by_country = {f"{law.id}/{each}": in_country(to, each) for each in sorted(unnamed)}
    lacking = {
        stage.id: stage.to or law.to
        for stage in stages
        if not (abroad and stage.each == "country")
        and stage.addressed
        and stage.each != "controller"
        and addressee_of(law, stage, legal, organization) is None
    }
    if len({each.en for each in lacking.values()}) == 1:
        to = next(iter(lacking.values()))
        return {law.id: (to.en, to.ru), **by_country}
    return {**{f"{law.id}/{stage}": (to.en, to.ru) for stage, to in lacking.items()}, **by_country}


def _merged(named: NoticeRecipient | None, known: Authority | None) -> Addressee | None:
    own = named or NoticeRecipient()
    if known is not None and own.name in ("", known.name, known.name_ru):
        names = (own.name, own.name) if own.name else known.names
        address, portal, mark = own.address or known.address, own.portal or known.portal, known.verified
    elif own.name:  # another name than the pack's is another office: the pack's address is not its
        names, address, portal, mark = (own.name, own.name), own.address, own.portal, "text"
    else:
        return None
    return Addressee(
        names=names,
        reach=tuple(filter(None, (address, portal, own.email, own.phone))),
        mark=mark,
        language=own.language,
        contract=own.contract,
        reads=known.language if known is not None and not own.language else "",
    )
