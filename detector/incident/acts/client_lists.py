"""Lists of clients that people bring to a case: an export whose ids the log does not name, say.

Comes in: a ``Dossier``, a grant, the list, and the scope with it. Goes out: ``IncidentChanges``. A list adds to the
case beside what the log proves; taking it back is an act of its own, and the list stays known. Where fewer people would
be concerned without it, or a duty would ask for less or later, a second person has to agree, as where a fact says so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.second_word import agreed, ask_word, eased_duties, second_if_needed
from detector.incident.acts.transitions import said, with_scope
from detector.incident.dossier import Dossier, as_one
from detector.incident.duty.compute_duties import eased
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import Data
from detector.messages import MessageText
from detector.schema.case.incidents import Scope
from detector.schema.case.scope_versions import ClientImport
from detector.schema.detection.findings import Finding
from detector.schema.team.grants import Approval, Grant, PersonAct
from detector.settings.sections.records import DataClass

_LONGEST = 300
IMPORT = "import:"
"""How the subject of a second person's word on taking a list back begins."""


def must_take_lists(dossier: Dossier, source: str, reason: str) -> tuple[str, str]:
    """Return where a list comes from and why it counts, fit to be kept.

    Raises:
        ConflictError: The case is closed, or not about client data.
        InputError: One of both is missing.
    """
    dossier.must_be_open("no list of clients is taken any more")
    if not dossier.incident.kind.breach:
        what = f"{dossier.name} is not about client data"
        fix = f'say so first: nabat incidents client-data {dossier.incident.number} --reason "..."'
        raise ConflictError(Problem(what=what, fix=fix))
    kept = [
        (name, text[:_LONGEST].strip())
        for name, text in (("where the list comes from", source), ("why these clients are concerned", reason))
    ]
    missing = [Problem(what=f"{name} is missing", fix="give it in words") for name, text in kept if not text]
    if missing:
        raise InputError(missing)
    return said(kept[0][1], kept[0][0]), said(kept[1][1], kept[1][0])


def must_give_back(dossier: Dossier, reason: str) -> str:
    """Return why a list counts no more, fit to be kept.

    Raises:
        ConflictError: The case is closed.
        InputError: It is missing.
    """
    dossier.must_be_open("no list of clients is taken back any more")
    return said(reason[:_LONGEST], "why the list does not count")


def import_clients(
    dossier: Dossier,
    grant: Grant,
    imported: ClientImport,
    scope: Scope,
    *,
    now: datetime,
    classes: Mapping[str, DataClass],
    findings: Iterable[Finding] = (),
) -> IncidentChanges:
    """Take a list of clients in.

    Args:
        dossier: The incident.
        grant: Of whoever brings it.
        imported: The list.
        scope: The clients of the list counted.
        now: When.
        classes: The data classes as configured.
        findings: Behind the incident; what they have counted was known before.
    """
    by = granted(dossier, grant, PersonAct.IMPORT_CLIENTS)
    text = dossier.words.wording(
        "incident-entry-clients-imported",
        number=imported.number,
        clients=imported.clients,
        file=imported.file_name,
        source=imported.source,
        reason=imported.reason,
    )
    data = (("import", imported.number), ("clients", imported.clients), ("sha256", imported.file_sha256))
    return _with_entry(dossier, "clients_imported", by, text, data, scope, now, dict(classes), findings)


def remove_import(
    dossier: Dossier,
    grant: Grant,
    imported: ClientImport,
    scope: Scope,
    *,
    now: datetime,
    classes: Mapping[str, DataClass],
    findings: Iterable[Finding] = (),
    second: Grant | None = None,
) -> IncidentChanges:
    """Take a list back: its clients count no more for its sake. ``imported`` says by whom and why.

    Raises:
        ConflictError: Less is asked for by it (``removal_eases``), and two persons did not agree.
    """
    by = granted(dossier, grant, PersonAct.IMPORT_CLIENTS)
    less = removal_eases(dossier, scope, now=now, classes=classes, findings=findings)
    what = f"taking list {imported.number} back, by which less is asked for or later: {', '.join(less)},"
    approver = second_if_needed(dossier, what, grant, second, needed=bool(less))
    text = dossier.words.wording(
        "incident-entry-import-removed",
        number=imported.number,
        clients=imported.clients,
        reason=agreed(dossier.words, imported.removed_reason, approver),
    )
    data = (("import", imported.number), ("clients", imported.clients))
    return _with_entry(dossier, "import_removed", by, text, data, scope, now, dict(classes), findings)


def removal_eases(
    dossier: Dossier,
    scope: Scope,
    *,
    now: datetime,
    classes: Mapping[str, DataClass],
    findings: Iterable[Finding] = (),
) -> list[str]:
    """Return of which duties less is asked, or later, by a scope without a list; else that fewer are concerned."""
    before = dossier.incident
    then = dossier.after(with_scope(dossier, scope, now=now, classes=dict(classes), findings=findings))
    less = eased((each for each in dossier.duties if not each.moot), then.duties)
    fewer = then.incident.people_low < before.people_low or then.incident.people_high < before.people_high
    return less or ([f"people {before.people_high}"] if fewer else [])


def ask_removal(
    dossier: Dossier, grant: Grant, imported: ClientImport, less: Iterable[str], *, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on taking a list back; it counts until then."""
    granted(dossier, grant, PersonAct.IMPORT_CLIENTS)
    why = imported.removed_reason
    number, clients, duties = imported.number, imported.clients, eased_duties(less)
    shown = dossier.words.wording("incident-asked-removal", number=number, clients=clients, duties=duties, reason=why)
    return ask_word(dossier, f"{IMPORT}{imported.number}", grant, proof=why, shown=shown, now=now)


def _with_entry(
    dossier: Dossier,
    kind: str,
    by: str,
    text: MessageText,
    data: Data,
    scope: Scope,
    now: datetime,
    classes: dict[str, DataClass],
    findings: Iterable[Finding],
) -> IncidentChanges:
    first = dossier.changes(dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=text, data=data)
    counted = with_scope(dossier.after(first), scope, now=now, classes=classes, findings=findings)
    return as_one(dossier, first, counted) if counted else first
