"""Whom the company knows of those who report from outside: by a client they name, by an address of its contacts.

Comes in: the settings, a report. Goes out: whether it is of somebody known. It is looked at while somebody reads a
list: contacts in a database or behind a program are not asked for that, and what cannot be read knows nobody. Files are
read anew once they have changed.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from detector.errors import ConfigError
from detector.runtime.edited_files import stamp
from detector.runtime.incidents.scopes.client_controllers import ClientControllers
from detector.runtime.incidents.scopes.client_lookup import ClientLookup
from detector.runtime.incidents.scopes.client_residences import ClientResidences
from detector.schema.outside.outside_reports import OutsideReport
from detector.settings import Settings
from detector.settings.lists.contact_rows import Contact, read_contacts
from detector.settings.lists.csv_rows import CsvRows

_MAIL: Final = re.compile(r"[^\s@<>,;()\"']+@[^\s@<>,;()\"']+")
_PHONE: Final = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_DIGITS: Final = 7


class _Contacts(NamedTuple):
    clients: ClientLookup[Contact]
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownReporters:
    """Tells whether a report is of somebody known."""

    settings: Settings

    def knows(self, report: OutsideReport) -> bool:
        """Tell whether it names a client of the company's files, or comes from an address of its contacts."""
        contacts = self._contacts()
        if contacts is not None:
            if not contacts.addresses.isdisjoint(_addresses(report.sender)):
                return True
            if any(contacts.clients.of(client) is not None for client in report.clients):
                return True
        for listed in (
            ClientResidences(self.settings.residence_file),
            ClientControllers(self.settings.records.controllers),
        ):
            with suppress(ConfigError):
                if listed.of(report.clients):
                    return True
        return False

    def _contacts(self) -> _Contacts | None:
        path = self.settings.contacts.csv
        if not path:
            return None
        with suppress(ConfigError):
            return _read(path, tuple(sorted(self.settings.letters.channels)), stamp(Path(path)))
        return None


@lru_cache(1)
def _read(path: str, channels: tuple[str, ...], _stamp: object) -> _Contacts:
    found = read_contacts(CsvRows(Path(path), ("contacts", "csv")), frozenset(channels), whole=False)
    ways = (way.address for each in found.values() for way in each.ways)
    return _Contacts(ClientLookup(found), frozenset(address for each in ways for address in _addresses(each)))


def _addresses(text: str) -> Iterator[str]:
    """Yield the mail addresses and telephone numbers in a text, each in one form."""
    for each in _MAIL.findall(text):
        yield each.strip(".").casefold()
    for each in _PHONE.findall(text):
        digits = re.sub(r"\D", "", each)
        if len(digits) >= _DIGITS:
            yield digits
