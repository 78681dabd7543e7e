"""The open form and the pages of reports: anybody may tell, little at a time; some see what became of it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive

from detector.runtime.evidence.verify_all import verify_everything
from detector.runtime.incidents.agenda.report_keeper import MOST_OF_FORM
from detector.runtime.incidents.console.acts.report_acts import MOST_BYTES
from detector.schema.case.agenda import AgendaKind
from detector.schema.outside.outside_reports import ReportWay
from detector.schema.team.people import AccessKind
from detector.store import ATTACHMENTS
from detector.web.forms import BODY_LIMIT, FILE_LIMIT
from detector.web.reports.form_limits import FROM_ADDRESS, FROM_ALL, FROM_NETWORK, FormLimits
from detector.web.serving.bodies import Bodies, UnfitError
from detector.web.serving.whole_messages import body_again
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, NIGHT, Browser, World

CLIENT = {"kind": "client", "text": "who rang me knew my last payment"}


@pytest.fixture
def open_world(make_world: Callable[..., World]) -> World:
    return make_world(web={"port": 0, "report_form": True})


def told(world: World) -> list[str]:
    with world.store.read() as unit:
        return [each.text for each in unit.reports.waiting()]


def sent(browser: Browser, **form: str) -> int:
    return browser.fill("/report", "/report", **CLIENT | form).status_code


def test_the_form_is_not_there_unless_it_is_asked_for(world: World) -> None:
    browser = world.browser("")
    assert [browser.get("/report").status_code, browser.post("/report", CLIENT).status_code] == [404, 404]
    assert world.browser("lev").get("/reports").status_code == 200


def test_anybody_tells_once_in_either_language_and_learns_nothing_but_a_number(open_world: World) -> None:
    browser = open_world.browser("")
    russian = browser.get("/report?lang=ru").text
    assert '<html lang="ru">' in russian
    assert "Сообщить о возможной утечке" in russian
    for name in ("kind", "text", "sender", "client"):
        assert f'<label for="report-{name}">' in russian
    token = browser.form_token("/report")
    assert browser.post("/report", CLIENT).status_code == 403, "a form of another site has no token"
    assert told(open_world) == []
    form = {**CLIENT, "form_token": token, "form_key": "k" * 12, "sender": HOSTILE, "client": "=1+1"}
    first, again = browser.post("/report", form), browser.post("/report", form)
    assert (first.status_code, first.text) == (200, again.text)
    (report,) = [each.report for each in open_world.consoles.of(me("lev")).reports.all(10)]
    corrected = {**form, "text": "it was the payment before"}
    assert browser.post("/report", corrected).status_code == 200
    assert set(told(open_world)) == {CLIENT["text"], corrected["text"]}, "gone back to, and sent again"
    assert (report.way, report.by, report.language) == (ReportWay.FORM, "", "ru")
    assert report.id in first.text
    assert "payment" not in first.text
    assert browser.get(f"/reports/{report.id}").status_code == 303, "who is not signed in reads none"


def test_so_much_and_no_more_is_taken(open_world: World) -> None:
    browser = open_world.browser("", **{"x-forwarded-for": "192.0.2.9"})
    for form, why in (
        ({"text": "x" * 4001}, "at most 4,000"),
        ({"text": ""}, "Say what"),
        ({"kind": "king"}, "Say who"),
    ):
        answer = browser.fill("/report", "/report", **CLIENT | form)
        assert (answer.status_code, why in answer.text) == (400, True), form
    large = {**CLIENT, "text": "x" * BODY_LIMIT, "form_token": browser.form_token("/report")}
    assert browser.post("/report", large).status_code == 413
    assert [sent(browser, text=f"{n}") for n in range(6)] == [200] * 5 + [429]
    assert "x" not in "".join(told(open_world))
    elsewhere = open_world.browser("", **{"x-forwarded-for": "192.0.2.10"})
    assert sent(elsewhere) == 200
    open_world.clock.advance(timedelta(hours=1))
    assert sent(browser) == 200
    for beginning, end, taken in (("2001:db8:0:7::", "", 5), ("2001:db8:1:", "::1", 20), ("203.0.113.", "", 20)):
        places = [open_world.browser("", **{"x-forwarded-for": f"{beginning}{n}{end}"}) for n in range(1, 23)]
        assert [sent(each) for each in places].count(200) == taken, beginning
    assert sent(open_world.browser(""), text="from nowhere") == 200


def test_whoever_comes_when_it_is_enough_is_told_how_else_we_are_reached(make_world: Callable[..., World]) -> None:
    ours = {
        "organization": {"name": "Example", "phone": "+44 20 7946 0000"},
        "letters": {"hotline": "help.example.org"},
    }
    world = make_world(web={"port": 0, "report_form": True}, **ours)
    browser = world.browser("", **{"x-forwarded-for": "192.0.2.9"})
    for _ in range(FROM_ADDRESS):
        sent(browser)
    answer = browser.fill("/report", "/report", **CLIENT)
    assert answer.status_code == 429
    assert "call or write to us (help.example.org, +44 20 7946 0000)" in answer.text
    assert CLIENT["text"] in answer.text, "what was typed stays"


def test_so_many_wait_and_no_more_and_of_these_the_first_stand_on_the_agenda(
    open_world: World,
) -> None:
    open_world.console.most_waiting = 300
    browser = open_world.browser("")
    assert sent(browser, text="the first") == 200
    (first,) = open_world.consoles.of(me("lev")).reports.waiting()
    with open_world.store.begin() as unit:
        for n in range(298):
            unit.reports.add(replace(first.report, id=f"r-{n:010}", text=chr(0x4E00 + n) * 3))
    assert sent(browser, text="the last") == 200
    assert sent(browser, text="one too many") == 503
    assert [each.report.text for each in open_world.consoles.of(me("lev")).reports.all(300)].count("the last") == 1
    owed = [each for each in open_world.consoles.of(me("lev")).agenda() if each.item.kind is AgendaKind.REPORT]
    assert len(owed) == MOST_OF_FORM
    page = open_world.browser("lev").get("/reports").text
    assert "Shown are the first 200 rows" in page
    assert page.count("data-row") == 200


def test_after_a_flood_an_honest_report_is_seen_and_what_is_alike_is_one_row_with_all_behind_it(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("id,channel,address\n104729,mail,Anna@example.org\n7,sms,+442079460001\n", encoding="utf-8")
    channels = {"channels": {"sms": "json://127.0.0.1/{address}"}}
    world = make_world(
        web={"port": 0, "report_form": True}, contacts={"csv": str(contacts)}, letters={"hotline": "x", **channels}
    )
    assert sent(world.browser(""), text="flood 0: pay, or all of it is told") == 200
    (first,) = world.consoles.of(me("lev")).reports.waiting()
    later = first.report.received_at + timedelta(minutes=9)
    with world.store.begin() as unit:
        for n in range(1, 58):
            text = f"Flood {n}: pay {n}, or ALL of it is told!"
            unit.reports.add(replace(first.report, id=f"r-{n:010}", text=text))
        for name, given in (
            ("a", {"text": "flood 99: pay, or all of it is told", "sender": "Anna <anna@EXAMPLE.org>"}),
            ("b", {"text": "they knew my number", "clients": ("104729",)}),
            ("c", {"text": "call me", "sender": "tel. +44 (20) 7946-0001"}),
            ("d", {"text": "a man at the door knew what I had bought", "sender": "eve@elsewhere.example.org"}),
        ):
            unit.reports.add(replace(first.report, id=f"r-{name * 10}", received_at=later, **given))
    groups = world.consoles.of(me("lev")).reports.waiting_groups()
    assert [each.first.report.id[2] for each in groups[:4]] == ["a", "b", "c", "d"]
    assert [(len(each.reports), each.known) for each in groups] == [(1, True)] * 3 + [(1, False), (58, False)]
    page = world.browser("lev").get("/reports").text
    assert page.count("data-row") == 5
    assert "58 alike" in page
    assert page.count("client or address known") == 3
    assert all(f"/reports/r-{n:010}" in page for n in range(1, 58)), "nothing is hidden"
    contacts.write_text("id,channel\n", encoding="utf-8")
    assert not world.consoles.of(me("lev")).reports.waiting_groups()[0].known, "what cannot be read knows nobody"


def test_the_count_of_forms_forgets_what_an_hour_is_over_of() -> None:
    limits, now = FormLimits(), NIGHT
    assert [limits.allow("", now) for _ in range(FROM_ALL + 1)].count(False) == 1
    assert not limits.allow("192.0.2.1", now + timedelta(minutes=59))
    later = now + timedelta(hours=1)
    assert [limits.allow("192.0.2.1", later) for _ in range(FROM_ADDRESS + 1)].count(False) == 1
    assert limits.allow("192.0.2.1", later + timedelta(hours=1))


def test_visitors_who_come_by_ipv4_in_the_form_of_ipv6_share_no_network_but_their_own() -> None:
    limits = FormLimits()
    took = [limits.allow(f"::ffff:198.51.{n}.7", NIGHT) for n in range(2 * FROM_NETWORK)]
    assert all(took)
    near = [limits.allow(f"::ffff:203.0.113.{n}", NIGHT) for n in range(FROM_NETWORK + 1)]
    assert near.count(False) == 1


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300


def with_file(browser: Browser, name: str, body: bytes, kind: str = "image/png", **form: str) -> httpx.Response:
    fields = CLIENT | {"form_token": browser.form_token("/report"), "form_key": f"{name}{len(body)}"} | form
    return browser.send("POST", "/report", data=fields, files={"file": (name, body, kind)})


def test_one_file_comes_along_as_it_is_and_what_is_no_such_file_does_not(open_world: World) -> None:
    browser, files = open_world.browser(""), open_world.settings.state / ATTACHMENTS
    assert 'enctype="multipart/form-data"' in browser.get("/report?lang=ru").text
    for name, body, why in (
        ("a.exe", PNG, "Файлы такого вида не принимаются"),
        ("screen.png.html", PNG, "Файлы такого вида не принимаются"),
        ("screen.png", b"MZ\x90", "не то, чем назван"),
        ("note.txt", b"a\0b", "не то, чем назван"),
        ("screen.png", b"", "Файл пуст"),
        ("screen.png", PNG + b"x" * (FILE_LIMIT + 1 - len(PNG)), "Файл больше"),
    ):
        answer = with_file(browser, name, body)
        assert (answer.status_code, why in answer.text) == (400, True), (name, why)
        assert CLIENT["text"] in answer.text, "what was typed stays"
    huge = with_file(browser, "screen.png", PNG + b"x" * (FILE_LIMIT + BODY_LIMIT))
    assert huge.status_code == 413
    assert (told(open_world), list(files.rglob("*"))) == ([], [])

    hostile = f"C:\\evil\\..\\{HOSTILE}.PNG"
    assert with_file(browser, hostile, PNG).status_code == 200
    assert with_file(browser, "", b"").status_code == 200, "no file was chosen"
    desk = open_world.consoles.of(me("lev")).reports
    report = next(each.report for each in desk.all(10) if each.report.file_sha256)
    assert (report.file_sha256, report.file_bytes) == (sha256(PNG).hexdigest(), len(PNG))
    assert not [each for each in ("\\", "\x1b", "..", "evil") if each in report.file_name], report.file_name
    assert [each.read_bytes() for each in files.rglob("*") if each.is_file()] == [PNG]
    page = open_world.browser("lev").get(f"/reports/{report.id}").text
    assert ("<script>alert" in page, report.file_sha256 in page) == (False, True)
    assert f'action="/reports/{report.id}/file"' in page
    fetch = f"/reports/{report.id}/file"
    lead = open_world.browser("lev")
    got = lead.fill(f"/reports/{report.id}", fetch)
    assert (got.status_code, got.content, got.headers["x-content-type-options"]) == (200, PNG, "nosniff")
    assert got.headers["content-type"] == "application/octet-stream", "it is never shown"
    assert got.headers["content-disposition"] == f'attachment; filename="{report.id}.png"', "a name of ours"
    with open_world.store.read() as unit:
        read = [each.by for each in unit.people.records(NIGHT) if each.kind is AccessKind.REPORT_READ]
    assert "lev" in read, "it names no client, and holds one all the same, perhaps"
    assert lead.get(fetch).status_code == 405, "a look at a page fetches nothing"
    assert lead.post(fetch, {"form_token": "x"}).status_code == 403
    wordy = next(each.report.id for each in desk.all(10) if not each.report.file_sha256)
    assert lead.fill(f"/reports/{wordy}", f"/reports/{wordy}/file").status_code == 404
    kept = next(each for each in files.rglob("*") if each.is_file())
    kept.write_bytes(PNG + b"x")
    assert lead.fill(f"/reports/{report.id}", fetch).status_code == 503, "it is not what came"
    kept.write_bytes(PNG)
    reader = open_world.browser("olga")
    form = {"form_token": reader.form_token("/report")}
    assert reader.post(fetch, form).status_code == 403, "who takes no reports in fetches none"
    assert verify_everything(open_world.settings, open_world.store).differences == ()

    with open_world.store.begin() as unit:
        unit.reports.add(replace(report, id="r-0000000000", file_bytes=MOST_BYTES))
    full = with_file(open_world.browser("", **{"x-forwarded-for": "192.0.2.77"}), "other.png", PNG)
    assert (full.status_code, "your file did not" in full.text) == (200, True), "words are taken without their file"
    (left,) = [each.report for each in desk.all(10) if each.report.file_name == "other.png"]
    assert "other.png: too many files waited" in open_world.browser("lev").get(f"/reports/{left.id}").text
    elsewhere = open_world.browser("", **{"x-forwarded-for": "192.0.2.78"})
    assert sent(elsewhere, text="words alone") == 200
    closed = elsewhere.send("POST", "/silences", data={"x": "y"}, files={"file": ("a.png", PNG, "image/png")})
    assert closed.status_code == 413, "no other form brings a file"


def test_few_large_bodies_are_held_at_once_and_small_ones_are_taken_all_the_same() -> None:
    async def play() -> list[int]:
        bodies, found = Bodies(1.0), list[int]()

        def of(size: int) -> Receive:
            return body_again(b"x" * size, asyncio.Event().wait)  # type: ignore[arg-type]

        async with (
            bodies.received(of(BODY_LIMIT + 1), with_file=True),
            bodies.received(of(BODY_LIMIT + 1), with_file=True),
        ):
            for size in (BODY_LIMIT + 1, BODY_LIMIT):
                try:
                    async with bodies.received(of(size), with_file=True):
                        found.append(200)
                except UnfitError as error:
                    found.append(error.status)
        async with bodies.received(of(BODY_LIMIT + 1), with_file=True):
            found.append(200)
        return found

    assert asyncio.run(play()) == [503, 200, 200]


def test_who_takes_reports_in_reads_links_opens_and_dismisses_them(open_world: World) -> None:
    visitor = open_world.browser("")
    for text in (HOSTILE, "second", "third"):
        assert sent(visitor, text=text, sender=HOSTILE, client=HOSTILE[:100]) == 200
    incident = open_world.found()
    browser = open_world.browser("lev")
    reports = {each.report.text: each.report.id for each in open_world.consoles.of(me("lev")).reports.all(10)}
    hostile = next(ref for text, ref in reports.items() if "alert(1)" in text)
    desk = open_world.consoles.of(me("lev")).reports
    assert (len(desk.all(1)), len(desk.waiting())) == (1, 3), "those that wait are not among so many of the newest"
    listed = browser.get("/reports").text
    assert all(ref in listed for ref in reports.values())
    assert "alert(1)" not in listed
    assert f'href="/reports/{hostile}"' in browser.get("/").text, "it stands on the first page, as somebody's to do"
    page = browser.get(f"/reports/{hostile}").text
    assert "<script>alert" not in page
    assert "\x1b" not in page
    assert "nobody has checked who it is from" in page

    place = f"/reports/{hostile}"
    missing = browser.fill(place, f"{place}/link", reason="")
    assert (missing.status_code, "Choose a case." in missing.text) == (400, True)
    linked = browser.fill(place, f"{place}/link", incident=incident.number, reason="the same night")
    assert (linked.status_code, linked.headers["location"]) == (303, f"/incidents/{incident.number}")
    assert incident.number in browser.get(place).text
    again = browser.fill(place, f"{place}/link", incident=incident.number, reason="the same night")
    assert (again.status_code, "is linked to this case already" in again.text) == (409, True)

    second, third = (f"/reports/{reports[text]}" for text in ("second", "third"))
    case = {"title": "A client rang", "severity": "high", "playbook": "client-data-leak", "reason": "r"}
    opened = browser.fill(second, f"{second}/open", **case)
    assert opened.status_code == 303, opened.text
    assert browser.get(opened.headers["location"]).status_code == 200
    assert browser.fill(third, f"{third}/dismiss", reason="an advertisement").status_code == 303
    assert told(open_world) == []
    assert browser.get("/reports/r-ffffffffff").status_code == 404
    assert open_world.browser("olga").get("/reports").status_code == 403
