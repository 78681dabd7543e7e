"""What a notice says of a case: each field of each law filled, estimated or missing, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from detector.cli.incidents.fact_commands import fact
from detector.incident import load_playbooks, load_regulations
from detector.incident.duty.law_people import places_of
from detector.incident.enisa.assess import assess
from detector.incident.notices.answers import edpb_answers, effect_answers, extent_answers, record_answers
from detector.incident.notices.answers.measure_answers import MEASURE_STEPS
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts
from detector.incident.notices.notice_forms import ADDRESSEE, notice_forms, of_duty, of_form, withdrawal_form
from detector.incident.notices.notice_values import MadeNotice, values_of
from detector.incident.notices.organization_fields import ORGANIZATION_FIELDS, organization_gaps
from detector.incident.notices.resolve_fields import ANSWERS, resolve_fields
from detector.incident.notices.veris import veris_of, veris_problems
from detector.messages import LANGUAGES, Language, messages
from detector.rendering import SourceTemplates, TextFormat, read_source, write_text
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.case_facts import CaseFact, CaseFactKind, IncidentCause
from detector.schema.case.documents import (
    DocumentAct,
    DocumentHead,
    DocumentKind,
    DocumentRecord,
    DocumentVersion,
    FiledDocument,
)
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import (
    BY_HAND,
    CloseReason,
    HandNamed,
    Incident,
    IncidentKind,
    IncidentStatus,
    Scope,
    Step,
    StepStatus,
)
from detector.schema.case.scope_versions import ScopeVersion
from detector.schema.case.severity_assessments import SeverityCorrection, SeverityFactor
from detector.schema.letters.mailings import ClientLetters, LetterState
from detector.schema.levels import Severity
from detector.schema.notices.notice_fields import ALL_NOTICES, FieldState, NoticeField, NoticeWord, changed_fields
from detector.settings import DataClass, OrganizationPerson, OrganizationSettings

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
SUSPECT = "user:mallory"
SCOPE = Scope(
    subjects=1240,
    record_low=1240,
    record_high=1240,
    data_classes=("contact", "payment"),
    by_class=(("contact", 1240),),
    by_action=(("export", 3), ("read", 40)),
    events=43,
    services=("crm",),
    source_ips=("192.0.2.7",),
    first_event_at=AT - timedelta(hours=5),
    last_event_at=AT - timedelta(hours=4),
)
INCIDENT = Incident(
    id="i",
    number="20260302-7f3a21",
    code_name="amber otter",
    title=f"Export by {SUSPECT}",
    severity=Severity.HIGH,
    score=1,
    risk=1,
    matter="m",
    playbook="client-data-leak",
    service="crm",
    actor_id=SUSPECT,
    actor_type="human",
    opened_at=AT,
    first_event_at=AT,
    last_event_at=AT,
    scope=SCOPE,
)
CLASSES = {
    "contact": DataClass(confidentiality="confidential", title="contact details", title_ru="контактные данные"),
    "payment": DataClass(confidentiality="special", title="cards", title_ru="карты", enisa="financial"),
}
OURS = OrganizationSettings(
    name="Example Ltd", inn="7700000000", address="1 Example Street", email="privacy@example.org", country="RU",
    phone="+7 495 000-00-00", registration="1027700000000",
    dpo=OrganizationPerson(name="Dina Doe", position="officer", phone="+7 495 000-00-01", email="dpo@example.org"),
)  # fmt: skip


CAUSE = CaseFact(
    incident_id="i", number=1, kind=CaseFactKind.CAUSE, value="insider", author="lev", reason="seen", at=AT
)
LATE = Duty(
    incident_id="i", regulation="eu-gdpr-33", stage="gdpr-phases", law_version=1, position=0, recipient="the authority"
)


def facts(language: Language = "en", **changes: Any) -> NoticeFacts:
    known = {"incident": INCIDENT, "duty": None, "classes": CLASSES, "words": messages(language), "now": AT}
    return NoticeFacts(**(known | {"zone": ZoneInfo("Europe/Moscow")} | changes))


def stated(kind: CaseFactKind, value: str, reason: str = "seen") -> CaseFact:
    return CaseFact(incident_id="i", number=1, kind=kind, value=value, author="lev", reason=reason, at=AT)


def step(step_id: str, status: StepStatus = StepStatus.DONE, proof: str = "") -> Step:
    done = AT if status is StepStatus.DONE else None
    return Step(
        incident_id="i", step_id=step_id, position=0, phase="contain", title=step_id, title_ru=step_id, roles=("soc",),
        due_at=AT + timedelta(days=1), status=status, done_at=done, done_by="lev", proof=proof,
    )  # fmt: skip


_laws = cache(load_regulations)


def fields_of(stage: str, known: NoticeFacts, words: tuple[NoticeWord, ...] = ()) -> dict[str, NoticeField]:
    for law in _laws().values():
        for each in law.stages:
            if each.id == stage:
                found = resolve_fields(each.content, known, words, duty=f"{law.id}/{stage}")
                return {one.id: one for one in found}
    form = notice_forms()[stage]
    return {one.id: one for one in resolve_fields(form.content, known, words, duty=stage)}


WITHDRAWING = (withdrawal_form(), withdrawal_form(public=True))


def every_demand() -> set[str]:
    forms = {each.id for form in (*notice_forms().values(), *WITHDRAWING) for each in form.content}
    return forms | {each.id for law in _laws().values() for stage in law.stages for each in stage.content}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_every_law_and_form_has_an_answer_that_names_no_suspect(language: Language) -> None:
    cause = stated(CaseFactKind.CAUSE, "attack")
    unknown = replace(INCIDENT, kind=IncidentKind.SUSPICIOUS, scope=Scope(), service="")
    for known in (
        facts(language),
        facts(language, facts=(cause,), organization=OURS, steps=(step("C2"),)),
        facts(language, incident=unknown),
    ):
        for law in _laws().values():
            for stage in law.stages:
                for each in resolve_fields(stage.content, known, duty=f"{law.id}/{stage.id}"):
                    assert "mallory" not in each.value + each.why
                    assert bool(each.value) is (each.state is not FieldState.MISSING), each
                    assert bool(each.why) is (each.state is FieldState.ESTIMATED), each
                    if each.state is FieldState.MISSING:
                        assert each.roles, each
                        assert "{" not in each.command
                        assert each.command


HOMES = replace(
    SCOPE,
    by_class=(("contact", 1240), ("payment", 90)),
    by_residence=(("FR", 800), ("US-CA", 310), ("US", 20), ("KZ", 100)),
    classes_by_residence=(
        ("contact", "FR", 800), ("contact", "US-CA", 310), ("contact", "US", 20), ("contact", "KZ", 100),
        ("payment", "FR", 90),
    ),
)  # fmt: skip
WHERE = {
    law: places_of(_laws()[law], _laws()[law].stages[0]) for law in ("us-ca-1798.82", "fr-cnil", "kz-94v", "ru-152fz")
}


@pytest.mark.parametrize(
    ("law", "as_a_rule", "english", "state"),
    [
        ("us-ca-1798.82", (), "between 310 and 340 people living in California; of 30 of them it is not established "
         "where they live", "estimated"),
        ("us-ca-1798.82", ("FR",), "between 310 and 330 people living in California; of 20 of them it is not "
         "established where they live", "estimated"),
        ("kz-94v", ("FR",), "100 people living in Kazakhstan", "estimated"),
        ("fr-cnil", ("FR",), "810 people living in France", "estimated"),
        ("fr-cnil", ("FR", "KZ"), "between 800 and 810 people living in France; of 10 of them it is not established "
         "where they live", "estimated"),
        ("ru-152fz", ("FR",), "nobody living in Russia", "estimated"),
    ],
)  # fmt: skip
def test_a_notice_of_a_law_counts_its_own_people_and_says_of_how_many_nobody_knows(
    law: str, as_a_rule: tuple[str, ...], english: str, state: str
) -> None:
    known = facts(incident=replace(INCIDENT, scope=HOMES), places=WHERE[law], as_a_rule=as_a_rule)
    said = extent_answers.persons(known)
    assert (said.text, said.state.value) == (english, state)
    assert bool(said.why) is (state == "estimated")
    russian = extent_answers.persons(replace(known, words=messages("ru"))).text
    assert WHERE[law] is not None
    assert WHERE[law].words[1] in russian
    assert extent_answers.persons_everywhere(known).text == "1,240 people"


@pytest.mark.parametrize(
    "more",
    [
        {"scope": replace(SCOPE, record_high=9000)},
        {"scope": replace(SCOPE, imported_subjects=60)},
        {"persons": 2000},
    ],
    ids=["counted", "listed", "stated"],
)
def test_a_class_of_data_has_no_bound_where_people_are_concerned_whom_no_log_names(more: dict[str, Any]) -> None:
    found = extent_answers.data_kinds(facts(incident=replace(INCIDENT, **more)))
    assert found.text == "contact details (at least 1,240 people); cards"
    assert found.why == "these are the people whom the logs name; more may be concerned"
    nowhere = facts(incident=replace(INCIDENT, **more), places=WHERE["ru-152fz"])
    assert extent_answers.data_kinds(nowhere).text == "contact details; cards", "not: at most those whom logs name"


def test_where_all_are_listed_their_number_is_known_and_of_nobody_it_is_at_most() -> None:
    listed = replace(SCOPE, by_residence=(("FR", 930), ("US-CA", 310)))
    known = facts(incident=replace(INCIDENT, scope=listed), places=WHERE["us-ca-1798.82"])
    assert extent_answers.persons(known) == FieldAnswer(FieldState.FILLED, "310 people living in California")
    nowhere = facts(places=WHERE["us-ca-1798.82"])
    assert extent_answers.persons(nowhere).text == (
        "at most 1,240 people living in California; of 1,240 of them it is not established where they live"
    )
    assert extent_answers.persons(nowhere).why == ("all of them are counted in the most, wherever they may live")
    open_ended = replace(listed, uncounted=2)
    known = facts(incident=replace(INCIDENT, scope=open_ended), places=WHERE["us-ca-1798.82"])
    assert extent_answers.persons(known).text == "at least 310 people living in California"
    known = facts(incident=replace(INCIDENT, scope=open_ended), places=WHERE["ru-152fz"])
    assert extent_answers.persons(known).text == "the number of people is being established"


def test_a_notice_of_a_law_names_the_data_of_its_own_people_and_a_list_of_them_alone() -> None:
    case = replace(INCIDENT, scope=HOMES)
    of_ca = facts(incident=case, places=WHERE["us-ca-1798.82"], as_a_rule=("FR",))
    assert extent_answers.data_kinds(of_ca).text == (
        "contact details (between 310 and 330 people living in California)"
    ), "no card of theirs was touched"
    assert effect_answers.risks_of(of_ca) == effect_answers.risks_of(replace(of_ca, places=WHERE["kz-94v"]))
    of_fr = facts(incident=case, places=WHERE["fr-cnil"], as_a_rule=("KZ",))
    assert extent_answers.data_kinds(of_fr).text.endswith("cards (90 people living in France)")
    assert extent_answers.records(of_fr).text == "at most 1,240 records of people living in France"
    kz = facts(incident=case, places=WHERE["kz-94v"], duty=replace(LATE, regulation="kz-94v"))
    annex = extent_answers.list_of_persons(kz)
    assert annex.text == (
        "list in an annex: 100 people living in Kazakhstan; in an annex apart: 10 more of whom it is not established "
        "where they live"
    )
    assert annex.command.endswith("--out FILE --law kz-94v")
    before = replace(HOMES, classes_by_residence=())
    assert extent_answers.data_kinds(replace(of_fr, incident=replace(case, scope=before))).text == (
        "contact details; cards"
    ), "counted before anybody told classes apart"


def test_the_common_template_has_a_row_for_each_field_and_asks_no_further_where_the_answer_is_no() -> None:
    rows = [each.en.partition(".")[0] for each in notice_forms()["edpb"].content]
    headings = {1, 2, 8, 9, 20, 27, 28, 32, 37, 42, 43, 54, 64, 69, 74, 77, 78, 88, 91, 93, 96, 107, 108, 112, 119, 124}
    assert [int(each) for each in rows] == sorted(set(range(1, 127)) - headings)
    told = Duty(
        incident_id="i", regulation="eu-gdpr-33", stage="gdpr-72h", law_version=1, position=0, recipient="a",
        due_at=AT - timedelta(hours=1), receipt_number="CNPD-77", receipt_at=AT - timedelta(hours=2),
    )  # fmt: skip
    ours = OURS.model_copy(update={"country": "DE"})
    homes = replace(INCIDENT, scope=HOMES)
    known = facts(incident=homes, duties=(told,), serves="eu-gdpr-33", organization=ours, facts=(CAUSE,))
    found = fields_of("edpb", known)
    assert found["primary_notice_ref"].value.startswith("no. CNPD-77 of ")
    assert found["delay_reasons_if_over_72h"].value.startswith("it is not late")
    assert (found["outside_eea"].value, found["countries_concerned_outside"].value) == (
        "No.", "not asked: see the answer before"
    )  # fmt: skip
    assert (found["cross_border"].value, found["subjects_per_country"].value) == ("Yes.", "France 800")
    assert found["lead_authority"].state is FieldState.MISSING
    assert found["cause_origin"].value == "from inside, malicious"
    assert found["representative_in_eea"].value == "none: the controller is established in the EEA"
    said = (NoticeWord(
        incident_id="i", number=1, duty="edpb", field="processors_involved", value="None", reason="r", by="dina", at=AT
    ),)  # fmt: skip
    assert fields_of("edpb", known, said)["other_party_name"].value == "not asked: see the answer before"
    assert fields_of("edpb", known)["other_party_name"].state is FieldState.MISSING


def test_each_field_says_how_sure_we_are_that_it_is_asked_for() -> None:
    law = _laws()["ru-152fz"]
    duty = replace(LATE, regulation="ru-152fz", stage="ru-24h")
    subject = of_duty(duty, {law.id: law})
    assert subject is not None
    made = MadeNotice(
        subject=subject, facts=facts(), fields=resolve_fields(subject.content, facts(), duty="ru-152fz/ru-24h")
    )
    assert (subject.mark_of("probable_causes"), subject.mark_of("records_count")) == ("text", "memory")
    ((mark, titles),) = made.unsure
    assert mark == "memory"
    assert "Number of records" in titles
    assert "Supposed causes" not in titles


def test_no_answer_is_kept_for_what_nobody_asks() -> None:
    aliases = {"what", "report", "cause", "harm", "extent"}
    unused = set(ANSWERS) | set(ORGANIZATION_FIELDS)
    assert unused - every_demand() - aliases == {ADDRESSEE}, "which no law's list has"


def test_the_first_notice_of_152_fz_is_filled_from_logs_checklist_and_settings() -> None:
    aware = replace(INCIDENT, aware_at=AT)
    done = (stated(CaseFactKind.CAUSE, "insider", "the export was made by hand"),)
    known = facts("ru", incident=aware, facts=done, organization=OURS, steps=(step("C1"), step("C2")))
    found = fields_of("ru-24h", known)
    assert found["operator_inn"].value == "7700000000"
    assert found["incident_detected_at"].value == "02.03.2026 11:00 (UTC+03:00)"
    assert found["data_categories"].value == "контактные данные (1\xa0240 человек); карты"
    assert found["records_count"].value == "1\xa0240 записей"
    assert found["probable_causes"].value.startswith("неправомерные действия лица, имевшего доступ")
    assert "утечка остановлена" in found["measures_taken"].value
    assert found["contact_person_fio"].value == "Dina Doe"
    states = [each.state for each in found.values()]
    assert (states.count(FieldState.MISSING), states.count(FieldState.ESTIMATED)) == (1, 2)
    assert found["data_actuality_period"].roles == ("own", "dpo")


def test_numbers_nobody_can_count_are_estimates_and_say_why() -> None:
    uncounted = replace(SCOPE, record_high=9000, uncounted=2)
    found = fields_of("gdpr-72h", facts(incident=replace(INCIDENT, scope=uncounted)))
    assert found["subjects_approx"].state is FieldState.ESTIMATED
    assert found["subjects_approx"].value == "at least 1,240 people"
    assert "2 exports" in found["subjects_approx"].why
    between = fields_of("gdpr-72h", facts(incident=replace(INCIDENT, scope=replace(SCOPE, record_high=9000))))
    assert between["records_approx"].value == "between 1,240 and 9,000 records"
    nothing = fields_of("gdpr-72h", facts(incident=replace(INCIDENT, scope=Scope())))
    assert nothing["subjects_approx"].command.startswith("nabat incidents fact 20260302-7f3a21 persons")


def test_a_version_of_before_is_read_with_what_tells_its_records_apart_now() -> None:
    kept = replace(SCOPE, record_low=1300, record_high=1300)
    version = ScopeVersion(
        incident_id="i", number=1, at=AT, by="nabat", why=(), digest="", added=0, removed=0, scope=kept
    )  # fmt: skip
    cases = [replace(INCIDENT, scope=replace(kept, nameless=nameless)) for nameless in (None, 0)]
    told = [fields_of("gdpr-72h", facts(incident=each, version=version)) for each in cases]
    assert [each["subjects_approx"].value for each in told] == ["between 1,240 and 1,300 people", "1,240 people"]


def test_what_is_concerned_names_systems_where_any_is_known() -> None:
    elsewhere = replace(INCIDENT, service="", scope=replace(SCOPE, services=()))
    for incident, named in ((INCIDENT, True), (elsewhere, False)):
        impact = fields_of("nis2-72h", facts(incident=incident))["initial_impact"]
        assert impact.value.startswith("1,240 people; 1,240 records")
        assert ("Systems concerned" in impact.value) is named


def test_what_a_person_writes_wins_over_what_is_computed_until_it_is_withdrawn() -> None:
    def word(number: int, duty: str, value: str) -> NoticeWord:
        return NoticeWord(
            incident_id="i", number=number, duty=duty, field="likely_consequences", value=value, reason="r", by="dina",
            at=AT,
        )  # fmt: skip

    everywhere, here = word(1, ALL_NOTICES, "for all"), word(2, "eu-gdpr-33/gdpr-72h", "for this")
    assert fields_of("gdpr-72h", facts(), (everywhere,))["likely_consequences"].value == "for all"
    both = fields_of("gdpr-72h", facts(), (here, everywhere))["likely_consequences"]
    assert (both.value, both.by, both.state) == ("for this", "dina", FieldState.FILLED)
    withdrawn = (everywhere, here, word(3, "eu-gdpr-33/gdpr-72h", ""))
    assert fields_of("gdpr-72h", facts(), withdrawn)["likely_consequences"].value == "for all"
    assert fields_of("gdpr-followup", facts(), (here,))["likely_consequences"].state is FieldState.ESTIMATED


def test_who_caused_it_is_never_computed() -> None:
    outside = facts(facts=(stated(CaseFactKind.CAUSE, "attack"),))
    found = fields_of("ru-72h", outside)
    assert found["culprit_employee_fio_position"].value == "no employee is known to have caused it"
    assert found["culprit_third_party"].state is FieldState.MISSING
    assert (found["culprit_ip"].value, found["culprit_ip"].state) == ("192.0.2.7", FieldState.FILLED)
    inside = fields_of("ru-72h", facts(facts=(stated(CaseFactKind.CAUSE, "insider"),)))
    assert inside["culprit_employee_fio_position"].roles == ("hr", "dpo")
    assert fields_of("ru-72h", facts())["causes_final"].state is FieldState.MISSING


def duty(stage: str, **changes: Any) -> Duty:
    known = {"incident_id": "i", "regulation": "ru-152fz", "stage": stage, "law_version": 2, "position": 0}
    return Duty(**(known | changes))


def test_a_second_notice_refers_to_the_first_and_a_late_one_asks_why() -> None:
    first = duty("ru-24h", state=DutyState.DONE, receipt_number="88412", receipt_at=AT)
    second = duty("ru-72h", position=1, due_at=AT - timedelta(hours=1))
    found = fields_of("ru-72h", facts(duty=second, duties=(first, second)))
    assert found["primary_notice_ref"].value == "no. 88412 of 2026-03-02 11:00 (UTC+03:00)"
    late = duty("gdpr-72h", regulation="eu-gdpr-33", due_at=AT - timedelta(hours=1))
    assert fields_of("gdpr-72h", facts(duty=late))["delay_reasons_if_over_72h"].state is FieldState.MISSING


def test_why_nobody_was_told_is_what_two_people_decided() -> None:
    no = duty("ru-24h", state=DutyState.NOT_OWED, decided_at=AT, decision_reason="no access.", memo="Weighed: a, b.")
    found = fields_of("not-notifying", facts(duties=(no,), titles={no.ref: ("first notice", "первичное")}))
    said = found["decisions_not_to_tell"].value
    assert said == "first notice (ru-152fz/ru-24h): no access. Weighed: a, b."


def test_every_measure_has_its_sentences_and_its_step_in_a_checklist() -> None:
    steps = {each.id for playbook in load_playbooks().values() for each in playbook.steps}
    assert set(MEASURE_STEPS) <= steps
    for language in LANGUAGES:
        for each in MEASURE_STEPS:
            for status in (StepStatus.DONE, StepStatus.OPEN):
                said = fields_of("gdpr-72h", facts(language, steps=(step(each, status),)))
                assert said["measures_taken_or_proposed"].value


def test_a_step_that_was_skipped_is_no_plan() -> None:
    told = {status: fields_of("edpb", facts(steps=(step("N4", status),)))["people_told"].state for status in StepStatus}
    assert told == {
        StepStatus.DONE: FieldState.FILLED,
        StepStatus.OPEN: FieldState.ESTIMATED,
        StepStatus.SKIPPED: FieldState.MISSING,
    }


def test_what_differs_between_two_notices_is_named_by_field() -> None:
    one = NoticeField(id="a", title="A", state=FieldState.FILLED, value="1")
    two = NoticeField(id="b", title="B", state=FieldState.MISSING)
    (change,) = changed_fields((one, two), (replace(one, value="2"), two))
    assert (change.title, change.before, change.after) == ("A", "1", "2")
    found = fields_of("gdpr-followup", facts(sent_changes=(change,)))
    assert found["what_changed"].value == "A: 1 → 2"
    assert fields_of("gdpr-followup", facts(sent_changes=()))["what_changed"].value == "nothing has changed"


def test_a_notice_is_a_dutys_with_its_law_or_a_forms() -> None:
    laws = _laws()
    subject = of_duty(duty("ru-24h"), laws)
    assert subject is not None
    assert (subject.name, subject.stage, subject.mark) == ("ru-152fz/ru-24h", "ru-24h", "memory")
    assert of_duty(duty("none"), laws) is None
    made = MadeNotice(subject=subject, facts=facts("ru"), fields=())
    assert values_of(made, coverage=())["law"]["article"] == "ч. 3.1 ст. 21", "in the reader's language"
    assert {of_form(each).mark for each in notice_forms().values()} == {"memory", "secondary", "text"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_is_headed_as_its_reader_reads_it_and_names_the_place_that_asks_for_it(language: Language) -> None:
    russian, made = language == "ru", {}
    for law in _laws().values():
        for stage in law.stages:
            subject = of_duty(duty(stage.id, regulation=law.id), _laws())
            assert subject is not None
            text = MadeNotice(subject=subject, facts=facts(language), fields=())
            made[stage.id] = (text.title, values_of(text, coverage=())["law"])
    stages = [stage for law in _laws().values() for stage in law.stages if not law.dormant]
    assert [each.id for each in stages if each.heading is None] == []
    title, basis = made["ru-gossopka"]
    assert title == ("Информация о компьютерном инциденте" if russian else "Information about a computer incident")
    assert basis["article"].startswith("ч. 12 ст. 19; " if russian else "art. 19 part 12; ")
    assert ("77" in basis["article"], "77" in basis["source"]) == (True, False)
    basis = made["gdpr-followup"][1]
    act = "Регламент (ЕС) 2016/679 (GDPR)" if russian else "Regulation (EU) 2016/679"
    assert (basis["source"], basis["article"]) == (act, "ст. 33(4)" if russian else "Art. 33(4)")
    assert made["hipaa-media"][1]["article"] == "164.406", "not all places of its law"
    assert made["uk-pecr-72h"][1]["source"] != made["uk-72h"][1]["source"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_gets_a_notice_reads_once_whom_to_ask_and_the_public_no_minute(language: Language) -> None:
    templates, known = SourceTemplates(), facts(language, organization=OURS)
    for stage in ("nis2-24h", "ru-24h", "ru-72h", "gdpr-72h", "hipaa-hhs-500", "ca-30d", "tx-60d"):
        law = next(each for each in _laws().values() if stage in {one.id for one in each.stages})
        subject = of_duty(duty(stage, regulation=law.id), _laws())
        assert subject is not None
        of = replace(known, duty=subject.duty, plain=subject.plain)
        made = MadeNotice(subject=subject, facts=of, fields=resolve_fields(subject.content, of, duty=subject.name))
        own = f"notice-{stage}" if f"notice-{stage}" in templates.names(language) else "notice"
        text = templates.render(own, language, values_of(made, coverage=()))
        assert text.count("Dina Doe") == (0 if subject.plain else 1), stage
        assert ("UTC" in text) is not subject.plain, "a day is enough for people"


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_something_is_an_estimate_stands_in_a_column_of_its_own(language: Language) -> None:
    templates, known, subjects = SourceTemplates(), facts(language, organization=OURS), []
    for stage in ("ru-24h", "gdpr-72h", "gdpr-followup"):
        law = next(each for each in _laws().values() if stage in {one.id for one in each.stages})
        subjects.append(of_duty(duty(stage, regulation=law.id), _laws()))
    subjects += [of_form(notice_forms()[form]) for form in ("edpb", "briefing")]
    for subject in subjects:
        assert subject is not None
        of = replace(known, duty=subject.duty, plain=subject.plain)
        made = MadeNotice(subject=subject, facts=of, fields=resolve_fields(subject.content, of, duty=subject.name))
        own = f"notice-{subject.name.rpartition('/')[2]}"
        source = templates.render(
            own if own in templates.names(language) else "notice", language, values_of(made, coverage=())
        )
        lines = source.replace("\\", "").splitlines()
        rows = [line.strip("|").split(" | ") for line in lines if line.startswith("| ")]
        unsure = {each.title: each for each in made.fields if each.why and each.value}
        assert unsure, subject.name
        seen = [row for row in rows if row[0].strip() in unsure]
        assert seen, subject.name
        for title, _value, why in seen:
            assert unsure[title.strip()].why in why
        assert all(each.why not in row[1] for row in seen for each in unsure.values())


def test_a_reader_is_promised_the_next_word_that_is_due_to_them() -> None:
    duties = (
        duty("ru-24h", due_at=AT + timedelta(hours=24)),
        duty("ru-gossopka", due_at=AT + timedelta(hours=24), recipient="NKTsKI"),
        duty("ru-72h", due_at=AT + timedelta(hours=72)),
        duty("ru-unlawful", due_at=AT + timedelta(hours=90), recipient="the persons"),
    )
    by_ref = {each.stage: each for each in duties}
    laws = _laws()
    promised = {}
    for stage, each in by_ref.items():
        subject = of_duty(each, laws)
        assert subject is not None
        known = facts(duty=each, duties=duties)
        made = MadeNotice(subject=subject, facts=known, fields=())
        promised[stage] = values_of(made, coverage=())["next_at"]
    assert promised == {
        "ru-24h": "2026-03-05 11:00 (UTC+03:00)", "ru-gossopka": "", "ru-72h": "", "ru-unlawful": "",
    }  # fmt: skip


def test_the_people_concerned_are_told_in_the_words_of_letters_and_nothing_of_how() -> None:
    laws = _laws()
    plain = {(law.id, stage.id) for law in laws.values() for stage in law.stages if stage.plain}
    assert {stage for _, stage in plain} == {
        "gdpr-subjects", "uk-subjects", "fr-subjects", "hipaa-individual", "hipaa-media", "ca-30d", "ru-unlawful",
        "tx-60d", "ny-30d", "uk-complaint",
    }  # fmt: skip
    aware, stopped = replace(INCIDENT, aware_at=AT), stated(CaseFactKind.FLOW_STOPPED, AT.isoformat())
    steps = (step("C2"), step("B4", StepStatus.OPEN), step("R3", StepStatus.OPEN))
    for (law, stage), language in product(sorted(plain), LANGUAGES):
        subject = of_duty(duty(stage, regulation=law), laws)
        assert subject is not None
        known = facts(language, duty=subject.duty, plain=subject.plain, incident=aware, facts=(stopped,), steps=steps)
        made = MadeNotice(subject=subject, facts=known, fields=resolve_fields(subject.content, known, duty=stage))
        values = values_of(made, coverage=("crm: 40 lines",))
        text = "\n".join(each.value for each in values["fields"])
        for hidden in ("crm", "export", "выгруз", "ENISA", "1,240", "1\xa0240", "UTC", "planned", "запланировано"):
            assert hidden not in text, (stage, hidden)
        assert {"en": "cut off", "ru": "закрыт"}[language] in text or stage in ("hipaa-media", "uk-complaint"), stage
        named = {"en": "contact details; cards", "ru": "контактные данные; карты"}[language]
        assert named in text or stage in ("ru-unlawful", "uk-complaint"), "whoever is told of data hears which"
        assert values["coverage"] == []


def test_measures_against_the_effects_are_those_that_protect_people() -> None:
    known = facts(steps=(step("C1"), step("K2"), step("R3", StepStatus.OPEN), step("N4", StepStatus.OPEN)))
    found = fields_of("gdpr-72h", known)
    lines = found["mitigation_measures"].value.splitlines()
    assert (len(lines), lines[0].endswith("reset and their sessions ended")) == (2, True), lines
    assert len(found["measures_taken_or_proposed"].value.splitlines()) == 4
    assert f"planned by {AT + timedelta(days=1):%Y-%m-%d}: tell the people concerned" in lines, "a day, not a minute"


def test_what_is_stated_or_sent_says_when_a_measure_was_taken_better_than_the_tick_of_its_step() -> None:
    stopped = stated(CaseFactKind.FLOW_STOPPED, (AT - timedelta(minutes=9)).isoformat())
    open_step = step("N4", StepStatus.OPEN)
    to_people = Duty(
        incident_id="i", regulation="us-ca-1798.82", stage="ca-30d", law_version=1, position=0, recipient="residents",
        step="N4", state=DutyState.DONE, receipt_number="7", receipt_at=AT - timedelta(hours=1),
    )  # fmt: skip
    own = replace(to_people, stage="ca-ag")
    known = facts(steps=(step("C2"), open_step), facts=(stopped,), duties=(to_people,), duty=own)
    told, blocked = fields_of("ca-30d", known)["h_what_we_are_doing"].value.splitlines()
    assert blocked.startswith(known.moment(AT - timedelta(minutes=9))), "no other minute than the fact beside it"
    assert told == f"{known.moment(AT - timedelta(hours=1))}: the people concerned were told"
    assert fields_of("edpb", known)["people_told_on"].value == known.moment(AT - timedelta(hours=1))
    assert fields_of("edpb", replace(known, duties=()))["people_told_how"].value == "not yet"
    of_another = replace(known, duty=replace(to_people, regulation="us-hipaa"))
    assert "were told" not in fields_of("hipaa-hhs-500", of_another)["people_told"].value
    late = replace(step("C1"), done_at=AT + timedelta(hours=1))
    lines = fields_of("police", replace(known, steps=(late, step("C2"))))["measures_taken"].value.splitlines()
    assert lines == sorted(lines), "in the order of time"


def test_a_notice_tells_what_letters_tell_of_what_may_follow() -> None:
    classes = CLASSES | {"payment": replace_class("payment", "identity", "document")}
    known = facts(classes=classes)
    told = fields_of("gdpr-72h", known)["likely_consequences"].value
    assert "Loans and contracts in another's name." in told
    assert "identity documents" in told
    assert "Look at your credit history" in fields_of("gdpr-subjects", known)["advice_to_subject"].value


def replace_class(name: str, *risks: str) -> DataClass:
    return DataClass.model_validate(CLASSES[name].model_dump() | {"risks": risks})


def test_who_was_told_stands_there_once_and_our_own_register_is_nobody() -> None:
    done = {"state": DutyState.DONE, "receipt_at": AT, "recipient": "the authority"}
    duties = (
        duty("gdpr-72h", **done),
        duty("gdpr-followup", **done),
        duty("gdpr-register", **done | {"recipient": "us"}),
    )
    known = facts(duties=duties, kept=frozenset({duty("gdpr-register").ref}))
    assert fields_of("insurer", known)["who_else_told"].value == "the authority: 2026-03-02 11:00 (UTC+03:00)"
    named = replace(known, called={duty("gdpr-72h").ref: ("Example authority", "x")}, duties=duties[:1])
    assert fields_of("insurer", named)["who_else_told"].value == "Example authority: 2026-03-02 11:00 (UTC+03:00)"
    letters = ClientLetters(counts=((LetterState.SENT, 41), (LetterState.BOUNCED, 2)))
    clients = "our clients, each for themselves: 41; not told yet: 2"
    told = fields_of("insurer", replace(known, letters=letters))["who_else_told"].value
    assert told.splitlines() == ["the authority: 2026-03-02 11:00 (UTC+03:00)", clients]
    assert fields_of("insurer", facts(letters=letters))["who_else_told"].value == clients, "letters tell somebody"


def test_papers_called_as_the_demonstration_calls_them_may_be_used_in_anothers_name() -> None:
    papers = DataClass(confidentiality="special", enisa="sensitive")
    assert papers.may_lead_to("identity_document") == papers.may_lead_to("passport") == ("identity", "document")


def test_russian_numbers_between_two_take_the_case_of_the_last() -> None:
    words = messages("ru")
    said = {count: words.text("notice-records-between", least="38", count=count) for count in (21, 22, 41, 45)}
    assert [text.split()[-1] for text in said.values()] == ["записи", "записей", "записи", "записей"]
    assert words.text("notice-persons-between", least="38", count=41).endswith("человека")
    assert words.text("notice-persons-between", least="38", count=42).endswith("человек")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_anybody_may_read_tells_in_plain_words_what_is_established_and_no_system(language: Language) -> None:
    templates = SourceTemplates()
    aware = replace(INCIDENT, aware_at=AT)
    told = (step("C2"), step("N4", StepStatus.OPEN))
    states = {
        "unusual": facts(language, incident=replace(INCIDENT, kind=IncidentKind.SUSPICIOUS)),
        "suspected": facts(language, steps=(step("N4", StepStatus.OPEN),)),
        "confirmed": facts(
            language, incident=aware, steps=told, facts=(stated(CaseFactKind.FLOW_STOPPED, AT.isoformat()),)
        ),
    }
    read = dict[tuple[str, str], str]()
    for form in ("staff", "press", "site"):
        subject = of_form(notice_forms()[form])
        for state, known in states.items():
            fields = resolve_fields(subject.content, known, duty=form)
            made = MadeNotice(subject=subject, facts=known, fields=fields)
            source = templates.render(f"notice-{form}", language, values_of(made, coverage=()))
            text = write_text(read_source(source, language=language, title=made.title), TextFormat.PLAIN, at=AT)
            read[form, state] = text.decode()
            for hidden in ("crm", "192.0.2.7", "mallory", "export", "выгруз", "1.", "None"):
                assert hidden not in read[form, state], (form, state, hidden)
            assert made.subject.kind is DocumentKind.NOTICE, "another person approves it"
    said = {
        "en": (
            "unusual activity",
            "signs that somebody may have",
            "Somebody got at client data",
            "cut off on 2 March 2026",
        ),
        "ru": ("необычную активность", "признаки того", "Кто-то без права на это получил", "закрыт 2 марта 2026 года"),
    }[language]
    for form in ("staff", "press", "site"):
        assert said[0] in read[form, "unusual"]
        assert said[1] in read[form, "suspected"]
        assert said[2] in read[form, "confirmed"]
        assert said[3] in read[form, "confirmed"]
        assert said[3][:8] not in read[form, "suspected"]


@pytest.mark.parametrize("form", ["staff", "press", "site", "executive", "briefing"])
def test_what_people_write_into_what_everybody_reads_is_characters_in_every_format(form: str) -> None:
    hostile = "<script>x</script> | # a\n# b {{ 7*7 }} [a](javascript:x) **c** =cmd"
    known = facts(duties=(replace(LATE, decided_at=AT, decision_reason=hostile, state=DutyState.NOT_OWED),))
    subject = of_form(notice_forms()[form])
    word = NoticeWord(
        incident_id="i", number=1, duty=ALL_NOTICES, field="next_word", value=hostile, reason="r", by="dina", at=AT
    )
    made = MadeNotice(subject=subject, facts=known, fields=resolve_fields(subject.content, known, (word,), duty=form))
    source = SourceTemplates().render(f"notice-{form}", "en", values_of(made, coverage=()))
    text = read_source(source, language="en", title=made.title)
    plain = write_text(text, TextFormat.PLAIN, at=AT).decode()
    for part in ("<script>x</script>", "{{ 7*7 }}", "[a](javascript:x)", "**c**"):
        assert part in plain, (form, part)
    html = write_text(text, TextFormat.HTML, at=AT).decode()
    assert "<script>x" not in html
    assert 'href="javascript' not in html


def test_those_who_lead_read_what_is_decided_what_waits_and_what_is_due() -> None:
    owed = Duty(
        incident_id="i", regulation="eu-gdpr-33", stage="gdpr-72h", law_version=1, position=0,
        recipient="the authority", due_at=AT + timedelta(hours=9), verdict=DutyVerdict.YES,
    )  # fmt: skip
    not_owed = replace(
        owed, stage="gdpr-phases", state=DutyState.NOT_OWED, decided_at=AT, decision_reason="sent whole", due_at=None
    )
    item = AgendaItem(
        id="a", incident_id="i", kind=AgendaKind.STEP, what="S1", title="Count the clients: all of them.",
        title_ru="Сосчитать клиентов: всех.", roles=("soc",), since=AT, due_at=AT + timedelta(hours=1),
    )  # fmt: skip
    done = replace(item, id="b", what="C2")
    known = {"duties": (owed, not_owed), "steps": (step("C2"), step("K3", StepStatus.SKIPPED, "no cards")),
             "agenda": (done, item), "titles": {owed.ref: ("first notice", "уведомление")}}  # fmt: skip
    boss, team = fields_of("executive", facts(**known)), fields_of("briefing", facts("ru", **known))
    assert boss["duties_ahead"].value == "by 2026-03-02 20:00 (UTC+03:00): first notice – the authority"
    late = fields_of("executive", facts(**known, now=AT + timedelta(hours=10)))
    assert late["duties_ahead"].value.startswith("OVERDUE since 2026-03-02 20:00")
    assert "first notice" in boss["to_decide"].value
    assert "not to be told, decided 2026-03-02 11:00 (UTC+03:00). Sent whole" in boss["decided"].value
    assert "K3 is left out (K3) no cards" in boss["decided"].value
    decide = replace(item, title="Decide: leak or not. Ask.", title_ru="Решить: утечка или нет. Спросить.")
    cut = fields_of("briefing", facts(**(known | {"agenda": (decide,)})))["next_steps"].value
    assert cut.endswith("S1: Decide: leak or not (security analyst)")
    wait = replace(
        item, title="If data is outside: demand its removal. Ask.", title_ru="Принудительно: сбросить пароли."
    )
    for language, said in (("en", "If data is outside: demand its removal"), ("ru", "Принудительно: сбросить пароли")):
        of = facts(language, **(known | {"agenda": (wait,)}))
        assert f"S1: {said} (" in fields_of("briefing", of)["next_steps"].value
    assert team["next_steps"].value == "02.03.2026 12:00 (UTC+03:00): S1: Сосчитать клиентов (аналитик безопасности)"
    overdue = fields_of("briefing", facts(**known, now=AT + timedelta(hours=10)))
    assert overdue["next_steps"].value.startswith("OVERDUE since 2026-03-02 12:00 (UTC+03:00): S1: ")
    assert overdue["to_decide"].value.endswith("OVERDUE since 2026-03-02 20:00 (UTC+03:00)")
    nothing = fields_of("briefing", facts())
    assert [nothing[each].value for each in ("decided", "to_decide", "next_steps")] == [
        "nothing yet", "nothing", "nothing is due",
    ]  # fmt: skip
    assert of_form(notice_forms()["executive"]).kind is DocumentKind.REPORT


@pytest.mark.parametrize(("language", "nobody"), [("en", "Nobody is named yet"), ("ru", "пока не назначено")])
def test_who_speaks_to_the_press_is_named_or_it_is_said_that_nobody_is(language: Language, nobody: str) -> None:
    def staff(organization: OrganizationSettings) -> str:
        known, subject = facts(language, organization=organization), of_form(notice_forms()["staff"])
        made = MadeNotice(
            subject=subject, facts=known, fields=resolve_fields(subject.content, known, duty=subject.name)
        )
        return SourceTemplates().render("notice-staff", language, values_of(made, coverage=()))

    assert nobody in staff(OURS)
    named = staff(OURS.model_copy(update={"press": OrganizationPerson(name="Pia Poe", phone="+7 495 000-00-02")}))
    assert "Pia Poe" in named
    assert nobody not in named
    lacks = fields_of("press", facts(organization=OURS))["speaker"]
    assert (lacks.state, lacks.roles, lacks.command) == (
        FieldState.MISSING, ("com", "exe"), "nabat.yml: organization.press"
    )  # fmt: skip


def test_what_of_the_organization_a_law_lacks_is_named() -> None:
    laws = _laws()
    assert organization_gaps(OURS, laws["ru-152fz"]) == ()
    assert "organization.inn" in organization_gaps(OrganizationSettings(name="x"), laws["ru-152fz"])
    assert organization_gaps(OrganizationSettings(), laws["eu-gdpr-33"]) == ("organization.dpo", "organization.contact")


@pytest.mark.parametrize("cause", list(IncidentCause))
def test_a_case_in_veris_is_as_the_schema_asks_and_names_nobody(cause: IncidentCause) -> None:
    stopped = stated(CaseFactKind.FLOW_STOPPED, "2026-03-02T09:30:00Z")
    for incident in (INCIDENT, replace(INCIDENT, kind=IncidentKind.ALTERATION, aware_at=AT)):
        said = veris_of(facts(incident=incident, facts=(stopped, stated(CaseFactKind.CAUSE, cause.value))))
        assert list(veris_problems(said)) == []
        assert "mallory" not in str(said)
    assert said["timeline"]["discovery"] == {"unit": "Hours", "value": 5.0}
    assert said["timeline"]["containment"] == {"unit": "Hours", "value": 1.5}
    del said["victim"]["country"]
    said["security_incident"] = "perhaps"
    assert list(veris_problems(said)) == ["security_incident is 'perhaps'", "victim lacks country"]


@pytest.mark.parametrize("reason", [CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED])
def test_a_case_that_was_no_breach_tells_veris_of_none(reason: CloseReason) -> None:
    ended = replace(INCIDENT, status=IncidentStatus.CLOSED, close_reason=reason, closed_at=AT, aware_at=AT)
    stopped = stated(CaseFactKind.FLOW_STOPPED, AT.isoformat())
    said = veris_of(facts(incident=ended, facts=(stopped, stated(CaseFactKind.CAUSE, "insider"))))
    assert list(veris_problems(said)) == []
    assert said["security_incident"] == "False positive"
    assert "accessed without authority" not in said["summary"]
    assert said["attribute"] == {"confidentiality": {"data_disclosure": "No"}}, "nobody took anything"
    assert (said["actor"], "containment" in said["timeline"]) == ({"unknown": {}}, False)


def test_the_command_that_states_a_fact_is_one_that_the_command_line_takes() -> None:
    kinds = next(each.type.choices for each in fact.params if each.name == "kind")
    said = {
        word
        for answer in ANSWERS.values()
        for word in re.findall(r"nabat incidents fact \{incident\} (\S+)", answer(facts()).command)
    }
    assert {"flow-stopped", "t1", "cause"} <= said <= set(kinds)


def test_of_people_some_of_whom_have_no_letter_no_notice_says_that_they_were_told() -> None:
    left = ClientLetters(counts=((LetterState.BOUNCED, 2), (LetterState.POST, 1), (LetterState.SENT, 5)))
    told = ClientLetters(counts=((LetterState.BOUNCED, 0), (LetterState.SENT, 5)))
    for language, partly in (("en", "some of them have none yet"), ("ru", "у части из них письма пока нет")):
        for stage in ("edpb", "hipaa-hhs-500", "kz-1bd"):
            known = facts(language, steps=(step("N4"),), letters=left)
            said = " ".join(each.value for each in fields_of(stage, known).values())
            assert partly in said, (language, stage)
            assert partly not in " ".join(
                each.value for each in fields_of(stage, replace(known, letters=told)).values()
            ), (language, stage)
    planned = {
        each: fields_of("edpb", facts(steps=(step("N4", StepStatus.OPEN),), letters=each)) for each in (left, told)
    }
    assert planned[left]["people_told_planned"].value == "2026-03-03 11:00 (UTC+03:00)", "some wait for it yet"
    assert (
        fields_of("edpb", facts(steps=(step("N4"),), letters=left))["people_told_planned"].state is FieldState.MISSING
    )
    assert fields_of("edpb", facts(steps=(step("N4"),), letters=told))["people_told_planned"].state is FieldState.FILLED
    for letters, words in ((left, "We are writing to the people"), (told, "We have written to the people")):
        press = fields_of("press", facts(steps=(step("N4"),), letters=letters))
        assert words in " ".join(each.value for each in press.values())


def test_a_case_found_in_the_logs_is_not_said_to_be_recorded_by_our_staff_though_one_by_hand_went_into_it() -> None:
    named = HandNamed(actors=("user:x",), addresses=(), since=AT, until=AT)
    for matter, words in (("access", "found by monitoring"), (BY_HAND, "recorded by our staff")):
        known = facts(incident=replace(INCIDENT, matter=matter, named=named))
        assert words in fields_of("uk-72h", known)["how_and_when_found"].value


def filed(number: int, kind: DocumentKind, *acts: DocumentAct) -> FiledDocument:
    """Return a document of one version with which something was done."""
    of = {"document_id": f"i-d{number}", "incident_id": "i"}
    head = DocumentHead(
        id=f"i-d{number}", incident_id="i", number=number, kind=kind, language="en", title=kind.value,
        made_by="lev", made_at=AT,
    )  # fmt: skip
    version = DocumentVersion(**of, version=1, media_type="text/markdown", bytes=1, sha256="", author="lev", at=AT)
    records = (
        DocumentRecord(**of, number=n, version=1, act=act, by="sophie", at=AT, happened_at=AT)
        for n, act in enumerate(acts, 1)
    )
    return FiledDocument(document=head, versions=(version,), records=tuple(records))


def test_what_stays_inside_is_not_attached_to_a_notice_to_an_authority() -> None:
    known = facts(
        documents=(
            filed(1, DocumentKind.LETTER, DocumentAct.APPROVED, DocumentAct.SENT),
            filed(2, DocumentKind.LETTER, DocumentAct.APPROVED),  # planned, and replaced
            filed(3, DocumentKind.REPORT),  # a brief for the executive: nobody has to approve it
            filed(4, DocumentKind.REVIEW),
            filed(5, DocumentKind.REPORT, DocumentAct.APPROVED),
        )
    )
    assert fields_of("edpb", known)["attachments"].value == "i-d1 v1: letter, i-d5 v1: report"


@pytest.mark.parametrize(("language", "ours"), [("en", "by our reading"), ("ru", "по нашему толкованию")])
def test_that_papers_count_one_more_is_said_to_be_our_reading_of_the_method(language: Language, ours: str) -> None:
    passports = CLASSES | {"payment": DataClass(confidentiality="special", title="passports", risks=("document",))}
    leak = replace(INCIDENT, kind=IncidentKind.LEAK)
    for classes, said in ((passports, True), (CLASSES, False)):
        known = facts(language, incident=leak, classes=classes, assessment=assess(leak, classes))
        assert (ours in effect_answers.severity(known).text) is said
    corrected = SeverityCorrection(
        incident_id="i", number=1, factor=SeverityFactor.SIMPLE, value=2, reason="seen", by="lev", at=AT
    )
    known = facts(language, incident=leak, classes=passports, assessment=assess(leak, passports, (corrected,)))
    assert ours not in effect_answers.severity(known).text, "a person said so"


def test_who_was_told_by_a_form_that_is_no_laws_stands_among_those_told() -> None:
    told = {"police": (("police", "полиция"), AT), "insurer": (("cyber insurer", "киберстраховщик"), AT)}
    known = facts(forms_told=told, form="insurer")
    assert record_answers.others_told(known).text == "police: 2026-03-02 11:00 (UTC+03:00)", "not itself"
    assert edpb_answers.police(known).text == "Yes: 2026-03-02 11:00 (UTC+03:00)."
    assert "police" not in record_answers.others_told(replace(known, controller="Acme")).text
    assert "police" not in record_answers.authorities_told(known).text
