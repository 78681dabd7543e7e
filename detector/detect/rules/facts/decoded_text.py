r"""What was asked for, in one spelling, so that no escape hides a word from a rule (``nabat.request.decoded``).

Comes in: ``url.path`` and ``url.query`` as sent. Goes out: path, ``?`` and query in one text in lower case. It is for
looking for words in; it is not what a server would make of the request. In this order:

1. ``+`` is a space; ``%41``, ``%u0041``, ``\u0041``, ``\x41`` and HTML entities are decoded, three times over; bytes
   that are no UTF-8 are taken for overlong forms of ASCII (``%c0%ae``), else for Latin-1;
2. letters and digits of other widths and styles become the plain ones (NFKC, character by character), all lower case;
3. what MySQL executes in a comment (``/*!50000 … */``) stands by itself; comments become a space, those of one
   parameter alone: ``/*`` in one and ``*/`` in another make no comment;
4. a backslash is a slash; ``;…`` behind a dot at the end of a segment goes; ``/./`` and ``//`` are one slash;
5. white space and control characters, however many, are one space; NUL is nothing.

A quote may stand before what looks like a comment, and then it is none; comments may stand in comments. So where
comments or NUL were taken out, further lines follow, as far as they differ: the text without the innermost comments
alone, and with everything left in.

Linear in the request, of which the first ``MOST`` characters of path and query each are read.
"""

import codecs
import re
from functools import lru_cache
from html import unescape
from typing import Final
from unicodedata import normalize

import numpy as np
import polars as pl

MOST: Final = 16_384
_ROUNDS: Final = 3
_SHORT: Final = 512  # longer requests are not remembered
_LETTERS: Final = 10_000
_ODD: Final = r"[^A-Za-z0-9/_.=&?,:~!$@'()|-]|//|/\./"
"""Rust regex of texts that may have more than one spelling; of all others the lower case is the one."""

_AND: Final = "\ufdd0"  # a character that is none: stands for the sign between two parameters meanwhile
_BETWEEN = re.compile(r"&(?!#?[0-9A-Za-z]{1,8};)")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+|[%\\][uU][0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}")
_EXECUTED = re.compile(r"/\*m?!\d{0,6}")
# Each of these reads on from where it has read to, whether there is an end or not.
_COMMENT = re.compile(rf"/\*[^{_AND}]*?(\*/|(?={_AND})|\Z)")
_INNERMOST = re.compile(rf"/\*(?:(?!/\*)[^{_AND}])*?(\*/|(?=/\*)|(?={_AND})|\Z)")
_TO_LINE_END = re.compile(rf"(?:--|#)[^\n{_AND}]*(\n?)")
_PARAMETERS = re.compile(rf"\.;[^/?{_AND}]{{0,64}}+(?=/)")
_SLASHES = re.compile(r"(?<!:)/(?:\.?/)+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def _lenient(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no UTF-8: an overlong form of ASCII as that, any other byte as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw, at = error.object, error.start
    for lead, many in ((0xC0, 2), (0xE0, 3), (0xF0, 4)):
        form = raw[at : at + many]
        if len(form) == many and form[0] & ~0x01 == lead and all(byte & 0xC0 == 0x80 for byte in form[1:]):
            code = form[0] & 0x01
            for byte in form[1:]:
                code = code << 6 | byte & 0x3F
            if code < 0x80:
                return chr(code), at + many
    return chr(raw[at]), at + 1


codecs.register_error("nabat.lenient", _lenient)


def _character(found: re.Match[str]) -> str:
    text = found[0]
    if text[1] in "uU":
        code = int(text[2:], 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)  # half a pair is no character
    return bytes.fromhex(text[2:] if text[0] == "\\" else text.replace("%", "")).decode("utf-8", "nabat.lenient")


class _Plain(dict[int, str]):
    """The plain form of characters, worked out when one is met."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _LETTERS:
            self.clear()
        form = normalize("NFKC", chr(code)).lower()
        found = self[code] = form if len(form) <= 3 else chr(code)
        return found


_PLAIN = _Plain()


def decoded(path: str | None, query: str | None) -> str | None:
    """Return the one spelling of a request; None when it has neither path nor query."""
    if path is None and query is None:
        return None
    text = (path or "")[:MOST] + ("" if query is None else "?" + query[:MOST])
    return _remembered(text) if len(text) <= _SHORT else spelling(text)


def spelling(text: str) -> str:
    """Return the one spelling of a text."""
    text = _BETWEEN.sub(_AND, text)
    for _ in range(_ROUNDS):
        before = text
        if "+" in text:
            text = text.replace("+", " ")
        if "%" in text or "\\" in text:
            text = _ESCAPED.sub(_character, text)
        if "&" in text:
            text = unescape(text)
        if text == before:
            break
    text = text.lower() if text.isascii() else text.translate(_PLAIN)
    if "/*" in text:
        text = _EXECUTED.sub(" ", text)
    found = (
        [_bare(_COMMENT.sub(_if_ended, text)), _bare(_INNERMOST.sub(_if_ended, text))]
        if "/*" in text
        else [_bare(text)]
    )
    return "\n".join(dict.fromkeys(map(_joined, dict.fromkeys((*found, text)))))


_remembered = lru_cache(maxsize=4096)(spelling)


def _if_ended(found: re.Match[str]) -> str:
    return " " if found[1] else found[0]


def _bare(text: str) -> str:
    """Return a text without comments to the end of a line, and without NUL."""
    if "\n" in text:
        text = _TO_LINE_END.sub(_if_ended, text)
    return text.replace("\0", "")


def _joined(text: str) -> str:
    if "*" in text:
        text = text.replace("/*", " ").replace("*/", " ")
    if "\\" in text:
        text = text.replace("\\", "/")
    if ".;" in text:
        text = _PARAMETERS.sub(".", text)
    if "//" in text or "/." in text:
        text = _SLASHES.sub("/", text)
    return _SPACES.sub(" ", text).replace(_AND, "&")


def decoded_column(name: str, path: pl.Series, query: pl.Series) -> pl.Series | None:
    """Return the one spelling of each request; None where there is no request at all.

    Only what may have several spellings is looked at one by one, each once.
    """
    nothing = len(path)
    some_query = query.null_count() < nothing
    if path.null_count() == nothing and not some_query:
        return None
    texts = path.to_frame("path").with_columns(query.alias("query"))
    whole, long = pl.col("path"), pl.col("path").str.len_bytes() > MOST
    if some_query:
        asked = pl.concat_str(pl.lit("?"), pl.col("query")).fill_null("")
        whole = pl.when(whole.is_not_null() | pl.col("query").is_not_null()).then(whole.fill_null("") + asked)
        long = long.fill_null(value=False) | (pl.col("query").str.len_bytes() > MOST)
    found = texts.select(whole.alias(name), long.fill_null(value=False).alias("long"))
    plain = found.select(
        pl.col(name).str.to_lowercase(),
        (pl.col(name).str.contains(_ODD) | pl.col("long")).fill_null(value=False).alias("odd"),
    )
    column, odd = plain.get_columns()
    rows = np.flatnonzero(odd.to_numpy())
    if not rows.size:
        return column
    index = pl.Series(rows.astype(np.uint32))
    asked_for = list(zip(path[index].to_list(), query[index].to_list(), strict=True))
    spelt = {each: decoded(*each) for each in set(asked_for)}
    return column.scatter(index, pl.Series([spelt[each] for each in asked_for], dtype=pl.String()))
