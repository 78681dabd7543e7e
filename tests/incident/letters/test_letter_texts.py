"""Letters as they read: plain, of one client alone, and harmless whatever stands in a name or a template."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.errors import ConfigError
from detector.incident.letters.hotline import HOTLINE, hotline_text
from detector.incident.letters.letter_text import RISKS, LetterRenderer, texts_digest
from detector.incident.letters.mailing_acts import done_so_far
from detector.incident.letters.readability import EASY_ENOUGH, reading_ease
from detector.incident.letters.recipients import concerned_data
from detector.messages import LANGUAGES, Language
from detector.resources import shipped
from detector.runtime.incidents.documents.template_texts import template_hashes
from detector.runtime.incidents.letters.letter_templates import (
    letter_forms,
    letter_templates,
    sample_facts,
    sample_recipients,
    template_problems,
)
from detector.schema.letters.mailings import ClientTouch, DataAct, MailingKind
from detector.settings import Settings

AT = datetime(2026, 3, 2, 22, tzinfo=UTC)
ALL = {name: {"confidentiality": "special", "title": f"{name} data", "risks": [name]} for name in RISKS}
SETTINGS = Settings.model_validate({"organization": "Example Bank", "records": {"data_classes": ALL}})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MailingKind)
def test_shipped_letters_are_easily_read_whatever_they_speak_of(kind: MailingKind, language: str) -> None:
    facts = sample_facts(SETTINGS, kind, letter_templates(SETTINGS, kind))
    renderer = LetterRenderer(facts)
    for recipient in sample_recipients(language, facts):
        text = renderer.render(recipient)
        assert "  " not in text.body
        assert "\n\n\n" not in text.body
        ease = reading_ease(text.body, language)
        assert ease is not None
        assert ease >= EASY_ENOUGH[language], text.body


@pytest.mark.parametrize(("language", "below"), [("en", "stands below"), ("ru", "сказано ниже")])
@pytest.mark.parametrize("form", ["us-ca", "us-ny", "us-hipaa"])
def test_whose_data_nobody_knows_yet_is_not_told_to_look_for_its_days_below(
    form: str, language: str, below: str
) -> None:
    facts = sample_facts(SETTINGS, MailingKind.FIRST, letter_templates(SETTINGS, MailingKind.FIRST))
    facts = replace(facts, forms=letter_forms(SETTINGS, MailingKind.FIRST, [form]))
    renderer, known = LetterRenderer(facts), sample_recipients(language, facts)
    one = next(each for each in known if each.data)
    assert below in renderer.render(replace(one, form=form)).body
    assert below not in renderer.render(replace(one, form=form, data=())).body


def test_reading_ease_is_that_of_the_formulas_and_headings_make_nothing_easier() -> None:
    english = "The cat sat on the mat."
    assert reading_ease(english, "en") == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert reading_ease(f"What we did\n\n{english}", "en") == reading_ease(english, "en")
    assert reading_ease("Мама мыла раму.", "ru") == pytest.approx(206.835 - 1.3 * 3 - 60.1 * 2)
    hard = "Notwithstanding the aforementioned considerations, unauthorised dissemination necessitates notification."
    assert (reading_ease(hard, "en") or 0) < 0
    assert reading_ease("Bonjour.", "fr") is None
    assert reading_ease("12345", "en") is None


def test_a_client_is_told_each_class_with_what_was_done_and_the_days_it_spans() -> None:
    def touch(name: str, action: str, hours: int) -> ClientTouch:
        at = AT + timedelta(hours=hours)
        return ClientTouch(client="1", data_class=name, action=action, first_at=at, last_at=at)

    data = concerned_data(
        [touch("contact", "export", 30), touch("contact", "read", 0), touch("", "read", 0), touch("card", "delete", 0)]
    )
    assert [(each.data_class, each.acts) for each in data] == [
        ("card", (DataAct.DELETED,)),
        ("contact", (DataAct.SEEN, DataAct.EXPORTED)),
    ]
    assert (data[1].first_at, data[1].last_at) == (AT, AT + timedelta(hours=30))
    assert [each.data_class for each in concerned_data([touch("", "read", 0)])] == [""]


def test_what_nothing_says_was_done_is_not_told() -> None:
    assert done_so_far((), ()) == ("letter-did-looking",)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("Subject: x\n\n{% for each in data %}", 3, "cannot be written"),
        ("Dear client\n\nbad news", 1, "first line is not Subject:"),
        ("Subject: x\n\n{{ missing }}", 0, "'missing' is undefined"),
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}", 0, "cannot be written"),
        ("Subject: x\n\n{{ (1).__class__.__base__.__subclasses__() }}", 0, "cannot be written"),
        ("Subject: x\n\n{% include '/etc/passwd' %}", 0, "cannot be written"),
        ("Subject: x\n", 1, "first line is not Subject:"),
        ("Subject: x\n\n{{ 1 // 0 }}", 0, "ZeroDivisionError"),
        ("Subject: x\n\n{{ '{client}'.format() }}", 0, "KeyError"),
        ("Subject: x\n\n{{ data.split() }}", 0, "cannot be written"),
    ],
)
def test_a_text_of_the_companys_own_that_is_wrong_is_told_before_anybody_is_written_to(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "letter-first.txt").write_text(text)
    found = list(template_problems(SETTINGS.model_copy(update={"letters": _own(tmp_path)})))
    assert [(each.file, each.line) for each in found] == [("en/letter-first.txt", line)]
    assert why in found[0].what


def test_a_text_of_the_companys_own_is_used_instead_of_ours_and_may_be_in_a_language_of_its_own(tmp_path: Path) -> None:
    for language in ("en", "fr"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "letter-first.txt").write_text("Subject: {{ organization }}\n\n{{ about }}!")
    own = SETTINGS.model_copy(update={"letters": _own(tmp_path)})
    assert list(template_problems(own)) == []
    templates = letter_templates(own, MailingKind.FIRST)
    assert sorted(templates) == ["en", "fr", "ru"]
    facts = sample_facts(own, MailingKind.FIRST, templates)
    recipients = sample_recipients("fr", facts)
    renderer = LetterRenderer(facts)
    assert renderer.render(recipients[1]) == ("Example Bank", "Ben!\n")
    assert texts_digest(renderer, recipients) != texts_digest(renderer, recipients[:1])
    with pytest.raises(ConfigError):
        LetterRenderer(sample_facts(own, MailingKind.FIRST, {"en": "Subject: {% if %}"}))


def test_phrases_beside_a_text_are_the_companys_own_and_what_stands_in_english_is_named(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "letter-first.txt").write_text(
        "Subject: Vos données\n\n{{ greeting }} {{ data | join(', ') }} {{ risks | join(' ') }} {{ noticed }}\n"
    )
    own = tmp_path / "fr" / "phrases.ftl"
    settings = SETTINGS.model_copy(update={"letters": SETTINGS.letters.model_copy(update={"templates": str(tmp_path)})})

    def written() -> tuple[str, dict[str, tuple[str, ...]]]:
        facts = sample_facts(settings, MailingKind.FIRST, letter_templates(settings, MailingKind.FIRST))
        renderer = LetterRenderer(facts)
        return renderer.render(sample_recipients("fr", facts)[0]).body, renderer.english

    body, english = written()
    assert "Dear Anna," in body
    assert {"letter-greeting = Dear { $name },", "class-phishing = phishing data"} <= {*english["fr"]}
    # Whatever a letter says of anybody is given, and nothing is left.
    phrases = (line for each in english["fr"] for line in each.splitlines() if line[:1].isalpha())
    names = [line.partition(" =")[0] for line in phrases]
    own.write_text("".join(f"{name} = {name} en français\n" for name in names if name != "letter-greeting"))
    own.write_text(f"{own.read_text()}letter-greeting = Bonjour {'{'} $name {'}'},\n")
    body, english = written()
    assert (english, "Bonjour Anna," in body, "Somebody" in body) == ({}, True, False)
    assert list(template_problems(settings)) == []
    own.write_text("letter-risk-phishin = Attention\n= rien\nletter-greeting = { $nobody }\n")
    said = " ".join(map(str, template_problems(settings)))
    for part in ("letters ask for no phrase letter-risk-phishin", "did you mean", "phrases.ftl:2"):
        assert part in said
    own.write_text("letter-greeting = { $nobody }\n")
    assert "fr/phrases.ftl: the phrase cannot be written" in " ".join(map(str, template_problems(settings)))


def test_a_link_out_of_the_folder_is_no_text_of_a_letter_and_each_text_and_form_is_reviewed(tmp_path: Path) -> None:
    outside, own = tmp_path / "secret.txt", tmp_path / "own"
    outside.write_text("Subject: x\n\nsecret")
    (own / "fr").mkdir(parents=True)
    (own / "en").mkdir()
    (own / "fr" / "letter-first.txt").symlink_to(outside)
    (own / "en" / "letter-first.txt").write_text("Subject: x\n\nours")
    settings = SETTINGS.model_copy(update={"letters": _own(own)})
    with pytest.raises(ConfigError, match="link to a file outside"):
        letter_templates(settings, MailingKind.FIRST)
    assert {each.what for each in template_problems(settings)} == {
        "is a link to a file outside the folder of templates"
    }
    (own / "fr" / "letter-follow-7.txt").write_text("Subject: x\n\nours")
    (own / "fr" / "phrases.ftl").write_text("letter-act-seen = vu\n")
    hashes = template_hashes(settings)
    assert {each for each in hashes if each.startswith("fr/")} == {"fr/letter-follow-7.txt", "fr/phrases.ftl"}
    assert {"notices/press.yml", "notices/edpb.yml", "en/notice.md", "en/letter-first.txt"} <= set(hashes)
    assert hashes["en/letter-first.txt"] != template_hashes(SETTINGS)["en/letter-first.txt"]
    (own / "en" / "letter-first.txt").unlink()
    (own / "en" / "letter-first.txt").symlink_to(outside)
    assert template_hashes(settings)["en/letter-first.txt"] == template_hashes(SETTINGS)["en/letter-first.txt"]


def _own(folder: Path) -> object:
    return SETTINGS.letters.model_copy(update={"templates": str(folder)})


@pytest.mark.parametrize(("language", "said"), [("en", "told by that company"), ("ru", "сообщает сама компания")])
def test_who_answers_the_telephone_knows_who_tells_clients_of_others(language: Language, said: str) -> None:
    facts = sample_facts(SETTINGS, MailingKind.FIRST, letter_templates(SETTINGS, MailingKind.FIRST))
    template = shipped("config", "templates", language, HOTLINE).read_text(encoding="utf-8")
    mixed, alone = (hotline_text(template, facts, language, (), (), of_others=each) for each in (True, False))
    assert said in mixed
    assert said not in alone


@pytest.mark.parametrize(
    ("language", "only"),
    [
        ("en", "Only for clients whose data of this kind was"),
        ("ru", "Только тем, у кого затронуты такие"),
    ],
)
def test_who_answers_the_telephone_offers_what_letters_offer_and_to_the_same_clients(
    language: Language, only: str
) -> None:
    facts = sample_facts(SETTINGS, MailingKind.FIRST, letter_templates(SETTINGS, MailingKind.FIRST))
    template = shipped("config", "templates", language, HOTLINE).read_text(encoding="utf-8")
    kind, other = sorted(facts.classes)[:2]
    offered = {"sample": (kind,)}
    limited = hotline_text(template, facts, language, (kind, other), (), offered=offered)
    assert only in limited
    assert facts.classes[kind].title in limited.partition(only)[2].partition("\n")[0]
    assert "Credit watch" not in hotline_text(template, facts, language, (other,), (), offered=offered)
    everybody = hotline_text(template, facts, language, (other,), ())
    assert ("Credit watch" in everybody, only[:12] in everybody) == (True, False)


def test_whom_clients_can_ask_is_said_in_their_language() -> None:
    facts = sample_facts(SETTINGS, MailingKind.FIRST, letter_templates(SETTINGS, MailingKind.FIRST))
    facts = replace(facts, hotline="Call us.", hotline_ru="Звоните нам.")
    for language, said, other in (("en", "Call us.", "Звоните"), ("ru", "Звоните нам.", "Call us")):
        body = LetterRenderer(facts).render(sample_recipients(language, facts)[0]).body
        assert (said in body, other in body) == (True, False)
    alone = replace(facts, hotline_ru="")
    assert "Call us." in LetterRenderer(alone).render(sample_recipients("ru", alone)[0]).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_after_a_merge_names_the_number_that_an_earlier_one_bore(language: Language) -> None:
    for kind, again, both in (
        (MailingKind.FIRST, True, True),
        (MailingKind.FIRST, False, False),
        (MailingKind.WEEK, False, True),
    ):
        facts = sample_facts(SETTINGS, kind, letter_templates(SETTINGS, kind))
        facts = replace(facts, other_references=("20260301-aaaaaa",))
        one = replace(sample_recipients(language, facts)[0], again=again)
        body = LetterRenderer(facts).render(one).body
        assert facts.reference in body
        assert ("20260301-aaaaaa" in body) == both
