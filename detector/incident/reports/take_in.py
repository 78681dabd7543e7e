"""A report from outside, as somebody told it, made into the row that is kept.

Comes in: what was told. Goes out: an ``OutsideReport``, or all that is missing or cannot be. Everything in it is
hostile text: it is kept without control characters, and bounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from detector.errors import InputError, Problem
from detector.incident.timeline import MAX_TEXT, clean, rfc3339
from detector.schema.ids import derive
from detector.schema.outside.outside_reports import OutsideReport, ReportKind, ReportWay

MOST_REPORT_CLIENTS: Final = 1_000
_LONGEST_ID: Final = 1_000
_LONGEST_SENDER: Final = 300
_OLDEST: Final = timedelta(days=366)
_LANGUAGES: Final = ("en", "ru")
_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTold:
    """What somebody tells of a report.

    Attributes:
        kind: Who or what it came from.
        received_at: When it reached us; None: now.
        sender: Who it is from, and how to reach them.
        text: What it says.
        clients: Ids of the clients it is about. source: the system.
        accounts: Actor ids it names.
        file_name: Of what came with it.
        key: What two of them must have in common to be the same, instead of the moment.
    """

    kind: ReportKind
    text: str
    sender: str = ""
    received_at: datetime | None = None
    language: str = "en"
    clients: tuple[str, ...] = ()
    source: str = ""
    accounts: tuple[str, ...] = ()
    file_name: str = ""
    key: str = ""


def report_of(told: ReportTold, *, way: ReportWay, by: str, now: datetime, digest: str = "") -> OutsideReport:
    """Return the report that somebody tells of. The same told twice is the same report.

    Args:
        told: What they say.
        way: How it is written down.
        by: Who writes it down; empty: whoever sent the form.
        now: When.
        digest: SHA-256 of what came with it.

    Raises:
        InputError: Something is missing or cannot be: all of it is named.
    """
    if problems := list(_problems(told, by, now)):
        raise InputError(problems)
    received, text, sender = told.received_at or now, clean(told.text), _line(told.sender)
    clients = tuple(dict.fromkeys(each for one in told.clients if (each := _line(one))))
    # A form that a browser sends again is the same; one that was gone back to and corrected is not.
    said = "\n".join((told.kind.value, told.key or rfc3339(received), sender, text, *clients, digest))
    return OutsideReport(
        id=f"r-{derive('report', way.value, said)[:_DIGITS]}",
        kind=told.kind,
        way=way,
        received_at=received,
        recorded_at=now,
        by=by,
        sender=sender,
        text=text,
        language=told.language,
        clients=clients,
        source=_line(told.source),
        about=tuple(dict.fromkeys(told.accounts)),
        file_name=_line(told.file_name)[:_LONGEST_SENDER],
    )


def _problems(told: ReportTold, by: str, now: datetime) -> Iterator[Problem]:
    if not clean(told.text):
        yield Problem(what="what the report says is missing", fix="give it in words")
    if len(told.text) > MAX_TEXT:
        what = f"the report has {len(told.text)} characters"
        yield Problem(what=what, fix=f"at most {MAX_TEXT}: attach the rest as a file, or say it in short")
    if by and not _line(told.sender):
        yield Problem(what="who it came from is missing", fix="say who told us, and how to reach them")
    if len(told.sender) > _LONGEST_SENDER:
        what = f"who it came from has {len(told.sender)} characters"
        yield Problem(what=what, fix=f"at most {_LONGEST_SENDER}: a name, and how to reach them")
    if told.language not in _LANGUAGES:
        what = f"{told.language!r} is no language we write letters in"
        yield Problem(what=what, fix=f"one of: {', '.join(_LANGUAGES)}")
    yield from _moment_problems(told.received_at or now, now)
    yield from _client_problems(told.clients)


def _moment_problems(received: datetime, now: datetime) -> Iterator[Problem]:
    if received > now:
        yield Problem(what=f"{rfc3339(received)} is in the future", fix="give the moment it reached us")
    if received < now - _OLDEST:
        what = f"{rfc3339(received)} lies more than {_OLDEST.days} days back"
        yield Problem(what=what, fix="look at the year; of an older one write the day into the text")


def _client_problems(clients: tuple[str, ...]) -> Iterator[Problem]:
    if len(clients) > MOST_REPORT_CLIENTS:
        what = f"{len(clients)} clients"
        yield Problem(what=what, fix=f"name at most {MOST_REPORT_CLIENTS}; of more attach the list as a file")
    for number, each in enumerate(clients, 1):
        if len(each) > _LONGEST_ID:
            yield Problem(what=f"client {number} has {len(each)} characters", fix=f"an id has at most {_LONGEST_ID}")


def _line(text: str) -> str:
    return " ".join(clean(text).split())
