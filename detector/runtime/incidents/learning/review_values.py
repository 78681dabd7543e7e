"""What a review is filled with: what the case knows of itself, in one language.

Comes in: ``ReviewFacts``, the language's texts. Goes out: the names that a template of the kind ``review`` may use.
Nothing in it depends on when it is made: the same facts make the same text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from detector.incident import Dossier
from detector.incident.case_facts.fact_readings import standing
from detector.incident.duty.law_people import others_clients
from detector.incident.learning.case_times import CaseTimes, MissedDue, TimeMeasure
from detector.incident.learning.cost_sheet import CostSheet
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import Incident, StepStatus, TimelineEntry
from detector.schema.learning.corrective_actions import CorrectiveAction
from detector.schema.learning.investigation_words import (
    Hypothesis,
    Investigation,
    InvestigationWord,
    ReviewQuestion,
    WordKind,
)
from detector.web.texts import PageTexts
from detector.web.texts.cost_words import churn_words, fine_lines, sum_lines

_LEFT_OUT: Final = frozenset(
    {
        *("looked", "extended", "followed", "scope"),
        *("document_added", "document_revised", "document_approved", "document_read"),
        *(f"investigation_{each.value}" for each in WordKind),
    }
)
"""Entries of a timeline that say nothing of what people did about the case, or stand in other parts of the review."""
_ENTRIES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """What is known of a case when it is reviewed.

    Attributes:
        entries: Its timeline.
        actions: What follows from it, each with its case.
        costs: What it cost, and may cost yet.
    """

    dossier: Dossier
    times: CaseTimes
    entries: Sequence[TimelineEntry]
    investigation: Investigation
    costs: CostSheet
    actions: Sequence[tuple[Incident, CorrectiveAction]] = ()


def review_values(facts: ReviewFacts, say: PageTexts, organization: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template of a review is given."""
    incident = facts.dossier.incident
    told = [each for each in facts.entries if each.kind not in _LEFT_OUT]
    due = [step for step in facts.dossier.steps if step.due_at is not None and step.status is StepStatus.DONE]
    in_time = [
        step for step in due if step.done_at is not None and step.due_at is not None and step.done_at <= step.due_at
    ]
    return {
        "organization": organization,
        "incident": {
            "number": incident.number,
            "title": say.title(incident),
            "severity": say.named("web-severity", incident.severity.value),
        },
        "facts": [{"title": title, "value": value} for title, value in _facts(facts, say)],
        "times": [
            {"title": say.named("times", each.value), "value": _span(facts.times, each, say)} for each in TimeMeasure
        ],
        "missed": [_missed(each, say) for each in facts.times.missed],
        "in_time": say.t("review-in-time", count=len(in_time), all=len(due)),
        "timeline": [
            {"at": say.full_moment(each.at), "by": say.person(each.by), "text": say.entry(each)}
            for each in told[:_ENTRIES]
        ],
        "timeline_left": max(0, len(told) - _ENTRIES),
        "hypotheses": [_hypothesis(each, say) for each in facts.investigation.hypotheses],
        "questions": [_question(each, facts.investigation, say) for each in ReviewQuestion],
        "costs": list(sum_lines(facts.costs, say)),
        "churn": churn_words(facts.costs, say),
        "fines": list(fine_lines(facts.costs.fines, say)),
        "actions": [_action(case, each, say) for case, each in facts.actions],
    }


def _facts(facts: ReviewFacts, say: PageTexts) -> Iterator[tuple[str, str]]:
    """Yield what is known of the case, each with its title."""
    dossier, incident, scope = facts.dossier, facts.dossier.incident, facts.dossier.incident.scope
    yield say.t("review-first-event"), say.full_moment(incident.first_event_at)
    yield "T0", say.full_moment(incident.t0)
    yield "T1", say.full_moment(incident.aware_at) if incident.aware_at else say.t("times-none")
    cause = standing(CaseFactKind.CAUSE, dossier.facts)
    value = say.named("web-cause", cause.value if cause is not None and cause.value else "unknown")
    again = say.again(incident, facts.entries, dossier.facts)
    reason = f": {again(cause.reason)}" if cause is not None and cause.reason else ""
    yield say.named("web-fact", CaseFactKind.CAUSE.value), f"{value}{reason}"
    low, high = incident.people_low, incident.people_high
    others = others_clients(scope)
    theirs = f"; {say.t('notice-of-others', count=others)}" if others else ""
    yield say.t("review-people"), f"{_span_of(low, high, say)}{theirs}"
    yield say.t("review-records"), _span_of(scope.record_low, scope.record_high, say)
    yield say.t("review-classes"), "; ".join(map(say.data_class, scope.data_classes)) or "–"


def _span_of(low: int, high: int, say: PageTexts) -> str:
    return say.number(low) if low == high else f"{say.number(low)}–{say.number(high)}"


def _span(times: CaseTimes, measure: TimeMeasure, say: PageTexts) -> str:
    took = times.took(measure)
    return say.span(took) if took is not None else say.t("times-none")


def _missed(missed: MissedDue, say: PageTexts) -> dict[str, str]:
    title = "" if missed.title == missed.name else say.either(missed.title, missed.title_ru)
    done = say.full_moment(missed.done_at) if missed.done_at is not None else say.t("review-not-done")
    return {"name": missed.name, "title": title, "due": say.full_moment(missed.due_at), "done": done}


def _hypothesis(each: Hypothesis, say: PageTexts) -> dict[str, Any]:
    stands = each.stands
    return {
        "number": each.number,
        "text": each.word.text,
        "by": say.person(each.word.by),
        "stands": say.named("hypothesis", stands.kind.value if stands is not None else "open"),
        "why": stands.text if stands is not None else "",
        "speaks_for": [_word(word, say) for word in each.speaks_for],
        "speaks_against": [_word(word, say) for word in each.speaks_against],
    }


def _word(word: InvestigationWord, say: PageTexts) -> dict[str, str]:
    return {"text": word.text, "by": say.person(word.by)}


def _question(question: ReviewQuestion, investigation: Investigation, say: PageTexts) -> dict[str, str]:
    answer = investigation.answers.get(question)
    return {
        "id": question.value,
        "title": say.named("review-question", question.value),
        "answer": answer.text if answer is not None else "",
        "by": say.person(answer.by) if answer is not None else "",
    }


def _action(case: Incident, action: CorrectiveAction, say: PageTexts) -> dict[str, str]:
    return {
        "number": f"{case.number}-{action.number}",
        "text": action.text,
        "owner": say.person(action.owner),
        "due": say.full_moment(action.due_at),
        "budget": str(action.cost or ""),
        "effect": action.effect,
        "state": say.named("action-state", action.state.value),
        "proof": action.proof,
    }
