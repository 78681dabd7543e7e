"""The report of how ready the company is: the view it is made of, the values of its template, the text.

Comes in: a transaction, the settings, a language, the time. Goes out: what is known, and the report. It names nobody's
client and no account.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from detector.incident import Playbook
from detector.incident.notices.notice_values import organization_values
from detector.incident.preparation import LATE, WORTH, MappedSource, ReadinessArea, assess_readiness
from detector.messages import Language, messages
from detector.rendering import RichText, SourceTemplates, read_source
from detector.runtime.incidents.preparation.gather_readiness import gather_readiness
from detector.runtime.incidents.preparation.readiness_scores import score_before
from detector.settings import Settings
from detector.store import UnitOfWork
from detector.web.ports import ReadinessView
from detector.web.texts import PageTexts
from detector.web.texts.readiness_texts import (
    course_in_words,
    kept_in_words,
    plan_in_words,
    readiness_in_words,
    remedy_in_words,
    shortfall_in_words,
    texts_in_words,
    training_in_words,
)

_TEMPLATE: Final = "readiness"
_YEAR: Final = timedelta(days=365)


def readiness_view(
    unit: UnitOfWork, settings: Settings, playbooks: Mapping[str, Playbook], now: datetime, *, may_test: bool = False
) -> ReadinessView:
    """Return how ready the company is now; ``may_test``: whoever looks may send a round of tests."""
    facts = gather_readiness(unit, settings, playbooks, now)
    return ReadinessView(
        facts=facts,
        readiness=assess_readiness(facts, now),
        before=score_before(unit, settings, now),
        drills=tuple(reversed(unit.drills.finished(now - _YEAR))),
        may_test=may_test,
    )


def readiness_text(view: ReadinessView, settings: Settings, language: Language, now: datetime) -> RichText:
    """Return the report.

    Raises:
        InputError: The template cannot be filled in.
    """
    page = PageTexts(settings, language, now)
    values = report_values(view, page, organization_values(settings.organization))
    templates = SourceTemplates(map(Path, settings.incident.templates))
    title = messages(language).text("readiness-title", day=page.day(now.astimezone(page.zone).date()))
    return read_source(templates.render(_TEMPLATE, language, values), language=language, title=title)


def report_values(view: ReadinessView, say: PageTexts, organization: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template of the report is given."""
    facts, lost = view.facts, view.readiness.lost
    return {
        "organization": organization,
        "day": say.full_moment(say.now),
        "score": str(view.readiness.score),
        "before": say.t("readiness-before", score=view.before.score, day=view.before.day) if view.before else "",
        "summary": readiness_in_words(view.readiness, say),
        "areas": [
            {
                "title": say.named("readiness-area", area.value.replace("_", "-")),
                "points": f"{WORTH[area] - lost.get(area, 0)} / {WORTH[area]}",
            }
            for area in ReadinessArea
        ],
        "shortfalls": [
            {
                "what": shortfall_in_words(each, say),
                "points": f"−{each.points}",
                "remedy": remedy_in_words(each, say),
                "unchecked": say.t("readiness-unchecked") if each.unchecked else "",
            }
            for each in view.readiness.shortfalls
        ],
        "plan": plan_in_words(facts, say),
        "roles": [
            {"title": say.role(role), "people": ", ".join(map(say.person, holders)) or say.t("readiness-nobody")}
            for role, holders in facts.roles.items()
        ],
        "channels": [
            {
                "person": say.person(person),
                "target": target,
                "answered": say.full_moment(at)
                if (at := facts.answered.get((person, target))) is not None
                else say.t("readiness-never-answered"),
            }
            for person, target in facts.channels or ()
        ],
        "drills": [
            {
                "day": say.day(each.ended_at.astimezone(say.zone).date()) if each.ended_at else "–",
                "title": say.either(each.title, each.title_ru),
                "answer": say.span(each.answer_took) if each.answer_took is not None else "–",
                "steps": f"{each.steps_done} / {each.steps}",
            }
            for each in view.drills
        ],
        "training": training_in_words(facts, say),
        "late": [
            {
                "person": say.person(line.person),
                "role": line.role or "–",
                "course": course_in_words(line, say),
                "state": say.named("training-state", line.state.value.replace("_", "-")),
            }
            for line in (facts.training.lines if facts.training is not None else ())
            if line.state in LATE
        ],
        "texts": texts_in_words(facts, say),
        "sources": [_source(each, say) for each in facts.mapped.sources],
        "classes": [
            {
                "title": say.data_class(each.name),
                "sources": ", ".join(each.sources) or "–",
                "retention": kept_in_words(each.retention, say),
            }
            for each in facts.mapped.classes
        ],
        "retention": say.span(facts.mapped.retention),
    }


def _source(each: MappedSource, say: PageTexts) -> dict[str, str]:
    coverage = each.coverage
    return {
        "name": each.name,
        "owner": each.owner or say.t("readiness-unsaid"),
        "classes": "; ".join(map(say.data_class, each.classes)) or "–",
        "coverage": say.percent_of(coverage) if coverage is not None else say.t("readiness-unmeasured"),
        "retention": kept_in_words(each.retention, say),
    }
