"""How many people and records, of which kinds, and which data; in a notice of a law, of whom the law is about."""

from dataclasses import replace
from shlex import quote
from typing import Final

from detector.incident.duty.law_people import LawPlaces, records_in
from detector.incident.notices.answers.event_answers import nature, systems
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing

_PERSONS = 'nabat incidents fact {incident} persons NUMBER --source "..." --reason "..."'


def persons(facts: NoticeFacts) -> FieldAnswer:
    """Say how many people are concerned: as the newest version of the scope has it, or as a person stated."""
    return persons_living(facts, facts.places)


def persons_everywhere(facts: NoticeFacts) -> FieldAnswer:
    """Say how many people are concerned wherever they live."""
    return persons_living(facts, None)


def persons_living(facts: NoticeFacts, places: LawPlaces | None) -> FieldAnswer:
    """Say how many people are concerned who live in some places, and of how many it is not known; None: everywhere."""
    uncounted = facts.scope.uncounted
    _, least, most = facts.everybody
    if not most and not uncounted:
        return missing("soc", "own", command=_PERSONS)
    if not most:
        return estimated(facts.t("persons-unknown"), facts.t("why-uncounted", count=uncounted))
    if places is None:
        counted = _counted(facts, "persons", least, most, _why_of_persons(facts, most))
        if not facts.among_others:
            return counted
        return replace(counted, text=f"{counted.text}; {facts.t('of-others', count=facts.of_others)}")
    who = facts.living(places)
    if uncounted and not who.low:
        said = estimated(facts.t("persons-unknown"), facts.t("why-uncounted", count=uncounted))
    elif not who.most:
        said = filled(facts.t("persons-none", where=places.words[facts.russian]))
    else:
        said = _counted(facts, "persons", who.low, who.most, _why(facts, places), places)
    text = f"{said.text}; {facts.t('of-unknown', count=who.unknown)}" if who.unknown else said.text
    if uncounted:
        return estimated(text, facts.t("why-uncounted", count=uncounted))
    return estimated(text, _why(facts, places)) if who.unknown or who.unlisted or who.low != who.most else filled(text)


def _why_of_persons(facts: NoticeFacts, most: int) -> str:
    """Return why the number of people is an estimate."""
    if facts.controller:
        return facts.t("why-controllers-unnamed", count=most - facts.scope.subjects)
    return facts.t("why-unnamed" if most == facts.scope.subjects_high else "why-estimated")


def records(facts: NoticeFacts) -> FieldAnswer:
    """Say how many records are concerned."""
    return records_living(facts, facts.places)


def records_living(facts: NoticeFacts, places: LawPlaces | None) -> FieldAnswer:
    """Say how many records of people who live in some places; whose some of them are no log tells."""
    scope = facts.scope
    if not scope.record_high:
        if scope.uncounted:
            return estimated(facts.t("records-unknown"), facts.t("why-uncounted", count=scope.uncounted))
        return missing("soc", "own")
    least, most = count_of_records(facts, places)
    if scope.uncounted and not least:
        return estimated(facts.t("records-unknown"), facts.t("why-uncounted", count=scope.uncounted))
    said = _counted(facts, "records", least, most, _why_of_records(facts, places), places)
    if places is None and facts.among_others and (theirs := scope.records_of_others):
        return replace(said, text=f"{said.text}; {facts.t('records-of-others', count=theirs)}")
    if places is None or said.why or not (unlisted := facts.living(places).unlisted):
        return said
    return estimated(said.text, facts.t("why-rule", count=unlisted))


def _why_of_records(facts: NoticeFacts, places: LawPlaces | None) -> str:
    """Return why the number of records is an estimate: whose some are nobody knows, or where whose they are live."""
    if facts.controller:
        return facts.t("why-controller")
    if not _among_others(facts):
        return facts.t("why-unnamed")
    scope = facts.scope
    told = sum(count for _, count in scope.records_by_residence)
    if places is None or told < scope.record_low:
        return facts.t("why-records")
    return _why(facts, places)


def count_of_records(facts: NoticeFacts, places: LawPlaces | None) -> tuple[int, int]:
    """Return how many records are concerned at least and at most, of people who live in some places; None: of all.

    Surely theirs are those that name none but them, and surely not those that name none of them.
    """
    scope, who = facts.scope, facts.living(places)
    if not who.most:
        return 0, 0
    here_alone = not who.unknown and not who.elsewhere and not _among_others(facts)
    if here_alone or facts.controller or (places is None and not facts.ours):
        return scope.record_low, scope.record_high
    if places is None:
        return sum(count for _, count in scope.records_by_residence), scope.record_high
    inside, outside = records_in(places.codes, scope, facts.as_a_rule)
    return inside, max(scope.record_high - outside, inside)


def _among_others(facts: NoticeFacts) -> bool:
    """Tell whether some of the records may name others than those whom a notice is about."""
    part = facts.ours and facts.scope.records_of_others is not None
    return part or bool(facts.living(facts.places).elsewhere)


def _why(facts: NoticeFacts, places: LawPlaces) -> str:
    """Return why the number of people who live somewhere is an estimate."""
    who = facts.living(places)
    if who.unlisted:
        return facts.t("why-rule", count=who.unlisted)
    if who.unknown and not facts.scope.by_residence:
        return facts.t("why-no-list")
    return facts.t("why-listed" if who.unknown else "why-unnamed")


def _counted(
    facts: NoticeFacts,
    what: str,
    least: int,
    most: int,
    why: str,
    places: LawPlaces | None = None,
    *,
    at_least: bool = False,
) -> FieldAnswer:
    def living(text: str) -> str:
        if places is None:
            return text
        return facts.t(f"{what}-living", counted=text, where=places.words[facts.russian])

    uncounted = facts.scope.uncounted
    if uncounted:
        text = living(facts.t(f"{what}-at-least", count=max(least, 1)))
        return estimated(text, facts.t("why-uncounted", count=uncounted))
    if at_least:
        return estimated(living(facts.t(f"{what}-at-least", count=least)), facts.t("why-more"))
    if least == most:
        return filled(living(facts.t(what, count=least)))
    if not least:
        return estimated(living(facts.t(f"{what}-at-most", count=most)), why)
    return estimated(living(facts.t(f"{what}-between", least=facts.number(least), count=most)), why)


def person_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say what people are concerned: clients, as far as the record map guards nobody else."""
    if not (facts.scope.events or facts.scope.imported_subjects or facts.incident.persons):
        return missing("dpo", "own")
    return estimated(facts.t("kinds-clients"), facts.t("why-kinds"))


def data_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say which classes of data are concerned, with the number of people where it is counted."""
    if not facts.data_classes:
        return missing("own", "soc")
    named = [class_and_count(facts, each, facts.places) for each in facts.data_classes]
    why = "; ".join(dict.fromkeys(each.why for each in named if each.why))
    text = "; ".join(each.text for each in named)
    return estimated(text, why) if why else filled(text)


def class_and_count(facts: NoticeFacts, name: str, places: LawPlaces | None) -> FieldAnswer:
    """Say a class of data and, where it is counted, how many people who live in some places it is of.

    Whose data of the class may be concerned beside those whom logs name nobody counted: it is of these at least.
    """
    who = facts.living_of_class(places, name)
    if who is None or ((facts.scope.uncounted or facts.unnamed) and not who.low):
        return filled(facts.class_title(name))
    why = _why(facts, places) if places is not None else facts.t("why-unnamed")
    said = _counted(facts, "persons", who.low, who.most, why, places, at_least=bool(facts.unnamed))
    return FieldAnswer(said.state, facts.t("class", title=facts.class_title(name), counted=said.text), said.why)


def data_base(facts: NoticeFacts) -> FieldAnswer:
    """Say what the data base is and holds."""
    kinds = data_kinds(facts)
    found = systems(facts)
    if not kinds.text or not found:
        return missing("own", "dpo")
    classes = "; ".join(map(facts.class_title, facts.data_classes))
    return filled(facts.t("base", services=found, classes=classes))


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


def happened_to_whom(facts: NoticeFacts) -> FieldAnswer:
    """Say what happened, to how many people and records, and to which data: the facts of an entry in a register."""
    extent = facts.joined([persons(facts), data_kinds(facts), records(facts)], "; ")
    return facts.joined([nature(facts), extent], "\n") if extent.text else nature(facts)


LISTS_BY_NAME: Final = frozenset({"subject_fio_or_iin_or_phone_list"})
"""Fields of laws that want people listed by name: the annex has a column for it."""


def list_of_persons(facts: NoticeFacts) -> FieldAnswer:
    """Say that the list of people is an annex: no notice names them itself."""
    if not facts.scope.known_subjects:
        return missing("soc", "own", "care", command="nabat scope {incident} --out FILE")
    places = facts.places
    if facts.controller:
        text = facts.t("annex", count=facts.scope.subjects)
        command = f"nabat scope {{incident}} --out FILE --controller {quote(facts.controller)}"
    elif places is None:
        text, command = facts.t("annex", count=facts.scope.known_subjects), "nabat scope {incident} --out FILE"
    else:
        who, command = facts.living(places), "nabat scope {incident} --out FILE --law LAW"
        command = command.replace("LAW", facts.duty.regulation if facts.duty is not None else "LAW")
        known = min(who.low, facts.scope.known_subjects)
        text = facts.t("annex-living", count=known, where=places.words[facts.russian])
        if perhaps := min(who.unknown, facts.scope.known_subjects - known):
            text = f"{text}; {facts.t('annex-perhaps', count=perhaps)}"
    return estimated(text, facts.t("why-annex"), command=command)


def controllers_data(facts: NoticeFacts) -> FieldAnswer:
    """Say which data of the one controller that is told: how many of its clients, which classes, the list apart."""
    if not facts.controller:
        return missing("dpo", "own")
    listed = list_of_persons(facts)
    return replace(facts.joined([persons(facts), data_kinds(facts), listed], "; "), command=listed.command)


def countries(facts: NoticeFacts) -> FieldAnswer:
    """Say whether people of other countries are concerned, as far as it is known where they live."""
    scope, ours = facts.scope, facts.organization.country
    if not scope.by_residence and not facts.as_a_rule:
        return missing("dpo", "care")
    if not scope.by_residence:
        abroad = [place for place in facts.as_a_rule if place.partition("-")[0] != ours]
        text = facts.t(
            "abroad-yes" if abroad or not ours else "abroad-no",
            places=", ".join(map(facts.words.place, facts.as_a_rule)),
        )
        return estimated(text, facts.t("why-rule", count=facts.everybody.most))
    named = ", ".join(f"{facts.words.place(place)} {facts.number(count)}" for place, count in scope.by_residence)
    abroad = [place for place, count in scope.by_residence if count and place.partition("-")[0] != ours]
    text = facts.t("abroad-yes" if abroad or not ours else "abroad-no", places=named)
    unknown = facts.everybody.most - scope.residence_known
    if unknown > 0 or scope.uncounted or not ours:
        return estimated(text, facts.t("why-residence", count=max(unknown, 0)))
    return filled(text)


def special_data(facts: NoticeFacts) -> FieldAnswer:
    """Say whether special categories of data are concerned: those of ENISA's sensitive kind are.

    A class may be kept as special for other reasons, as cards and passports are: of these a person has to judge.
    """
    if not facts.data_classes:
        return missing("own", "dpo")
    known = {each: facts.classes[each] for each in facts.data_classes if each in facts.classes}
    sensitive = [facts.class_title(name) for name, each in known.items() if each.enisa == "sensitive"]
    guarded = [
        facts.class_title(name)
        for name, each in known.items()
        if each.confidentiality == "special" and each.enisa != "sensitive"
    ]
    text = facts.t("special-yes", classes=facts.some(sensitive)) if sensitive else facts.t("special-no")
    if guarded:
        return estimated(text, facts.t("why-special", classes=facts.some(guarded)))
    return filled(text)
