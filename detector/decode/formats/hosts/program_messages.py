"""Messages of programs as columns: what sshd, PAM, sudo and the like say becomes account, address, action.

Comes in: messages one by one, with the program that wrote each. Goes out: columns. Only programs whose wording we know
are believed: anybody may make some other program write ``Accepted password for root``. What no phrase fits stays a
label.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from detector.decode.columns.list_columns import label_lists
from detector.decode.formats.hosts.file_path import url_path
from detector.decode.formats.hosts.message_table import ANY, BEGINNING, BRACKET, PAM, PHRASES, PROGRAMS
from detector.decode.formats.hosts.phrase import Phrase
from detector.decode.formats.hosts.windows.event_xml import read_event
from detector.decode.formats.hosts.windows.file_hashes import file_hashes
from detector.decode.parse_result import LAST_RESORT

HOST = "host"
"""``event.category`` of what happens on a machine and is no login, file or request."""
_OF_PROGRAMS = frozenset({"cron", "crond", "sudo", "su", "su-l", "systemd-user"})
"""PAM services whose end of a session is no logout of a person."""
_REPEATED = "message repeated "
_UNKNOWN = Phrase("{message*}")
_SYSMON, _SAID_BY_SYSMON = "sysmon", Phrase("{message*}")


Labels = tuple[Sequence[str], Sequence[str | None]]
"""Names and values of what stands before a message."""


@dataclass(slots=True)
class Spoken:
    """What the messages of one batch say, row by row.

    Attributes:
        strangers: Which messages are kept as text because their program is none we know.
    """

    phrases: list[Phrase] = field(default_factory=list)
    users: list[str | None] = field(default_factory=list)
    addresses: list[str | None] = field(default_factory=list)
    files: dict[int, tuple[str | None, int | None]] = field(default_factory=dict)
    programs: set[int] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    strangers: list[bool] = field(default_factory=list)

    def add(self, program: str | None, message: str, labels: Labels) -> None:
        """Take one message in, with labels that stand before its own."""
        phrase, said = understood(program or "", message)
        self.strangers.append(phrase is _UNKNOWN and (program or "") not in PROGRAMS)
        user = said.pop("user", None)
        if "module" in said:
            user = user or said.get("target")
            if said["service"] in _OF_PROGRAMS:
                self.programs.add(len(self.phrases))
        if phrase.category == "file":
            self.files[len(self.phrases)] = url_path(said.pop("path", "")), _number(said.pop("bytes", ""))
        self.phrases.append(phrase)
        self.users.append(user or None)
        self.addresses.append(said.pop("ip", None) or None)
        blanks = phrase is _SAID_BY_SYSMON
        self.counts.append(self._keep(*labels) + self._keep(tuple(said), tuple(said.values()), blanks=blanks))

    def _keep(self, names: Sequence[str], values: Sequence[str | None], *, blanks: bool = False) -> int:
        """Keep labels that are not empty, or all; return how many."""
        if blanks or all(values):
            self.keys += names
            self.values += values  # type: ignore[arg-type]  # none of them is None
            return len(names)
        some = [(name, value) for name, value in zip(names, values, strict=True) if value]
        self.keys += [name for name, _ in some]
        self.values += [value for _, value in some]
        return len(some)

    def columns(self) -> list[pl.Series]:
        """Return the columns; those no message fills are left out."""
        actions = ["other" if at in self.programs else one.action for at, one in enumerate(self.phrases)]
        texts: dict[str, list[str | None]] = {
            "user.name": self.users,
            "source.ip": self.addresses,
            "event.outcome": [one.outcome for one in self.phrases],
        }
        made = [pl.Series(name, values, dtype=pl.String()) for name, values in texts.items()]
        if self.files:
            files = [self.files.get(at, (None, None)) for at in range(len(self.phrases))]
            made.append(pl.Series("url.path", [path for path, _ in files], dtype=pl.String()))
            made.append(pl.Series("http.response.body.bytes", [size for _, size in files], dtype=pl.Int64()))
        made = [column for column in made if column.null_count() < len(column)]
        made.append(pl.Series("event.action", actions, dtype=pl.String()))
        made.append(pl.Series("event.category", [one.category for one in self.phrases], dtype=pl.String()))
        made.append(pl.Series(LAST_RESORT, self.strangers, dtype=pl.Boolean()))
        made.append(label_lists(self.keys, self.values, self.counts))
        return made


def understood(program: str, message: str) -> tuple[Phrase, dict[str, str]]:
    """Return the phrase a message is said in, and what it says."""
    if program == _SYSMON and (event := read_event(message)) is not None:
        user = event.data.get("User", "")
        labels = {**file_hashes(event.data), "EventID": event.number, **event.data, **event.more}
        return _SAID_BY_SYSMON, {**labels, "user": user}
    if program not in PROGRAMS and not message.startswith(PAM):
        return _UNKNOWN, {"message": message}
    inner, times = _unrepeated(message) if message.startswith(_REPEATED) else (message, "")
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
    times, fits, inner = message[len(_REPEATED) :].partition(" times: [")
    whole = fits and times.isdecimal() and inner.endswith("]")
    return (inner[:-1].lstrip(" "), times) if whole else (message, "")


def _module(message: str) -> str:
    word = PAM + message.partition("): ")[2][:BEGINNING]
    return word if word in PHRASES else PAM


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
