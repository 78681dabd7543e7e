"""What anybody may read: staff, the press, visitors of the site. The same sentences as in letters to clients.

No system, address, hour or method is told here: whoever has the data reads it, too.
"""

from datetime import datetime

from detector.incident.letters.letter_phrases import day_in_words
from detector.incident.letters.mailing_acts import done_so_far
from detector.incident.notices.answers.effect_answers import risks_of
from detector.incident.notices.answers.extent_answers import persons
from detector.incident.notices.notice_facts import (
    CONFIRM_COMMAND,
    STOPPED_COMMAND,
    FieldAnswer,
    NoticeFacts,
    estimated,
    filled,
    missing,
)


def happened(facts: NoticeFacts) -> FieldAnswer:
    """Say what happened and when we noticed it; of what nobody has confirmed, that it is being examined."""
    incident = facts.incident
    day = _day(facts, incident.noticed_at)
    if not incident.kind.breach:
        return estimated(facts.t("plain-unusual", day=day), facts.t("why-suspected"), command=CONFIRM_COMMAND)
    if not incident.aware_at:
        text = facts.t("plain-suspected", kind=incident.kind.value, day=day)
        return estimated(text, facts.t("why-suspected"), command=CONFIRM_COMMAND)
    return filled(facts.t("plain-confirmed", kind=incident.kind.value, day=day))


def extent(facts: NoticeFacts) -> FieldAnswer:
    """Say in a sentence how many people are concerned: of our own, and that others' are; how many, these say."""
    if _others_alone(facts):
        return filled(facts.t("plain-extent-others"))
    counted = persons(facts)
    if not counted.text:
        return counted
    text = facts.t("plain-extent-own" if facts.ours and facts.of_others else "plain-extent", count=counted.text)
    return FieldAnswer(counted.state, text, counted.why, command=counted.command)


def _others_alone(facts: NoticeFacts) -> bool:
    """Tell whether it is about our own clients, and none but those of others are concerned."""
    return bool(facts.ours and facts.of_others) and not facts.own_people and not facts.scope.uncounted


def data(facts: NoticeFacts) -> FieldAnswer:
    """Say which classes of data are concerned, without counts; of clients of others these say it."""
    if _others_alone(facts):
        return filled(facts.t("plain-data-others"))
    named = [facts.class_title(each) for each in facts.data_classes]
    return filled("; ".join(named)) if named else missing("own", "soc")


def stopped(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the access has ended, by the day."""
    at = facts.flow_stopped
    if at is None:
        return estimated(facts.t("not-stopped"), facts.t("why-flowing"), command=STOPPED_COMMAND)
    return filled(facts.t("plain-stopped", day=_day(facts, at)))


def happened_and_stopped(facts: NoticeFacts) -> FieldAnswer:
    """Say what happened, and whether it has ended."""
    return facts.joined([happened(facts), stopped(facts)], " ")


def happened_to_data(facts: NoticeFacts) -> FieldAnswer:
    """Say what happened, to which data, and whether it has ended: where no field of its own names the data."""
    said = data(facts)
    classes = [filled(facts.t("plain-data", classes=said.text))] if said.text else []
    return facts.joined([happened(facts), *classes, stopped(facts)], " ")


def days(facts: NoticeFacts) -> FieldAnswer:
    """Say on which days it was, as far as the logs show it."""
    scope, incident = facts.scope, facts.incident
    first, last = scope.first_event_at or incident.first_event_at, scope.last_event_at or incident.last_event_at
    since, until = (_day(facts, each) for each in (first, last))
    text = since if since == until else facts.t("plain-days", since=since, until=until)
    return filled(text) if facts.flow_stopped else estimated(text, facts.t("why-flowing"), command=STOPPED_COMMAND)


def noticed_on(facts: NoticeFacts) -> FieldAnswer:
    """Say on which day we noticed it."""
    return filled(_day(facts, facts.incident.noticed_at))


def _day(facts: NoticeFacts, at: datetime) -> str:
    return day_in_words(facts.words, at.astimezone(facts.zone).date())


def consequences(facts: NoticeFacts) -> FieldAnswer:
    """Say what it may lead to for whoever reads it."""
    risks = risks_of(facts)
    if not risks:
        return missing("dpo", "care")
    return estimated(" ".join(facts.words.text(f"letter-risk-{risk}") for risk in risks), facts.t("why-effects"))


def measures(facts: NoticeFacts) -> FieldAnswer:
    """Say what was done by now, one thing a line."""
    return filled("\n".join(map(facts.words.text, done_so_far(facts.steps, facts.facts))))


def people(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the people concerned were told; where nobody is to be told, nothing is promised.

    Clients of others are told by these, and none of them is promised a letter of ours.
    """
    if not facts.of_others:
        return _our_people(facts)
    others = filled(facts.t("plain-people-others"))
    return facts.joined([_our_people(facts), others], " ") if facts.own_people else others


def _our_people(facts: NoticeFacts) -> FieldAnswer:
    if facts.people_told is not None:
        return filled(facts.t("plain-people", state="going" if facts.letters.going else "done"))
    if facts.open_step("N4") is None:
        return missing("com", "care", "dpo")
    return filled(facts.t("plain-people", state="open" if facts.incident.aware_at else "suspected"))
