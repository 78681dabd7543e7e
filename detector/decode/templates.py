"""Path templates: ``/crm/clients/{client_id}/documents/*`` as a fixed beginning and a Rust regex.

Comes in: a template of the record map. Goes out: what to compare. ``{name}`` holds one segment or a part of one, ``*``
any one segment or part, ``**`` any rest, the empty one included.
"""

import re
from dataclasses import dataclass

from detector.decode.paths import normalised

_TOKEN = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}|/\*\*$|\*\*|\*|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """One compiled template.

    Attributes:
        prefix: The text every path that fits begins with.
        regex: Fits the whole path; one group for each name, in order.
        names: The names.
    """

    prefix: str
    regex: str
    names: tuple[str, ...]


def compile_template(text: str) -> Template:
    """Compile a template.

    Raises:
        ValueError: It cannot be read; the message says why.
    """
    text = text if text == "/" else text.rstrip("/")
    names: list[str] = []
    made, prefix, at = "", "", 0
    for found in _TOKEN.finditer(text):
        literal = text[at : found.start()]
        prefix = prefix if made else literal
        made += re.escape(literal) + _piece(found, names)
        at = found.end()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{{{twice[0]}}} stands twice")
    return Template(prefix if made else text, f"^{made}{re.escape(text[at:])}$", tuple(names))


def _piece(found: re.Match[str], names: list[str]) -> str:
    piece = found[0]
    if found[1]:
        names.append(found[1])
        return "([^/]+)"
    if piece == "/**":
        return "(?:/(?s:.*))?"
    if piece == "**":
        return "(?s:.*)"
    if piece == "*":
        return "[^/]+"
    raise ValueError(f"a lonely {piece}; a name is written {{client_id}}")


def is_normal(text: str) -> bool:
    """Say whether a template's fixed text is spelt the way paths are compared."""
    plain = _TOKEN.sub("x", text)
    return normalised(plain) == (plain.rstrip("/") or "/")
