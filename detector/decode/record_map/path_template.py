"""Path templates: ``/crm/clients/{client_id}/documents/*`` as a fixed beginning and a Rust regex.

Comes in: a template of the record map. Goes out: what to compare. ``{name}`` holds one segment or a part of one, ``*``
any one segment or part, ``**`` any rest, the empty one included.
"""

import re
from dataclasses import dataclass

from detector.decode.record_map.normalize_path import normalised

SCRIPT = re.compile(r"\.(?:php\d?|phtml|asp|aspx|ashx|asmx|jsp|cfm|cgi|pl|py)$", re.IGNORECASE)
"""How a path ends that names a program: servers start it whatever stands behind the name (``/client.php/x``)."""
UNKNOWN_DRIVE = "Volume:"
"""The first segment of a Windows path that names a volume or a shadow copy by its device: no letter is told."""
_DRIVE = re.compile(r"/[A-Za-z]:(?=/)")
_TOKEN = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}|/\*\*$|\*\*|\*|[{}]")


@dataclass(frozen=True, slots=True)
class PathSegment:
    """One segment of a path: a fixed text, or any text, which may have a name."""

    text: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """One compiled template.

    Attributes:
        prefix: The text every path that fits begins with.
        regex: Fits the whole path, whatever the case of its letters; one group for each name, in order.
        names: The names.
        segments: Its segments; None when one is part fixed, part free, so that only the regex can tell.
        rest: More segments may follow.
    """

    prefix: str
    regex: str
    names: tuple[str, ...]
    segments: tuple[PathSegment, ...] | None = None
    rest: bool = False

    @property
    def capturing(self) -> str:
        """The regex with one group at least: that of the whole path when there is no name."""
        return self.regex if self.names else f"({self.regex})"


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
    regex = f"(?i)^{made}{re.escape(text[at:])}$"
    rest = text.endswith("/**")
    return Template(prefix if made else text, regex, tuple(names), _segments(text.removesuffix("/**")), rest)


def without_drive(text: str) -> str | None:
    """Return the template for the same files where the log does not tell their drive; None for one without a drive."""
    return f"/{UNKNOWN_DRIVE}{text[3:]}" if _DRIVE.match(text) else None


def _segments(text: str) -> tuple[PathSegment, ...] | None:
    """Take a template apart at its slashes, if that is all there is to it."""
    made: list[PathSegment] = []
    for piece in text.split("/")[1:]:
        found = _TOKEN.fullmatch(piece)
        if found and (found[1] or piece == "*"):
            made.append(PathSegment(name=found[1]))
        elif piece and not _TOKEN.search(piece):
            made.append(PathSegment(text=piece))
        else:
            return None
    return tuple(made) or None


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
    plain = _TOKEN.sub(lambda token: "/x" if token[0].startswith("/") else "x", text)
    return normalised(plain) == (plain.rstrip("/") or "/")
