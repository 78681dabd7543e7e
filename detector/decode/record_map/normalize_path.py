"""The path as the application behind the server understands it, so that no spelling is a way round the record map.

Comes in: ``url.path`` as sent. Goes out: the path the record map compares. The rules, in this order:

1. percent escapes are decoded once, as UTF-8 (what is none becomes U+FFFD); ``%2F`` counts as a slash;
2. a backslash is a slash;
3. ``;`` before a number alone (``/clients/1;2``) stands between the ids of a list, as ``,`` does; other
   ``;parameters`` at the end of a segment are cut off;
4. ``//`` is one slash, ``.`` is nothing, ``..`` goes up one segment, never above the root;
5. a slash at the end is cut off.

Letters keep their case here: routes are compared without regard to it, ids are not. Rules are shown ``url.path`` and
``url.query`` as sent, escapes included.
"""

import re
from urllib.parse import unquote

SPECIAL = r"[%;\\]|/[/.]|./$"
"""Rust regex of paths that have more than one spelling; all others are compared as they are."""

_LISTED = re.compile(r";(?=[0-9]+(?:[;,/|]|\Z))")
_PARAMETERS = re.compile(";[^/]*")


def normalised(path: str) -> str:
    """Return the one spelling of ``path``."""
    text = unquote(path, errors="replace").replace("\\", "/")
    if ";" in text:
        text = _PARAMETERS.sub("", _LISTED.sub(",", text))
    names = [name for name in text.split("/") if name and name != "."]
    if ".." in names:
        names = _climbed(names)
    return "/" + "/".join(names)


def _climbed(names: list[str]) -> list[str]:
    kept: list[str] = []
    for name in names:
        if name == "..":
            del kept[-1:]
        else:
            kept.append(name)
    return kept
