"""Characters that hide or disturb, made visible.

Comes in: any text, hostile text included. Goes out: the same text with control, direction and other unseen characters
written as their code point, so that an account cannot look like another one. HTML escaping is the templates' part.
"""

import unicodedata

# Control, format (direction, zero width), surrogate, private use, unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\n\t")
_LONGEST = 20_000


def visible(text: str) -> str:
    """Return ``text`` with every character that would not be seen written as ``‹U+202E›``."""
    if text.isascii() and text.isprintable() and len(text) <= _LONGEST:
        return text
    shown = "".join(_shown(char) for char in text[:_LONGEST])
    return shown if len(text) <= _LONGEST else shown + "…"


def _shown(char: str) -> str:
    if char in _KEPT or unicodedata.category(char) not in _UNSEEN:
        return char
    return numbered(char)


def numbered(char: str) -> str:
    """Return a character as its number."""
    return f"‹U+{ord(char):04X}›"
