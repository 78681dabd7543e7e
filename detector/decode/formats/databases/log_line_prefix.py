"""``log_line_prefix`` of PostgreSQL, compiled: what stands before each message in its text log.

Comes in: the setting, as it stands in postgresql.conf. Goes out: a function from a record to its readings, each with
its parts named as jsonlog names them.

The account, the database and the application are written as the client says them, whatever they hold. So the text may
end in several places, a severity behind each: all that fit are readings, the earliest first, and what they are worth
``pg_messages`` judges. Soundness of the fast way: in it no name holds the text that would end it, so none holds the end
of a prefix and a severity; another reading can only end behind it, where two spaces stand behind a colon.

A record costs no more than its length and a bounded number of steps: no part is longer than ``_LONGEST``, and one that
its literal text ends for certain is never tried shorter; readings are sought within ``_WINDOW``, with names of
``_NAME``. Hosts alone are tried shorter: those of IPv6 hold the colon that may stand behind them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_ZONE = r" [A-Za-z0-9+-]{1,10}?"
_LONGEST = 255
"""Longer is no account, database, application or host that PostgreSQL writes."""
_NAME = 63
"""Bytes at which PostgreSQL's names end: what a client says is cut there."""
_LETTER = r"(?>\\x[0-9a-f]{2}|.)"
"""From version 16 on each byte of an application's name that is no ASCII is written so."""
_WINDOW = 1024
"""Where the severity begins at the latest, with the literal text of the prefix added."""
_HOST = "host"
_ADDRESS = r"[A-Za-z0-9_.:%-]"
_CLIENT = rf"\[local\]|(?:{_ADDRESS}{{1,255}}+|\?\?\?)\([0-9]{{1,5}}\)|"
"""``%r``: empty for connections that nobody made; the port tells where a host of IPv6 ends."""
_PARTS = {
    "a": ("application_name", None),
    "u": ("user", None),
    "d": ("dbname", None),
    "r": ("connection_from", _CLIENT),
    "h": ("remote_host", _HOST),
    "L": ("local_host", _HOST),
    "b": ("backend_type", None),
    "p": ("pid", r"\d{1,20}"),
    "P": ("leader_pid", r"\d{0,20}"),
    "t": ("timestamp", _TIME + _ZONE),
    "m": ("timestamp", _TIME + r"\.\d{3}" + _ZONE),
    "n": ("timestamp", r"\d{9,11}\.\d{3}"),
    "i": ("ps", None),
    "e": ("state_code", r"[0-9A-Z]{5}"),
    "c": ("session_id", r"[0-9a-f]{1,16}\.[0-9a-f]{1,16}"),
    "l": ("line_num", r"\d{1,20}"),
    "s": ("session_start", _TIME + _ZONE),
    "v": ("vxid", r"[-\d/]{0,40}"),
    "x": ("txid", r"\d{1,20}"),
    "Q": ("query_id", r"-?\d{1,20}"),
}
KNOWN = (
    "%m [%p] %q%u@%d ",
    "%t [%p] %q%u@%d ",
    "%t:%r:%u@%d:[%p]:",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%t [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: db=%d,user=%u,app=%a,client=%h ",
    "%t [%p]: db=%d,user=%u,app=%a,client=%h ",
    "%m [%p-%l] %q%u@%d ",
    "%t [%p-%l] %q%u@%d ",
)
"""Settings found in the field: PostgreSQL's own, Amazon RDS', those pgBadger asks for, old Debian's."""
_SEVERITIES = (
    *("LOG", "ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "INFO", r"DEBUG[1-5]?"),
    *("DETAIL", "HINT", "QUERY", "CONTEXT", "LOCATION", "STATEMENT", "BACKTRACE"),
    # Some of the same in German, French, Spanish, Italian and Portuguese.
    *("FEHLER", "PANIK", "WARNUNG", "HINWEIS", "TIPP", "ANFRAGE", "ANWEISUNG", "ORT", "ERREUR", "ATTENTION", "ASTUCE"),
    *("CONTEXTE", "DETALLE", "SUGERENCIA", "CONSULTA", "CONTEXTO", "SENTENCIA", "ERRORE", "FATALE", "PANICO"),
    *("ATTENZIONE", "NOTIFICA", "DETTAGLI", "CONTESTO", "ISTRUZIONE", "ERRO", "AVISO", "NOTA", "DETALHE", "DICA"),
    *("COMANDO", "LOCAL"),
)
_ANY_SEVERITY = rf"(?:{'|'.join(_SEVERITIES)}):  "
SEVERITY = re.compile(_ANY_SEVERITY)
"""What stands between prefix and message; in a name it is a forgery."""
_REST = rf"(?P<error_severity>{'|'.join(_SEVERITIES)}):  (?P<message>.*)\Z"
_COLON = ":  "
UNKNOWN = "[unknown]"
"""What PostgreSQL writes for an account, a database, an application it has not been told yet."""
_NEVER_IN_HOSTS = frozenset(" ,;|=@'\"/()[]")
_ESCAPE = re.compile(r"%(-?\d+)?(.)|([^%]+)", re.DOTALL)
_APPLICATION, _NAMES = "a", "ud"

Record = dict[str, str]
Readings = list[Record]
"""Several: the record can be read in each of these ways; none: in no way."""


def compile_known() -> Callable[[str], Readings]:
    """Return the reader of records with any prefix of ``KNOWN``; the first that fits counts."""
    prefixes = tuple(map(_compiled, KNOWN))

    def read(text: str) -> Readings:
        for prefix in prefixes:
            found = prefix.plain.match(text)
            if found is not None:
                return prefix.readings(text, found)
        ends = tuple(_ends(text, _WINDOW))
        return next(filter(None, (prefix.all_readings(text, ends) for prefix in prefixes)), [])

    return read


def compile_prefix(prefix: str) -> Callable[[str], Readings]:
    """Return the reader of records with this prefix.

    Raises:
        ValueError: It holds an escape PostgreSQL does not know, or no time.
    """
    compiled = _compiled(prefix)

    def read(text: str) -> Readings:
        found = compiled.plain.match(text)
        return compiled.readings(text, found) if found else compiled.all_readings(text, compiled.ends(text))

    return read


def _ends(text: str, window: int) -> Iterable[int]:
    """Return where a prefix may end: where severities begin."""
    return (found.start() for found in SEVERITY.finditer(text, 0, window))


@dataclass(frozen=True, slots=True)
class _Prefix:
    """A prefix, compiled.

    Attributes:
        plain: Of a whole record none of whose names holds what may end it.
        odd: Of prefixes alone: with any application, with any account and database. The first that fits counts.
        window: Within how much text the prefix ends.
    """

    plain: re.Pattern[str]
    odd: tuple[re.Pattern[str], ...]
    window: int

    def readings(self, text: str, found: re.Match[str]) -> Readings:
        """Return the readings of a record that the plain pattern fits."""
        first = _record(found, found["error_severity"], found["message"])
        if _COLON not in found["message"]:
            return [first]
        ends = [at for at in self.ends(text) if at > found.start("error_severity")]
        return [first, *self.all_readings(text, ends)]

    def all_readings(self, text: str, ends: Iterable[int]) -> Readings:
        """Return a reading for each place at which the prefix may end and fits."""
        made: Readings = []
        for at in ends:
            found = next(filter(None, (pattern.fullmatch(text, 0, at) for pattern in self.odd)), None)
            if found is not None:
                severity, _, message = text[at:].partition(_COLON)
                made.append(_record(found, severity, message))
        return made

    def ends(self, text: str) -> Iterable[int]:
        return _ends(text, self.window)


def _record(found: re.Match[str], severity: str, message: str) -> Record:
    record = {name: value.strip() for name, value in found.groupdict().items() if value and value.strip()}
    for name in ("user", "dbname", "application_name"):
        if record.get(name) == UNKNOWN:
            del record[name]
    record["error_severity"] = severity
    record["message"] = message.replace("\n\t", "\n")
    return record


def _compiled(prefix: str) -> _Prefix:
    body, closing = _pattern(prefix, "")
    if "P<timestamp>" not in body:
        raise ValueError("the prefix must hold a time: %m, %t or %n")
    odd = tuple("".join(_pattern(prefix, free)) for free in (_APPLICATION, _NAMES))
    return _Prefix(
        plain=re.compile(body + closing + _REST, re.DOTALL),
        odd=tuple(re.compile(each, re.DOTALL) for each in odd),
        window=_WINDOW + len(prefix),
    )


def _pattern(prefix: str, free: str) -> tuple[str, str]:
    """Return the pattern of a prefix and what ends it; the escapes in ``free`` may stand for any text."""
    made, closing = "", ""
    seen: set[str] = set()
    pieces = [(found[2], found[3], found[1]) for found in _ESCAPE.finditer(prefix)]
    for at, (escape, literal, width) in enumerate(pieces):
        if literal or escape == "%":
            made += re.escape(literal or "%")
        elif escape == "q":
            # A server's own message has nothing behind: what begins like one is read as one first.
            made, closing = made + "(?:", ")??"
        elif escape in _PARTS:
            name, form = _PARTS[escape]
            if escape in free:
                rather_short = "" if escape == "u" else "?"  # what fits both is the account's, not the database's
                form = f"{_LETTER}{{0,{_NAME}}}{rather_short}"
            else:
                before = (pieces[at - 1][1] or "")[-1:] if escape in _NAMES and at else ""
                form = _form(form, [text for _, text, _ in pieces[at + 1 :]], before)
            pad = " {0,64}+" if width else ""
            made += f"{pad}(?:{form}){pad}" if name in seen else f"{pad}(?P<{name}>{form}){pad}"
            seen.add(name)
        else:
            raise ValueError(f"%{escape} is no escape of log_line_prefix")
    return made, closing


def _form(form: str | None, behind: Sequence[str | None], before: str) -> str:
    """Return the pattern of a part.

    Args:
        form: Its own, if it has one.
        behind: The literal texts behind it; None among them stands for another part.
        before: A character before it that it does not hold either.
    """
    literal = next((text[0] for text in behind if text), "")
    certain = "+" if behind and behind[0] else ""
    if form == _HOST:
        return rf"\[local\]|\?\?\?|{_ADDRESS}{{0,{_LONGEST}}}" + (certain if literal in _NEVER_IN_HOSTS else "?")
    if form is not None:
        return form
    if not literal:
        return rf"\S{{0,{_LONGEST}}}"
    return f"[^\\n{re.escape(literal + before)}]{{0,{_LONGEST}}}{certain}"
