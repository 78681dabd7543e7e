"""Answers for the hotline, and questions of clients that it could not answer. Pure.

Comes in: what letters say alike, which kinds of data are concerned, questions that were answered. Goes out: one text
for those who answer calls, and rows of questions with their entries on the timeline, which hold no question.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from detector.errors import ConfigError, ConflictError, InputError, Problem
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.letters.letter_phrases import day_in_words
from detector.incident.letters.letter_text import RISKS, one_line
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean
from detector.messages import Language, Messages, messages
from detector.schema.letters.mailings import ClientCall, LetterFacts
from detector.schema.team.grants import Grant, PersonAct
from detector.template_sandbox import RAISED, template_sandbox

HOTLINE: Final = "hotline.txt"
_LONGEST: Final = 500


def hotline_text(
    template: str,
    facts: LetterFacts,
    language: Language,
    classes: Collection[str],
    calls: Iterable[ClientCall],
    *,
    offered: Mapping[str, Collection[str]] | None = None,
    approved_until: datetime | None = None,
    of_others: bool = False,
) -> str:
    """Return the answers for the hotline.

    Args:
        template: Of the language.
        facts: What letters say.
        language: In which they are.
        classes: Kinds of data of the case.
        calls: Questions; the answers of those that were answered serve others, too.
        offered: For which kinds of data an offer is made, by its id; of none: to everybody.
        approved_until: A later answer is marked as one that nobody else approved yet; None: none is.
        of_others: Clients of others, who tell them, are concerned as well.

    Raises:
        ConfigError: The template is wrong.
    """
    words, russian = messages(language), language == "ru"
    known = [facts.classes[name] for name in sorted(classes) if name in facts.classes]
    possible = {risk for each in known for risk in each.risks} or {"phishing"}
    risks = [risk for risk in RISKS if risk in possible]
    said = {
        "organization": facts.organization,
        "of_others": of_others,
        "reference": facts.reference,
        "noticed": day_in_words(words, facts.noticed_at.astimezone(ZoneInfo(facts.timezone)).date()),
        "classes": [one_line((each.title_ru if russian else "") or each.title) for each in known],
        "risks": [words.text(f"letter-risk-{risk}") for risk in risks],
        "advice": [words.text(f"letter-do-{each}") for each in (*risks, "two-factor")],
        "did": [words.text(each) for each in facts.did],
        "offers": list(_offers(facts, words, classes, offered or {})),
        "answered": [
            {"question": _question(call, words, approved_until), "answer": one_line(call.answer)}
            for call in calls
            if call.answer
        ],
    }
    try:
        return template_sandbox().from_string(template).render(**said)
    except RAISED as error:
        line, what = getattr(error, "lineno", 0) or 0, f"cannot be written: {type(error).__name__}"
        raise ConfigError(Problem(file=f"{language}/{HOTLINE}", line=line, what=what)) from None


def _offers(
    facts: LetterFacts, words: Messages, classes: Collection[str], offered: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Yield what is offered in this case, and to whom: the same that letters offer."""
    russian = words.language == "ru"
    for name, (title, title_ru) in facts.offers.items():
        said, wanted = one_line((title_ru if russian else "") or title), offered.get(name, ())
        meant = [facts.classes[each] for each in sorted(classes) if each in wanted and each in facts.classes]
        if not wanted:
            yield said
        elif meant:
            kinds = "; ".join(one_line((each.title_ru if russian else "") or each.title) for each in meant)
            yield words.text("calls-offer-only", offer=said, classes=kinds)


def _question(call: ClientCall, words: Messages, approved_until: datetime | None) -> str:
    question = one_line(call.question)
    if approved_until is None or call.answered_at is None or call.answered_at <= approved_until:
        return question
    return words.text("calls-not-approved", question=question)


def add_call(
    dossier: Dossier, grant: Grant, number: int, question: str, answer: str, now: datetime
) -> tuple[ClientCall, IncidentChanges]:
    """Return the question of a client as it is kept, and what the timeline says: that it waits, or was answered.

    Raises:
        InputError: The question is missing or too long.
        ConflictError: It has no answer, and nobody owes one: the incident was closed, and not as handled.
    """
    by, question, answer = granted(dossier, grant, PersonAct.NOTE), clean(question), clean(answer)
    if not question or len(question) > _LONGEST:
        what = f"a question has 1 to {_LONGEST} characters"
        raise InputError(Problem(what=what, fix="say it in words, without who asked"))
    call = ClientCall(incident_id=dossier.incident.id, number=number, at=now, by=grant.person, question=question)
    if answer:
        answered = replace(call, answered_at=now, answered_by=grant.person, answer=answer)
        return answered, _entry(dossier, by, "call_answered", call, now)
    dossier.must_go_on("nobody owes an answer to what clients ask any more")
    return call, _entry(dossier, by, "call_added", call, now)


def answer_call(
    dossier: Dossier, grant: Grant, call: ClientCall, answer: str, now: datetime
) -> tuple[ClientCall, IncidentChanges]:
    """Return a question as answered, and what the timeline says.

    Raises:
        ConflictError: It was answered.
        InputError: The answer is missing.
    """
    by, answer = granted(dossier, grant, PersonAct.NOTE), clean(answer)
    if call.answered_at is not None:
        what = f"{call.answered_by} has answered call {call.number}"
        raise ConflictError(Problem(what=what, fix="add another call, if the answer was wrong"))
    if not answer:
        raise InputError(Problem(what="the answer is missing", fix="say it in words"))
    answered = replace(call, answered_at=now, answered_by=grant.person, answer=answer)
    return answered, _entry(dossier, by, "call_answered", call, now)


def _entry(dossier: Dossier, by: str, kind: str, call: ClientCall, now: datetime) -> IncidentChanges:
    text = dossier.words.wording(f"incident-entry-{kind.replace('_', '-')}", number=call.number)
    data = (("call", call.number),)
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=text, data=data)
