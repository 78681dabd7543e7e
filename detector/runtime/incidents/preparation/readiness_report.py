"""The report of how ready the company is: what the template of the kind ``readiness`` is given.

Comes in: the view, the language's texts. Goes out: values. It names nobody's client and no account.
"""

from collections.abc import Mapping
from typing import Any

from detector.incident.preparation import LATE, WORTH, MappedSource, ReadinessArea
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
        "classes": ", ".join(map(say.data_class, each.classes)) or "–",
        "coverage": say.percent_of(coverage) if coverage is not None else say.t("readiness-unmeasured"),
        "retention": kept_in_words(each.retention, say),
    }
