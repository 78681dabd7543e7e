"""Each client gets the letter that the law of their residence asks for, and nobody one of another's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from detector.errors import ConfigError
from detector.incident import load_regulations
from detector.incident.duty.law_people import Lies
from detector.incident.letters.letter_forms import FormChooser, LetterForm, forms_of
from detector.incident.letters.letter_text import LetterRenderer
from detector.messages import messages
from detector.runtime.incidents.letters.letter_plan import LetterPlan, plan_lines, plan_text
from detector.runtime.incidents.letters.letter_templates import (
    help_contact_problems,
    letter_forms,
    sample_facts,
    sample_recipients,
    template_problems,
)
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.letters.mailings import LetterClass, LetterState, MailingKind
from detector.settings import LegalSettings
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.mailroom import FIRST, Mailroom, body_of

__all__ = ["smtp_server"]

HEADINGS = (
    "What Happened", "What Information Was Involved", "What We Are Doing", "What You Can Do", "For More Information",
)  # fmt: skip
CA = LetterForm(id="us-ca", titles=("", ""), places=("US-CA",))
NY = LetterForm(id="us-ny", titles=("", ""), places=("US-NY",))
HIPAA = LetterForm(id="us-hipaa", titles=("", ""), places=())
ALL_LAWS = load_regulations()
LAWS = ("us-ca-1798.82", "us-ny-899-aa")
HOMES = {"ca": "US-CA", "ny": "US-NY", "us": "US", "tx": "US-TX", "fr": "FR", "nowhere": ""}


def a_room(folder: Path, port: int = 9, laws: tuple[str, ...] = LAWS, **legal: Any) -> Mailroom:
    residence = folder / "residence.csv"
    residence.write_text("client,residence\n" + "".join(f"{name},{home}\n" for name, home in HOMES.items()))
    given = LegalSettings.model_validate(legal)
    named = {name: ALL_LAWS[name] for name in laws}
    return Mailroom(folder, port, laws=named, residence=str(residence), legal=given)


def planned(room: Mailroom, languages: Mapping[str, str] | None = None) -> LetterPlan:
    spoken = languages or {}
    room.contacts("".join(f"{name},Name-{name},mail,{name}@example.org,{spoken.get(name, 'en')},,\n" for name in HOMES))
    room.concern({name: ["contact"] for name in HOMES})
    return room.plan()


def form_by_client(plan: LetterPlan) -> dict[str, str]:
    return {each.client: each.form for each in plan.recipients}


@pytest.mark.parametrize(
    ("home", "as_a_rule", "form", "unsure"),
    [
        ("US-CA", (), "us-ca", False),
        ("US-NY", ("US-CA",), "us-ny", False),
        ("US-TX", ("US-CA",), "", False),
        ("RU", ("US-CA",), "", False),
        ("US", (), "us-ca", True),  # some state: the first form that may be theirs
        ("", ("US-CA",), "us-ca", False),
        ("", ("RU",), "", False),
        ("", ("RU", "US-NY"), "us-ny", True),
        ("", (), "us-ca", True),
    ],
)
def test_the_form_follows_where_somebody_lives_and_who_may_live_there_gets_it(
    home: str, as_a_rule: tuple[str, ...], form: str, unsure: bool
) -> None:
    chooser = FormChooser([CA, NY], lambda _: home, as_a_rule)
    assert chooser.form_of("1") == form
    assert chooser.unsure == ({form: {"1"}} if unsure else {})


def test_a_form_about_a_place_goes_before_one_about_everybody_and_without_forms_there_is_the_common_one() -> None:
    assert HIPAA.fits("RU", ()) is Lies.INSIDE
    both = FormChooser([CA, HIPAA], HOMES.__getitem__, ("RU",))
    assert [both.form_of(each) for each in ("ca", "tx", "fr")] == ["us-ca", "us-hipaa", "us-hipaa"]
    assert both.form_of("us") == "us-hipaa", "what is sure goes before what may be"
    assert FormChooser([], HOMES.__getitem__, ()).form_of("ca") == ""


def test_only_duties_that_count_or_are_fulfilled_ask_for_a_form() -> None:
    duty = Duty(
        incident_id="i", regulation="us-ca-1798.82", stage="ca-30d", law_version=1, position=0, verdict=DutyVerdict.YES
    )
    assert [(each.id, each.places, each.delay) for each in forms_of([duty], ALL_LAWS)] == [("us-ca", ("US-CA",), True)]
    assert forms_of([replace(duty, verdict=DutyVerdict.NO)], ALL_LAWS) == ()
    assert forms_of([replace(duty, state=DutyState.NOT_OWED)], ALL_LAWS) == ()
    assert len(forms_of([replace(duty, state=DutyState.DONE)], ALL_LAWS)) == 1, "who is found later gets it as well"
    assert forms_of([replace(duty, stage="ca-ag")], ALL_LAWS) == ()
    hipaa = replace(duty, regulation="us-hipaa", stage="hipaa-individual")
    assert [each.id for each in forms_of([hipaa, duty], ALL_LAWS)] == ["us-ca", "us-hipaa"]


def test_no_letter_of_one_form_goes_to_who_lives_elsewhere(tmp_path: Path, smtp_server: Mails) -> None:
    room = a_room(tmp_path, smtp_server.port, residence=["FR"])
    room.configure(hotline="Call 8 800 000 00 00.")
    plan = planned(room)
    assert form_by_client(plan) == {"ca": "us-ca", "ny": "us-ny", "us": "us-ca", "tx": "", "fr": "", "nowhere": ""}
    assert (plan.by_form["us-ca"], plan.by_form["us-ny"], plan.by_form[""]) == (2, 1, 3)
    mailing = room.file()
    progress, stopped = room.send()
    assert (progress.count(LetterState.SENT), stopped, mailing.letters) == (6, "", 6)
    received = {str(mail["To"]).partition("@")[0]: mail for mail in smtp_server.received}
    for name in HOMES:
        subject, text = str(received[name]["Subject"]), body_of(received[name])
        assert ("Notice of Data Breach" in subject) == (name in ("ca", "us")), name
        headings = [line for line in text.splitlines() if line in HEADINGS]
        assert headings == (list(HEADINGS) if name in ("ca", "us") else []), name
        assert ("ag.ny.gov" in text) == (name == "ny"), name


def test_the_plan_counts_each_form_shows_each_and_says_of_whom_nobody_knows(tmp_path: Path) -> None:
    plan = planned(a_room(tmp_path, residence=["FR"]))
    lines = plan_lines(plan, messages("en"))
    assert "California Civil Code 1798.82: in the form that it asks for (us-ca): 2" in lines
    assert any(each.strip().startswith("of these nobody knows of 1 whether they live there") for each in lines)
    assert any("not held back for the police" in each for each in lines)
    assert "In the common form: 3" in lines
    assert {each.form for each, _ in plan.samples} == {"", "us-ca", "us-ny"}
    text = plan_text(plan, "en", "0" * 64)
    for form in ("us-ca", "us-ny"):
        assert f"(en): form {form}" in text
    assert all(f"Name-{name}" not in text for name in ("tx", "nowhere")), "samples are no list"
    russian = plan_lines(plan, messages("ru"))
    assert any("в форме, которую он требует (us-ca): 2" in each for each in russian)


def test_the_plan_says_which_telephones_in_its_letters_nobody_has_checked(tmp_path: Path) -> None:
    room = a_room(tmp_path, residence=["FR"])
    said = [each for each in plan_lines(planned(room), messages("en")) if each.startswith("check before sending")]
    assert len(said) == 6
    assert any("(from memory): Federal Trade Commission, identitytheft.gov" in each for each in said)
    room.configure(help_contacts={"ftc": "FTC, help.example.org"})
    plan = room.plan()
    said = [each for each in plan_lines(plan, messages("ru")) if each.startswith("проверьте")]
    assert (len(said), any("ftc" in each for each in said)) == (5, False)
    ny = next(text.body for recipient, text in plan.samples if recipient.form == "us-ny")
    assert "- FTC, help.example.org" in ny
    assert "- New York State Attorney General, ag.ny.gov, 1-800-771-7755\n" in ny
    room.configure(help_contacts={"fcc": "nobody"})
    (problem,) = help_contact_problems(room.house.settings)
    assert "'fcc'" in problem.what


def test_approval_covers_all_forms(tmp_path: Path, smtp_server: Mails) -> None:
    room = a_room(tmp_path, smtp_server.port, residence=["FR"])
    plan = planned(room)
    own = tmp_path / "own" / "en"
    own.mkdir(parents=True)
    shipped_text = plan.facts.forms["us-ny"]["en"]
    (own / "letter-first-us-ny.txt").write_text(shipped_text + "\nP.S. Changed.\n")
    room.configure(templates=str(tmp_path / "own"))
    assert room.plan().texts_sha256 != plan.texts_sha256, "two people approve each letter of each form as it reads"


def test_a_case_that_no_law_with_a_form_binds_has_the_common_letter_alone(tmp_path: Path) -> None:
    plan = planned(a_room(tmp_path, laws=("eu-gdpr-33",)))
    assert set(form_by_client(plan).values()) == {""}
    assert not any("form" in each for each in plan_lines(plan, messages("en")))


def test_a_covered_entity_tells_everybody_in_the_form_of_hipaa_and_the_plan_says_how(tmp_path: Path) -> None:
    plan = planned(a_room(tmp_path, laws=("us-hipaa", "us-ca-1798.82"), sectors=["hipaa-covered"], residence=["FR"]))
    assert form_by_client(plan) == dict.fromkeys(HOMES, "us-hipaa") | {"ca": "us-ca"}
    (_, law) = (line for line in plan_lines(plan, messages("en")) if line.startswith("HIPAA"))
    assert "6 of them at most: told by first-class mail; by e-mail only to who agreed" in law


def test_a_form_speaks_the_language_of_its_reader_or_english(tmp_path: Path) -> None:
    own = tmp_path / "own" / "fr"
    own.mkdir(parents=True)
    room = a_room(tmp_path, residence=["FR"])
    (own / "letter-first.txt").write_text("Subject: Vos données\n\n{{ greeting }}\n")
    room.configure(templates=str(tmp_path / "own"))
    plan = planned(room, {"ca": "ru", "ny": "fr", "fr": "fr"})
    spoken = {each.client: (each.language, each.form) for each in plan.recipients}
    assert (spoken["ca"], spoken["fr"]) == (("ru", "us-ca"), ("fr", ""))
    assert spoken["ny"] == (room.house.settings.language, "us-ny")
    assert plan.foreign == {("fr", room.house.settings.language, "us-ny"): 1}
    (said,) = (line for line in plan_lines(plan, messages("en")) if "than theirs" in line)
    assert "fr/letter-first-us-ny.txt" in said


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", ["us-ca", "us-hipaa", "us-ny"])
def test_each_form_says_all_that_its_law_asks_for(form: str, language: str, tmp_path: Path) -> None:
    room = Mailroom(tmp_path)
    settings = room.house.settings
    texts = letter_forms(settings, FIRST, [form])
    facts = replace(
        sample_facts(settings, FIRST, {"en": "Subject: x\n\ny\n"}),
        forms=texts,
        contact="1 Example Street, +1",
        classes={"passport": LetterClass(title="passport", risks=("document",))},
    )
    whole, represented, listed = (replace(each, form=form) for each in sample_recipients(language, facts))
    renderer = LetterRenderer(facts)
    text = renderer.render(whole).body
    asked = ["AB-12", facts.hotline, "1 Example Street", facts.reference, "2026"]
    asked += [*HEADINGS, "Equifax", "Experian", "TransUnion"] if form == "us-ca" else []
    asked += ["ag.ny.gov", "dos.ny.gov", "identitytheft.gov"] if form == "us-ny" else []
    assert [each for each in asked if each not in text] == []
    if form == "us-ca":
        at = [text.index(f"\n{each}") for each in HEADINGS]
        assert at == sorted(at)
        assert renderer.render(whole).subject.startswith("Notice of Data Breach")
        assert "Equifax" not in renderer.render(listed).body, "whose papers are not known to be concerned"
    assert "Ben" in renderer.render(represented).body


def test_a_form_tells_its_days_by_the_clock_of_its_law_as_the_notice_to_the_authority_does(tmp_path: Path) -> None:
    room = Mailroom(tmp_path)
    night = datetime(2026, 12, 1, 1, tzinfo=UTC)  # in California it is still the day before
    common = "Subject: x\n\n{{ noticed }}\n{{ data[0] }}\n"
    facts = replace(
        sample_facts(room.house.settings, FIRST, {"en": common}),
        noticed_at=night,
        timezone="Europe/Moscow",
        forms={"us-ca": {"en": common}},
        form_zones={"us-ca": "America/Los_Angeles"},
    )
    whole = sample_recipients("en", facts)[0]
    whole = replace(whole, data=tuple(replace(each, first_at=night, last_at=night) for each in whole.data))
    renderer = LetterRenderer(facts)
    for form, day in (("", "1 December 2026"), ("us-ca", "30 November 2026"), ("", "1 December 2026")):
        assert renderer.render(replace(whole, form=form)).body.count(day) == 2
    assert {each: ALL_LAWS[law].zone for law, each in (("us-ca-1798.82", "us-ca"),)} == facts.form_zones


def test_a_form_of_the_companys_own_is_tried_by_the_check(tmp_path: Path) -> None:
    own = tmp_path / "own" / "en"
    own.mkdir(parents=True)
    (own / "letter-first-us-ca.txt").write_text("Subject: x\n\n{{ nothing_such }}\n")
    room = Mailroom(tmp_path)
    room.configure(templates=str(tmp_path / "own"))
    (problem,) = set(template_problems(room.house.settings))
    assert problem.file == "en/letter-first-us-ca.txt"
    assert "nothing_such" in problem.what
    with pytest.raises(ConfigError):
        LetterRenderer(replace(sample_facts(room.house.settings, FIRST, {}), forms={"x": {"en": "{% broken"}}))


def test_what_follows_up_has_no_form(tmp_path: Path) -> None:
    assert letter_forms(Mailroom(tmp_path).house.settings, MailingKind.WEEK, ["us-ca"]) == {}
