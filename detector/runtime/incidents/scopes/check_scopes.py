"""Whether the lists of clients that cases keep are those that were written, and say what their versions say.

Comes in: a transaction that reads, the files. Goes out: each difference.
"""

from collections.abc import Iterator
from itertools import groupby

from detector.runtime.incidents.scopes.scope_keeper import ScopeKeeper
from detector.schema.case.chain import ChainDifference, ChainFlaw
from detector.schema.case.scope_versions import ClientImport, ClientMark, ScopeVersion, scope_digest
from detector.store import ClientListFiles, MailingFiles, UnitOfWork


def scope_differences(unit: UnitOfWork, files: ClientListFiles) -> Iterator[ChainDifference]:
    """Yield each file that is missing or altered, and each version whose clients and counts have another digest."""
    for imported in unit.scopes.all_imports():
        yield from _of_file(files, imported)
    keeper = ScopeKeeper(files)
    for _, some in groupby(unit.scopes.all_versions(), key=lambda version: version.incident_id):
        versions = list(some)
        bad = [each for version in versions for each in _of_file(files, version)]
        yield from bad
        if not bad:
            yield from _of_digests(keeper, versions)


def mailing_differences(unit: UnitOfWork, files: MailingFiles) -> Iterator[ChainDifference]:
    """Yield each file of recipients of letters that is missing or altered."""
    for mailing in unit.letters.all_mailings():
        if why := files.problem(mailing.path, mailing.sha256):
            args = (("file", mailing.path), ("why", why), ("number", mailing.number))
            yield ChainDifference(flaw=ChainFlaw.SCOPE_FILE, incident_id=mailing.incident_id, args=args)


def _of_file(files: ClientListFiles, kept: ScopeVersion | ClientImport) -> Iterator[ChainDifference]:
    why = files.problem(kept.path, kept.sha256) if kept.path else ""
    if why:
        yield _difference(kept, why)


def _of_digests(keeper: ScopeKeeper, versions: list[ScopeVersion]) -> Iterator[ChainDifference]:
    for version, marks in keeper.states(versions):
        logged, imported = (
            [client for client, mark in marks.items() if mark is wanted]
            for wanted in (ClientMark.LOG, ClientMark.IMPORTED)
        )
        if scope_digest(version.scope, logged, imported) != version.digest:
            yield _difference(version, "digest")


def _difference(kept: ScopeVersion | ClientImport, why: str) -> ChainDifference:
    args = (("file", kept.path), ("why", why), ("number", kept.number))
    return ChainDifference(flaw=ChainFlaw.SCOPE_FILE, incident_id=kept.incident_id, args=args)
