"""What documents claim is read in both languages, and held against the case; words that do not go out are found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from detector.errors import ConfigError
from detector.incident import load_regulations
from detector.incident.claims.contradictions import contradictions, disagree, left_out
from detector.incident.claims.read_claims import Claim, ClaimTopic, read_claims
from detector.incident.claims.read_sentences import sentences
from detector.incident.claims.wording_lists import load_wording, wording_faults
from detector.incident.notices.notice_facts import NoticeFacts
from detector.incident.notices.notice_forms import NoticeSubject, notice_forms, of_duty, of_form
from detector.incident.notices.notice_values import MadeNotice, values_of
from detector.incident.notices.resolve_fields import resolve_fields
from detector.messages import LANGUAGES, Language
from detector.rendering import SourceTemplates, read_source, write_markdown
from detector.resources import shipped
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import StepStatus
from detector.settings import DataClass
from tests.incident.test_notices import AT, CLASSES, HOMES, INCIDENT, SCOPE, WHERE, facts, stated, step

TITLES = {"en": {"contact": "contact details", "payment": "cards"}, "ru": {"contact": "контактные данные"}}
STOPPED = stated(CaseFactKind.FLOW_STOPPED, AT.isoformat())


def claims(text: str, language: Language = "en", media_type: str = "text/markdown") -> list[Claim]:
    return list(read_claims(text, language, TITLES[language], media_type))


@pytest.mark.parametrize(
    ("language", "text", "topic", "least", "most"),
    [
        ("en", "It concerns 1,240 people.", "persons", 1240, 1240),
        ("en", "It concerns at least 1,240 of our clients.", "persons", 1240, float("inf")),
        ("en", "Up to 3 thousand affected customers", "persons", 0, 3000),
        ("en", "between 100 and 1,240 people", "persons", 100, 1240),
        ("en", "100-140 persons", "persons", 100, 140),
        ("en", "about 1.5 million records", "records", 1_350_000, 1_650_000),
        ("en", "more than 500 clients", "persons", 501, float("inf")),
        ("ru", "Это касается 1 240 человек.", "persons", 1240, 1240),
        ("ru", "не менее 1\u00a0240 наших клиентов", "persons", 1240, float("inf")),
        ("ru", "от 100 до 140 человек", "persons", 100, 140),
        ("ru", "до 5 тыс. записей", "records", 0, 5000),
        ("ru", "около 1,5 млн клиентов", "persons", 1_350_000, 1_650_000),
    ],
)  # fmt: skip
def test_numbers_of_people_and_records_are_read_with_the_words_around_them(
    language: Language, text: str, topic: str, least: float, most: float
) -> None:
    (found,) = claims(text, language)
    assert (found.topic, found.least, found.most) == (topic, least, most)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In 2026 the people concerned call a hotline of 12 people. An annex names 40 people."),
        ("en", "Of 40 people it is not known where they live. Whether it was stopped at 18:25 is being checked."),
        ("en", "2026-03-02 08:00 (UTC+00:00): evidence was preserved. The authority will be told."),
        ("ru", "Федерального закона от 27.07.2006 № 152-ФЗ о выявленных нарушениях. Роскомнадзор будет уведомлён."),
        ("ru", "В команде 12 человек. Предстоит написать клиентам."),
    ],
)  # fmt: skip
def test_what_is_open_to_come_or_of_something_else_is_no_claim(language: Language, text: str) -> None:
    assert [each for each in claims(text, language) if each.topic is not ClaimTopic.STOPPED or each.holds] == []


def test_moments_data_and_states_are_read_with_the_line_they_stand_in() -> None:
    text = (
        "# Statement\nOn 2 March 2026 we noticed it.\n\nIt was stopped on 2026-03-02 11:00\n(UTC+03:00). No cards were "
        "concerned,\nthe contact details (1,240 people) were.\n\nWe have told the authority; the clients have not been "
        "told.\n\n| What | Before | Now |\n| --- | --- | --- |\n| People | 100 people | 140 people |\n"
    )
    read = [(each.line, each.topic.value, each.name, each.holds) for each in claims(text)]
    assert sorted(read) == [
        (2, "noticed_at", "", True),
        (4, "stopped", "", True),
        (4, "stopped_at", "", True),
        (5, "data", "payment", False),
        (6, "class_count", "contact", True),
        (6, "data", "contact", True),
        (8, "authority_told", "", True),
        (8, "people_told", "", False),
        (12, "persons", "", True),
    ]
    (stopped,) = [each for each in claims(text) if each.topic is ClaimTopic.STOPPED_AT]
    assert (stopped.at, stopped.span) == (AT, timedelta(minutes=1))
    html = claims("<h1>Word</h1>\n<p>It concerns <b>140</b>\npeople &amp; more.</p>", media_type="text/html")
    assert [(each.line, each.most) for each in html] == [(2, 140)]


def test_a_text_may_say_less_exactly_what_is_known_and_never_more() -> None:
    between = facts(incident=replace(INCIDENT, scope=replace(SCOPE, record_high=1300)))
    uncounted = facts(incident=replace(INCIDENT, scope=replace(SCOPE, uncounted=1)))

    def wrong(text: str, known: NoticeFacts) -> list[str]:
        return [each.now for each in contradictions(claims(text), known)]

    assert wrong("1,240 people", facts()) == []
    assert wrong("1,241 people", facts()) == ["1,240 people"]
    assert wrong("at least 1,000 people; at most 1,300 people", between) == []
    assert wrong("1,240 people", between) == ["between 1,240 and 1,300 people"]
    assert wrong("at least 1,240 people", uncounted) == []
    assert wrong("at most 5,000 people", uncounted) == ["at least 1,240 people"]
    assert wrong("Contact details (1,200 people)", facts()) == ["contact details (1,240 people)"]
    assert wrong("It was stopped on 2 March 2026.", facts()) == [
        "nothing is recorded of that",
        "That it has stopped is not established yet.",
    ]
    assert wrong("It was stopped on 2 March 2026. It is still going on.", facts(facts=(STOPPED,))) == [
        "It was stopped: 2026-03-02 11:00 (UTC+03:00)."
    ]
    assert wrong("It was stopped on 2026-03-02 10:59.", facts(facts=(STOPPED,))) == ["2026-03-02 11:00 (UTC+03:00)"]
    signs = "We noticed signs that somebody may have got at data. We are examining them."
    assert wrong(signs, facts()) == []
    confirmed = facts(incident=replace(INCIDENT, aware_at=AT))
    assert wrong(signs, confirmed) == ["confirmed by a person since 2026-03-02 11:00 (UTC+03:00)"]
    assert wrong("We have told the authority.", facts()) == ["nothing shows that an authority was told"]
    assert wrong("We have told the authority.", facts(steps=(step("N1"),))) == []
    assert wrong("The clients were not told.", facts(steps=(step("N4"),))) == ["the people concerned were told"]
    by_law = Duty(
        incident_id="i", regulation="us-ny-899-aa", stage="ny-30d", law_version=1, position=0, step="N4",
        state=DutyState.DONE, receipt_at=AT,
    )  # fmt: skip
    assert wrong("The people concerned were told.", facts(duties=(by_law,))) == [], "a notice of some law tells them"
    assert wrong("No contact details were taken.", facts()) == ["contact details: concerned"]


def test_what_a_text_says_of_cause_data_and_clients_in_other_words_is_held_against_the_case() -> None:
    stolen = (*SCOPE.data_classes, "passport")
    classes = CLASSES | {
        "passport": DataClass(confidentiality="special", title="passport copies", title_ru="копии паспортов")
    }
    scope = replace(SCOPE, data_classes=stolen, by_class=(("contact", 1240), ("passport", 24)))
    insider = stated(CaseFactKind.CAUSE, "insider")
    known = facts(incident=replace(INCIDENT, scope=scope), classes=classes, facts=(insider,))
    titles = {name: each.title for name, each in classes.items()}
    russian = {name: each.title_ru for name, each in classes.items()}

    def wrong(text: str, language: Language = "en") -> list[str]:
        read = read_claims(text, language, titles if language == "en" else russian)
        return [each.now for each in contradictions(read, known)]

    assert wrong("It was an attack by hackers.") == ["stated as the cause: insider"]
    assert wrong("Причина — сбой оборудования.", "ru") == ["stated as the cause: insider"]
    assert wrong("An insider took it. It was no technical failure.") == []
    assert (
        wrong("No passports were seen.") == wrong("Паспортов это не касается.", "ru") == ["passport copies: concerned"]
    )
    assert wrong("We will never ask you for a passport. Не называйте номер паспорта.") == []
    assert wrong("24 people: copies of passports. 24 people: passport copies.") == []
    assert wrong("23 people: copies of passports.") == ["passport copies (24 people)"]
    assert wrong("The leak began on 1 March 2026.") == ["2026-03-02 06:00 (UTC+03:00)"]
    assert wrong("Первое обращение к данным было 1 марта 2026 года.", "ru") == ["2026-03-02 06:00 (UTC+03:00)"]
    assert wrong("Первое обращение было 2 марта 2026 года в 05:10.", "ru") == ["2026-03-02 06:00 (UTC+03:00)"]
    assert wrong("Клиентов мы оповестили.", "ru") == ["nothing shows that the people concerned were told"]


def test_lines_that_begin_with_what_they_are_about_are_read_by_themselves() -> None:
    plan = "Letters: 116\nReading ease (en): 89; to be reached: 70\nClients without a letter: 4\n  no contact: 3\n"
    assert claims(plan) == []


def test_data_left_out_is_named_where_other_data_is() -> None:
    assert left_out(claims("Contact details were read."), facts()) == ("payment",)
    assert left_out(claims("Contact details and cards were read."), facts()) == ()
    assert left_out(claims("Somebody read data."), facts()) == ()


def test_a_class_whose_title_is_a_list_is_one_class_also_where_others_stand_beside_it() -> None:
    titles = {"contact": "name, telephone, address", "payment": "cards"}
    text = "Seen: name, telephone, address; cards. Cards were not seen, name, telephone, address were."
    found = [(each.name, each.holds) for each in read_claims(text, "en", titles) if each.topic is ClaimTopic.DATA]
    assert found == [("contact", True), ("payment", True), ("payment", False), ("contact", True)]
    russian = {"contact": "имя, телефон, адрес", "payment": "карты"}
    text = "Затронуты: имя, телефон, адрес; карты. Имени, телефона, адреса это касается."
    found = [(each.name, each.holds) for each in read_claims(text, "ru", russian) if each.topic is ClaimTopic.DATA]
    assert found == [("contact", True), ("payment", True)]
    counted = read_claims("имя, телефон, адрес (180 человек); карты (40 человек)", "ru", russian)
    of_class = [(each.name, each.least) for each in counted if each.topic is ClaimTopic.CLASS_COUNT]
    assert of_class == [("contact", 180), ("payment", 40)]


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Form 1040 records", "Form 1040 records were taken; they are of 1,240 people."),
        ("en", "Form 1040", "Form 1040 customers: 1,240 people."),
        ("en", "Form 940", "Form 940 120 people saw."),
        ("en", "tax returns (1040 clients)", "Tax returns (1040 clients) were seen."),
        ("ru", "форма 152", "Форма 152 140 человек."),
        ("ru", "152-ФЗ, 12 лиц", "Видели 152-ФЗ, 12 лиц (1 240 человек)."),
    ],
)
def test_a_number_in_the_title_of_a_class_counts_nobody(language: Language, title: str, text: str) -> None:
    found = read_claims(text, language, {"form": title})
    data = [each.holds for each in found if each.topic is ClaimTopic.DATA]
    assert data == [True], found
    assert {each.least for each in found} <= {0, 1240, 120, 140}, "only what stands beside the title is a count"


@pytest.mark.parametrize(("language", "title"), [("en", "Form 1040 records"), ("ru", "152-ФЗ, 12 лиц")])
def test_what_is_drafted_agrees_with_the_case_also_where_titles_hold_numbers(language: Language, title: str) -> None:
    classes = CLASSES | {"contact": DataClass(confidentiality="confidential", title=title, title_ru=title)}
    known = facts(language, classes=classes)
    titles = {name: each.title_ru if language == "ru" else each.title for name, each in classes.items()}
    for subject, text in made(known):
        found, of_law = read_claims(text, language, titles), replace(known, places=subject.places)
        assert [(each.claim.said, each.now) for each in contradictions(found, of_law)] == [], subject.name
        assert left_out(found, of_law) == (), subject.name


def test_a_class_without_a_title_is_counted_under_its_name() -> None:
    found = read_claims("Data: contact (154 people).", "en", {"contact": ""})
    assert [(each.topic, each.name, each.least) for each in found] == [(ClaimTopic.CLASS_COUNT, "contact", 154)]


def test_documents_disagree_where_both_cannot_be_true() -> None:
    (few,), (many,) = claims("at most 100 people"), claims("more than 100 people")
    (some,) = claims("about 100 people")
    assert disagree(few, many)
    assert not disagree(few, some)
    noon, day = claims("noticed on 2026-03-02 12:00"), claims("noticed on 3 March 2026")
    assert disagree(noon[0], day[0])


def test_the_number_of_all_and_that_of_a_laws_own_people_are_both_right_and_each_is_held_against_its_own() -> None:
    known = facts(
        incident=replace(INCIDENT, scope=HOMES), law_places=tuple(filter(None, WHERE.values())), as_a_rule=("FR", "KZ")
    )
    of_ca, of_fr = (replace(known, places=WHERE[law]) for law in ("us-ca-1798.82", "fr-cnil"))

    def wrong(text: str, under: NoticeFacts = known, language: Language = "en") -> list[str]:
        return [each.now for each in contradictions(claims(text, language), under)]

    both = "It concerns 1,240 people, and from 310 to 330 people living in California."
    assert wrong(both) == []
    assert wrong("between 310 and 330 people living in California were concerned; 1,240 people in all", of_ca) == []
    assert wrong("от 310 до 330 человек из живущих в Калифорнии", language="ru") == []
    assert wrong("800 clients who live in France") == [
        "between 800 and 810 people living in France; of 10 of them it is not established where they live"
    ]
    assert wrong("1,240 people living in California") != []
    assert wrong("It concerns 310 people.") == ["1,240 people"], "of whom it is, nobody says"
    assert wrong("It concerns at least 310 people.", of_ca) == []
    assert wrong("It concerns from 310 to 330 people.", of_ca) == [], "its own people, in a notice under its law"
    assert wrong("It concerns from 310 to 330 people.", of_fr) == ["1,240 people"]
    assert wrong("cards (90 people living in France); at most 1,240 records of people living in France") == []
    assert wrong("cards (90 people living in California)") == ["cards (0 people living in California)"]
    assert wrong("12 people living in Peru") == [], "no law of the case speaks of it"
    (here,), (there,) = claims("310 people living in California"), claims("800 people living in France")
    assert not disagree(here, there)


def made(known: NoticeFacts) -> Iterator[tuple[NoticeSubject, str]]:
    """Yield every notice that a case may need, as it would be drafted."""
    templates, language = SourceTemplates(), known.words.language
    laws = load_regulations()
    duties = [
        Duty(incident_id="i", regulation=law.id, stage=stage.id, law_version=1, position=0)
        for law in laws.values()
        for stage in law.stages
        if stage.content
    ]
    names = templates.names(language)
    for subject in (*(of_duty(each, laws) for each in duties), *map(of_form, notice_forms().values())):
        assert subject is not None
        of_law = replace(known, places=subject.places)
        fields = resolve_fields(subject.content, of_law, duty=subject.name)
        notice = MadeNotice(subject=subject, facts=of_law, fields=fields)
        template = f"notice-{subject.stage}"
        source = templates.render(template if template in names else "notice", language, values_of(notice, coverage=()))
        yield subject, write_markdown(read_source(source, language=language, title=notice.title))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["suspected", "suspected and stopped", "settled"])
def test_what_is_drafted_from_the_facts_contradicts_none_of_them_and_goes_out_as_it_is_worded(
    language: Language, state: str
) -> None:
    changes: dict[str, Any] = {"steps": (step("C2", StepStatus.OPEN), step("N4", StepStatus.OPEN))}
    if state != "settled":
        changes["incident"] = replace(INCIDENT, scope=replace(SCOPE, record_high=9000, by_residence=(("FR", 40),)))
    if state == "suspected and stopped":
        changes |= {"facts": (STOPPED,), "steps": (step("C2"), step("N4", StepStatus.OPEN))}
    elif state == "settled":
        changes = {"incident": replace(INCIDENT, aware_at=AT), "facts": (STOPPED,)}
        changes["steps"] = (step("C1"), step("C2"), step("N1"), step("N4"))
        changes["incident"] = replace(changes["incident"], scope=HOMES)
    known, lists, read = facts(language, **changes), load_wording().values(), set[ClaimTopic]()
    titles = {name: each.title_ru if language == "ru" else each.title for name, each in CLASSES.items()}
    for subject, text in made(known):
        found, of_law = read_claims(text, language, titles), replace(known, places=subject.places)
        assert [(each.claim.said, each.now) for each in contradictions(found, of_law)] == [], subject.name
        assert left_out(found, of_law) == (), subject.name
        faults = wording_faults(sentences(text, language), language, lists, of_law=subject.duty is not None)
        assert [each.said for each in faults] == [], subject.name
        read |= {each.topic for each in found}
    assert read >= {
        ClaimTopic.PERSONS, ClaimTopic.RECORDS, ClaimTopic.CLASS_COUNT, ClaimTopic.DATA, ClaimTopic.STOPPED,
        ClaimTopic.NOTICED_AT, ClaimTopic.FIRST_AT, ClaimTopic.LAST_AT,
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_and_the_script_of_the_hotline_go_out_as_they_are_worded(language: Language) -> None:
    lists = load_wording().values()
    for path in sorted(shipped("config", "templates", language).glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert [each.said for each in wording_faults(sentences(text, language), language, lists)] == [], path.name


def test_each_phrase_that_does_not_go_out_is_found_and_says_why_in_both_languages() -> None:
    lists = load_wording()
    assert [each.id for each in lists["en"].rules] == [each.id for each in lists["ru"].rules]
    for each in lists.values():
        for rule in each.rules:
            for phrase in rule.phrases:
                said = phrase.replace("*", "").replace(" ... ", " of it was ")
                found = list(wording_faults(sentences(f"So: {said}, they say.", each.language), each.language, [each]))
                assert rule.id in {one.rule.id for one in found}, phrase
    (fault,) = wording_faults(sentences("\n\nIt's carelessly done", "en"), "en", lists.values())
    assert (fault.rule.id, fault.line, fault.said) == ("blame", 3, "carelessly")
    guess = list(sentences("This was probably an attack.", "en"))
    assert [each.rule.id for each in wording_faults(guess, "en", lists.values())] == ["guess"]
    assert list(wording_faults(guess, "en", lists.values(), of_law=True)) == [], "a law asks for the supposed cause"


def test_lists_of_the_companys_own_are_added_or_replace_ours_and_their_mistakes_are_named(tmp_path: Path) -> None:
    rule = "  - id: ours\n    phrases: [synergy]\n    reason: {en: r, ru: р}\n    instead: {en: i, ru: и}\n"
    text = f"language: en\nrules:\n{rule}"
    (tmp_path / "ours.yml").write_text(text, encoding="utf-8")
    assert set(load_wording([tmp_path])) == {"en", "ru", "ours"}
    (tmp_path / "en.yml").write_text(text, encoding="utf-8")
    assert [each.id for each in load_wording([tmp_path])["en"].rules] == ["ours"]
    (tmp_path / "en.yml").write_text(text.replace("[synergy]", "[]").replace("language: en", "language: fr"))
    with pytest.raises(ConfigError) as caught:
        load_wording([tmp_path, tmp_path / "none"])
    assert {each.line for each in caught.value.problems if each.file} >= {1, 4}
    assert any("no folder" in each.what for each in caught.value.problems)


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    text = "9" * 20_000 + " people " + "no " * 7_000 + "|" * 9_000 + "\\" * 9_001 + "\n<" + "<a " * 7_000
    began = process_time()
    for media_type in ("text/markdown", "text/html"):
        claims(text, media_type=media_type)
        list(wording_faults(sentences(text, "en", media_type), "en", load_wording().values()))
    assert process_time() - began < 10


def test_words_of_a_companys_name_say_nothing_of_data() -> None:
    titles = {"payment": "payments"}
    text = "# Letter\n\nExample Payments must tell you of it.\n\nYour payments were seen."
    with_name = read_claims(text, "en", titles, names=("Example Payments", ""))
    assert [each.line for each in with_name if each.topic is ClaimTopic.DATA] == [5]
    assert len([each for each in read_claims(text, "en", titles) if each.topic is ClaimTopic.DATA]) == 2
