"""What may follow for the people concerned, how grave it is, and what they can do."""

from detector.incident.enisa.assess import PAPERS_RAISE
from detector.incident.letters.letter_text import RISKS, advised
from detector.incident.notices.answers.event_answers import nature
from detector.incident.notices.answers.extent_answers import impact
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing
from detector.schema.case.incidents import IncidentKind
from detector.schema.case.severity_assessments import SeverityFactor

_SCORE = "nabat severity show {incident}"


def consequences(facts: NoticeFacts) -> FieldAnswer:
    """Say what may follow, by what letters tell of the kinds of data concerned."""
    risks = risks_of(facts)
    if not risks:
        return missing("dpo", "soc")
    whose = "theirs" if facts.controller else "ours"
    lines = [facts.t(f"effect-{risk}", whose=whose) for risk in risks]
    if any(facts.classes[name].enisa == "behavioural" for name in facts.data_classes if name in facts.classes):
        lines.append(facts.t("effect-behavioural"))
    if facts.incident.kind is IncidentKind.ALTERATION or facts.scope.changes:
        lines.append(facts.t("effect-altered"))
    if (level := _level(facts)) is not None:
        lines.append(level)
    return estimated(" ".join(lines), facts.t("why-effects"))


def severity(facts: NoticeFacts) -> FieldAnswer:
    """Say how grave it is by ENISA's method."""
    level = _level(facts)
    return missing("dpo", "soc", command=_SCORE) if level is None else filled(level)


def whole_description(facts: NoticeFacts) -> FieldAnswer:
    """Say what happened, how grave it is and what it concerns."""
    return facts.joined([nature(facts), severity(facts), impact(facts)], " ")


def advice(facts: NoticeFacts) -> FieldAnswer:
    """Say what people can do, as letters do."""
    risks = risks_of(facts)
    if not risks:
        return missing("care", "com", "dpo")
    return filled("\n".join(facts.words.text(f"letter-do-{each}") for each in advised(risks)))


def risks_of(facts: NoticeFacts) -> tuple[str, ...]:
    """Return what the loss of the data concerned may lead to, in the order of letters; empty: nothing is known."""
    found = {
        risk
        for name in facts.data_classes
        for risk in (facts.classes[name].may_lead_to(name) if name in facts.classes else ("phishing",))
    }
    return tuple(risk for risk in RISKS if risk in found)


def _level(facts: NoticeFacts) -> str | None:
    if facts.assessment is None:
        return None
    word = facts.words.text(f"enisa-level-{facts.assessment.level.value.replace('_', '-')}")
    score = f"{facts.assessment.score:g}"
    simple = facts.assessment.reading(SeverityFactor.SIMPLE)
    papers = simple.correction is None and any(each.message == PAPERS_RAISE for each in simple.reasons)
    shown = score.replace(".", ",") if facts.russian else score
    return facts.t("severity", level=word, score=shown, papers="yes" if papers else "no")


def breach_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say what was broken: confidentiality, integrity, availability."""
    if facts.assessment is None:
        return missing("dpo", "soc", command=_SCORE)
    named = [
        facts.t(f"broken-{each.value}")
        for each in (SeverityFactor.CONFIDENTIALITY, SeverityFactor.INTEGRITY, SeverityFactor.AVAILABILITY)
        if facts.assessment.reading(each).value
    ]
    return filled(", ".join(named)) if named else estimated(facts.t("broken-confidentiality"), facts.t("why-effects"))


def unintelligible(facts: NoticeFacts) -> FieldAnswer:
    """Say whether whoever has the data can read it."""
    if facts.assessment is None:
        return missing("own", "dpo", command=_SCORE)
    reading = facts.assessment.reading(SeverityFactor.UNINTELLIGIBLE)
    if reading.correction is None and not reading.earlier:
        return estimated(facts.t("readable-yes"), facts.t("why-readable"), command=_SCORE)
    return filled(facts.t("readable-no" if reading.value else "readable-yes"))
