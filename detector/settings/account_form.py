r"""One form for each account, so that no spelling of it is another actor.

Comes in: an account as a log, the roles file or a person wrote it. Goes out: the form in which it is counted, compared
and remembered. Letters and digits of other widths become the plain ones (Unicode NFKC), what nobody sees and white
space around it goes, capitals become small letters. A Windows domain before it (``CORP\anna``) or a realm behind it
(``anna@CORP``) goes only where it is one of ours: of two domains of strangers, and of two mail providers, nobody knows
that the same name is the same person. What is taken out is what LDAP takes out of names (RFC 4518). Letters that only
look alike (a Cyrillic ``а``) stay apart. Of SharePoint's claims (``i:0#.f|membership|anna@corp``) the account is what
counts. An account that a machine has for itself is ``\\machine\account``: whoever administers the machine makes one of
any name, so that only a machine named among ours, and no ``*``, makes it ours. Linear in the name.
"""

import re
from collections.abc import Collection
from typing import Final
from unicodedata import normalize

ACCOUNT: Final = "user:"
"""How the actor id of an account begins, as ``schema.events.columns`` has it, which stands above."""
ANY: Final = "*"
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_DOMAIN = re.compile(r"\\+")
_CLAIM = re.compile(r"(?i)(?:i:)?0#\.(?:f\|membership|w)\|(?=.)")
_OF_MACHINE = re.compile(r"(?s)\\{2,}([^\\]+)\\+([^\\].*)")
_NETBIOS: Final = 15
MACHINE: Final = "\\\\"
"""How an account begins that a machine has for itself."""


def spelt_alike(name: str, *, case_sensitive: bool = False) -> str:
    """Return a name without what spellings of it differ in; domain and realm stay."""
    found = _UNSEEN.sub("", name if name.isascii() else normalize("NFKC", name)).strip()
    if found[:1] in "iI0" and (claim := _CLAIM.match(found)) is not None:
        found = found[claim.end() :].strip()
    if case_sensitive:
        return found
    return found.lower() if found.isascii() else normalize("NFKC", found.casefold()).strip()


def of_machine(machine: str, account: str) -> str:
    """Return an account that a machine has for itself, as it is told apart from those of domains."""
    return f"{MACHINE}{machine}\\{account}"


def is_machine(domain: str, host: str) -> bool:
    """Say whether the domain of an account is the machine, of whose name Windows knows the first fifteen letters."""
    machine = host.partition(".")[0].casefold()
    return bool(domain) and domain.casefold() in (machine, machine[:_NETBIOS])


def account_form(name: str, domains: Collection[str] = (), *, case_sensitive: bool = False) -> str:
    """Return the one form of an account; empty for what holds nothing that can be seen.

    Args:
        name: As written.
        domains: Domains and realms that are ours, in their own one form; ``*`` for all.
        case_sensitive: Capitals tell accounts apart.
    """
    found = spelt_alike(name, case_sensitive=case_sensitive)
    local = _OF_MACHINE.fullmatch(found)
    if local is not None:
        machine, account = local.groups()
        return account if machine.casefold() in domains else of_machine(machine, account)
    if "\\" in found:
        domain, _, rest = _DOMAIN.sub(r"\\", found).partition("\\")
        found = rest if rest and _ours(domain, domains) else f"{domain}\\{rest}"
    head, at, realm = found.rpartition("@")
    return head if at and head and _ours(realm, domains) else found


def _ours(domain: str, domains: Collection[str]) -> bool:
    return bool(domains) and (ANY in domains or domain.casefold() in domains)
