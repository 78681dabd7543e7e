import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import polars as pl
import pytest
from sqlalchemy import create_engine, text

from detector import frames
from detector.cli.incidents import show_detail
from detector.errors import DeniedError
from detector.incident import load_regulations, rfc3339
from detector.runtime.incidents.console.reading.other_causes import other_causes
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import CloseReason
from detector.schema.detection.findings import Reason
from detector.schema.events.touches import CountedOrder, TouchClass, TouchReason, TouchSummary
from detector.store import Journal
from detector.web.texts import PageTexts
from detector.web.views.case_view import Tab
from tests.fakes.people import me
from tests.store.values import events
from tests.web.conftest import HOSTILE, NIGHT, SCOPE, World, make_finding

LANGUAGES = ("en", "ru")


def addresses(world: World) -> list[str]:
    incident = world.found(scope=SCOPE)
    return [
        "/",
        "/incidents",
        *(f"/incidents/{incident.number}{tab.path}" for tab in Tab),
        "/sources",
        "/people",
        "/documents",
        "/silences",
        "/expected",
        "/precision",
        "/open",
        f"/ack/{world.token(incident)}",
        "/ack/nonsense",
        "/incidents/nope",
        "/nowhere",
        "/healthz",
        "/readyz",
        "/metrics",
        "/console.css",
    ]


def test_without_incidents_the_first_page_says_what_is_watched(world: World) -> None:
    page = world.browser().get("/").text
    assert "No incident is open" in page
    assert "Nabat watches 3 sources; the last line came 2\N{NO-BREAK SPACE}s ago." in page


def test_a_service_without_sources_says_that_it_notices_nothing(world: World) -> None:
    world.view = world.service().__class__(
        ready=True, started_at=NIGHT, beat_at=NIGHT, rules=0, model="off", sources=()
    )  # fmt: skip
    assert "it cannot notice anything" in world.browser().get("/").text


def test_an_incident_nobody_has_stands_first_and_says_so(world: World) -> None:
    taken = world.found(make_finding("first"))
    world.console.acknowledge(taken.id, by=me("anna"), via="cli")
    waiting = world.found(make_finding("second", by="user:x.y"), scope=SCOPE)
    page = world.browser().get("/").text
    assert page.index(waiting.code_name) < page.index(taken.code_name)
    assert page.count("NOBODY HAS IT") == 1
    assert "Anna (security) has it" in page
    for chip in ("1,240 clients", "1,240 to 3,001 records", "Contact data 1,240", "Identity documents 312"):
        assert f">{chip}</span>" in page, chip


def test_the_most_overdue_step_stands_on_the_first_page(world: World) -> None:
    world.found()
    world.clock.advance(timedelta(minutes=65))
    assert re.search(r"A2</a> Acknowledge.*overdue by 1.h", world.browser().get("/").text, re.DOTALL)


def test_closed_incidents_move_down_to_the_closed_ones(world: World) -> None:
    incident = world.found()
    world.closes(incident.id, CloseReason.FALSE_POSITIVE, by="anna", note="a yearly report")
    page = world.browser().get("/").text
    assert "No incident is open" in page
    assert page.index("Recently closed") < page.index(incident.code_name)
    assert "false positive" in page


def test_blind_spots_and_a_stuck_loop_stand_in_plain_sight(world: World) -> None:
    view = world.service()
    reason = Reason(message="blind-spot-role", args=(("name", "dpo"), ("why", "no holder")))
    fields = {name: getattr(view, name) for name in view.__dataclass_fields__}
    world.view = type(view)(**fields | {"ready": False, "why_not": "disk full", "spots_said": (reason,)})
    world.clock.advance(timedelta(minutes=5))
    page = world.browser().get("/").text
    assert "Nobody answers for dpo: no holder." in page
    assert "disk full" in page
    assert "The main loop last turned 5\N{NO-BREAK SPACE}min ago" in page


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_incident_page_says_what_happened_what_to_do_whose_data_and_the_clock_before_details(
    world: World, language: str
) -> None:
    incident = world.found(scope=SCOPE)
    page = world.browser().get(f"/incidents/{incident.number}?lang={language}").text
    counted = "1,240" if language == "en" else "1\N{NO-BREAK SPACE}240"
    ids = ("tiles", "first", "clocks", "whose", "checklist", "timeline", "why", "people", "acts")
    brief = f"<b>{'' if language == 'en' else 'Затронуто '}{counted}"
    order = ("<h1", 'id="acknowledge"', 'id="brief"', brief, *(f'id="{one}"' for one in ids))
    places = [page.index(mark) for mark in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("language", "title", "cause"),
    [
        ("en", "What it may also be", "An agreed security test"),
        ("ru", "Что ещё это может быть", "Согласованная проверка"),
    ],
)
def test_an_incident_page_says_what_it_may_also_be(world: World, language: str, title: str, cause: str) -> None:
    probe = next(
        name for name, texts in other_causes(world.settings).items() if texts[0][0] == "An agreed security test"
    )
    incident = world.found(make_finding(probe))
    page = world.browser().get(f"/incidents/{incident.number}?lang={language}").text
    assert title in page
    assert f"<li>{cause}" in page


@pytest.mark.parametrize(
    ("language", "sentence", "row"),
    [
        (
            "en",
            "3 clients; of these 2 it had never dealt with, nor had its colleagues; "
            "usually 5\N{NO-BREAK SPACE}% of what it opens is so, in its role 50\N{NO-BREAK SPACE}%.",
            "Nothing explains it",
        ),
        (
            "ru",
            "3 клиента; из них 2 — с кем не работали ни он сам, ни его коллеги; "
            "обычно таких 5\N{NO-BREAK SPACE}% из того, что он открывает, в его роли 50\N{NO-BREAK SPACE}%.",
            "Ничем",
        ),
    ],
)
def test_an_incident_page_says_what_explains_the_touches_and_how_usual_that_is(
    world: World, language: str, sentence: str, row: str
) -> None:
    journal, found = Journal(world.settings.state / "journal", world.store), make_finding()
    reasons = TouchReason

    def touch(who: str, before: timedelta, client: str, reason: TouchReason) -> None:
        place = len(journal.scan().collect())
        frame = events({
            "actor.id": who, "@timestamp": NIGHT - before, "subject.ids": [client], "log.offset": place,
            "event.original": str(place),
        })  # fmt: skip
        journal.append(frame)
        columns = [frame.get_column(name) for name in frames.TOUCH_SCHEMA if name != frames.REASONS]
        told = pl.Series(frames.REASONS, [[reason.value]], dtype=frames.TOUCH_SCHEMA[frames.REASONS])
        journal.append_reasons([pl.DataFrame([*columns, told])])

    for each in range(20):
        day = timedelta(days=1 + each % 9)
        touch(found.actor_id, day, str(each), reasons.NOBODY if each == 3 else reasons.DEALT_BEFORE)
        touch("user:colleague", day, str(each), reasons.NOBODY if each % 2 else reasons.COLLEAGUES)
    for client, reason in (
        ("1", reasons.NOBODY),
        ("1", reasons.SAME_CARD),
        ("2", reasons.NOBODY),
        ("3", reasons.LISTED),
    ):
        touch(found.actor_id, timedelta(minutes=5), client, reason)
    with world.store.begin() as unit:
        journal.flush(unit)
    incident = world.found(found, scope=SCOPE)
    assert sentence in world.browser().get(f"/incidents/{incident.number}?lang={language}").text
    page = world.browser().get(f"/incidents/{incident.number}/clients?lang={language}").text
    assert sentence in page
    assert re.search(rf'<th scope="row">{row}</th><td class="num">2</td>', page)


def test_a_search_backwards_is_asked_for_by_a_press_and_says_what_it_could_not_judge(world: World) -> None:
    journal, found = Journal(world.settings.state / "journal", world.store), make_finding()
    touches = [(found.actor_id, timedelta(minutes=5), str(each), TouchReason.NOBODY) for each in range(3)]
    touches += [("user:eve", timedelta(days=2), str(each), TouchReason.NOBODY) for each in range(3)]
    touches += [("user:early", timedelta(days=2), "1", TouchReason.TOO_EARLY)]
    touches += [("user:lev", timedelta(days=2), str(each), TouchReason.NOBODY) for each in range(3)]
    for place, (who, before, client, reason) in enumerate(touches):
        frame = events({
            "actor.id": who, "@timestamp": NIGHT - before, "subject.ids": [client], "log.offset": place,
            "event.original": str(place),
        })  # fmt: skip
        journal.append(frame)
        columns = [frame.get_column(name) for name in frames.TOUCH_SCHEMA if name != frames.REASONS]
        told = pl.Series(frames.REASONS, [[reason.value]], dtype=frames.TOUCH_SCHEMA[frames.REASONS])
        journal.append_reasons([pl.DataFrame([*columns, told])])
    with world.store.begin() as unit:
        journal.flush(unit)
    page = f"/incidents/{world.found(found, scope=SCOPE).number}/clients"
    first, back = world.browser("lev").get(page).text, world.browser("lev").get(f"{page}?back").text
    assert ('id="search-back"' in first, "Others who did the same" in first) == (True, False)
    assert "opened 3 of 3 clients of the case, and nothing explains it" in back
    assert ("user:eve" in back, "user:lev" in back) == (True, False), "nobody reads of their own account"
    assert "came in the first ten days" in back
    assert "user:lev" in world.browser("anna").get(f"{page}?back").text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Not counted: 5 other clients were touched by the usual work of the same accounts meanwhile"),
        ("ru", "Не учтено: обычная работа тех же учётных записей за это время коснулась ещё 5 клиентов"),
    ],
)
def test_an_incident_page_says_whom_usual_work_touched_and_how_to_list_them(
    world: World, language: str, sentence: str
) -> None:
    incident = world.found(make_finding(), scope=replace(SCOPE, usual_subjects=5, usual_events=7))
    page = world.browser().get(f"/incidents/{incident.number}/clients?lang={language}").text
    assert sentence in page
    assert f"nabat scope {incident.number} --usual usual.csv" in page


@pytest.mark.parametrize(
    ("unknown", "nothing", "wanted"),
    [
        (9, 0, "cannot be said"),
        (3, 2, "8 clients; of these 2 it had never dealt with"),
        (0, 0, "6 clients; of these none"),
    ],
)
def test_of_clients_nothing_can_be_said_of_it_is_not_said_that_somebody_knew_them(
    world: World, unknown: int, nothing: int, wanted: str
) -> None:
    classes = (
        (TouchClass.UNEXPLAINED, nothing),
        (TouchClass.UNKNOWN, unknown),
        (TouchClass.OWN, 6 if unknown < 9 else 0),
    )
    found = TouchSummary(by_class=tuple(each for each in classes if each[1]))
    said = PageTexts(world.settings, "en", NIGHT).touches(found)
    assert wanted in said
    assert ("none" in said) == (unknown == 0)


def test_while_the_last_touches_are_not_explained_the_page_says_who_is_waited_for_and_until_when(world: World) -> None:
    incident = world.found(scope=replace(SCOPE, first_event_at=NIGHT, last_event_at=NIGHT))
    browser = world.browser()

    def shown(upto: timedelta, wait: timedelta | None, more: str = "") -> str:
        world.view = replace(world.service(), counted=CountedOrder(upto=NIGHT + upto, source="copies", wait=wait))
        return browser.get(f"/incidents/{incident.number}/clients{more}").text.replace("\N{NO-BREAK SPACE}", " ")

    minutes = timedelta(minutes=1)
    late = shown(-4 * minutes, 6 * minutes)
    assert "so far those before 03:08. copies is waited for: its lines may come 6 min late. By 03:19" in late
    assert "К 03:19 станет известно" in shown(-4 * minutes, 6 * minutes, "?lang=ru")
    assert "not all of its lines are read" in shown(-4 * minutes, None, "?lang=en")
    assert "is waited for" not in shown(minutes, 6 * minutes)


def test_an_incident_page_holds_what_a_lead_needs(world: World) -> None:
    incident = world.found(scope=SCOPE)
    page = world.browser().case(f"/incidents/{incident.number}")
    for wanted in (
        "user:o.petrova",
        "203.0.113.7",
        "read 1,240 clients in 1 hour",
        "Identity documents",
        "(counted 3 Mar, 03:12)",
        "Stop the flow: block the account",
        "The chain is intact: all 3 entries",
        "no line was looked for yet",
        "nothing was measured then",
        "/var/log/nginx/crm.access.log",
        "918273",
        "ab" * 32,
        "on its way",
        "MSK",
        "Times are in Europe/Moscow, UTC+3.",
    ):
        assert wanted in page, wanted


def test_what_the_checklist_puts_first_stands_first_on_the_page_and_behind_the_link(world: World) -> None:
    incident = world.found(scope=SCOPE)
    sentence = "if it is, block the account, token or address now"
    page = world.browser().get(f"/incidents/{incident.number}").text
    head = page[page.index('<h2 id="first">') : page.index('<h2 id="whose">')]
    assert sentence in head
    assert re.findall(r"#step-(\w+)", head) == ["C2", "C1", "A4"]
    assert sentence in world.browser().get(f"/ack/{world.token(incident)}").text
    world.console.complete(incident.id, "C2", by=me("anna"), proof="blocked 03:20")
    page = world.browser().get(f"/incidents/{incident.number}").text
    assert re.findall(r"#step-(\w+)", page[page.index('<h2 id="first">') : page.index('<h2 id="whose">')])[0] == "C1"


@pytest.mark.parametrize(
    ("language", "asked"), [("en", "has corrected the receipt"), ("ru", "исправление подтверждения")]
)
def test_a_second_person_reads_which_receipt_they_would_agree_to(world: World, language: str, asked: str) -> None:
    incident = world.found(scope=SCOPE)
    world.clock.advance(timedelta(days=2))
    world.console.file_receipt(incident.id, "ru-24h", number="17", at=None, by=me("dina"))
    in_time = world.clock.now() - timedelta(hours=47)
    said = {"number": "18", "reason": "as the portal numbers it"}
    world.console.file_receipt(incident.id, "ru-24h", at=in_time, by=me("dina"), **said)
    browser, page = world.browser("lev"), f"/incidents/{incident.number}/duties?lang={language}"
    shown = browser.get(page).text
    assert [
        each for each in (asked, "ru-152fz/ru-24h", "18, ", rfc3339(in_time), said["reason"]) if each not in shown
    ] == []
    assert browser.fill(page, f"/incidents/{incident.id}/agree", subject="receipt:ru-152fz/ru-24h").status_code == 303
    (duty,) = [each for each in world.detail(incident.id).duties if each.stage == "ru-24h"]
    assert (duty.receipt_number, duty.receipt_at) == ("18", in_time)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "the next briefing: one filed, a note or a fact",
                "7 days after the close: Answer",
                "a corrected receipt: Law:",
            ),
        ),
        (
            "ru",
            (
                "следующая сводка: сохранённая, заметка или факт",
                "7 дней после закрытия: Answer",
                "исправление подтверждения: Law:",
            ),
        ),
    ],
)
def test_the_first_page_lists_what_comes_round_and_what_a_second_person_is_asked_for(
    world: World, language: str, said: tuple[str, ...]
) -> None:
    incident = world.found(scope=SCOPE)
    due = world.clock.now() + timedelta(hours=4)
    owed = (
        (AgendaKind.BRIEFING, "B2", "Brief the team."),
        (AgendaKind.FOLLOW_UP, "7", "Answer every client."),
        (AgendaKind.APPROVAL, "receipt:law/first", "Law: first notice"),
    )
    with world.store.begin() as unit:
        unit.agenda.save(
            AgendaItem(
                id=what,
                incident_id=incident.id,
                kind=kind,
                what=what,
                title=title,
                title_ru=title,
                roles=("lead",),
                since=world.clock.now(),
                due_at=due,
                next_at=due,
            )
            for kind, what, title in owed
        )
    page = world.browser("lev").get(f"/?lang={language}").text
    assert [each for each in said if each not in page] == []


@pytest.mark.parametrize(
    ("language", "done", "left_out", "closed"),
    [
        ("en", "fulfilled", "not owed", "stopped: incident closed"),
        ("ru", "исполнена", "не возникла", "остановлено: инцидент закрыт"),
    ],
)
def test_a_duty_is_called_fulfilled_by_its_receipt_and_not_by_a_step(
    world: World, capsys: pytest.CaptureFixture[str], language: str, done: str, left_out: str, closed: str
) -> None:
    incident = world.found(scope=SCOPE)
    world.console.complete(incident.id, "N2", by=me("anna"), proof="receipt 17")
    world.console.approve(incident.id, "N2", by=me("lev"))
    world.console.file_receipt(incident.id, "ru-24h", number="17", at=None, by=me("dina"))
    world.console.decide_duty(incident.id, "gdpr-72h", owed=False, by=me("dina"), reason="no risk")
    world.console.approve(incident.id, "eu-gdpr-33/gdpr-72h", by=me("lev"))
    world.clock.advance(timedelta(minutes=1))
    told = {"note": "a test", "correction": "the authority is written to"}
    world.closes(incident.id, CloseReason.FALSE_POSITIVE, by="lev", **told)
    page = world.browser().get(f"/incidents/{incident.number}/duties?lang={language}").text
    rows = {row.partition('"')[0]: row for row in page.split('<li class="duty" id="duty-')[1:]}
    assert f">{done}</span>" in rows["ru-152fz-ru-24h"]
    assert f">{left_out}</span>" in rows["eu-gdpr-33-gdpr-72h"]
    assert f">{done}<" not in rows["ru-152fz-ru-72h"]
    assert closed in rows["ru-152fz-ru-72h"]
    show_detail(world.console.detail(incident.id), world.settings.model_copy(update={"language": language}))
    laws = [row for row in capsys.readouterr().out.splitlines() if row.startswith(("law ", "закон "))]
    for words in (f" {done}: ", f" {left_out}: ", f"({closed} "):
        assert any(words in row for row in laws), words


@pytest.mark.parametrize("language", ["en", "ru"])
def test_our_own_target_is_called_so_on_the_page_and_in_the_terminal(
    make_world: Callable[..., World], capsys: pytest.CaptureFixture[str], language: str
) -> None:
    world = make_world(load_regulations(("eu-gdpr-34",)))
    incident = world.found(scope=SCOPE)
    words = {"en": "our own target, not the law’s", "ru": "наша цель, а не срок закона"}[language]
    assert words in world.browser().get(f"/incidents/{incident.number}?lang={language}").text
    show_detail(world.console.detail(incident.id), world.settings.model_copy(update={"language": language}))
    assert words in capsys.readouterr().out


def test_an_incident_is_found_by_id_number_and_code_name(world: World) -> None:
    incident = world.found()
    browser = world.browser()
    for ref in (incident.id, incident.number, incident.code_name):
        assert browser.get(f"/incidents/{ref}").status_code == 200


def test_an_altered_timeline_is_a_loud_warning(world: World) -> None:
    incident = world.found(scope=SCOPE)
    browser = world.browser()
    assert "ALTERED" not in browser.get(f"/incidents/{incident.number}").text
    engine = create_engine(world.settings.database_url.replace("nabat.db", "nabat0.db"))
    with engine.begin() as connection:
        assert connection.execute(text("UPDATE entries SET text = 'nothing' WHERE number = 1")).rowcount == 1
    engine.dispose()
    for tab in Tab:
        page = browser.get(f"/incidents/{incident.number}{tab.path}").text
        assert "THIS CASE WAS ALTERED" in page
        assert "intact" not in page


def test_a_timeline_is_read_in_the_readers_language_and_older_entries_as_they_were_written(world: World) -> None:
    incident = world.found(scope=SCOPE)
    world.console.acknowledge(incident.number, by=me("anna"), via="cli")
    pages = {language: f"/incidents/{incident.number}/timeline?lang={language}" for language in LANGUAGES}
    said = {"en": ("Incident opened from", "via command line"), "ru": ("Инцидент открыт", "способ: командная строка")}
    browser = world.browser()
    for language, texts in said.items():
        shown = browser.get(pages[language]).text
        assert all(each in shown for each in texts), language
        assert not any(each in shown for other, its in said.items() if other != language for each in its), language
        assert "ALTERED" not in shown
    engine = create_engine(world.settings.database_url.replace("nabat.db", "nabat0.db"))
    for left in ("[]", '[{"message": "incident-entry-of-another-version", "args": []}]'):
        with engine.begin() as connection:
            connection.execute(text("UPDATE entries SET said = :left"), {"left": left})
        shown = browser.get(pages["ru"]).text
        assert "Incident opened from" in shown, "as it was written"
        assert "ДЕЛО ИЗМЕНИЛИ" in shown, "and that it is not what was hashed is said"
    engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_reads_in_both_languages(world: World, language: str) -> None:
    browser = world.browser()
    for address in addresses(world):
        answer = browser.get(address, params={"lang": language})
        assert answer.status_code < 500, address
        if "text/html" in answer.headers["content-type"]:
            assert f'<html lang="{language}">' in answer.text


def test_the_language_chosen_is_remembered_and_else_the_service_s(make_world: Callable[..., World]) -> None:
    world = make_world(language="ru")
    browser = world.browser()
    assert "Открытых инцидентов нет" in browser.get("/").text
    assert "No incident is open" in browser.get("/?lang=en").text
    assert "No incident is open" in browser.get("/").text
    assert "No incident is open" in browser.get("/?lang=<script>").text


@pytest.mark.parametrize(
    ("count", "said"), [(1, "Открыт 1 инцидент"), (2, "Открыто 2 инцидента"), (5, "Открыто 5 инцидентов")]
)
def test_russian_counts_take_their_right_form(world: World, count: int, said: str) -> None:
    for number in range(count):
        world.found(make_finding(f"rule-{number}", by=f"user:account{number}"))
    assert said in world.browser().get("/?lang=ru").text


def hostile(world: World) -> list[str]:
    """Every place of an incident that somebody outside could write."""
    incident = world.found(
        make_finding(
            HOSTILE,
            f"user:{HOSTILE}",
            title=HOSTILE,
            title_ru=HOSTILE,
            service=HOSTILE,
            source_ips=(HOSTILE,),
            reasons=(Reason(message=HOSTILE),),
            data_classes=(HOSTILE,),
        ),
        scope=type(SCOPE)(subjects=1, data_classes=(HOSTILE,), by_class=((HOSTILE, 1),), by_action=((HOSTILE, 1),)),
    )
    world.console.acknowledge(incident.id, by=me("anna"), via=HOSTILE)
    world.console.note(incident.id, by=me("anna"), text=HOSTILE)
    world.console.complete(incident.id, "A4", by=me("anna"), proof=HOSTILE)
    tabs = [f"/incidents/{incident.number}{tab.path}" for tab in Tab]
    return ["/", "/sources", "/incidents", *tabs, f"/ack/{world.token(incident)}"]


def test_nothing_an_attacker_wrote_becomes_markup_or_stays_unseen(world: World) -> None:
    view = world.service()
    fields = {name: getattr(view, name) for name in view.__dataclass_fields__}
    browser = world.browser()
    wild = quote(HOSTILE, safe="")
    pages = [*hostile(world), f"/incidents/{wild}", f"/ack/{wild}", f"/{wild}?lang={wild}"]
    world.view = type(view)(**fields | {"blind_spots": (HOSTILE,), "why_not": HOSTILE, "ready": False})
    for address in pages:
        page = browser.get(address).text
        assert re.findall("<script[^>]*>", page.lower()) == ['<script src="/console.js" defer>'], address
        assert not set(page) & {"\u202e", "\x1b", "\u200b"}, address
    assert "‹U+202E›" in browser.get(pages[0]).text
    assert "{{7*7}}" in browser.get(pages[0]).text


def test_pages_have_one_script_no_inline_style_and_nothing_from_elsewhere(world: World) -> None:
    browser = world.browser()
    for address in addresses(world):
        page = browser.get(address).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|http-equiv", page), address
        assert set(re.findall("<script[^>]*>[^<]*", page)) <= {'<script src="/console.js" defer>'}, address
        assert set(re.findall(r'(?:href|src|action)="(https?:|//)', page)) == set(), address


def test_pages_are_read_by_who_does_not_see_them(world: World) -> None:
    """One heading of the page, no name given twice, a label for every field, a caption for every picture."""
    browser = world.browser()
    for address in addresses(world):
        page = browser.get(address).text
        if "<html" not in page:
            continue
        names = re.findall(r'\sid="([^"]+)"', page)
        assert sorted({each for each in names if names.count(each) > 1}) == [], address
        assert page.count("<h1") == 1, address
        fields = re.findall(r'<(?:input|select|textarea)(?![^>]*(?:hidden|checkbox))[^>]*\sid="([^"]+)"', page)
        assert [each for each in fields if f'<label for="{each}"' not in page] == [], address
        assert not re.search(r"<svg(?![^>]*(?:aria-hidden|aria-label|aria-labelledby))", page), address
        named = " ".join(re.findall(r'aria-labelledby="([^"]+)"', page)).split()
        assert set(named) <= set(names), address


def test_reading_changes_nothing_whoever_reads(world: World) -> None:
    pages = addresses(world)
    before = world.state()
    browser = world.browser()
    for address in pages:
        for method in ("GET", "HEAD"):
            browser.send(method, address)
    assert world.state() == before


def test_a_long_timeline_shows_its_end_and_all_of_it_on_request(world: World) -> None:
    incident = world.found()
    for number in range(210):
        world.console.note(incident.id, by=me("anna"), text=f"note number {number}.")
    browser, address = world.browser(), f"/incidents/{incident.number}/timeline"
    page = browser.get(address).text
    assert "note number 209." in page
    assert "note number 3." not in page
    assert "12 older ones are left out." in page
    assert "The chain is intact: all 212 entries" in page
    whole = browser.get(f"{address}?all").text
    assert "note number 3." in whole
    assert "left out" not in whole


def test_older_incidents_are_on_further_pages(make_world: Callable[..., World]) -> None:
    world = make_world(group={"storm_count": 1000})
    for number in range(51):
        world.found(make_finding(f"rule-{number}", by=f"user:account{number}"), links=False)
    browser = world.browser()
    first, second = (browser.get(f"/incidents?page={number}").text for number in (1, 2))
    assert first.count('<th scope="row">') == 50
    assert second.count('<th scope="row">') == 1
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    for strange in ("-1", "x", "99999999999999999999", "٣"):
        assert browser.get(f"/incidents?page={strange}").status_code == 200


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "25 wait for events that nothing here reads",
                "its log",
                "21 of them are about logs of which no event has come",
            ),
        ),
        (
            "ru",
            (
                "25 правил ждут событий, которых здесь никто не читает",
                "её журнал",
                "из них 21 — о логе, из которого с запуска",
            ),
        ),
    ],
)
def test_rules_that_wait_are_shown_with_what_would_feed_them(
    world: World, language: str, said: tuple[str, str]
) -> None:
    page = world.browser().get("/sources", params={"lang": language}).text
    assert {text for text in (*said, "opencanary/application", "aws/cloudtrail") if text not in page} == set()


@pytest.mark.parametrize(
    ("column", "value"),
    [("called_for", "{broken"), ("severity", "dreadful"), ("related_actors", "17"), ("opened_at", "x")],
)
def test_one_row_that_cannot_be_read_says_so_in_lists_and_the_others_are_there(
    world: World, column: str, value: str
) -> None:
    broken, other = world.found(), world.found(make_finding(by="user:eve"))
    with world.store.begin() as unit:
        unit.session.connection.exec_driver_sql(f"UPDATE incidents SET {column} = ? WHERE id = ?", (value, broken.id))
        unit.session.connection.exec_driver_sql("UPDATE steps SET due_at = 'x' WHERE incident_id = ?", (other.id,))
    browser = world.browser()
    for page in ("/", "/incidents", "/silences", "/documents"):
        shown = browser.get(page)
        assert shown.status_code == 200, page
        if page in ("/", "/incidents"):
            assert f"This incident cannot be read ({column}): nabat verify" in shown.text
            assert other.code_name in shown.text
    assert f"Этот инцидент не читается ({column})" in browser.get("/incidents?lang=ru").text
    assert browser.get(f"/incidents/{broken.number}").status_code == (503 if column == "related_actors" else 200)
    listed = world.consoles.of(me("lev")).incidents()
    assert {each.number for each in listed} == {broken.number, other.number}
    end = world.clock.now() + timedelta(days=1)
    with pytest.raises(DeniedError):
        world.console.mutes.add(["service=crm"], until=end, by=me("olga"), reason="she is the suspect still")


def damage(world: World, table: str, column: str, where: str) -> None:
    with world.store.begin() as unit:
        unit.session.connection.exec_driver_sql(f"UPDATE {table} SET {column} = '{{broken' WHERE {where}")


@pytest.mark.parametrize(
    ("table", "column", "where"),
    [
        ("incidents", "called_for", "1 = 1"),
        ("steps", "due_at", "step_id = 'A3'"),
        ("duties", "due_at", "stage = 'ru-24h'"),
        ("findings", "at", "1 = 1"),
        ("documents", "kind", "1 = 1"),
    ],
)
def test_a_case_of_which_something_cannot_be_read_shows_what_can_and_says_what_cannot(
    world: World, table: str, column: str, where: str
) -> None:
    incident = world.found(scope=SCOPE)
    filed = {"language": "en", "title": "x", "media_type": "text/plain", "body": b"x"}
    world.console.documents(me("dina")).add(incident.number, NewDocument(kind=next(iter(DocumentKind)), **filed))
    damage(world, table, column, where)
    for tab in ("", "/steps", "/flow"):
        answer = world.browser("lev").get(f"/incidents/{incident.number}{tab}")
        assert answer.status_code == 200
        assert incident.code_name in answer.text
        assert f"table {table}, row" in answer.text
        assert f"column {column}" in answer.text
        assert "{broken" not in answer.text
        assert "Acknowledge the page" in answer.text, "a step"
        assert "ru-152fz/ru-72h" in answer.text, "a duty"
        assert "Incident opened from" in answer.text, "an entry"
        assert "<form" not in answer.text.partition("<main")[2]
    assert world.browser("olga").get(f"/incidents/{incident.number}").status_code == 404, "it is about her"


def test_a_case_of_which_nobody_can_read_whom_it_is_about_is_shown_to_nobody(world: World) -> None:
    incident = world.found(scope=SCOPE)
    damage(world, "incidents", "related_actors", "1 = 1")
    answer = world.browser("lev").get(f"/incidents/{incident.number}")
    assert (answer.status_code, incident.code_name in answer.text) == (503, False)
