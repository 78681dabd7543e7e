"""The check of all proof without the service: the chain and its state, archives, documents, attachments, heads.

Comes in: settings, a store, seals that people read from their pages. Goes out: each difference in words.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from detector.errors import InputError, Problem, UnreadableRowError
from detector.incident import verify_chain
from detector.messages import Messages
from detector.runtime.evidence.archive_desk import segment_differences
from detector.runtime.evidence.collector import FOLDER
from detector.runtime.evidence.head_keeper import read_heads
from detector.runtime.incidents.letters.standing.unplanned_clients import FOLDER as MAILINGS
from detector.runtime.incidents.scopes.check_scopes import mailing_differences, scope_differences
from detector.runtime.incidents.scopes.scope_keeper import FOLDER as SCOPE_LISTS
from detector.schema.case.chain import SEAL_DIGITS, ChainDifference, ChainFlaw
from detector.settings import Settings
from detector.store import (
    ATTACHMENTS,
    AttachmentFiles,
    ClientListFiles,
    MailingFiles,
    SegmentFiles,
    Store,
    UnitOfWork,
    chain_differences,
    newest_head,
)

_MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of a check.

    Attributes:
        differences: In the order they were found.
        numbers: Of incidents, by their ids.
    """

    differences: tuple[ChainDifference, ...]
    numbers: dict[str, str]


def known_seals(seals: Sequence[str]) -> list[tuple[int | None, str]]:
    """Return the beginnings of records' hashes, as seals of pages tell them; older seals begin with a record's number.

    Raises:
        InputError: One is none.
    """
    found: list[tuple[int | None, str]] = []
    for seal in seals:
        number, dash, digits = seal.strip().casefold().rpartition("-")
        if number.isdecimal() is not bool(dash) or len(digits) != SEAL_DIGITS or set(digits) - set("0123456789abcdef"):
            fix = "write it as it stands on the page: 9f86d081884c7d65"
            raise InputError(Problem(what=f"{seal!r} is no seal", fix=fix))
        found.append((int(number) if dash else None, digits))
    return found


def verify_everything(
    settings: Settings, store: Store, seals: Sequence[str] = (), heads: Path | None = None
) -> Verification:
    """Compare everything.

    Args:
        settings: Where heads are kept.
        store: The database.
        seals: From pages.
        heads: Another file of heads than the configured one, a copy for example.

    Raises:
        InputError: A seal is none, or the file that was named cannot be read.
    """
    known, told = known_seals(seals), list[ChainDifference]()
    place = heads or settings.evidence.heads_file
    if place is not None:
        told += _take_heads(place, known, asked=heads is not None)
    with store.read() as unit:
        newest = newest_head(unit)
        if newest is None:  # nothing was recorded yet: there is no file, and need be none
            told = [each for each in told if ("line", _MISSING) not in each.args]
        files = SegmentFiles(settings.state / FOLDER)
        numbers = unit.incidents.numbers()
        timelines = chain.from_iterable(_readable(_timeline(unit, incident)) for incident in numbers)
        archives = _readable(_archives(unit, files))
        lists = _readable(scope_differences(unit, ClientListFiles(settings.state / SCOPE_LISTS)))
        mailings = _readable(mailing_differences(unit, MailingFiles(settings.state / MAILINGS)))
        documents = _readable(_documents(unit))
        attached = _readable(_attachments(unit, AttachmentFiles(settings.state / ATTACHMENTS)))
        state = chain_differences(unit, known_heads=known)
        found = tuple(chain(told, state, timelines, archives, lists, mailings, documents, attached))
    return Verification(differences=found, numbers=numbers)


def _take_heads(place: Path, known: list[tuple[int | None, str]], *, asked: bool) -> list[ChainDifference]:
    try:
        found, wrong = read_heads(place)
    except OSError as error:
        if asked:
            raise InputError(Problem(file=str(place), what=f"cannot be read: {error.strerror or error}")) from None
        return [_of_file(place, _MISSING)]
    known += found.items()
    return [_of_file(place, str(line)) for line in wrong]


def _of_file(place: Path, line: str) -> ChainDifference:
    return ChainDifference(flaw=ChainFlaw.HEADS_FILE, args=(("file", str(place)), ("line", line)))


def _timeline(unit: UnitOfWork, incident_id: str) -> Iterator[ChainDifference]:
    """Yield where a timeline's own hashes do not hold, which its exports and pages carry."""
    for flaw in verify_chain(unit.incidents.entries(incident_id)):
        yield ChainDifference(flaw=ChainFlaw.TIMELINE, incident_id=incident_id, args=(("number", flaw.number),))


def _archives(unit: UnitOfWork, files: SegmentFiles) -> Iterator[ChainDifference]:
    for segment in unit.evidence.all_segments():
        yield from segment_differences(files, segment)


def _documents(unit: UnitOfWork) -> Iterator[ChainDifference]:
    """Yield the versions of documents whose bytes are not those that were filed."""
    for version in unit.documents.altered():
        args = (("document", version.document_id), ("version", version.version))
        yield ChainDifference(flaw=ChainFlaw.DOCUMENT_BODY, incident_id=version.incident_id, args=args)


def _attachments(unit: UnitOfWork, files: AttachmentFiles) -> Iterator[ChainDifference]:
    """Yield the files of reports from outside that are not those that came."""
    for report in unit.reports.all_with_files():
        if problem := files.problem(report.file_path, report.file_sha256):
            args = (("report", report.id), ("problem", problem))
            yield ChainDifference(flaw=ChainFlaw.ATTACHMENT, args=args)


def _readable(found: Iterator[ChainDifference]) -> Iterator[ChainDifference]:
    """Yield differences up to a row that cannot be read, which the comparison with the chain has named already."""
    with suppress(UnreadableRowError):
        yield from found


def in_words(difference: ChainDifference, words: Messages, numbers: dict[str, str]) -> str:
    """Return a difference in words."""
    text = words.text(f"chain-{difference.flaw.value.replace('_', '-')}", **dict(difference.args))
    number = numbers.get(difference.incident_id, difference.incident_id)
    return words.text("chain-of-case", number=number, text=text) if number else text
