"""Clients of a case who have no letter: whether somebody must say how they were told before it goes on. Pure.

Comes in: the dossier with its figures of letters. Goes out: problems that name figures and a command; no client.
"""

from collections.abc import Iterable
from typing import Final

from detector.errors import Problem
from detector.incident.dossier import Dossier
from detector.incident.duty.regulations import law_and_stage
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import LOST, TO_SEND, ClientLetters, LetterState

TELL_STEP: Final = "N4"
"""The step of a checklist by which clients are told, and of duties to tell them."""
IN_NO_PLAN: Final = "in no plan of letters"
TOLD_LESS: Final = "of whose data more is concerned than was told"
"""How problems end that are about clients whom the console names."""
_WHY: Final = {
    LetterState.FAILED: "refused by the mail server",
    LetterState.BOUNCED: "came back",
    LetterState.NOT_REACHED: "no contact",
    LetterState.UNREPRESENTED: "a minor or represented, nobody to write to",
    LetterState.HELD: "held back",
    LetterState.POST: "on the list for the post",
}


def owes_clients(duties: Iterable[Duty]) -> bool:
    """Tell whether a law asks that the clients of a case are told: owed or fulfilled, or perhaps owed."""
    mine = (each for each in duties if each.step == TELL_STEP and not each.moot)
    return any(each.state in (DutyState.OWED, DutyState.DONE) or each.counting for each in mine)


def without_problems(dossier: Dossier, what: str) -> list[Problem]:
    """Return what is to be said of clients without a letter before ``what`` is done; nothing where no law asks it."""
    return _problems(dossier.letters, what, dossier.incident.number) if owes_clients(dossier.duties) else []


def correction_problems(dossier: Dossier, reason: CloseReason, correction: str) -> list[Problem]:
    """Return what is to be said to whoever was told, before their case ends as if it had been none."""
    if correction:
        return []
    closing = f"closing {dossier.name} as {reason.value.replace('_', ' ')}"
    found, notices = _clients_to_set_right(dossier, reason, closing), notices_sent(dossier)
    if notices:
        named = f"{_many(len(notices), 'notice')} {_verb(len(notices))} sent ({', '.join(notices)})"
        what = f"{closing}: {named}, and a correction is owed to whoever got them"
        found.append(Problem(what=what, fix="say how they are told of the mistake, or why not: --correction TEXT"))
    return found


def notices_sent(dossier: Dossier) -> list[str]:
    """Return by what somebody outside was told.

    That are duties that are fulfilled, no record of ours and no answer to a question; and what else was sent, where the
    dossier has read it.
    """
    laws = dossier.terms.regulations
    stages = ((each, law_and_stage(each, laws)) for each in dossier.duties if each.state is DutyState.DONE)
    done = [each.ref for each, it in stages if it is None or not (it[1].kept or it[1].start == "occasion")]
    return list(dict.fromkeys((*done, *(each.name for each in dossier.sent))))


def _clients_to_set_right(dossier: Dossier, reason: CloseReason, closing: str) -> list[Problem]:
    letters, ref = dossier.letters, dossier.incident.number
    if not (letters.reached or letters.perhaps_reached):
        return []
    perhaps = f", {letters.perhaps_reached} more perhaps" if letters.perhaps_reached else ""
    told = f"{_many(letters.reached, 'client')} got a letter or {_verb(letters.reached)} told{perhaps}"
    fix = "say how they are told of the mistake, or why not: --correction TEXT"
    if reason is CloseReason.DUPLICATE:
        fix = (
            f"{fix}; or join it with the other one, so that nobody gets two letters: nabat incidents merge {ref} OTHER"
        )
    return [Problem(what=f"{closing}: {told}, and a correction is owed to them", fix=fix)]


def _verb(count: int) -> str:
    return "was" if count == 1 else "were"


def _problems(letters: ClientLetters, what: str, ref: str) -> list[Problem]:
    waiting = letters.count(*TO_SEND)
    unknown = letters.count(LetterState.UNKNOWN)
    found = list[Problem]()
    for state, why in _WHY.items():
        if count := letters.count(state):
            mend = "put their addresses right and plan again, or " if state in LOST else ""
            fix = f"{mend}say how they were told, or why not: nabat letters settle {ref} --state {state}"
            stand = f"{what} waits for {_many(count, 'client')} without a letter: {state} {count} ({why})"
            found.append(Problem(what=stand + _first_few(letters, state), fix=fix))
    if waiting:
        fix = f"send them: nabat letters send {ref}"
        found.append(Problem(what=f"{what} waits for {_many(waiting, 'letter')} not sent yet", fix=fix))
    if unknown:
        fix = f"look for them in the mail server's log, then settle them: nabat letters status {ref} --unknown"
        what_unknown = f"{what} waits for {_many(unknown, 'letter')} of which nobody knows whether they were sent"
        found.append(Problem(what=what_unknown, fix=fix))
    if letters.later:
        fix = f"plan letters to them: nabat letters plan {ref} --file"
        found.append(Problem(what=f"{what} waits for {_many(letters.later, 'client')} {IN_NO_PLAN}", fix=fix))
    if letters.wider:
        fix = f"plan letters that name all of it: nabat letters plan {ref} --file"
        found.append(Problem(what=f"{what} waits for {_many(letters.wider, 'client')} {TOLD_LESS}", fix=fix))
    return found


def _first_few(letters: ClientLetters, state: LetterState) -> str:
    """Return where the first few of a state stand, as letters are numbered."""
    named = ", ".join(f"{document} no. {number}" for each, document, number in letters.first if each is state)
    return f"; first: {named}" if named else ""


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'s' if count != 1 else ''}"
