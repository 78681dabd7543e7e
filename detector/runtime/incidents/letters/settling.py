"""Writing down what was said of clients without a letter, by one person or with a second one's word.

Two people approve that a letter goes; that it does not, and counts as told or given up all the same, is no one
person's word in a grave case. Comes in: a unit, the dossier, grants, what is said. Goes out: an entry of the timeline
that names no client, and where a letter can go still an ``Approval`` to wait for.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from detector.errors import ConflictError, Problem
from detector.incident import Dossier, IncidentChanges, must_be_two
from detector.incident.acts.second_word import ask_word
from detector.incident.granted import granted
from detector.incident.letters.mailing_acts import letters_entry
from detector.incident.timeline import rfc3339
from detector.runtime.incidents.letters.standing.joined_cases import joined_cases, mailings_of
from detector.schema.letters.mailings import STANDING, Letter, LetterState, MailingKind, ToldAs
from detector.schema.team.grants import Approval, Grant, PersonAct
from detector.store import UnitOfWork

LETTERS: Final = "letters"
"""What is said of clients whose letter can still go: the subject of a second person's word."""

CAN_GO: Final = frozenset({LetterState.PLANNED, LetterState.HELD})
"""Where a letter can go still: it is planned, or held back by one person."""

_NAMED: Final = {
    LetterState.PLANNED: "planned",
    LetterState.FAILED: "failed",
    LetterState.BOUNCED: "bounced",
    LetterState.NOT_REACHED: "unreached",
    LetterState.UNREPRESENTED: "unrepresented",
    LetterState.HELD: "held",
    LetterState.POST: "post",
}
"""What the timeline names of those of whom something is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What a person says of clients without a letter.

    Attributes:
        how: How they were told, or that they are given up.
        words: By which number, where, whom by; or why not.
        at: When they were told, UTC.
        kind: Of which letter it is said.
        states: Of all clients whose letter stands so; or
        plan / number: of the one with this letter: the document of its plan, and its number in there.
    """

    how: LetterState
    words: str
    at: datetime
    kind: MailingKind = MailingKind.FIRST
    states: tuple[LetterState, ...] = ()
    plan: str = ""
    number: int = 0


def count_stopped(unit: UnitOfWork, found: Dossier, said: Settling) -> int:
    """Return of how many clients it is said, where letters could go still to some of them; 0: none could.

    Letters that withdraw are not asked about: nobody is left in the dark about a breach by them.
    """
    if said.kind is MailingKind.WITHDRAWAL or (said.states and CAN_GO.isdisjoint(said.states)):
        return 0
    letters = _letters_meant(unit, found, said)
    return len(letters) if any(each.state in CAN_GO for each in letters) else 0


def ask_settling(
    dossier: Dossier, grant: Grant, said: Settling, count: int, *, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on it; the letters go on meanwhile.

    Args:
        dossier: The incident.
        grant: Of whoever says it.
        said: What.
        count: Of how many clients: it is not agreed to for more.
        now: When.
    """
    data = (
        ("how", said.how.value),
        ("at", rfc3339(said.at)),
        ("kind", said.kind.value),
        ("states", " ".join(said.states)),
        ("plan", said.plan),
        ("number", said.number),
        ("count", count),
    )
    shown = dossier.words.wording("incident-asked-letters", count=count, how=said.how.value, words=said.words)
    return ask_word(dossier, LETTERS, grant, proof=said.words, shown=shown, now=now, data=data, said_as=LETTERS)


def asked_settling(asked: Approval) -> tuple[Settling, int]:
    """Return what somebody asked a second person's word on, and of how many clients."""
    data = {name: str(value) for name, value in asked.data}
    said = Settling(
        how=LetterState(data["how"]),
        words=asked.proof,
        at=datetime.fromisoformat(data["at"]),
        kind=MailingKind(data["kind"]),
        states=tuple(map(LetterState, data["states"].split())),
        plan=data["plan"],
        number=int(data["number"]),
    )
    return said, int(data["count"])


def settle_letters(
    unit: UnitOfWork,
    found: Dossier,
    grant: Grant,
    said: Settling,
    now: datetime,
    *,
    second: Grant | None = None,
    most: int | None = None,
) -> tuple[IncidentChanges, int]:
    """Keep it with the letters; return what the timeline says, and of how many clients.

    Args:
        unit: To write to.
        found: The incident.
        grant: Of whoever says it.
        said: What.
        now: When.
        second: Grant of the second person to approve, where it takes two.
        most: Of how many clients at most it was agreed to.

    Raises:
        ConflictError: Nobody stands so, the client has a letter, there are more than ``most``, the second is no second.
    """
    approver = must_be_two(found, f"what is said of letters of {found.name}", grant, second) if second else ""
    new = ToldAs(said.how, granted(found, grant, PersonAct.SEND), said.words, said.at, now)
    which = f"{said.plan} no. {said.number}" if said.number else "none"
    counts = _settle_one(unit, found, said, new) if said.number else _settle_all(unit, found, said, new)
    total = sum(counts.values())
    if most is not None and total > most:
        what = f"{total} clients of {found.name} stand so by now, and it was asked of {most}"
        raise ConflictError(Problem(what=what, fix="decline it, and ask for it anew"))
    figures = {name: counts.pop(state, 0) for state, name in _NAMED.items()}
    figures["rest"] = sum(counts.values())
    told = {"how": said.how.value, "count": total, "letter": which, "told": rfc3339(said.at), "words": said.words}
    return letters_entry(found, grant, "told", now, approver, **told, **figures), total


def _settle_all(unit: UnitOfWork, found: Dossier, said: Settling, new: ToldAs) -> dict[LetterState, int]:
    """Settle all in some states, of first letters by one statement each, however many they are."""
    case, counts = found.incident.id, dict[LetterState, int]()
    if said.kind is MailingKind.FIRST:
        merged = unit.incidents.gone_into(case)
        counts = {state: unit.letters.settle_first(case, merged, (state,), new) for state in dict.fromkeys(said.states)}
    else:
        counts = _settle(unit, _letters_meant(unit, found, said), new)
    if not any(counts.values()):
        what = f"no client of {found.name} stands so: {', '.join(said.states)}"
        number, first = found.incident.number, said.kind is MailingKind.FIRST
        fix = f"see who does: nabat letters without {number}" if first else f"nabat letters status {number}"
        raise ConflictError(Problem(what=what, fix=fix))
    return counts


def _settle_one(unit: UnitOfWork, found: Dossier, said: Settling, new: ToldAs) -> dict[LetterState, int]:
    letters = _letters_meant(unit, found, said)
    if not letters:
        what = f"letter {said.plan} no. {said.number} does not stand any more: a later one does"
        raise ConflictError(Problem(what=what, fix="decline it, and ask for it anew"))
    must_be_without(letters[0], said.plan)
    return _settle(unit, letters, new)


def _settle(unit: UnitOfWork, letters: Sequence[Letter], new: ToldAs) -> dict[LetterState, int]:
    unit.letters.save([replace(each, **new._asdict()) for each in letters])
    return dict(Counter(each.state for each in letters))


def _letters_meant(unit: UnitOfWork, found: Dossier, said: Settling) -> list[Letter]:
    """Return the letters that something is said of, as they stand."""
    case = found.incident.id
    if said.number:
        plans = joined_cases(unit, case, found.incident).mailings(unit)
        mine, after = [each for each in plans if each.document_id == said.plan], said.number - 1
        some = [letter for each in mine for letter in unit.letters.in_state(each, *STANDING, after=after, limit=1)]
        return [each for each in some if each.number == said.number]
    if said.kind is MailingKind.FIRST:
        return unit.letters.first_in_state(case, unit.incidents.gone_into(case), *said.states)
    mine = mailings_of(unit, case, said.kind)
    return [letter for each in mine for letter in unit.letters.in_state(each, *said.states)]


def must_be_without(letter: Letter, plan: str) -> None:
    """Refuse where a letter has gone or goes: of that client nothing is to be said.

    Raises:
        ConflictError: It has.
    """
    if letter.state in (LetterState.SENT, LetterState.SENDING):
        what = f"this client has a letter: {plan} no. {letter.number} is {letter.state}"
        raise ConflictError(Problem(what=what, fix="nothing is to be settled; take in what came back, if it did"))
