"""Make a text harmless that somebody outside may have written, before it goes into a message.

Comes in: any text. Goes out: one line that no chat, mail program or terminal takes for a command: no control or
direction characters, no mention, no markup, no link. Letters are kept, so that a person can still read it, and so is
what addresses and keys are made of and is no markup: ``{id}``, and one ``_`` within a word.
"""

import re
import unicodedata
from ipaddress import IPv6Address

_LOOKALIKES = str.maketrans(
    {
        "@": "＠",
        "<": "‹",
        ">": "›",
        "&": "＆",
        "`": "ʼ",
        "*": "∗",
        "_": "＿",
        "~": "∼",
        "|": "∣",
        "[": "［",
        "]": "］",
        "{": "｛",
        "}": "｝",
        "#": "＃",
        "\\": "＼",
        "$": "＄",
    }
)
_LINK = re.compile(r"(?:\b[a-z][a-z\d+-]*:/+|\bwww\.)[^\s/]*", re.IGNORECASE)
_SLASHES = re.compile(r":/+")
_DOT = "\u2024"
_FOUR = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d])")
_SIX = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?![0-9A-Za-z])")
_IN_WORD = re.compile(r"(?<=[^\W_＿])＿(?=[^\W_＿])")
_HIDDEN = "…"


def plain(text: str, limit: int = 200) -> str:
    """Return ``text`` as one harmless line of at most ``limit`` characters."""
    # A text of a megabyte must not cost a megabyte's work: what lies far behind the limit is never seen.
    text = text[: limit * 4]
    visible = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
    # What is left of an address without its slashes would be a link all the same: its dots look like dots.
    line = _LINK.sub(lambda found: found[0].replace(".", _DOT), " ".join(visible.split()))
    line = _SLASHES.sub(":∕∕", line).translate(_LOOKALIKES)
    line = _IN_WORD.sub("_", line.replace("｛id｝", "{id}"))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


# Control, format (direction, zero width), surrogate, private use, unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def without_addresses(text: str) -> str:
    """Return ``text`` with network addresses blanked: a page tells no addresses."""
    return _SIX.sub(_blank, _FOUR.sub(_HIDDEN, text))


def _blank(found: re.Match[str]) -> str:
    """Blank what reads as an IPv6 address; a time of day looks alike and stays."""
    word = found[0]
    try:
        IPv6Address(word if word.endswith("::") else word.rstrip(":"))
    except ValueError:
        return found[0]
    return _HIDDEN


def masked(name: str) -> str:
    """Return an account name so that its owner recognises it and a stranger does not: ``o***a``."""
    core = name.rsplit("\\", 1)[-1].split("@", 1)[0].strip()
    if len(core) < 4:
        return "***"
    first, last = plain(core[0], 1), plain(core[-1], 1)
    return f"{first}***{last}"
