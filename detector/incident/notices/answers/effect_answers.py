"""What may follow for the people concerned, how grave it is, and what they can do."""

from detector.incident.notices.answers.event_answers import nature
from detector.incident.notices.answers.extent_answers import impact
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing
from detector.schema.case.incidents import IncidentKind
from detector.schema.case.severity_assessments import SeverityFactor

_KINDS = ("simple", "behavioural", "financial", "sensitive")
_SCORE = "nabat severity show {incident}"


def consequences(facts: NoticeFacts) -> FieldAnswer:
    """Say what may follow, by the kinds of data concerned."""
    kinds = _kinds(facts)
    if not kinds:
        return missing("dpo", "soc")
    lines = [facts.t(f"effect-{kind}") for kind in kinds]
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
    """Say what people can do, by the kinds of data concerned."""
    kinds = _kinds(facts)
    return filled(" ".join(facts.t(f"advice-{kind}") for kind in kinds)) if kinds else missing("care", "com", "dpo")


def _kinds(facts: NoticeFacts) -> list[str]:
    found = {facts.classes[name].enisa if name in facts.classes else "simple" for name in facts.scope.data_classes}
    return [each for each in _KINDS if each in found]


def _level(facts: NoticeFacts) -> str | None:
    if facts.assessment is None:
        return None
    word = facts.words.text(f"enisa-level-{facts.assessment.level.value.replace('_', '-')}")
    score = f"{facts.assessment.score:g}"
    return facts.t("severity", level=word, score=score.replace(".", ",") if facts.russian else score)


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
