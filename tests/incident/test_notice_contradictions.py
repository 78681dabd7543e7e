"""A notice that somebody signs contradicts itself nowhere, and promises nothing that was decided against."""

from dataclasses import replace
from datetime import timedelta

import pytest

from detector.incident import load_regulations
from detector.incident.notices.answers import extent_answers, measure_answers, plain_answers
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import StepStatus
from detector.schema.notices.notice_fields import FieldState, NoticeWord
from detector.settings import DataClass
from tests.incident.test_notices import AT, CAUSE, INCIDENT, facts, fields_of, stated, step

TELLING = Duty(
    incident_id="i", regulation="eu-gdpr-34", stage="gdpr-subjects", law_version=1, position=0, step="N4",
    recipient="the persons concerned", due_at=AT + timedelta(days=3),
)  # fmt: skip
STOPPED = stated(CaseFactKind.FLOW_STOPPED, (AT - timedelta(hours=3)).isoformat())


def test_a_notice_of_which_rows_are_open_is_not_complete() -> None:
    aware = replace(INCIDENT, aware_at=AT)
    known = facts(incident=aware, facts=(CAUSE, STOPPED))
    found = fields_of("edpb", known)
    assert any(each.state is FieldState.MISSING for each in found.values())
    assert found["notice_completeness"].value == "To be completed."
    said = tuple(
        NoticeWord(incident_id="i", number=n, duty="edpb", field=name, value="said", reason="r", by="dina", at=AT)
        for n, name in enumerate(found)
        if name != "notice_completeness"
    )
    assert fields_of("edpb", known, said)["notice_completeness"].value == "Complete."
    mine = replace(said[0], field="notice_completeness", value="as far as we can")
    assert fields_of("edpb", known, (mine,))["notice_completeness"].value == "as far as we can"


def test_the_end_is_the_same_in_each_row_and_no_act_is_later_than_it() -> None:
    found = fields_of("edpb", facts(facts=(STOPPED,)))
    assert found["breach_ended"].value == "2026-03-02 08:00 (UTC+03:00)"
    assert found["breach_span"].value.endswith(f" to {found['breach_ended'].value}")
    early = stated(CaseFactKind.FLOW_STOPPED, (AT - timedelta(hours=5)).isoformat())
    later = fields_of("edpb", facts(facts=(early,)))
    assert later["breach_ended"].value == "2026-03-02 07:00 (UTC+03:00)", "the logs show an act an hour after it"


@pytest.mark.parametrize(
    ("classes", "said", "state"),
    [
        ({"contact": ("confidential", "simple"), "payment": ("special", "financial")}, "No", FieldState.ESTIMATED),
        ({"contact": ("confidential", "simple"), "payment": ("special", "sensitive")}, "Yes: P", FieldState.FILLED),
        ({"contact": ("special", "simple"), "payment": ("special", "sensitive")}, "Yes: P.", FieldState.ESTIMATED),
        ({"contact": ("confidential", "simple"), "payment": ("confidential", "simple")}, "No", FieldState.FILLED),
    ],
)
def test_what_we_guard_as_special_is_a_special_category_of_the_law_only_where_it_is_sensitive(
    classes: dict[str, tuple[str, str]], said: str, state: FieldState
) -> None:
    kept = {
        name: DataClass.model_validate({"confidentiality": level, "enisa": kind, "title": name[0].upper()})
        for name, (level, kind) in classes.items()
    }
    found = extent_answers.special_data(facts(classes=kept))
    assert found.text.startswith(said)
    assert found.state is state


def test_plans_stand_in_the_order_of_their_days() -> None:
    late, soon = step("K5", StepStatus.OPEN), step("K3", StepStatus.OPEN)
    steps = (replace(late, due_at=AT + timedelta(days=9)), replace(soon, due_at=AT + timedelta(days=1), position=1))
    lines = measure_answers.all_measures(facts(steps=steps)).text.splitlines()
    assert [each.partition(":")[0] for each in lines] == ["planned by 2026-03-03", "planned by 2026-03-11"]


def test_where_two_people_decided_against_telling_the_persons_nobody_is_promised_to_be_told() -> None:
    aware, steps = replace(INCIDENT, aware_at=AT), (step("N4", StepStatus.OPEN),)
    owed = facts(incident=aware, steps=steps, duties=(TELLING,))
    decided = replace(TELLING, state=DutyState.NOT_OWED, decided_at=AT, decided_by="dina", approved_by="lev")
    not_owed = facts(incident=aware, steps=steps, duties=(decided,))
    assert plain_answers.people(owed).text == "We will write to everybody concerned whose address we have."
    assert plain_answers.people(not_owed).state is FieldState.MISSING
    assert "tell the people concerned" in measure_answers.all_measures(owed).text
    assert "tell the people" not in measure_answers.all_measures(not_owed).text
    assert fields_of("edpb", not_owed)["people_told_planned"].value == "nothing more is planned"
    sent = facts(incident=aware, steps=(step("N4"),), duties=(decided,))
    assert plain_answers.people(sent).text == "We have written to the people concerned whose address we have."


def test_those_who_lead_read_by_which_law_each_duty_is_owed() -> None:
    two = (
        replace(TELLING, verdict=DutyVerdict.YES),
        replace(TELLING, regulation="uk-gdpr", stage="uk-subjects", verdict=DutyVerdict.YES),
    )
    named = {each.ref: ("communication to the persons", "сообщение людям") for each in two}
    laws = {"eu-gdpr-34": ("GDPR, art. 34", "GDPR, ст. 34"), "uk-gdpr": ("UK GDPR", "UK GDPR")}
    found = fields_of("executive", facts("ru", duties=two, titles=named, law_titles=laws))
    for field in ("to_decide", "duties_ahead"):
        first, second = found[field].value.splitlines()
        assert "GDPR, ст. 34: сообщение людям" in first
        assert "UK GDPR: сообщение людям" in second
    own = facts(duty=two[0], duties=two, titles=named, law_titles=laws)
    assert own.title_of(two[0]) == "communication to the persons", "the law's own notice says which law it is"


@pytest.mark.parametrize(
    ("law", "stage", "act", "place"),
    [
        ("ru-152fz", "ru-gossopka", "Федеральный закон от 27.07.2006 № 152-ФЗ", "ч. 12 ст. 19; приказ ФСБ России"),
        ("ru-187fz", "kii-3h", "Федеральный закон от 26.07.2017 № 187-ФЗ", "ст. 9; приказ ФСБ России"),
        ("kz-94v", "kz-1bd", "Закон Республики Казахстан от 21.05.2013 № 94-V", "ст. 25; приказ от 09.08.2024"),
        ("eu-gdpr-33", "gdpr-72h", "Регламент (ЕС) 2016/679 (GDPR)", "ст. 33(1)"),
    ],
)
def test_an_article_stands_behind_the_act_that_it_is_an_article_of(law: str, stage: str, act: str, place: str) -> None:
    found = load_regulations()[law]
    named = found.basis_of(next(each for each in found.stages if each.id == stage), russian=True)
    assert named[0] == act
    assert named[1].startswith(place)
