r"""Which server a pasted log format is of, and its text without the quoting of that server's configuration.

Comes in: what a person copied: the whole ``log_format main '...' '...';``, the ``LogFormat "...\"%r\"..." name`` or
``CustomLog`` line, ``log-format "..."``, or only what stands in the quotes. Goes out: kind, layout, how nginx escapes.
"""

import re
import shlex
from dataclasses import dataclass

NGINX, APACHE, HAPROXY = "nginx", "apache", "haproxy"
KINDS = (NGINX, APACHE, HAPROXY)

# Where a directive begins: lines around it, comments too, may have been copied with it.
_DIRECTIVE = {
    NGINX: re.compile(r"(?:^|;)[ \t]*log_format\s+(?P<rest>.*)", re.MULTILINE | re.DOTALL),
    APACHE: re.compile(r"^[ \t]*LogFormat\s+(?P<rest>.*)", re.MULTILINE | re.DOTALL | re.IGNORECASE),
    HAPROXY: re.compile(r"^[ \t]*log-format(?:-sd)?\s+(?P<rest>.*)", re.MULTILINE | re.DOTALL),
}
_OF_FILE = re.compile(r"^[ \t]*(?:CustomLog|TransferLog)\s+(?P<rest>.*)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_WORD = re.compile(
    r"\s*(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s\"']\S*))", re.DOTALL
)
_CONTINUED = re.compile(r"\\\r?\n")
_ESCAPE = re.compile(r"escape=(?P<escape>default|json|none)(?=\s|$)")
_NGINX_TOKEN = re.compile(
    r"\s*(?:#[^\n]*|'(?P<single>(?:[^'\\]|\\.)*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|(?P<end>;)|(?P<word>[^\s;]+))",
    re.DOTALL,
)
_QUOTED = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"', re.DOTALL)
_NGINX_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_HAPROXY_MARKS = re.compile(
    r"%\[|%\{(?:[+-][A-Za-z]+,?)+\}|%(?:ci|cp|tr|ft|tsc?|hrl?|hsl?|HM|HU|HP|HQ|HV|ST|TR|Ta|Tw|Tc|Tr)\b"
)
_APACHE_MARKS = re.compile(r"%[!0-9,<>]*(?:\{[^}]*\})?[!0-9,<>]*(?:\^t[io]|[A-Za-z])")
_NGINX_MARKS = re.compile(r"\$\{?[a-z][a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A log format as its server understands it.

    Attributes:
        kind: ``nginx``, ``apache`` or ``haproxy``.
        layout: The text of the lines with the variables in it.
        escape: How nginx escapes: ``default``, ``json`` or ``none``.
    """

    kind: str
    layout: str
    escape: str = "default"


def read(text: str, kind: str = "") -> Pasted:
    """Read what was pasted.

    Args:
        text: As copied.
        kind: The server, when it is known; empty: it is told from the text.

    Raises:
        ValueError: A quote is not closed, nothing or more than one is left, or no server's format is recognised.
    """
    text = text.strip()
    name, rest = _directive(text)
    kind = kind or name or _kind(rest)
    made = _UNQUOTE[kind](rest.strip(), whole=bool(name))
    layout = made.layout.strip()
    if not layout:
        raise ValueError("the log format is empty")
    if "\n" in layout:
        raise ValueError("it goes over several lines: paste it with its directive and quotes, or as one line")
    return made


def _directive(text: str) -> tuple[str, str]:
    """Return whose directive stands in the text and what follows its name; nothing and the text where none does."""
    found = [(kind, one["rest"]) for kind, directive in _DIRECTIVE.items() if (one := directive.search(text))]
    if not found and (of_file := _OF_FILE.search(text)):
        return APACHE, _behind_file(_CONTINUED.sub("", of_file["rest"]))
    if not found:
        return "", text
    kind, rest = found[0]
    if len(found) > 1 or _DIRECTIVE[kind].search(rest):
        raise ValueError("it holds more than one log format: paste one")
    return kind, rest


def _behind_file(rest: str) -> str:
    """Return the format of a CustomLog, which stands behind the file's name."""
    file = _WORD.match(rest)
    layout = _WORD.match(rest, file.end()) if file else None
    if file is None or layout is None or "%" not in layout[0]:
        raise ValueError("it names a format and does not hold one: paste the LogFormat of that name")
    return rest[file.end() :]


def _kind(text: str) -> str:
    if _NGINX_MARKS.search(text) and not _HAPROXY_MARKS.search(text):
        return NGINX
    if _HAPROXY_MARKS.search(text):
        return HAPROXY
    if _APACHE_MARKS.search(text):
        return APACHE
    raise ValueError("it holds no variable of nginx ($remote_addr), Apache (%h) or HAProxy (%ci)")


def _nginx(text: str, *, whole: bool) -> Pasted:
    """Undo nginx's quoting; a text that begins with no quote and no ``escape=`` is the layout itself."""
    if not whole and not text.startswith("'") and not _ESCAPE.match(text):
        return Pasted(NGINX, text)
    tokens = _nginx_tokens(text)
    if whole:
        tokens = tokens[1:]  # the name
    found = _ESCAPE.fullmatch(tokens[0]) if tokens else None
    return Pasted(NGINX, "".join(tokens[1:] if found else tokens), found["escape"] if found else "default")


def _nginx_tokens(text: str) -> list[str]:
    made: list[str] = []
    at = 0
    while at < len(text):
        found = _NGINX_TOKEN.match(text, at)
        if found is None or found["end"]:
            break
        at = found.end()
        quoted = found["single"] if found["single"] is not None else found["double"]
        if quoted is None and (found["word"] or "")[:1] in ("'", '"'):
            raise ValueError("a quote is not closed")
        piece = found["word"] if quoted is None else quoted
        if piece is not None:
            made.append(re.sub(r"\\(.)", _nginx_escape, piece, flags=re.DOTALL))
    return made


def _nginx_escape(found: re.Match[str]) -> str:
    return _NGINX_ESCAPES.get(found[1], found[0])


def _apache(text: str, *, whole: bool) -> Pasted:
    """Undo Apache's quoting: in a directive the first word is the format, else a text that is quoted as a whole."""
    text = _CONTINUED.sub("", text)
    found = _WORD.match(text) if whole or _QUOTED.fullmatch(text) else None
    if whole and (found is None or (found["bare"] and "%" not in found["bare"])):
        raise ValueError("the format in quotes is missing, or a quote is not closed")
    layout = text if found is None else next(one for one in found.groups() if one is not None)
    return Pasted(APACHE, re.sub(r"\\([\"'\\])", r"\1", layout) if found or '\\"' in layout else layout)


def _haproxy(text: str, *, whole: bool) -> Pasted:
    """Undo HAProxy's quoting, which is that of a shell; without a directive and quotes around it, it is the layout."""
    if not whole and not _QUOTED.fullmatch(text) and "\\ " not in text:
        return Pasted(HAPROXY, text.replace('\\"', '"'))
    text = text.partition("\n")[0] if whole else text
    words = shlex.shlex(text, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters = True, "#"
    try:
        return Pasted(HAPROXY, " ".join(words))
    except ValueError:
        raise ValueError("a quote is not closed") from None


_UNQUOTE = {NGINX: _nginx, APACHE: _apache, HAPROXY: _haproxy}
