r"""Which Windows domains and mail domains accounts are written with: ``CORP\anna``, ``anna@corp.example.org``.

Comes in: accounts as they are told apart now. Goes out: guesses for ``actors.domains``. A Windows domain that several
accounts bear is as a rule one's own. ``anna@`` two providers are two people: a mail domain is proposed only where most
names that bear it are written without it, or with a Windows domain, as well. Of a provider's customers a few are called
like colleagues, and never most.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

# No glob and nothing that turns text round: the name goes into the configuration.
_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
# What Windows calls its own accounts by.
_SYSTEM = frozenset({"nt authority", "nt service", "builtin", "window manager", "font driver host", "workgroup"})
_FEWEST = 3
_ALIKE = 2
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain that accounts are written with.

    Attributes:
        accounts: How many bear it. also: how many of them are written otherwise, too.
        example: One of them, as it is told apart now.
        wanted: Proposed.
    """

    name: str
    accounts: int
    also: int
    example: str
    wanted: bool


def domains(accounts: Iterable[str | None]) -> list[Domain]:
    """Return the domains of accounts, those that most bear first."""
    bearers: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
    forms: dict[str, set[str]] = defaultdict(set)
    for account in {each for each in accounts if each}:
        domain, short, windows = _parted(account)
        forms[short].add(domain)
        if domain and domain not in _SYSTEM and _DOMAIN.fullmatch(domain):
            bearers[domain, windows][short] = account
    found = [_domain(name, windows, names, forms) for (name, windows), names in bearers.items()]
    return sorted(found, key=lambda one: (not one.wanted, -one.accounts, one.name))[:_SHOWN]


def _parted(account: str) -> tuple[str, str, bool]:
    domain, slash, rest = account.partition("\\")
    if slash and rest:
        return domain.casefold(), rest.casefold(), True
    short, _, domain = account.rpartition("@")
    return (domain.casefold(), short.casefold(), False) if short else ("", account.casefold(), False)


def _domain(name: str, windows: bool, names: dict[str, str], forms: dict[str, set[str]]) -> Domain:
    also = sum(len(forms[short]) > 1 for short in names)
    wanted = len(names) >= _FEWEST if windows else also >= _ALIKE and 2 * also >= len(names)
    return Domain(name=name, accounts=len(names), also=also, example=min(names.values()), wanted=wanted)
