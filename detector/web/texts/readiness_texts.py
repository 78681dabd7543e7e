"""How ready the company is, in words: what lacks, how it is mended, and the sentence that stands first."""

from datetime import datetime, timedelta
from typing import Final

from detector.incident.preparation import (
    LATE,
    NameKind,
    Readiness,
    ReadinessFacts,
    Shortfall,
    TrainingLine,
    TrainingState,
)
from detector.web.texts.page_texts import PageTexts

_NAMED: Final = 5
_DEAREST: Final = 2


def shortfall_in_words(each: Shortfall, words: PageTexts) -> str:
    """Say what lacks, and of whom."""
    text = words.reason(each.reason)
    if not each.names:
        return text
    named = [_name(name, each.of, words) for name in each.names[:_NAMED]]
    more = len(each.names) - len(named)
    between = "; " if each.of is NameKind.DATA_CLASS else ", "
    listed = between.join(named) + (" " + words.t("notify-and-more", count=more) if more else "")
    return f"{text}: {listed}"


def remedy_in_words(each: Shortfall, words: PageTexts) -> str:
    """Say how it is mended."""
    return words.t(f"readiness-fix-{each.key}")


def readiness_in_words(readiness: Readiness, words: PageTexts) -> str:
    """Say how ready the company is, and what would hurt most."""
    dearest = [words.reason(each.reason) for each in readiness.shortfalls[:_DEAREST] if each.points]
    return words.t("readiness-answer", score=readiness.score, what="; ".join(dearest), count=len(dearest))


def course_in_words(line: TrainingLine, words: PageTexts) -> str:
    """Return what people call a course."""
    course = words.settings.preparation.training.courses.get(line.course)
    return (words.either(course.title, course.title_ru) if course is not None else "") or line.course


def plan_in_words(facts: ReadinessFacts, say: PageTexts) -> str:
    """Say which version of the plan is in force, and when it is looked at again."""
    plan, due = facts.plan, facts.due.get("plan_review")
    review = say.t("readiness-plan-review", day=say.day(due.astimezone(say.zone).date())) if due else ""
    whose = say.t("readiness-plan-owner", person=say.person(plan.owner)) if plan.owner else ""
    if not plan.document_id:
        return say.t("readiness-plan-missing")  # nothing is there to look at again
    if plan.agreed_at is None:
        said = say.t("readiness-plan-filed", document=plan.document_id, version=plan.version)
    else:
        said = say.t(
            "readiness-plan-agreed",
            document=plan.document_id,
            version=plan.agreed_version,
            person=say.person(plan.agreed_by),
            day=say.day(plan.agreed_at.astimezone(say.zone).date()),
        )
    return " ".join(filter(None, (said, review, whose)))


def training_in_words(facts: ReadinessFacts, say: PageTexts) -> str:
    """Say how many are in date, overdue and new."""
    status = facts.training
    if status is None:
        return say.t("readiness-training-unread" if facts.training_problem else "readiness-training-unkept")
    late = status.people(*LATE)
    return say.t(
        "readiness-training",
        people=len(status.people()),
        fit=len(status.people()) - len(late),
        late=len(late),
        new=len(status.people(TrainingState.NEWCOMER_LATE)),
        soon=len(status.people(TrainingState.SOON, TrainingState.NEWCOMER)),
        unlisted=len(status.unlisted),
    )


def texts_in_words(facts: ReadinessFacts, say: PageTexts) -> str:
    """Say how many templates are as they were when they were reviewed last."""
    texts, reviewed = facts.texts, facts.reviewed
    same = sum(reviewed.get(name) == digest for name, digest in texts.items())
    if not reviewed:
        return say.t("readiness-texts-unreviewed", whole=len(texts))
    return say.t("readiness-texts", same=same, whole=len(texts))


def answered_in_words(moment: datetime | None, say: PageTexts) -> str:
    """Say when somebody last said that a test came."""
    return say.near(moment) if moment is not None else say.t("readiness-never-answered")


def kept_in_words(span: timedelta | None, say: PageTexts) -> str:
    """Say how long something is kept."""
    return say.span(span) if span is not None else say.t("readiness-unsaid")


def _name(name: str, of: NameKind, words: PageTexts) -> str:
    if of is NameKind.ROLE:
        return words.role(name)
    if of is NameKind.PERSON:
        return words.person(name)
    if of is NameKind.DATA_CLASS:
        return words.data_class(name)
    if of is NameKind.CHANNEL:
        person, _, target = name.partition(": ")
        return f"{words.person(person)}: {target}"
    return name
