"""Where a law wants clients told, a case is not closed as handled before it is said of each without a letter how."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from detector.incident import Dossier, load_regulations
from detector.incident.acts.closing import gate_problems
from detector.incident.documents.breach_register import is_registered
from detector.incident.letters.told_clients import owes_clients, without_problems
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import CloseReason, IncidentStatus
from detector.schema.letters.mailings import INFORMED, SETTLED, WITHOUT, ClientLetters, LetterState
from tests.fakes.story import Story

ASKED = (*WITHOUT, LetterState.SENDING)


def case(letters: ClientLetters, **duty: Any) -> Dossier:
    """Return a case of one duty to tell clients."""
    story = Story()
    story.regulations = load_regulations(("eu-gdpr-34",))
    story.at("09:00").found("bulk-read")
    found = story.dossier()
    duties = tuple(replace(each, **duty) for each in found.duties if each.step == "N4")
    assert duties
    return replace(found, duties=duties, letters=letters)


def about_letters(found: Dossier, reason: CloseReason) -> list[str]:
    wanted = (" letter", " in no plan")
    return [
        str(each) for each in gate_problems(found, reason, "set right") if any(word in each.what for word in wanted)
    ]


def test_whether_the_close_asks_follows_from_letter_reason_and_duty(subtests: pytest.Subtests) -> None:
    """Each state of a letter, each reason of a close, a duty owed, fulfilled or not owed."""
    kept = (DutyState.OWED, DutyState.DONE, DutyState.NOT_OWED)
    for state, reason, duty in product(LetterState, CloseReason, kept):
        found = case(ClientLetters(counts=((state, 3),)), state=duty)
        asked = state in ASKED and reason is CloseReason.HANDLED and duty is not DutyState.NOT_OWED
        with subtests.test(state=state.value, reason=reason.value, duty=duty.value):
            assert len(about_letters(found, reason)) == asked
    assert set(ASKED) | set(SETTLED) | {LetterState.SENT, LetterState.REPLACED} == set(LetterState)
    assert set(INFORMED).isdisjoint(ASKED)


def test_a_close_as_if_it_had_been_none_asks_for_words_where_a_client_was_told(subtests: pytest.Subtests) -> None:
    """Each state of a letter, each reason of a close, with words and without."""
    told = {LetterState.SENT, LetterState.POSTED, LetterState.TOLD, LetterState.PUBLIC}
    perhaps = {LetterState.UNKNOWN, LetterState.SENDING}
    for state, reason, words in product(LetterState, CloseReason, ("", "a second letter")):
        found = case(ClientLetters(counts=((state, 3),)), state=DutyState.NOT_OWED)
        problems = [each.what for each in gate_problems(found, reason, words) if "correction" in each.what]
        asked = state in told | perhaps and reason is not CloseReason.HANDLED and not words
        with subtests.test(state=state.value, reason=reason.value, words=words):
            assert len(problems) == asked
    written = case(ClientLetters(counts=((LetterState.POST, 3),), listed=2), state=DutyState.NOT_OWED)
    (problem,) = gate_problems(written, CloseReason.AUTHORISED)
    assert "as authorised: 0 clients got a letter or were told, 2 more perhaps" in problem.what


def test_a_close_as_if_it_had_been_none_asks_for_words_where_an_authority_or_controller_was_told() -> None:
    """Notices with a receipt, not the register that is kept; such a case stays in the register."""
    story = Story()
    story.regulations = load_regulations(("eu-gdpr-33",))
    story.at("09:00").found("bulk-read")
    found = story.dossier()
    for sent, asks in ((set(), False), ({"gdpr-register"}, False), ({"gdpr-72h", "gdpr-register"}, True)):
        duties = tuple(
            replace(each, state=DutyState.DONE if each.stage in sent else DutyState.NOT_OWED) for each in found.duties
        )
        told = replace(found, duties=duties)
        for reason in set(CloseReason) - {CloseReason.HANDLED}:
            problems = [str(each) for each in gate_problems(told, reason)]
            assert bool(problems) is asks
            assert not gate_problems(told, reason, "withdrawn by letter of 4 March")
            closed = replace(told.incident, status=IncidentStatus.CLOSED, close_reason=reason)
            assert is_registered(replace(told, incident=closed)) is asks
        assert is_registered(told)
    assert "1 notice was sent (eu-gdpr-33/gdpr-72h), and a correction is owed" in problems[0]


def test_a_duty_asks_while_it_is_or_may_be_owed_and_not_where_it_is_others(subtests: pytest.Subtests) -> None:
    for changes, owes in (
        ({"state": DutyState.UNDECIDED, "verdict": DutyVerdict.YES}, True),
        ({"state": DutyState.UNDECIDED, "verdict": DutyVerdict.ASK}, True),
        ({"state": DutyState.UNDECIDED, "verdict": DutyVerdict.NO}, False),
        ({"state": DutyState.OWED, "verdict": DutyVerdict.NO}, True),
        ({"state": DutyState.OWED, "moot": True}, False),
    ):
        with subtests.test(**{name: str(value) for name, value in changes.items()}):
            assert owes_clients(case(ClientLetters(), **changes).duties) is owes
    other: list[Duty] = [replace(each, step="N2") for each in case(ClientLetters()).duties]
    assert not owes_clients(other)


def test_what_is_asked_names_figures_the_first_few_and_a_command_each() -> None:
    counts = {
        LetterState.FAILED: 2,
        LetterState.BOUNCED: 1,
        LetterState.NOT_REACHED: 10_000,
        LetterState.PLANNED: 1,
        LetterState.UNKNOWN: 4,
        LetterState.SENT: 70,
        LetterState.GIVEN_UP: 5,
    }
    first = ((LetterState.FAILED, "x-d1", 4), (LetterState.NOT_REACHED, "x-d1", 9))
    letters = ClientLetters(counts=tuple(counts.items()), later=6, first=first)
    found = case(letters, state=DutyState.OWED)
    number = found.incident.number
    assert [(each.what, each.fix) for each in without_problems(found, "closing it")] == [
        (
            "closing it waits for 2 clients without a letter: failed 2 (refused by the mail server); first: x-d1 no. 4",
            "put their addresses right and plan again, or say how they were told, or why not: "
            f"nabat letters settle {number} --state failed",
        ),
        (
            "closing it waits for 1 client without a letter: bounced 1 (came back)",
            "put their addresses right and plan again, or say how they were told, or why not: "
            f"nabat letters settle {number} --state bounced",
        ),
        (
            "closing it waits for 10000 clients without a letter: not-reached 10000 (no contact); first: x-d1 no. 9",
            f"say how they were told, or why not: nabat letters settle {number} --state not-reached",
        ),
        ("closing it waits for 1 letter not sent yet", f"send them: nabat letters send {number}"),
        (
            "closing it waits for 4 letters of which nobody knows whether they were sent",
            f"look for them in the mail server's log, then settle them: nabat letters status {number} --unknown",
        ),
        (
            "closing it waits for 6 clients in no plan of letters",
            f"plan letters to them: nabat letters plan {number} --file",
        ),
    ]
    assert (letters.without, letters.informed) == (10_014, 70)
