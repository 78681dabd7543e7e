"""How many people and records, of which kinds, and which data."""

from detector.incident.notices.answers.event_answers import systems
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing

_PERSONS = 'nabat incidents fact {incident} persons NUMBER --source "..." --reason "..."'


def count_of_persons(facts: NoticeFacts) -> tuple[int, int]:
    """Return how many people are concerned at least and at most, without what no log counts; zeros: none is known."""
    incident, scope = facts.incident, facts.scope
    stated = incident.persons or 0
    least = max(scope.known_subjects, 0 if incident.persons_estimated else stated)
    return least, max(scope.subjects_high, stated)


def persons(facts: NoticeFacts) -> FieldAnswer:
    """Say how many people are concerned: as the newest version of the scope has it, or as a person stated."""
    scope = facts.scope
    least, most = count_of_persons(facts)
    if not most:
        if scope.uncounted:
            return estimated(facts.t("persons-unknown"), facts.t("why-uncounted", count=scope.uncounted))
        return missing("soc", "own", command=_PERSONS)
    why = "why-unnamed" if most == scope.subjects_high else "why-estimated"
    return _counted(facts, "persons", least, most, facts.t(why))


def records(facts: NoticeFacts) -> FieldAnswer:
    """Say how many records are concerned."""
    scope = facts.scope
    if not scope.record_high:
        if scope.uncounted:
            return estimated(facts.t("records-unknown"), facts.t("why-uncounted", count=scope.uncounted))
        return missing("soc", "own")
    return _counted(facts, "records", scope.record_low, scope.record_high, facts.t("why-unnamed"))


def _counted(facts: NoticeFacts, what: str, least: int, most: int, why: str) -> FieldAnswer:
    uncounted = facts.scope.uncounted
    if uncounted:
        return estimated(facts.t(f"{what}-at-least", count=max(least, 1)), facts.t("why-uncounted", count=uncounted))
    if least == most:
        return filled(facts.t(what, count=least))
    if not least:
        return estimated(facts.t(f"{what}-at-most", count=most), why)
    return estimated(facts.t(f"{what}-between", least=facts.number(least), count=most), why)


def person_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say what people are concerned: clients, as far as the record map guards nobody else."""
    if not (facts.scope.events or facts.scope.imported_subjects or facts.incident.persons):
        return missing("dpo", "own")
    return estimated(facts.t("kinds-clients"), facts.t("why-kinds"))


def data_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say which classes of data are concerned, with the number of people where it is counted."""
    scope = facts.scope
    counts = dict(scope.by_class)
    named = [
        facts.t("class", title=facts.class_title(each), count=counts[each])
        if counts.get(each)
        else facts.class_title(each)
        for each in scope.data_classes
    ]
    return filled("; ".join(named)) if named else missing("own", "soc")


def data_base(facts: NoticeFacts) -> FieldAnswer:
    """Say what the data base is and holds."""
    kinds = data_kinds(facts)
    found = systems(facts)
    if not kinds.text or not found:
        return missing("own", "dpo")
    return filled(facts.t("base", services=found, classes=facts.some(map(facts.class_title, facts.scope.data_classes))))


def persons_and_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say what people, and how many."""
    return facts.joined([person_kinds(facts), persons(facts)], "; ")


def records_and_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say what records, and how many."""
    return facts.joined([data_kinds(facts), records(facts)], "; ")


def impact(facts: NoticeFacts) -> FieldAnswer:
    """Say what it concerns: systems, people, records."""
    found = facts.joined([persons(facts), records(facts)], "; ")
    where = systems(facts)
    if not found.text or not where:
        return found
    return FieldAnswer(found.state, f"{found.text}. {facts.t('nature-systems', services=where)}", found.why)


def list_of_persons(facts: NoticeFacts) -> FieldAnswer:
    """Say that the list of people is an annex: no notice names them itself."""
    known = facts.scope.known_subjects
    if not known:
        return missing("soc", "own", "care", command="nabat scope {incident} --out FILE")
    return estimated(facts.t("annex", count=known), facts.t("why-annex"), command="nabat scope {incident} --out FILE")


def countries(facts: NoticeFacts) -> FieldAnswer:
    """Say whether people of other countries are concerned, as far as it is known where they live."""
    scope, ours = facts.scope, facts.organization.country
    if not scope.by_residence:
        return missing("dpo", "care")
    named = ", ".join(f"{place} {facts.number(count)}" for place, count in scope.by_residence)
    abroad = [place for place, count in scope.by_residence if count and place.partition("-")[0] != ours]
    text = facts.t("abroad-yes" if abroad or not ours else "abroad-no", places=named)
    unknown = scope.known_subjects - scope.residence_known
    if unknown > 0 or scope.uncounted or not ours:
        return estimated(text, facts.t("why-residence", count=max(unknown, 0)))
    return filled(text)


def special_data(facts: NoticeFacts) -> FieldAnswer:
    """Say whether special categories of data are concerned, as the record map has them."""
    if not facts.scope.data_classes:
        return missing("own", "dpo")
    named = [
        facts.class_title(each)
        for each in facts.scope.data_classes
        if each in facts.classes and facts.classes[each].confidentiality == "special"
    ]
    return filled(facts.t("special-yes", classes=facts.some(named)) if named else facts.t("special-no"))
