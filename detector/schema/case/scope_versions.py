"""Versions of a case's scope, and lists of clients that people bring to it: what a notice can name.

Comes in: nothing. Goes out: values. The clients themselves lie in files of the state folder
(``store.ClientListFiles``); what stands here are counts, hashes and reasons.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from detector.schema.case.incidents import Scope
from detector.schema.detection.findings import Reason

_COUNTED = ("subjects", "imported_subjects", "record_low", "record_high", "uncounted", "events")
_NAMED = ("data_classes", "by_class", "by_action")
_LATER = (
    "by_residence",
    "classes_by_residence",
    "by_controller",
    "classes_by_controller",
    "of_others",
    "classes_of_others",
    "records_by_residence",
    "records_by_controller",
    "records_of_others",
)


class ClientMark(IntEnum):
    """Where it is known from that a client is concerned. The numbers stand in files: none is changed."""

    LEFT = 0
    """Is not concerned any more."""
    LOG = 1
    """The log names them."""
    IMPORTED = 2
    """An imported list names them, and the log does not."""


class ScopedClients(NamedTuple):
    """A scope as the access journal shows it, with the ids behind its counts.

    Attributes:
        logged: Clients whom the log names.
        usual: Those whom the actors' usual work alone touched.
        of_class: Of those of the log, whose data of each class was touched; empty: nobody asked for it.
        records_by_label: Counts records by the one label of all clients that they name; None: nobody asked for it.
    """

    scope: Scope
    logged: frozenset[str] = frozenset()
    usual: frozenset[str] = frozenset()
    of_class: Mapping[str, frozenset[str]] = {}
    records_by_label: Callable[[Mapping[str, str]], Mapping[str, int]] | None = None


class JoinedScope(NamedTuple):
    """A scope with the clients of imported lists counted beside those of the log.

    Attributes:
        marks: Where each client is known from; None: an imported list cannot be read, so nobody can say.
        usual: Clients of usual work alone.
        imports: Numbers of the lists that count.
    """

    scope: Scope
    marks: Mapping[str, ClientMark] | None
    usual: frozenset[str] = frozenset()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeVersion:
    """One state of a case's scope: never changed once it was written.

    Attributes:
        incident_id: Of which case.
        number: From 1 on.
        at: When it was computed. by: who asked for it; ``nabat`` counts by itself.
        why: Why it differs from the version before.
        digest: SHA-256 over sorted ids of clients, classes and counts (``scope_digest``).
        added / removed: Clients more, and clients left out, since the version before.
        scope: All counts.
        actors: Whose touches counted, sorted.
        imports: Numbers of the imported lists that counted.
        whole: Its file holds all clients; else those that differ from the version before.
        path / sha256 / bytes: The file below the folder of lists; an empty path: no client differs.
    """

    incident_id: str
    number: int
    at: datetime
    by: str
    why: tuple[Reason, ...]
    digest: str
    added: int
    removed: int
    scope: Scope
    actors: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    whole: bool = False
    path: str = ""
    sha256: str = ""
    bytes: int = 0

    @property
    def clients(self) -> int:
        """How many are concerned, wherever they are known from."""
        return self.scope.known_subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientImport:
    """A list of clients that a person brought to a case, because the log does not name them.

    Attributes:
        incident_id: To which case.
        number: From 1 on.
        at / by: When, and who.
        source: Where the list comes from, in words.
        reason: Why these clients are concerned.
        file_name: As it was given. file_sha256: of all its bytes.
        clients: Different ids in it.
        path / sha256 / bytes: The ids below the folder of lists.
        removed_at / removed_by / removed_reason: When it was taken back, by whom and why; None: it counts.
    """

    incident_id: str
    number: int
    at: datetime
    by: str
    source: str
    reason: str
    file_name: str
    file_sha256: str
    clients: int
    path: str = ""
    sha256: str = ""
    bytes: int = 0
    removed_at: datetime | None = None
    removed_by: str = ""
    removed_reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is part of the scope."""
        return self.removed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChange:
    """What differs between two versions of a scope.

    Attributes:
        since / until: Their numbers.
        added / removed: Clients more, and clients left out.
        named: Clients of imported lists whom the log names by now.
        before / after: The counts of both.
        why: What led to it, each once.
    """

    since: int
    until: int
    added: int
    removed: int
    named: int
    before: Scope
    after: Scope
    why: tuple[Reason, ...]


def scope_digest(scope: Scope, logged: Collection[str], imported: Collection[str]) -> str:
    """Return the SHA-256 of what a scope says: who is concerned, known from where, and all counts.

    Args:
        scope: The counts.
        logged: Clients whom the log names.
        imported: Clients whom imported lists alone name.
    """
    said = {name: getattr(scope, name) for name in (*_COUNTED, *_NAMED)}
    # Versions from before these were counted keep their digests.
    said |= {name: counts for name in _LATER if (counts := getattr(scope, name))}
    clients = [sorted(logged), sorted(imported)]
    text = json.dumps([said, clients], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
