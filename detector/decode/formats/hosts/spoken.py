"""Messages of programs as columns: what sshd, PAM, sudo and the like say becomes account, address, action.

Comes in: messages one by one, with the program that wrote each. Goes out: columns. Only programs whose wording we know
are believed: anybody may make some other program write ``Accepted password for root``. What no phrase fits stays a
label.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from detector.decode.formats.hosts.files import url_path
from detector.decode.formats.hosts.messages import ANY, BRACKET, PAM, PHRASES, PROGRAMS
from detector.decode.formats.hosts.phrases import Phrase
from detector.decode.lists import label_lists

HOST = "host"
"""``event.category`` of what happens on a machine and is no login, file or request."""
_OF_PROGRAMS = frozenset({"cron", "crond", "sudo", "su", "su-l", "systemd-user"})
"""PAM services whose end of a session is no logout of a person."""
_REPEATED = "message repeated "
_UNKNOWN = Phrase("{message*}")


@dataclass(slots=True)
class Spoken:
    """What the messages of one batch say, row by row."""

    user: list[str | None] = field(default_factory=list)
    ip: list[str | None] = field(default_factory=list)
    path: list[str | None] = field(default_factory=list)
    size: list[int | None] = field(default_factory=list)
    action: list[str] = field(default_factory=list)
    outcome: list[str | None] = field(default_factory=list)
    category: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, program: str | None, message: str, labels: Iterable[tuple[str, str | None]]) -> None:
        """Take one message in, with labels that stand before its own."""
        phrase, said = understood(program or "", message)
        get = said.pop
        user, ip, path, size = get("user", None), get("ip", None), get("path", None), get("bytes", None)
        if not user and "module" in said:
            user = said.get("target")
        self.action.append("other" if said.get("service") in _OF_PROGRAMS else phrase.action)
        self.outcome.append(phrase.outcome)
        self.category.append(phrase.category)
        self.user.append(user or None)
        self.ip.append(ip or None)
        self.path.append(url_path(path) if path else None)
        self.size.append(_number(size) if size else None)
        before = len(self.keys)
        for key, value in (*labels, *said.items()):
            if value:
                self.keys.append(key)
                self.values.append(value)
        self.counts.append(len(self.keys) - before)

    def columns(self) -> list[pl.Series]:
        """Return the columns; those no message fills are left out."""
        texts = {"user.name": self.user, "source.ip": self.ip, "url.path": self.path, "event.outcome": self.outcome}
        made = [pl.Series(name, values, dtype=pl.String()) for name, values in texts.items()]
        made.append(pl.Series("http.response.body.bytes", self.size, dtype=pl.Int64()))
        made = [column for column in made if column.null_count() < len(column)]
        made.append(pl.Series("event.action", self.action, dtype=pl.String()))
        made.append(pl.Series("event.category", self.category, dtype=pl.String()))
        made.append(label_lists(self.keys, self.values, self.counts))
        return made


def understood(program: str, message: str) -> tuple[Phrase, dict[str, str]]:
    """Return the phrase a message is said in, and what it says."""
    if program not in PROGRAMS and not message.startswith(PAM):
        return _UNKNOWN, {"message": message}
    inner, times = _unrepeated(message)
    word = inner.partition(" ")[0]
    if word not in PHRASES:
        word = _module(inner) if word.startswith(PAM) else BRACKET if word.startswith(BRACKET) else ANY
    text = inner.lstrip(" ") if word == ANY else inner
    for phrase in PHRASES[word]:
        said = phrase.read(text)
        if said is not None:
            if times:
                said["repeated"] = times
            return phrase, said
    return _UNKNOWN, {"message": message}


def _unrepeated(message: str) -> tuple[str, str]:
    """Return the message itself where a line says that one was repeated, and how often."""
    if message.startswith(_REPEATED) and message.endswith("]"):
        times, fits, inner = message[len(_REPEATED) :].partition(" times: [")
        if fits and times.isdecimal():
            return inner[:-1].lstrip(" "), times
    return message, ""


def _module(message: str) -> str:
    word = PAM + message.partition("): ")[2].partition(" ")[0]
    return word if word in PHRASES else PAM


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
