r"""Grok names in a regular expression: ``%{IP:source.ip}`` becomes a group with a pattern of known shape.

Comes in: the text of a pattern. Goes out: the same in Rust's syntax (linear time), with the names of its groups and the
pieces it is made of, so that a line it does not fit can be told where it stopped to fit. The table holds the names that
Logstash and its kin share; what needs look-around there is written without it here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

_DEEPEST = 8
_MOST_TEXT = 65_536
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})"
_HEX4 = "[0-9A-Fa-f]{1,4}"
_MONTHS = "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?"

GROK: dict[str, str] = {
    "WORD": r"\b\w+\b",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "QUOTEDSTRING": r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)""",
    "QS": "%{QUOTEDSTRING}",
    "INT": "[+-]?[0-9]+",
    "BASE10NUM": r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)",
    "NUMBER": "%{BASE10NUM}",
    "BASE16NUM": "[+-]?(?:0x)?[0-9A-Fa-f]+",
    "POSINT": "[1-9][0-9]*",
    "NONNEGINT": "[0-9]+",
    "UUID": "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "USERNAME": "[a-zA-Z0-9._-]+",
    "USER": "%{USERNAME}",
    "EMAILLOCALPART": "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:[.][a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*",
    "EMAILADDRESS": "%{EMAILLOCALPART}@%{HOSTNAME}",
    "HTTPDUSER": "(?:%{EMAILADDRESS}|%{USER})",
    "IPV4": rf"{_OCTET}(?:\.{_OCTET}){{3}}",
    "IPV6": (
        rf"(?:(?:{_HEX4}(?::{_HEX4}){{0,5}})?::(?:{_HEX4}:){{0,5}}{_OCTET}(?:\.{_OCTET}){{3}}"
        rf"|(?:{_HEX4}(?::{_HEX4}){{0,6}})?::(?:{_HEX4}(?::{_HEX4}){{0,6}})?|(?:{_HEX4}:){{7}}{_HEX4})(?:%[0-9A-Za-z_.-]+)?"
    ),
    "IP": "(?:%{IPV4}|%{IPV6})",
    "HOSTNAME": r"[0-9A-Za-z][0-9A-Za-z_-]{0,62}(?:\.[0-9A-Za-z][0-9A-Za-z_-]{0,62})*\.?",
    "IPORHOST": "(?:%{IPV4}|%{HOSTNAME}|%{IPV6})",
    "HOSTPORT": "%{IPORHOST}:%{POSINT}",
    "MAC": "(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}",
    "UNIXPATH": r"(?:/[^\s/]*)+",
    "WINPATH": r"(?:[A-Za-z]+:|\\)(?:\\[^\s\\?*]*)+",
    "PATH": "(?:%{UNIXPATH}|%{WINPATH})",
    "TTY": r"/dev/(?:pts|tty[a-z0-9]*)(?:\w+)?/?(?:[0-9]+)?",
    "URIPROTO": r"[A-Za-z][A-Za-z0-9+.-]*",
    "URIHOST": "%{IPORHOST}(?::%{POSINT})?",
    "URIPATH": r"/[^\s?#]*",
    "URIPARAM": r"\?[^\s#]*",
    "URIQUERY": r"[^\s#]*",
    "URIPATHPARAM": "%{URIPATH}(?:%{URIPARAM})?",
    "URI": r"%{URIPROTO}://(?:[^\s/@]+@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?",
    "MONTH": rf"\b(?:{_MONTHS}|Nov(?:ember)?|Dec(?:ember)?)\b",
    "MONTHNUM": "(?:0?[1-9]|1[0-2])",
    "MONTHDAY": "(?:0[1-9]|[12][0-9]|3[01]|[1-9])",
    "DAY": "(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?",
    "YEAR": r"[0-9]{4}|[0-9]{2}",
    "HOUR": "(?:2[0-3]|[01]?[0-9])",
    "MINUTE": "[0-5][0-9]",
    "SECOND": r"(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?",
    "TIME": "%{HOUR}:%{MINUTE}(?::%{SECOND})",
    "DATE_US": "%{MONTHNUM}[/-]%{MONTHDAY}[/-](?:%{YEAR})",
    "DATE_EU": "%{MONTHDAY}[./-]%{MONTHNUM}[./-](?:%{YEAR})",
    "DATE": "(?:%{DATE_US}|%{DATE_EU})",
    "DATESTAMP": "%{DATE}[- ]%{TIME}",
    "TZ": "[A-Z]{3,4}",
    "ISO8601_TIMEZONE": "(?:Z|[+-][0-9]{2}:?[0-9]{2})",
    "ISO8601_SECOND": "%{SECOND}",
    "TIMESTAMP_ISO8601": "[0-9]{4}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?",
    "HTTPDATE": "%{MONTHDAY}/%{MONTH}/[0-9]{4}:%{TIME} [+-][0-9]{4}",
    "HTTPDERROR_DATE": "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} [0-9]{4}",
    "SYSLOGTIMESTAMP": "%{MONTH} +%{MONTHDAY} %{TIME}",
    "DATESTAMP_RFC2822": "%{DAY}, %{MONTHDAY} %{MONTH} [0-9]{4} %{TIME} [+-][0-9]{4}",
    "PROG": r"[\x21-\x5a\x5c\x5e-\x7e]+",
    "SYSLOGPROG": r"%{PROG}(?:\[%{POSINT}\])?",
    "SYSLOGHOST": "%{IPORHOST}",
    "LOGLEVEL": (
        "(?i:alert|trace|debug|notice|info(?:rmation)?|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|"
        "emerg(?:ency)?)"
    ),
    "JAVACLASS": r"(?:[a-zA-Z$_][a-zA-Z$_0-9]*\.)*[a-zA-Z$_][a-zA-Z$_0-9]*",
    "JAVAMETHOD": r"(?:<(?:cl)?init>|[a-zA-Z$_][a-zA-Z$_0-9]*)",
    "JAVATHREAD": r"[^\]\r\n]+",
    "HTTPMETHOD": "[A-Z][A-Z-]{1,15}",
    "HTTPREQUEST": r"[A-Z][A-Z-]{1,15} \S.*? HTTP/[0-9](?:\.[0-9])?",
    "HTTPSTATUS": "[1-5][0-9]{2}",
    "COMMONAPACHELOG": (
        r"%{IPORHOST:source.ip} (?:-|%{NOTSPACE:identity}) (?:-|%{NOTSPACE:user.name}) \[%{HTTPDATE:time}\] "
        r'"(?P<request>(?:[^"\\]|\\.)*)" %{HTTPSTATUS:http.response.status_code} '
        "(?:-|%{NONNEGINT:http.response.body.bytes})"
    ),
    "COMBINEDAPACHELOG": (
        r'%{COMMONAPACHELOG} "(?P<http.request.referrer>(?:[^"\\]|\\.)*)" '
        r'"(?P<user_agent.original>(?:[^"\\]|\\.)*)"'
    ),
}
"""The known names. Those of numbers, dates and addresses fit what servers write, not all that a standard allows."""

_IP = "[0-9A-Fa-f:.]+(?:%[0-9A-Za-z_.-]+)?"
_DIGITS = "[0-9]+"
ROUGH: dict[str, str] = {
    **dict.fromkeys(("IP", "IPV4", "IPV6"), _IP),
    **dict.fromkeys(("IPORHOST", "HOSTNAME", "URIHOST", "HOSTPORT", "SYSLOGHOST"), "[0-9A-Za-z_.:%-]+"),
    **dict.fromkeys(("MONTHNUM", "MONTHDAY", "HOUR", "MINUTE"), _DIGITS),
    **dict.fromkeys(("MONTH", "DAY"), "[A-Za-z]+"),
    **dict.fromkeys(("SECOND", "ISO8601_SECOND"), "[0-9:.,]+"),
    "WORD": r"[^\s]+",
}
"""Shapes that fit all that the known names fit, and more: short, where it must only be told what a line may be."""
_REFERENCE = re.compile(r"%\{([A-Za-z0-9_]+)(?::([^}:]+)(?::(?:int|float|long|string))?)?\}")
_GROUP = re.compile(r"\(\?P?<([A-Za-z_@\[][^>=!]*)>")
_FORBIDDEN = re.compile(r"\(\?(?:<?[=!]|>)")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})[?]?")


@dataclass(frozen=True, slots=True)
class PatternPiece:
    """A part of a pattern that stands by itself.

    Attributes:
        regex: As the engine reads it.
        written: As it was written, or what stands there; of a letter, the letter.
    """

    regex: str
    written: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in the syntax of the engine.

    Attributes:
        regex: The whole, without anchors; its groups are named ``g0``, ``g1`` ….
        groups: The names they were given, in order.
        pieces: Its parts, in order; one part where it has alternatives at its top.
    """

    regex: str
    groups: tuple[str, ...]
    pieces: tuple[PatternPiece, ...]


def literal(text: str) -> Iterator[PatternPiece]:
    """Give the parts of a fixed text, its letters."""
    for letter in text:
        yield PatternPiece(re.escape(letter), letter)


def group(at: int) -> str:
    """Return the name that a group has in ``Pattern.regex``."""
    return f"g{at}"


def expand(text: str, own: Mapping[str, str] | None = None) -> Pattern:
    """Return a pattern with grok names replaced.

    Args:
        text: The pattern.
        own: Names of the format's own, which win.

    Raises:
        ValueError: With what is wrong and, behind a semicolon, what to write instead.
    """
    return _Expansion({**GROK, **(own or {})}, own or {}).of(text)


class _Expansion:
    def __init__(self, table: Mapping[str, str], own: Mapping[str, str]) -> None:
        self._table, self._own = table, own
        self._groups: list[str] = []
        self._size = 0

    def of(self, text: str) -> Pattern:
        made = self._pieces(text, text, ())
        return Pattern("".join(piece.regex for piece in made), tuple(self._groups), tuple(made))

    def _pieces(self, text: str, written: str, inside: tuple[str, ...]) -> list[PatternPiece]:
        """Return the parts of a pattern; a name of the format's own is replaced by its parts."""
        made: list[PatternPiece] = []
        for part in _parts(text):
            own = _REFERENCE.fullmatch(part)
            if own and not own[2] and own[1] in self._own and own[1] not in inside and len(inside) < _DEEPEST:
                made += self._pieces(self._own[own[1]], part, (*inside, own[1]))
            else:
                made.append(PatternPiece(self._translated(part, inside), _shown(part)))
        if any(part == "|" for part in _parts(text)):
            made = [PatternPiece(f"(?:{''.join(piece.regex for piece in made)})", written)]
        return made

    def _translated(self, part: str, inside: tuple[str, ...]) -> str:
        """Return a part in the engine's syntax: grok names replaced, groups renamed, other brackets not captured."""
        if part.startswith("(") and _FORBIDDEN.match(part):
            raise ValueError(
                f"{_short(part)} looks ahead or behind, which an engine that reads in linear time cannot; "
                "write what the text itself looks like"
            )
        if part.startswith("%{") and (found := _REFERENCE.match(part)):
            return self._reference(found, inside) + part[found.end() :]
        if part.startswith("%{"):
            raise ValueError(f"{_short(part)} is no grok name; write %{{NAME}} or %{{NAME:column}}")
        if not part.startswith("("):
            return part
        close = _closing(part)
        head, body = _opened(part[:close])
        name = head[3:-1] if head.startswith("(?<") else head[4:-1] if head.startswith("(?P<") else ""
        if name:
            head = f"(?P<{group(self._named(name))}>"
        inner = "".join(self._translated(one, inside) for one in _parts(body))
        return f"{head}{inner}{part[close:]}"

    def _reference(self, found: re.Match[str], inside: tuple[str, ...]) -> str:
        name, target = found[1], found[2]
        if name not in self._table:
            near = get_close_matches(name.upper(), self._table, n=1, cutoff=0.5)
            fix = f"did you mean %{{{near[0]}}}?" if near else "docs/formats.md lists the known names"
            raise ValueError(f"there is no grok name {name}; {fix}")
        if name in inside or len(inside) >= _DEEPEST:
            raise ValueError(f"the grok name {name} is made of itself; name what it stands for")
        begin = f"(?P<{group(self._named(target))}>" if target else "(?:"
        inner = "".join(self._translated(one, (*inside, name)) for one in _parts(self._table[name]))
        self._size += len(inner)
        if self._size > _MOST_TEXT:
            raise ValueError("the pattern becomes too long; use simpler names")
        return f"{begin}{inner})"

    def _named(self, name: str) -> int:
        plain = ".".join(re.findall(r"[^\[\]]+", name)) if name.startswith("[") else name
        if plain in self._groups:
            raise ValueError(f"two groups are named {plain}; make two patterns of it, the first that fits counts")
        self._groups.append(plain)
        return len(self._groups) - 1


def _parts(text: str) -> Iterator[str]:
    """Give the parts of a pattern: letters, escapes, classes, groups, grok names, each with what says how often."""
    at = 0
    while at < len(text):
        end = at + _width(text[at:])
        found = _QUANTIFIER.match(text, end) if text[at] not in "|^" else None
        end = found.end() if found else end
        yield text[at:end]
        at = end


def _width(text: str) -> int:
    if text[0] == "\\":
        braces = re.match(r"\\[xupP]\{[^}]*\}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}", text)
        return braces.end() if braces else min(2, len(text))
    if text[0] == "[":
        return _class(text)
    if text[0] == "(":
        return _closing(text) + 1
    if text.startswith("%{"):
        end = text.find("}")
        return end + 1 if end > 0 else len(text)
    return 1


def _class(text: str) -> int:
    """Return how long the class is that a text begins with."""
    depth, at = 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "[":
            depth += 1
            at += 1 if text[at + 1 : at + 2] == "^" else 0
            at += 1 if text[at + 1 : at + 2] == "]" else 0  # a bracket that stands first is a letter of the class
        elif text[at] == "]":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return len(text)


def _closing(text: str) -> int:
    """Return where the group ends that a text begins with."""
    depth, at = 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "[":
            at += _class(text[at:]) - 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if not depth:
                return at
        at += 1
    raise ValueError(f"the bracket of {_short(text)} is not closed; close it, or write \\( for the letter")


def _opened(group_text: str) -> tuple[str, str]:
    """Return how a group begins, and what is in it; one without a name and a flag captures nothing."""
    if not group_text.startswith("(?"):
        return "(?:", group_text[1:]
    named = _GROUP.match(group_text)
    if named:
        return named[0], group_text[named.end() :]
    flags = re.match(r"\(\?[a-zA-Z-]*:?", group_text)
    return (flags[0], group_text[flags.end() :]) if flags else (group_text[:2], group_text[2:])


def _shown(part: str) -> str:
    if len(part) == 2 and part[0] == "\\" and not part[1].isalnum():
        return part[1]
    return part


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
