import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.messages import LANGUAGES, Language, messages
from detector.notify.render import (
    TITLE_LIMIT,
    digest_text,
    error_text,
    handed_text,
    link_of,
    page_text,
    reminder_text,
    role_text,
    role_title,
    taken_text,
    trial_text,
    unreached_text,
)
from detector.notify.sanitize import masked, plain, without_addresses
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.incidents import IncidentKind, Scope, StepStatus
from detector.schema.detection.findings import Reason
from detector.schema.levels import Severity
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings.sections.response import ROLES
from tests.notify.conftest import NIGHT, STEPS, make_incident, make_settings

LINK = "https://nabat.example.org/ack/token"


def page(language: Language = "en", role: str = "soc", steps: object = STEPS, **changes: object) -> str:
    incident = make_incident(**changes)
    text = page_text(incident, make_settings(), role=role, steps=steps, link=LINK, language=language)  # type: ignore[arg-type]
    assert len(text.title) <= TITLE_LIMIT
    return f"{text.title}\n--\n{text.body}"


def test_a_page_says_everything_needed_at_night_in_english() -> None:
    assert page() == (
        "HIGH: Grey Heron (20260301-3f2a)\n--\n"
        "HIGH: Grey Heron (20260301-3f2a)\n"
        "What: Bulk read of client records\n"
        "Who: a staff account (o***a) in crm\n"
        "How much: 1,240 clients, 1,240 to 3,001 records; data: bank cards, contact data\n"
        "Since: 1 Mar 2026, 05:41 (Europe/Moscow)\n"
        "First: Triage: a true leak or not?\n"
        "Acknowledge: https://nabat.example.org/ack/token"
    )


def test_a_page_says_everything_needed_at_night_in_russian() -> None:
    assert page("ru").replace("\xa0", " ") == (
        "ВЫСОКАЯ: Серая Цапля (20260301-3f2a)\n--\n"
        "Тяжесть: ВЫСОКАЯ. Серая Цапля (20260301-3f2a)\n"
        "Что: Массовое чтение данных клиентов\n"
        "Кто: учётная запись сотрудника (o***a), система crm\n"
        "Сколько: 1 240 клиентов, от 1 240 до 3 001 записи; данные: банковские карты, контакты\n"
        "С какого времени: 1 мар. 2026, 05:41 (Europe/Moscow)\n"
        "Сначала: Разбор: утечка или нет?\n"
        "Принять: https://nabat.example.org/ack/token"
    )


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [(1, "1 client,", "1 клиент,"), (2, "2 clients,", "2 клиента,"), (5, "5 clients,", "5 клиентов,"),
     (11, "11 clients,", "11 клиентов,"), (21, "21 clients,", "21 клиент,"), (22, "22 clients,", "22 клиента,")],
)  # fmt: skip
def test_numbers_and_nouns_agree(count: int, english: str, russian: str) -> None:
    scope = Scope(subjects=count, record_low=1, record_high=1)
    assert english in page(scope=scope)
    assert russian in page("ru", scope=scope)


@pytest.mark.parametrize(
    ("scope", "english", "russian"),
    [
        (Scope(uncounted=1), "one export or list of which the log does not tell how many records",
         "1 выгрузка или список, о которых лог не говорит, сколько в них записей"),
        (Scope(record_high=500, uncounted=2),
         "up to 500 records, 2 exports or lists of which the log does not tell how many records",
         "до 500 записей, 2 выгрузки или списка, о которых лог не говорит, сколько в них записей"),
    ],
)  # fmt: skip
def test_what_no_log_counts_is_said(scope: Scope, english: str, russian: str) -> None:
    assert f"How much: {english}\n" in page(scope=scope)
    assert f"Сколько: {russian}\n" in page("ru", scope=scope)


def test_the_link_of_a_message_is_the_one_it_ends_with_whatever_a_title_says() -> None:
    for language in LANGUAGES:
        body = page(language, title="see https://evil.example.org/x").partition("--\n")[2]
        assert link_of(body) == LINK
    taken = taken_text(make_incident(acknowledged_by="anna"), make_settings(), language="en").body
    assert link_of(taken).endswith("/incidents/20260301-3f2a")
    assert link_of(trial_text(make_settings(), target="desk", language="en").body) == ""


@pytest.mark.parametrize(("language", "mark"), [("en", "DRILL"), ("ru", "УЧЕНИЯ")])
def test_whatever_is_said_of_a_drill_is_marked_in_title_and_text(language: Language, mark: str) -> None:
    settings, drill = make_settings(), make_incident(kind=IncidentKind.DRILL, acknowledged_by="anna")
    owed = AgendaItem(
        id="i", incident_id=drill.id, kind=AgendaKind.STEP, what="A4", title="Triage", since=NIGHT, due_at=NIGHT
    )
    asked = RoleAssignment(incident_id=drill.id, role="dpo", number=1, person="dina", by="anna", at=NIGHT, reason="x")
    said = {
        "page": page_text(drill, settings, role="soc", steps=STEPS, link=LINK, language=language),
        "taken": taken_text(drill, settings, language=language),
        "reminder": reminder_text(drill, [owed], settings, language=language, now=NIGHT),
        "handed": handed_text(drill, settings, by="anna", language=language),
        "role": role_text(drill, asked, settings, language=language),
        "declined": role_text(drill, replace(asked, declined_at=NIGHT), settings, language=language),
        "unreached": unreached_text(drill, settings, people=["anna"], language=language),
    }
    assert {name for name, text in said.items() if not text.title.startswith(f"{mark} ")} == set()
    assert {name for name, text in said.items() if not text.body.startswith(f"{mark} ")} == set()
    morning = digest_text([(drill, [owed])], settings.model_copy(update={"language": language}), "anna", now=NIGHT)
    assert f"\n{mark} " in f"\n{morning.body}"


def test_the_first_open_step_is_the_one_of_the_readers_role() -> None:
    assert "First: Confirm the breach" in page(role="lead")
    assert "First: Triage" in page(role="com")
    assert "First: Confirm the breach" in page(role="dpo")
    later = replace(STEPS[2], step_id="C5", position=9, title="Ask copies to be taken down", roles=("dpo", "soc"))
    later = replace(later, due_at=NIGHT + timedelta(hours=24))
    assert "First: Confirm the breach" in page(role="dpo", steps=(*STEPS, later))
    done = [replace(step, status=StepStatus.DONE) for step in STEPS]
    assert "First:" not in page(steps=done)


def test_a_page_tells_what_the_checklist_puts_first_and_the_readers_own_step() -> None:
    first = ("Block the account if data still flows.", "Заблокировать, если данные ещё уходят.")
    steps = [replace(step, due_at=NIGHT + timedelta(hours=1)) for step in STEPS]

    def lines(language: Language, role: str) -> list[str]:
        text = page_text(
            make_incident(), make_settings(), role=role, steps=steps, link=LINK, language=language, first=first
        )
        return [row for row in text.body.splitlines() if row.startswith(("First", "Сначала", "Your", "Ваш"))]

    assert lines("en", "soc") == [f"First: {first[0]}", "Your step: Triage: a true leak or not?"]
    assert lines("ru", "soc") == [f"Сначала: {first[1]}", "Ваш шаг: Разбор: утечка или нет?"]
    assert lines("en", "com") == [f"First: {first[0]}"]


@pytest.mark.parametrize(
    ("actor", "kind", "said"),
    [("user:crm-sync", "service", "a service account in crm"), ("session:9a8b", "anonymous", "a session without"),
     ("ip:192.0.2.7", "unknown", "a network address without an account"), ("user:root.admin", "admin", "(r***n)"),
     ("user:bo", "unknown", "an account (***)")],
)  # fmt: skip
def test_an_actor_is_told_by_kind_or_masked(actor: str, kind: str, said: str) -> None:
    text = page(actor_id=actor, actor_type=kind)
    assert said in text
    assert actor.split(":")[1] not in text


def test_a_blind_spot_has_neither_actor_nor_amount() -> None:
    text = page(kind=IncidentKind.BLIND_SPOT, actor_id="nabat", scope=Scope())
    assert "Who:" not in text
    assert "How much:" not in text


def test_of_a_case_that_names_nobody_the_page_names_nobody() -> None:
    assert "Who" not in page(actor_id="", actor_type="unknown", service="", related_actors=())


def test_without_counts_the_page_says_that_they_are_not_known() -> None:
    assert "How much: not yet known" in page(scope=Scope())


def test_a_title_never_outgrows_a_push_message() -> None:
    assert page(code_name="Heron " * 40, severity=Severity.CRITICAL)


def test_names_and_addresses_inside_titles_and_reasons_are_blanked() -> None:
    text = page(title="olga.petrova read from 192.0.2.44 and 2001:db8::7", reasons=(Reason(message="no-such-reason"),))
    assert "olga.petrova" not in text
    assert "192.0.2.44" not in text
    assert "2001:db8" not in text
    assert "o***a read from … and …" in text


_HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["@everyone", "@here", "<!channel>", "<@U123>", "**bold**", "[x](https://evil.example.org)", "`code`",
         "\x1b[31m", "a\r\nb", "\u202eevil", "http://evil.example.org", "{{7*7}}", "${HOME}", "&lt;",
         "||spoiler||"]
    ),
)  # fmt: skip


@given(
    name=_HOSTILE, title=_HOSTILE, service=_HOSTILE, code=_HOSTILE, step=_HOSTILE, language=st.sampled_from(LANGUAGES)
)
def test_nothing_an_attacker_writes_is_a_mention_markup_or_control(
    name: str, title: str, service: str, code: str, step: str, language: Language
) -> None:
    text = page(
        language,
        actor_id=f"user:{name}", title=title, title_ru=title, service=service, code_name=code, code_name_ru=code,
        steps=[replace(STEPS[1], title=step, title_ru=step)],
    )  # fmt: skip
    kept = re.sub(r"(?<=\w)_(?=\w)|\{id\}", "", text.replace(LINK, ""))  # a path's key: no markup anywhere
    assert not set("@<>`_[]{}|~#\\$&") & set(kept)
    assert text.count("://") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)
    assert re.sub(r"\*\*\*", "", text).count("*") == 0
    assert len(text.splitlines()) <= 10


@given(st.text(min_size=4))
def test_a_masked_name_keeps_at_most_its_ends(name: str) -> None:
    assert len(masked(name)) <= 5


def test_masking_looks_through_domains_and_mail_addresses() -> None:
    assert masked("CORP\\olga.petrova") == "o***a"
    assert masked("olga.petrova@example.org") == "o***a"


def test_plain_cuts_long_texts_and_keeps_letters() -> None:
    assert plain("Цапля über 東京") == "Цапля über 東京"
    assert len(plain("x" * 10**6)) == 200


def test_what_is_left_of_a_link_is_none() -> None:
    assert (
        plain("see HTTPS://a.example.org/x.png or www.example.org")
        == "see HTTPS:∕∕a․example․org/x.png or www․example․org"
    )
    assert plain("rules of hostile.yml:1, crm.example.org") == "rules of hostile.yml:1, crm.example.org"


def test_plain_keeps_addresses_and_keys_as_they_are_written() -> None:
    assert plain("GET /api/customer_cards/{id}/x 600; set client_data: false") == (
        "GET /api/customer_cards/{id}/x 600; set client_data: false"
    )
    assert plain("_bold_ __init__ a__b {x} {{id}}") == "＿bold＿ ＿＿init＿＿ a＿＿b ｛x｝ ｛{id}｝"


def test_times_are_not_taken_for_addresses() -> None:
    assert without_addresses("at 03:41, 1:2 or 12:00:01?") == "at 03:41, 1:2 or 12:00:01?"
    assert without_addresses("from fe80::1 or ::1") == "from … or …"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notes_name_the_people_of_the_team_and_link_to_the_incident(language: Language) -> None:
    incident = make_incident(acknowledged_at=NIGHT + timedelta(minutes=4), acknowledged_by="boris")
    taken = taken_text(incident, make_settings(), language=language)
    lost = unreached_text(incident, make_settings(), people=["anna", "boris"], language=language)
    assert "Boris" in taken.title
    assert "Anna, Boris" in lost.body
    assert taken.body.endswith("http://127.0.0.1:8470/incidents/20260301-3f2a")
    assert "Example Bank" in trial_text(make_settings(), target="anna", language=language).title


def test_both_languages_have_the_same_texts() -> None:
    mine = [{key for key in messages(language).ids() if key.startswith("notify-")} for language in LANGUAGES]
    assert mine[0] == mine[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_and_every_error_has_words(language: Language) -> None:
    assert all(role_title(role, language) != role for role in ROLES)
    other = error_text("other", language)
    codes = ["timeout", "connect", "name", "tls", "http-500", "smtp-550", "url", "target"]
    assert other not in {error_text(code, language) for code in codes}
    assert "500" in error_text("http-500", language)
    assert error_text("never-seen", language) == other
