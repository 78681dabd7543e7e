"""What a scope says with the lists that people brought, and each state of it that differs kept as a version.

Comes in: a scope as the access journal shows it, with its clients; a transaction. Goes out: the scope with imported
clients counted beside it; versions, whose files hold what differs from the one before. The daemon and commands alike
come here, so that no scope is kept of which there is no version.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from detector.errors import ConfigError, StoreError
from detector.runtime.incidents.scopes.client_controllers import (
    ClientControllers,
    by_controller,
    classes_by_controller,
    controllers_by_residence,
    of_others_alone,
)
from detector.runtime.incidents.scopes.client_residences import (
    ClientResidences,
    counted,
    counted_of_classes,
    most_first,
)
from detector.runtime.incidents.scopes.version_reasons import ScopeDifference, reasons_of
from detector.schema.case.incidents import Incident, IncidentKind, Scope
from detector.schema.case.scope_versions import (
    ClientImport,
    ClientMark,
    JoinedScope,
    ScopeChange,
    ScopedClients,
    ScopeVersion,
    scope_digest,
)
from detector.schema.detection.findings import Reason
from detector.schema.events.id_forms import one_form
from detector.store import ClientListFiles, UnitOfWork

FOLDER = "scopes"
NABAT = "nabat"
_OF_HOMES = ("by_residence", "classes_by_residence")
_OF_OWNERS = ("by_controller", "classes_by_controller")
_OF_BOTH = (
    "controllers_by_residence",
    "of_others",
    "classes_of_others",
    "records_by_residence",
    "records_by_controller",
    "records_of_others",
)
_OTHERS, _BETWEEN = "\x1e", "\x1f"
_NO_SCOPE = (IncidentKind.BLIND_SPOT, IncidentKind.HISTORY)

Marks = Mapping[str, ClientMark]


class ScopeKeeper:
    """Keeps versions of scopes.

    Args:
        files: Where the clients of versions and of imported lists lie.
        residences: Tells where clients live.
        controllers: Tells for which controllers their data is processed.
    """

    def __init__(
        self,
        files: ClientListFiles,
        residences: ClientResidences | None = None,
        controllers: ClientControllers | None = None,
    ) -> None:
        self._files = files
        self._residences = residences or ClientResidences()
        self._controllers = controllers or ClientControllers()

    def joined(self, unit: UnitOfWork, incident: Incident, seen: ScopedClients) -> JoinedScope:
        """Return what the log shows together with the imported lists that count.

        Where one of them cannot be read, as many clients count for the lists as did before; where it cannot be read
        where clients live, as many live there.
        """
        lists = [each for each in unit.scopes.imports(incident.id) if each.counts]
        marks = dict.fromkeys(seen.logged, ClientMark.LOG)
        imports = tuple(str(each.number) for each in lists)
        try:
            ids = {client for each in lists for client, _ in self._files.read(each.path, each.sha256)}
        except StoreError:
            before = incident.scope
            kept = {name: getattr(before, name) for name in ("imported_subjects", *_OF_HOMES, *_OF_OWNERS, *_OF_BOTH)}
            return JoinedScope(replace(seen.scope, **kept), None, seen.usual, imports)
        alone = not_logged(ids, seen.logged)
        marks |= dict.fromkeys(alone, ClientMark.IMPORTED)
        scope = replace(seen.scope, imported_subjects=len(alone), **self._told(incident.scope, seen, marks))
        return JoinedScope(scope, marks, seen.usual, imports)

    def _told(self, before: Scope, seen: ScopedClients, clients: Marks) -> dict[str, Any]:
        """Return what the company's files say of clients, in numbers: where they live, who their controllers are."""
        homes, owners = dict[str, str](), dict[str, tuple[str, ...]]()
        told: dict[str, Any] = {}
        kept: list[str] = []
        try:
            homes = self._residences.of(clients)
            told |= zip(_OF_HOMES, (counted(homes.values()), counted_of_classes(homes, seen.of_class)), strict=True)
        except ConfigError:
            kept += (*_OF_HOMES, *_OF_BOTH)
        try:
            owners = self._controllers.of(clients)
            told |= zip(
                _OF_OWNERS, (by_controller(owners, clients), classes_by_controller(owners, seen.of_class)), strict=True
            )
        except ConfigError:
            kept += (*_OF_OWNERS, *_OF_BOTH)
        if not kept:
            told |= _of_both(homes, owners, seen)
        return told | {name: getattr(before, name) for name in kept}

    def record(
        self, unit: UnitOfWork, incident: Incident, joined: JoinedScope, *, at: datetime, by: str = NABAT
    ) -> ScopeVersion | None:
        """Keep a scope as a version if it differs from the last one; return it then.

        Raises:
            StoreError: Its clients could not be written.
        """
        scope, marks = joined.scope, joined.marks
        if marks is None or incident.kind in _NO_SCOPE:
            return None
        known = unit.scopes.versions(incident.id)
        last = known[-1] if known else None
        if last is None and not scope.events and not marks:
            return None
        logged, imported = (_marked(marks, each) for each in (ClientMark.LOG, ClientMark.IMPORTED))
        digest = scope_digest(scope, logged, imported)
        if last is not None and last.digest == digest:
            return None
        before = self._before(known)
        differs = _difference(before or {}, marks, joined.usual)
        if before is None and last is not None:  # whom that version held nobody knows any more
            more = len(marks) - last.clients
            differs = ScopeDifference(added=max(more, 0), removed=max(-more, 0), usual=0, named=0)
        actors = tuple(sorted({incident.actor_id, *incident.related_actors}))
        version = ScopeVersion(
            incident_id=incident.id,
            number=last.number + 1 if last else 1,
            at=at,
            by=by,
            why=reasons_of(last, scope, actors, joined.imports, differs),
            digest=digest,
            added=differs.added,
            removed=differs.removed,
            scope=scope,
            actors=actors,
            imports=joined.imports,
            whole=last is None or before is None,
        )
        version = self._with_file(version, before or {}, marks)
        unit.scopes.add(version)
        return version

    def _before(self, known: Sequence[ScopeVersion]) -> Marks | None:
        """Return the clients of the last version; None: a list is gone or altered, which `nabat verify` tells."""
        try:
            return self.clients(known)
        except StoreError:
            return None

    def _with_file(self, version: ScopeVersion, before: Marks, marks: Marks) -> ScopeVersion:
        """Write which clients differ; return the version with the file."""
        changed = {client: mark for client, mark in marks.items() if before.get(client) is not mark}
        gone = before.keys() - marks.keys()
        if not changed and not gone:
            return version
        lists = {mark: _marked(changed, mark) for mark in (ClientMark.LOG, ClientMark.IMPORTED)}
        file = self._files.write(version.incident_id, f"{version.number:06}", {**lists, ClientMark.LEFT: gone})
        return replace(version, path=file.path, sha256=file.sha256, bytes=file.bytes)

    def clients(self, versions: Sequence[ScopeVersion]) -> Marks:
        """Return the clients of the last of some versions of a case, which are all up to it, the oldest first.

        Raises:
            StoreError: A file is missing or altered.
        """
        begins = max((at for at, each in enumerate(versions) if each.whole), default=0)
        states = [marks for _, marks in self.states(versions[begins:])]
        return states[-1] if states else {}

    def states(self, versions: Iterable[ScopeVersion]) -> Iterator[tuple[ScopeVersion, Marks]]:
        """Yield versions of a case from the first on, each with its clients: one table, which the next one changes.

        Raises:
            StoreError: A file is missing or altered.
        """
        found: dict[str, ClientMark] = {}
        for version in versions:
            if version.whole:
                found.clear()
            for client, mark in self._files.read(version.path, version.sha256) if version.path else ():
                if mark is ClientMark.LEFT:
                    found.pop(client, None)
                else:
                    found[client] = mark
            yield version, found

    def change(self, versions: Sequence[ScopeVersion], since: int) -> ScopeChange:
        """Return what differs between version ``since`` and the last of all versions of a case.

        Raises:
            StoreError: A file is missing or altered.
        """
        earlier, last = [each for each in versions if each.number <= since], versions[-1]
        before, after = self.clients(earlier), self.clients(versions)
        later = [each for each in versions if each.number > since]
        differs = _difference(before, after, frozenset())
        return ScopeChange(
            since=since,
            until=last.number,
            added=differs.added,
            removed=differs.removed,
            named=differs.named,
            before=earlier[-1].scope,
            after=last.scope,
            why=_each_once(reason for each in later for reason in each.why),
        )

    def homes(self, clients: Iterable[str]) -> dict[str, str]:
        """Return where clients live of whom that is known.

        Raises:
            ConfigError: The company's file cannot be read, or is wrong by now.
        """
        return self._residences.of(clients)

    def owners(self, clients: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return for which controllers the data of clients is processed of whom that is known.

        Raises:
            ConfigError: The company's file cannot be read, or is wrong by now.
        """
        return self._controllers.of(clients)

    def write_import(self, made: ClientImport, ids: Iterable[str]) -> ClientImport:
        """Write the ids of an imported list; return it with its file.

        Raises:
            StoreError: They could not be written.
        """
        clients = {ClientMark.IMPORTED: frozenset(ids)}
        file = self._files.write(made.incident_id, f"import-{made.number:03}", clients)
        return replace(made, path=file.path, sha256=file.sha256, bytes=file.bytes)

    def imported(self, lists: Iterable[ClientImport]) -> dict[str, tuple[int, ...]]:
        """Return the ids in imported lists that count, each with the numbers of the lists that name it.

        Raises:
            StoreError: A file is missing or altered.
        """
        found: dict[str, tuple[int, ...]] = {}
        for each in lists:
            if each.counts:
                for client, _ in self._files.read(each.path, each.sha256):
                    found[client] = (*found.get(client, ()), each.number)
        return found


def _of_both(homes: Mapping[str, str], owners: Mapping[str, tuple[str, ...]], seen: ScopedClients) -> dict[str, Any]:
    """Return what follows from both: where those live who are others' clients, and whose records are concerned."""
    theirs = of_others_alone(owners)
    others = {client: homes.get(client, "") for client in theirs}
    told: dict[str, Any] = {
        "controllers_by_residence": controllers_by_residence(owners, homes),
        "of_others": counted(others.values()),
        "classes_of_others": counted_of_classes(others, seen.of_class),
    }
    if seen.records_by_label is None or not (homes or owners):
        return told
    records = dict(seen.records_by_label({**homes, **dict.fromkeys(theirs, _OTHERS)}))
    of_others = records.pop(_OTHERS, 0)
    told["records_by_residence"] = most_first(records)
    if theirs:
        told["records_of_others"] = of_others
        named = {client: _BETWEEN.join(names) for client, names in owners.items()}
        of_each = Counter[str]()
        for label, count in seen.records_by_label(named).items():
            of_each.update({name: count for name in label.split(_BETWEEN) if name})
        told["records_by_controller"] = most_first(of_each)
    return told


def not_logged(ids: Iterable[str], logged: frozenset[str]) -> frozenset[str]:
    """Return the ids that the log does not name, whichever way it spells them."""
    return frozenset(each for each in ids if each not in logged and one_form(each) not in logged)


def _marked(marks: Marks, mark: ClientMark) -> list[str]:
    return [client for client, each in marks.items() if each is mark]


def _difference(before: Marks, after: Marks, usual: frozenset[str]) -> ScopeDifference:
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    imported = _marked(before, ClientMark.IMPORTED)
    named = len(imported) - len(not_logged(imported, frozenset(_marked(after, ClientMark.LOG))))
    # A list may spell an id as the log does not: the same client is neither more nor less then.
    same = len({form for each in gone if (form := one_form(each)) in new})
    return ScopeDifference(added=len(new) - same, removed=len(gone) - same, usual=len(gone & usual), named=named)


def _each_once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons, of those that say the same with other figures the last."""
    found: dict[tuple[str, str], Reason] = {}
    for each in reasons:
        number = str(dict(each.args).get("number", ""))
        found.pop((each.message, number), None)
        found[each.message, number] = each
    return tuple(found.values())
