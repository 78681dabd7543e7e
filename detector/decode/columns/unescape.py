r"""Undo what servers do to quotes, backslashes and control characters in a quoted field.

nginx (escape=default) writes ``\xHH``; Apache writes ``\"``, ``\\``, ``\n``, ``\t`` and the like, and ``\xHH``. Bytes
written as ``\xHH`` are read as UTF-8 where they are that, else each as one character of Latin-1, so that nothing raises
and nothing is lost.
"""

import re
from itertools import product

_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", '"': '"', "'": "'", "\\": "\\"}
_HEX = "0123456789abcdefABCDEF"
_ESCAPE = re.compile(rf"(\\(?:x[{_HEX}]{{2}}|[ntrbfv0\"'\\]))")
_MEANT = {f"\\{letter}": meant for letter, meant in _SIMPLE.items()}
_MEANT |= {f"\\x{high}{low}": chr(int(high + low, 16)) for high, low in product(_HEX, repeat=2)}


def unescape(text: str) -> str:
    """Return the field as it was sent; an unknown escape stays as it is."""
    if "\\" not in text:
        return text
    pieces = _ESCAPE.split(text.encode().decode("latin-1"))  # one letter a byte
    pieces[1::2] = map(_MEANT.__getitem__, pieces[1::2])
    return _text("".join(pieces).encode("latin-1"))


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
