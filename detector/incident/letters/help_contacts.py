"""Whom people may turn to beside the company: agencies, credit bureaus. Data, with where each is known from.

Comes in: config/letters/help-contacts.yml, what the company has checked itself. Goes out: contacts by group, as letters
and notices name them; which of them nobody has checked. Pure but for reading the shipped file.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Final

from pydantic import Field

from detector.incident.duty.regulations import Mark
from detector.resources import shipped
from detector.settings.loading.load_settings import read_model
from detector.settings.types import Strict

HELP_FIELDS: Final[Mapping[str, str]] = {
    "agencies_that_help": "us-ny-agencies",
    "credit_bureau_contacts_if_ssn_or_dl": "us-credit-bureaus",
}
"""Fields of notices that name contacts, with the group of each."""
_NAMED: Final = re.compile(r"""help_contacts(?:\.(\w+)|\[\s*["']([\w-]+)["']\s*\])""")


class HelpContact(Strict):
    """Somebody who helps."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Short name.")
    name: str = Field(min_length=1, description="As it calls itself.")
    address: str = Field(default="", description="Postal address.")
    site: str = Field(default="", description="Page.")
    phone: str = Field(default="", description="Telephone.")
    source: str = Field(min_length=1, description="Where that is known from.")
    verified: Mark = Field(description="How sure we are.")
    given: str = Field(default="", description="As the company has found it; empty: as it ships.")

    @property
    def line(self) -> str:
        """How letters name it."""
        return self.given or ", ".join(filter(None, (self.name, self.address, self.site, self.phone)))

    @property
    def checked(self) -> bool:
        """Whether it was read where it stands, or the company says so."""
        return bool(self.given) or self.verified == "text"


class _HelpContacts(Strict):
    """The file."""

    groups: dict[str, tuple[HelpContact, ...]] = Field(description="Contacts, by what texts call them together.")


@cache
def _shipped() -> Mapping[str, tuple[HelpContact, ...]]:
    return read_model(shipped("config", "letters", "help-contacts.yml"), _HelpContacts).groups


def help_contact_ids() -> tuple[str, ...]:
    """Return what the contacts are called."""
    return tuple(dict.fromkeys(each.id for group in _shipped().values() for each in group))


def help_contacts(own: Mapping[str, str]) -> dict[str, tuple[HelpContact, ...]]:
    """Return the contacts by group; ``own``: what the company has found for some, as it stands in letters, by id."""
    return {
        name: tuple(each.model_copy(update={"given": own.get(each.id, "")}) for each in group)
        for name, group in _shipped().items()
    }


def unchecked_contacts(texts: Iterable[str], own: Mapping[str, str]) -> tuple[HelpContact, ...]:
    """Return the contacts that texts of letters name and nobody has checked."""
    groups = {dotted or quoted for text in texts for dotted, quoted in _NAMED.findall(text)}
    return unchecked_of(groups, own)


def unchecked_of(groups: Collection[str], own: Mapping[str, str]) -> tuple[HelpContact, ...]:
    """Return the contacts of some groups that nobody has checked, each once."""
    named = {each.id: each for name, group in help_contacts(own).items() if name in groups for each in group}
    return tuple(each for each in named.values() if not each.checked)
