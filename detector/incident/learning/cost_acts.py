"""Acts on what a case cost: a cost is entered, or taken back with the reason.

Comes in: a ``Dossier``, a grant, the cost. Goes out: the cost as it is kept, and ``IncidentChanges`` with what the
timeline says. A closed case takes them as an open one does: bills come late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident.acts.transitions import must_be_no_digest
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean
from detector.schema.learning.case_costs import CaseCost, CostKind
from detector.schema.learning.corrective_actions import Amount
from detector.schema.team.grants import Grant, PersonAct

LONGEST: Final = 500
"""Characters that a text of a cost has at most."""


def add_cost(
    dossier: Dossier,
    grant: Grant,
    kind: CostKind,
    amount: Amount,
    text: str,
    *,
    estimated: bool,
    number: int,
    now: datetime,
) -> tuple[CaseCost, IncidentChanges]:
    """Enter a cost.

    Args:
        dossier: The case.
        grant: Of whoever enters it.
        kind: What it is of.
        amount: How much.
        text: What for, and from where it is known.
        estimated: It is an estimate.
        number: Its number.
        now: When.

    Raises:
        InputError: What it is for is missing or too long.
    """
    by = granted(dossier, grant, PersonAct.ACTION)
    must_be_no_digest(dossier)
    cost = CaseCost(
        incident_id=dossier.incident.id,
        number=number,
        kind=kind,
        units=amount.units,
        currency=amount.currency,
        estimated=estimated,
        text=_words(text, "what it is for"),
        by=by,
        at=now,
    )
    return cost, _entry(dossier, "cost_added", cost, by=by, now=now, text=cost.text)


def remove_cost(
    dossier: Dossier, grant: Grant, costs: Sequence[CaseCost], number: int, *, reason: str, now: datetime
) -> tuple[CaseCost, IncidentChanges]:
    """Take a cost back.

    Raises:
        NotFoundError: There is no such cost.
        ConflictError: It was taken back.
        InputError: The reason is missing.
    """
    by, known = granted(dossier, grant, PersonAct.ACTION), {each.number: each for each in costs}
    if number not in known:
        there = f"its costs are 1 to {len(known)}" if known else "enter one: nabat costs add"
        raise NotFoundError(Problem(what=f"{dossier.name} has no cost {number}", fix=there))
    cost = known[number]
    if cost.removed_at is not None:
        raise ConflictError(Problem(what=f"{cost.removed_by} has taken back cost {number}", fix="enter it anew"))
    reason = _words(reason, "why it is taken back")
    removed = replace(cost, removed_at=now, removed_by=by, removed_why=reason)
    return removed, _entry(dossier, "cost_removed", removed, by=by, now=now, text=reason)


def sums_of(costs: Sequence[CaseCost]) -> Mapping[str, Mapping[CostKind, int]]:
    """Return what counts by currency and kind: amounts of two currencies are never added up."""
    found: dict[str, dict[CostKind, int]] = {}
    for each in costs:
        if each.removed_at is None:
            kinds = found.setdefault(each.currency, {})
            kinds[each.kind] = kinds.get(each.kind, 0) + each.units
    return {currency: dict(sorted(kinds.items())) for currency, kinds in sorted(found.items())}


def _words(text: str, what: str) -> str:
    kept = clean(text)
    if not kept:
        raise InputError(Problem(what=f"{what} is missing", fix="say it in words, without names of clients"))
    if len(kept) > LONGEST:
        raise InputError(Problem(what=f"{what} has more than {LONGEST} characters", fix="say it in short"))
    return kept


def _entry(dossier: Dossier, kind: str, cost: CaseCost, *, by: str, now: datetime, text: str) -> IncidentChanges:
    said = dossier.words.wording(
        f"incident-entry-{kind.replace('_', '-')}",
        number=cost.number,
        kind=cost.kind.value,
        amount=str(cost.amount),
        text=text,
    )
    data = (("cost", cost.number),)
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=said, data=data)
