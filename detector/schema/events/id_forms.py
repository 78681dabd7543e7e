"""One form for each id of a client or record, so that no spelling of it is another client.

Comes in: an id as it stands in a path, a parameter or a field. Goes out: the id as it is counted, compared and shown.
Escapes are decoded, letters and digits of other widths or scripts become the plain ones, control characters, NUL and
white space around it go, and so does the ending by which a server is asked for a format (``.json``). Of ids that are
*numbers* signs, leading zeros and whatever stands behind ``,``, ``;``, ``&`` or ``#`` count for nothing, neither does
an ending of two to five letters (``777.aspx``), nor ``.0``; a power of ten is worked out where it has a point
(``1.04729e5``), and what makes a condition of a statement of a number (``777 or 1=2``, ``777'--``) counts for nothing
either. Where zeros belong to the id it is *text* (``Route.ids``). A slug with dots (``john.smith``) and a
number with dots (``2024.117``, ``2024.117a``, ``3.k9f2z``) stay as they are. A UUID, whatever the case of its letters,
its dashes, brackets, ``urn:uuid:`` or ``0x``, is the one of RFC 9562; so are 32 hexadecimal digits, unless they are a
number. Linear in the id.
"""

import re
from functools import lru_cache
from typing import Final
from unicodedata import decimal, normalize
from urllib.parse import unquote
from uuid import UUID

_RFC: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
PLAIN: Final = (
    r"^(?:0|[1-9A-Za-z_][0-9A-Za-z_-]{0,30}|0[0-9]{0,14}[A-Za-z_-][0-9A-Za-z_-]{0,14}|"
    rf"{_RFC}|[1-9A-Za-z_][0-9A-Za-z_-]{{39,}})$"
)
"""Rust regex of ids that are their own form; one as long as a UUID may be another spelling of it."""
_SHORT: Final = 256  # characters; longer ids are not remembered
_ROUNDS: Final = 3
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060\ufeff]")
_FORMAT = re.compile(r"\.(?:json|jsonp|xml|html?|xhtml|csv|ya?ml|rss|atom)\Z", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]*([0-9]+)(?:\.0*|\.[A-Za-z]{2,5})?(?:[,;&#].*)?\Z", re.DOTALL)
_POWER = re.compile(r"[+-]*([0-9]{1,20})\.([0-9]{0,20})[eE]\+?([0-9]{1,2})(?:[,;&#].*)?\Z", re.DOTALL)
_ASKED = re.compile(
    r"""[=+\-\s'"(\[]*+([0-9]++)(?:\.0*+)?[\s'"`)]*+"""
    r"""(?:--|/\*|\|\||&&|=|[+]*+(?:x?or|and|union|having|order|group|limit|procedure|div|r?like|regexp|between|in|is)\b"""
    r"""(?=[^=<>('"0-9*]*+[=<>('"0-9*])).*\Z|[='"(\[]++([0-9]++)['")\]]*+\Z""",
    re.DOTALL | re.IGNORECASE,
)
"""A number with what is to become part of a statement behind it (``5 or 1=2``, ``5' --``), or in quotes."""
_UUID = re.compile(
    r"(.*/)?(?:urn:)?(?:uuid:)?(?:0x)?[({]?([0-9a-f]{4}(?:-?[0-9a-f]{4}){7})[)}]?((?:\.0*|\.[a-z]{2,5})?(?:[,;&#].*)?)\Z",
    re.IGNORECASE | re.DOTALL,
)
_UUID_DIGITS: Final = 32


def one_form(text: str, *, number: bool = True) -> str:
    """Return the one form of an id; what would be nothing stays as it is.

    Args:
        text: The id as sent.
        number: If it is digits alone, it is a number.
    """
    found = text
    for _ in range(_ROUNDS):
        if "%" not in found:
            break
        found = unquote(found, errors="replace")
    if not found.isascii():
        found = "".join(map(_plain, found))
    found = _FORMAT.sub("", _UNSEEN.sub("", found).strip())
    if number and (spelt := _NUMBER.match(found)) is not None:
        return spelt[1].lstrip("0") or "0"
    if number and (power := _POWER.match(found)) is not None and len(power[2].rstrip("0")) <= int(power[3]):
        return (power[1] + power[2].rstrip("0").ljust(int(power[3]), "0")).lstrip("0") or "0"
    if number and (asked := _ASKED.match(found)) is not None:
        return (asked[1] or asked[2]).lstrip("0") or "0"
    if len(found) >= _UUID_DIGITS and (uuid := _UUID.match(found)) is not None and (number or not uuid[3]):
        return f"{uuid[1] or ''}{UUID(uuid[2])}"
    return found or text


_remembered = lru_cache(maxsize=4_096)(one_form)


def remembered(text: str, *, number: bool) -> str:
    """Return the same; that of an id that came lately is not worked out again."""
    return (_remembered if len(text) <= _SHORT else one_form)(text, number=number)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    form = normalize("NFKC", char)
    return str(decimal(form, form)) if len(form) == 1 else form
