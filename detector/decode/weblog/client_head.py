r"""What stands before the time of an access line whose layout nobody told: host, address, identity, account.

Comes in: the text before ``[time] "request"``. Goes out: its parts, or nothing where no client is named. A list as
X-Forwarded-For is one (``198.51.100.2, 192.0.2.7``) stays a list: which of its addresses counts depends on the source's
proxies (``annotate``). Nothing is taken for an account that may be another field: an account with blanks is one only
where no dash and no address stands in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from detector.decode.enrich.addresses import NOWHERE
from detector.settings.address_form import parse_address

HOST = (
    r"(?:[0-9]*[A-Za-z_*.-][0-9A-Za-z._*-]*|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)"
    r"(?::[0-9]{1,5})?"
)
"""What a virtual host looks like: a name, an address, either with a port; ``-`` where there is none."""
_HOST = re.compile(HOST)
_BEFORE = 4
"""Words that may stand before the address: a host, what a container runtime puts there."""
_LONGEST = 260
_NAME = re.compile(r"(?=[^.]*[A-Za-z_])[0-9A-Za-z_-]{1,63}(?:\.[0-9A-Za-z_-]{1,63})+")


@dataclass(frozen=True, slots=True)
class ClientHead:
    """The parts.

    Attributes:
        address: An address, a list of them, or the name of a client's machine.
        host: The virtual host; None: none was told.
        forwarded: A list as X-Forwarded-For is one, that stands beside the address.
        account: None: none, or none that can be told for certain.
        rest: What could not be told, as it stands there.
        sure: All of it is told for certain.
    """

    address: str
    host: str | None = None
    forwarded: str | None = None
    identity: str | None = None
    account: str | None = None
    rest: str = ""
    sure: bool = True


def read_head(text: str) -> ClientHead | None:
    """Return the parts of a head; None when it names no client."""
    words = text.split()
    for at in range(min(len(words), _BEFORE)):
        first = _addresses(words, at)
        if first is not None:
            return _parts(text, words, at, *first)
        if words[at] in NOWHERE:
            return None  # what stands behind it may be an account that looks like an address
        if at == 0 and len(words[0]) <= _LONGEST and _NAME.fullmatch(words[0]) and words[1:2] == ["-"]:
            return _told(ClientHead(words[0]), text, words[1:])
    return None


def _addresses(words: Sequence[str], at: int) -> tuple[list[str], int] | None:
    """Return the addresses that stand at a place, with commas between them, and where the next word is."""
    found: list[str] = []
    while at < len(words):
        word = words[at].strip('"()')
        found += [part for part in word.split(",") if part]
        at += 1
        if not word.endswith(","):
            break
    good = bool(found) and parse_address(found[-1]) is not None
    good = good and all(one.lower() in NOWHERE or parse_address(one) is not None for one in found)
    return (found, at) if good else None


def _parts(text: str, words: Sequence[str], at: int, found: Sequence[str], behind: int) -> ClientHead:
    before, left = words[:at], words[behind:]
    short = len(before) == 1 and len(before[0]) <= _LONGEST
    host = before[0] if short and _HOST.fullmatch(before[0]) else None
    head = ClientHead(", ".join(found), host, sure=host is not None or not before)
    second = _addresses(words, behind) if len(left) > 2 and words[behind] != "-" else None
    if second is not None:
        others, end = second
        left = words[end:]
        if len(found) == 1 and len(others) > 1:
            head = ClientHead(head.address, host, ", ".join(others), sure=head.sure)
        elif len(found) > 1:
            head = ClientHead(", ".join(others), host, head.address, sure=head.sure and len(others) == 1)
        else:
            head = ClientHead(others[0], found[0], sure=not before)
    return _told(head, text, left)


def _told(head: ClientHead, text: str, left: Sequence[str]) -> ClientHead:
    """Return the head with identity and account, as far as they can be told."""
    identity, account = (left[0] if left else "-"), " ".join(left[1:])
    quoted = len(account) > 1 and account[0] == account[-1] == '"'
    account = account[1:-1] if quoted else account
    doubt = len(left) > 2 and not quoted and any(word == "-" or _like_address(word) for word in left[1:])
    sure = head.sure and len(left) == 2
    return ClientHead(
        head.address,
        head.host,
        head.forwarded,
        None if identity == "-" else identity,
        None if doubt or account in ("", "-") else account,
        "" if sure or not (doubt or not head.sure) else text.strip(),
        sure,
    )


def _like_address(word: str) -> bool:
    return parse_address(word.strip('"(),')) is not None
