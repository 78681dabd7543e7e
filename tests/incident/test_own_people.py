"""Whose duty it is: of who decides about the data, of who processes it; and which country's authority is told."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from detector.incident import fine_of, load_regulations
from detector.incident.claims.contradictions import contradictions
from detector.incident.claims.read_claims import read_claims
from detector.incident.duty.applicability import stage_applies
from detector.incident.duty.compute_duties import duties_of
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.fine_words import possible_fines
from detector.incident.duty.law_people import Concerned, countries_in, country_places, living_in, own_case, records_in
from detector.incident.duty.owed import steps_of_others
from detector.incident.notices.addressees import addressee_of
from detector.incident.notices.answers import extent_answers
from detector.incident.notices.notice_forms import notice_forms, of_duty, of_form
from detector.incident.notices.resolve_fields import ANSWERS, resolve_fields
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import Scope, StepStatus
from detector.settings import LegalSettings, OrganizationSettings
from tests.incident.test_duties import a_case
from tests.incident.test_notices import INCIDENT, facts, step

LAWS = load_regulations()
OWN = ("eu-gdpr-33", "eu-gdpr-34", "fr-cnil", "uk-gdpr", "ru-152fz", "us-hipaa", "us-ca-1798.82", "us-ny-899-aa",
       "us-tx-521.053")  # fmt: skip

ALL_THEIRS = Scope(
    subjects=3,
    record_low=30,
    record_high=30,
    nameless=0,
    events=3,
    by_residence=(("FR", 3),),
    by_controller=(("Acme", 2), ("Bolt", 1)),
    of_others=(("FR", 3),),
    records_by_controller=(("Acme", 20), ("Bolt", 10)),
    records_of_others=30,
)
MIXED = replace(
    ALL_THEIRS,
    subjects=10,
    record_low=100,
    record_high=100,
    by_residence=(("FR", 8), ("RU", 2)),
    records_by_residence=(("FR", 40), ("RU", 20)),
)
ALONE = replace(MIXED, by_controller=(), of_others=(), records_by_controller=(), records_of_others=None)


def duties(scope: Scope, *laws: str, country: str = "", known: tuple[Duty, ...] = (), **legal: Any) -> dict[str, Duty]:
    incident = a_case("2026-03-02T09:00+00:00", scope=scope)
    terms = Terms(
        regulations={each: LAWS[each] for each in laws or ("eu-gdpr-33", "eu-gdpr-34")},
        legal=LegalSettings.model_validate(legal),
        country=country,
    )
    return {each.stage: each for each in duties_of(incident, terms, known)}


def why(duty: Duty) -> list[str]:
    return [each.message for each in duty.reasons]


def test_every_shipped_law_of_controllers_says_so_and_has_somebody_who_tells_them() -> None:
    assert {law.id for law in LAWS.values() if law.controllers_own} == set(OWN)
    telling = {law.id for law in LAWS.values() if any(each.each == "controller" for each in law.stages)}
    assert set(OWN) - telling == {"eu-gdpr-34", "fr-cnil"}, "of GDPR eu-gdpr-33 has it"


def test_where_all_are_clients_of_others_only_the_controllers_are_told() -> None:
    found = duties(ALL_THEIRS)
    for stage in ("gdpr-72h", "gdpr-followup", "gdpr-register", "gdpr-subjects"):
        duty = found[stage]
        assert (duty.moot, duty.counting, duty.open, duty.verdict) == (True, False, False, DutyVerdict.NO), stage
        assert why(duty) == ["duty-others-own"], stage
        assert duty.shown_state(datetime(2027, 1, 1, tzinfo=UTC)) == "moot", stage
    assert steps_of_others(tuple(found.values())) == {"N21", "N4"}, "to write to the people is not owed either"
    assert steps_of_others(tuple(duties(MIXED).values())) == set()
    told = {each.controller: each for each in found.values() if each.of_stage == "gdpr-processor"}
    assert {name: each.counting for name, each in told.items()} == {"": False, "Acme": True, "Bolt": True}
    assert why(told["Acme"]) == ["duty-residence-listed", "duty-processor"]
    assert told["Acme"].verdict is DutyVerdict.YES, "whatever the settings say that we are"


def test_who_has_said_to_be_no_processor_still_tells_the_controllers_that_the_file_names() -> None:
    found = duties(ALL_THEIRS, sectors=[])
    assert not found["gdpr-72h"].counting
    assert {each.controller for each in found.values() if each.counting} == {"Acme", "Bolt"}, "nobody falls between"


def test_a_mixed_case_plans_both_and_each_counts_its_own() -> None:
    found = duties(MIXED)
    assert found["gdpr-72h"].counting
    assert why(found["gdpr-72h"])[-1] == "duty-ours"
    assert dict(found["gdpr-72h"].reasons[-1].args) == {"others": 3, "ours": 7}
    told = {each.controller: each for each in found.values() if each.of_stage == "gdpr-processor"}
    assert told[""].counting, "whether the seven are clients of a controller nobody has said"
    settled = duties(replace(MIXED, by_controller=(("", 7), ("Acme", 2), ("Bolt", 1))))
    assert settled["gdpr-processor"].moot
    assert settled["gdpr-72h"].counting


def test_a_threshold_counts_our_own_clients_alone() -> None:
    many = Scope(subjects=600, events=9, by_residence=(("US-CA", 600),), by_controller=(("Acme", 200),),
                 of_others=(("US-CA", 200),))  # fmt: skip
    found = duties(many, "us-ca-1798.82")
    assert found["ca-ag"].verdict is DutyVerdict.NO, "400 are ours, and it begins above 500"
    assert duties(replace(many, by_controller=(), of_others=()), "us-ca-1798.82")["ca-ag"].verdict is DutyVerdict.YES


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"uncounted": 1}, DutyVerdict.ASK),  # an export that nobody counted may hold our own
        ({"record_high": 35}, DutyVerdict.ASK),
    ],
)
def test_where_somebody_of_ours_may_be_among_those_not_known_it_is_asked(
    changes: dict[str, int], verdict: DutyVerdict
) -> None:
    duty = duties(replace(ALL_THEIRS, **changes))["gdpr-72h"]
    assert (duty.verdict, duty.moot, duty.counting) == (verdict, False, True)
    assert why(duty)[-1] == "duty-ours-perhaps"


def test_a_russian_processor_tells_its_operators_and_no_authority() -> None:
    found = duties(replace(ALL_THEIRS, by_residence=(("RU", 3),), of_others=(("RU", 3),)), "ru-152fz")
    assert {each.of_stage for each in found.values() if each.counting} == {"ru-instruction"}
    assert {each.recipient for each in found.values() if each.counting} == {"Acme", "Bolt"}
    assert found["ru-instruction.2"].internal
    assert found["ru-instruction.2"].due_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_what_speaks_to_whoever_was_attacked_counts_everybody() -> None:
    legal = {"sectors": ["nis2-essential", "nydfs-covered"]}
    found = duties(ALL_THEIRS, "eu-nis2-23", "us-ny-899-aa", **legal)
    assert found["nis2-24h"].counting
    incident = a_case("2026-03-02T09:00+00:00", scope=ALL_THEIRS)
    law = LAWS["us-ny-899-aa"]
    stage = law.stage("ny-dfs")
    assert stage is not None
    assert not law.counts_own(stage)
    terms = Terms(regulations=LAWS, legal=LegalSettings.model_validate(legal))
    assert stage_applies(law, stage, incident, terms).verdict is not DutyVerdict.NO


def test_what_is_left_of_a_case_is_our_own_in_every_count() -> None:
    scope = replace(
        MIXED,
        imported_subjects=1,
        by_class=(("contact", 10), ("passport", 3)),
        data_classes=("contact", "passport"),
        classes_by_residence=(("contact", "FR", 8), ("contact", "RU", 2), ("passport", "FR", 3)),
        classes_of_others=(("contact", "FR", 3), ("passport", "FR", 3)),
    )
    case = own_case(replace(INCIDENT, scope=scope, persons=12))
    own = case.scope
    assert (own.subjects, own.imported_subjects, case.persons) == (7, 1, 9)
    assert own.by_residence == (("FR", 5), ("RU", 2))
    assert (own.by_class, own.data_classes) == ((("contact", 7),), ("contact",)), "no passport of ours was seen"
    assert own.classes_by_residence == (("contact", "FR", 5), ("contact", "RU", 2))
    assert (own.record_low, own.record_high) == (70, 70)
    assert own_case(INCIDENT) is INCIDENT
    more = own_case(replace(INCIDENT, scope=replace(ALL_THEIRS, subjects=2, imported_subjects=3)))
    assert (more.scope.subjects, more.scope.imported_subjects) == (0, 2), "who is left was imported"


def test_records_are_counted_by_whose_they_are() -> None:
    assert records_in(("EU",), MIXED, ()) == (40, 20)
    assert records_in(("EU",), replace(MIXED, records_by_residence=(("", 5), ("FR", 2))), ("FR",)) == (7, 0)
    assert records_in(("EU",), replace(MIXED, records_by_residence=(("", 5), ("FR", 2))), ("RU",)) == (2, 5)

    def said(scope: Scope, law: str, stage: str, **given: Any) -> str:
        duty = Duty(incident_id="i", regulation=law, stage=stage, law_version=1, position=0, **given)
        subject = of_duty(duty, LAWS)
        assert subject is not None
        case = replace(INCIDENT, scope=scope)
        places = None if duty.controller else subject.places
        known = facts(incident=case, places=places, ours=subject.ours, controller=duty.controller)
        return extent_answers.records(known).text

    assert said(MIXED, "eu-gdpr-33", "gdpr-72h") == (
        "between 40 and 50 records of people living in the European Economic Area"
    ), "30 are others', 20 are of Russians"
    assert said(MIXED, "eu-gdpr-33", "gdpr-processor", controller="Acme") == "between 20 and 30 records"
    assert said(MIXED, "ru-152fz", "ru-24h") == "between 20 and 30 records of people living in Russia"
    alone = replace(MIXED, by_controller=(), of_others=(), records_of_others=None, records_by_controller=(),
                    records_by_residence=(("FR", 60), ("RU", 40)))  # fmt: skip
    assert said(alone, "ru-152fz", "ru-24h") == "40 records of people living in Russia"
    assert said(alone, "eu-gdpr-33", "gdpr-72h") == "60 records of people living in the European Economic Area"


ABROAD = Scope(
    subjects=9, record_low=9, record_high=9, nameless=0, events=9,
    by_residence=(("FR", 3), ("DE", 2), ("RE", 1), ("KZ", 3)),
)  # fmt: skip


def by_country(found: dict[str, Duty], stage: str) -> dict[str, Duty]:
    return {each.country: each for each in found.values() if each.of_stage == stage}


def test_who_is_established_outside_tells_the_authority_of_each_country() -> None:
    found = duties(ABROAD, "eu-gdpr-33", country="US")
    told = by_country(found, "gdpr-72h")
    assert sorted(told) == ["", "DE", "FR"]
    assert (told[""].moot, why(told[""])) == (True, ["duty-countries-each"])
    assert "CNIL" in told["FR"].recipient
    assert (told["DE"].recipient, told["DE"].recipient_ru) == (
        "competent supervisory authority: Germany", "компетентный надзорный орган: Германия",
    )  # fmt: skip
    assert told["FR"].due_at == told["DE"].due_at is not None
    for inside in ("FR", "NO", ""):
        assert sorted(by_country(duties(ABROAD, "eu-gdpr-33", country=inside), "gdpr-72h")) == [""], inside


def test_those_of_whom_no_country_is_known_keep_the_duty_of_all_and_who_comes_and_goes_is_followed() -> None:
    scope = replace(ABROAD, by_residence=(("FR", 3), ("EU", 2), ("KZ", 4)))
    told = by_country(duties(scope, "eu-gdpr-33", country="US"), "gdpr-72h")
    assert sorted(told) == ["", "FR"]
    assert told[""].counting
    again = duties(replace(ABROAD, by_residence=(("DE", 2), ("KZ", 7))), "eu-gdpr-33", country="US",
                   known=tuple(told.values()))  # fmt: skip
    after = by_country(again, "gdpr-72h")
    assert (sorted(after), why(after["FR"])) == (["", "DE", "FR"], ["duty-country-none"])
    assert after["FR"].ref == told["FR"].ref


def test_whom_no_list_names_has_no_authority_and_is_counted_in_each_notice() -> None:
    told = by_country(duties(replace(ABROAD, subjects=12), "eu-gdpr-33", country="US"), "gdpr-72h")
    assert told[""].moot, "three may live anywhere: no authority is theirs until it is known where"
    rule = by_country(duties(replace(ABROAD, subjects=12), "eu-gdpr-33", country="US", residence=["EU"]), "gdpr-72h")
    assert rule[""].counting, "clients live in the EEA as a rule, and nobody says where"


def test_what_follows_a_notice_to_one_country_counts_from_that_countrys_receipt() -> None:
    first = duties(ABROAD, "eu-gdpr-33", country="US")
    french, at = by_country(first, "gdpr-72h")["FR"], datetime(2026, 3, 3, 9, tzinfo=UTC)
    done = replace(french, state=DutyState.DONE, receipt_number="7", receipt_at=at)
    left = replace(by_country(first, "gdpr-72h")["DE"], state=DutyState.NOT_OWED, decided_at=at)
    known = tuple({**first, done.stage: done, left.stage: left}.values())
    after = duties(ABROAD, "eu-gdpr-33", country="US", known=known)
    follow = by_country(after, "gdpr-followup")
    assert follow["FR"].basis == "gdpr-72h"
    assert (follow["DE"].moot, why(follow["DE"])) == (True, ["duty-follows"])
    assert not follow["FR"].moot


def test_a_notice_to_one_country_speaks_of_who_lives_there_and_goes_to_its_authority() -> None:
    duty = by_country(duties(ABROAD, "eu-gdpr-33", country="US"), "gdpr-72h")["FR"]
    subject = of_duty(duty, LAWS)
    assert subject is not None
    assert subject.places == country_places("FR")
    assert subject.places is not None
    assert [each.id for each in subject.content][-2:] == ["representative_in_eea", "representative_reach"]
    assert subject.headings[0] == "Notification of a personal data breach", "whom it goes to stands below"
    assert (subject.places.words, subject.titles[0].endswith("(CNIL)")) == (("in France", "во Франции"), True)
    assert living_in(subject.places.codes, Concerned(ABROAD, 9, 9), ()).low == 4, "Réunion is France's"
    known = facts(incident=replace(INCIDENT, scope=ABROAD), places=subject.places, ours=subject.ours)
    assert extent_answers.persons(known).text == "4 people living in France"
    law = LAWS["eu-gdpr-33"]
    stage = law.stage("gdpr-72h")
    assert stage is not None
    ours, named = OrganizationSettings(country="US"), {"recipients": {"eu-gdpr-33/DE": {"name": "BlnBDI"}}}
    found = {
        country: addressee_of(law, stage, LegalSettings.model_validate(legal), ours, country=country)
        for country, legal in (("FR", {}), ("DE", named), ("AT", named))
    }
    assert found["FR"] is not None
    assert found["DE"] is not None
    assert found["FR"].names[0].endswith("(CNIL)")
    assert found["DE"].names[0] == "BlnBDI"
    assert addressee_of(law, stage, LegalSettings(), ours, country="DE") is None, "in Germany it is that of the Land"


def test_every_country_that_may_be_told_is_called_by_name_in_both_languages() -> None:
    countries = countries_in(LAWS["eu-gdpr-33"])
    assert len(countries) == 30
    assert all(country_places(each).words[0].startswith("in ") for each in countries)


def test_no_controller_is_told_what_we_would_say_to_its_clients_and_the_press_is_promised_no_letter_to_them() -> None:
    def said(name: str, **given: Any) -> str:
        return ANSWERS[name](facts(**given)).text

    steps = (step("C1"), step("N4", StepStatus.OPEN), step("K1", StepStatus.OPEN))
    everybody = said("measures_taken_or_proposed", steps=steps)
    assert "tell the people concerned" in everybody
    mixed, others = (replace(INCIDENT, scope=each) for each in (MIXED, ALL_THEIRS))
    theirs = said("measures_taken_or_proposed", controller="Acme", incident=mixed, steps=steps)
    assert "tell the people concerned" not in theirs
    assert "hotline" not in theirs
    assert theirs, "what was done to stop it they are told"
    of_mixed = said("plain_people", incident=mixed, steps=steps)
    assert "write to everybody concerned whose address we have" in of_mixed
    assert of_mixed.endswith("are told by that company, which hears from us.")
    assert "write to" not in said("plain_people", incident=others, steps=steps)
    assert "another company" not in said("plain_people", steps=steps)


def test_an_entry_of_the_register_says_of_how_many_people_and_records_it_is() -> None:
    entry = ANSWERS["facts"](facts(incident=replace(INCIDENT, scope=MIXED))).text
    assert "10 people" in entry
    assert "100 records" in entry


def test_why_a_number_of_records_is_an_estimate_is_said_as_it_is() -> None:
    french = country_places("FR")
    unlisted = replace(ABROAD, subjects=10, record_low=10, record_high=10,
                       records_by_residence=(("FR", 3), ("DE", 2), ("RE", 1), ("KZ", 3), ("", 1)))  # fmt: skip
    said = extent_answers.records(facts(incident=replace(INCIDENT, scope=unlisted), places=french))
    assert (said.text, "by our list of where clients live" in said.why) == (
        "between 4 and 5 records of people living in France", True,
    )  # fmt: skip
    mixed = replace(unlisted, record_low=12, record_high=12)
    assert "several people" in extent_answers.records(facts(incident=replace(INCIDENT, scope=mixed), places=french)).why


def test_what_speaks_of_everybody_counts_every_record() -> None:
    assert extent_answers.records(facts(incident=replace(INCIDENT, scope=MIXED))).text.startswith(
        "100 records; of them"
    )
    assert extent_answers.records(facts(incident=replace(INCIDENT, scope=MIXED), ours=True)).text == (
        "between 60 and 70 records"
    )


def said_by(form: str, scope: Scope, law: str = "") -> dict[str, str]:
    kept = LAWS.get(law or notice_forms()[form].serves)
    subject = of_form(notice_forms()[form], law=kept)
    known = facts(incident=replace(INCIDENT, scope=scope), places=subject.places, ours=subject.ours)
    return {each.id: each.value for each in resolve_fields(subject.content, known, duty=form)}


def test_the_public_and_partners_hear_of_our_own_clients_alone_and_that_others_say_it_of_theirs() -> None:
    classes = replace(MIXED, data_classes=("contact", "payment"), by_class=(("contact", 10), ("payment", 3)),
                      classes_of_others=(("contact", "FR", 3), ("payment", "FR", 3)))  # fmt: skip
    for form in ("press", "site", "staff"):
        said = said_by(form, classes)
        assert said["plain_extent"].startswith("How many of our own clients it concerns"), form
        assert "7 people" in said["plain_extent"], form
        assert said["plain_data"] == "contact details", "no card of ours was touched"
        assert said["plain_people"].endswith("are told by that company, which hears from us."), form
        theirs = said_by(form, ALL_THEIRS)
        assert "3" not in theirs["plain_extent"] + theirs["plain_data"], "how many they are, their companies say"
        assert "companies for which we process data" in theirs["plain_extent"]
    assert said_by("partner", classes)["data_types"] == "contact details (7 people)"


def test_a_form_that_serves_a_law_counts_whom_that_law_is_about() -> None:
    said = said_by("edpb", MIXED)
    assert said["subjects_approx"] == "5 people living in the European Economic Area"
    assert said["records_approx"].endswith("records of people living in the European Economic Area")


def test_what_is_written_for_inside_tells_our_own_clients_from_those_of_others() -> None:
    for form in ("executive", "briefing"):
        said = said_by(form, MIXED)
        assert said["subjects_approx"] == "10 people; of them 3 are clients of companies for which we process data"
        assert said["records_approx"] == "100 records; of them 30 name clients of these companies alone"
    assert said_by("police", ALONE)["subjects_approx"] == "10 people"


def test_a_text_that_speaks_of_everybody_may_say_how_many_are_ours_and_how_many_are_others() -> None:
    def wrong(text: str, **given: Any) -> list[str]:
        known = facts(incident=replace(INCIDENT, scope=MIXED), **given)
        return [each.claim.said for each in contradictions(read_claims(text, "en", {}), known)]

    assert wrong("10 people are concerned; of them 3 people are clients of others, 7 people are ours.") == []
    assert len(wrong("8 people are concerned.")) == 1
    assert len(wrong("10 people are concerned.", ours=True)) == 1, "what is about our own says 7"


def test_a_fine_counts_clients_of_others_only_where_it_meets_processors() -> None:
    many = Scope(subjects=12_000, events=9, record_low=12_000, record_high=12_000, by_residence=(("RU", 12_000),),
                 by_controller=(("Acme", 11_500),), of_others=(("RU", 11_500),), records_of_others=11_500)  # fmt: skip
    terms = Terms(regulations={each: LAWS[each] for each in ("ru-152fz", "eu-gdpr-33")}, legal=LegalSettings())

    def fine(law: str, scope: Scope) -> str:
        reach = fine_of(LAWS[law], a_case("2026-03-02T09:00+00:00", scope=scope), terms)
        return "" if reach is None else f"{reach.most.article}: {reach.people}"

    assert fine("ru-152fz", many) == "", "500 are ours, and it begins at 1,000"
    assert fine("ru-152fz", replace(many, by_controller=(), of_others=(), records_of_others=None)) == (
        "KoAP 13.11 part 13: 12000"
    )
    assert fine("eu-gdpr-33", ALL_THEIRS) == "GDPR art. 83(4)(a): 3", "article 83(4) meets processors"
    case = a_case(
        "2026-03-02T09:00+00:00", scope=replace(ALL_THEIRS, by_residence=(("RU", 3),), of_others=(("RU", 3),))
    )
    kept = [each.law[0] for each in possible_fines(case, terms)]
    assert not any("152-FZ" in each for each in kept), "what it costs not to tell the authority, its operators may pay"


def test_in_kazakhstan_an_operator_tells_the_authority_of_everybody_and_each_owner_of_its_own() -> None:
    found = duties(replace(ALL_THEIRS, by_residence=(("KZ", 3),), of_others=(("KZ", 3),)), "kz-94v")
    assert {each.of_stage for each in found.values() if each.counting} == {"kz-1bd", "kz-owner"}
    assert {each.recipient for each in found.values() if each.counting and each.told_alone} == {"Acme", "Bolt"}
    assert all(each.internal for each in found.values() if each.told_alone), "the 24 hours are our own target"


def test_what_is_from_memory_is_marked_so_where_its_source_says_it() -> None:
    for law in LAWS.values():
        whom = [law.authority, *law.authority_of.values(), *(stage.authority for stage in law.stages)]
        for each in (one for one in whom if one is not None):
            assert ("from memory" in each.source) <= (each.verified == "memory"), (law.id, each.name)


def test_those_who_decide_read_which_duties_are_from_memory() -> None:
    duty = Duty(incident_id="i", regulation="ru-152fz", stage="ru-gossopka", law_version=1, position=0,
                verdict=DutyVerdict.ASK, due_at=datetime(2026, 3, 3, 9, tzinfo=UTC))  # fmt: skip
    known = facts(duties=(duty,), marks={duty.ref: "memory"}, titles={duty.ref: ("to GosSOPKA", "в ГосСОПКА")})
    for field in ("duties_ahead", "to_decide"):
        assert "to GosSOPKA (from memory; have your lawyer confirm)" in ANSWERS[field](known).text
    subject = of_duty(duty, LAWS)
    assert subject is not None
    assert "from memory" in subject.note[0]
    assert "по памяти" in subject.note[1]


def test_a_form_names_no_controller_as_an_authority_and_a_controller_reads_of_fraud_in_its_own_name() -> None:
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    done: dict[str, Any] = {
        "incident_id": "i",
        "law_version": 1,
        "position": 0,
        "state": DutyState.DONE,
        "receipt_at": at,
    }
    told = (
        Duty(regulation="eu-gdpr-33", stage="gdpr-processor.2", step="N5", recipient="Acme", controller="Acme", **done),
        Duty(regulation="eu-gdpr-34", stage="gdpr-subjects", step="N4", recipient="the persons concerned", **done),
        Duty(regulation="eu-gdpr-33", stage="gdpr-72h", step="N21", recipient="the authority", **done),
        Duty(regulation="eu-nis2-23", stage="nis2-24h", step="N11", recipient="CSIRT", **done),
    )
    subject = of_form(notice_forms()["edpb"], law=LAWS["eu-gdpr-33"])
    known = facts(duties=told, serves=subject.serves, ours=subject.ours)
    said = {each.id: each.value for each in resolve_fields(subject.content, known, duty="edpb")}
    assert said["other_authorities_told"].startswith("CSIRT: ")
    assert said["other_authorities_told"].count("\n") == 0, "no customer of ours, and no law of its own"
    mixed = replace(INCIDENT, scope=replace(MIXED, data_classes=("contact",)))
    assert "in your name" in ANSWERS["likely_consequences"](facts(incident=mixed, controller="Acme")).text
    assert "in our name" in ANSWERS["likely_consequences"](facts(incident=mixed)).text
