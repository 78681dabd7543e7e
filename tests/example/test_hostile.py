"""A log, contacts, settings and people that attack whatever shows them: every artefact shows it harmlessly."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import nabat
from detector.incident.reports import ReportTold
from detector.messages import LANGUAGES
from detector.schema.outside.outside_reports import ReportKind
from detector.web.views.case_view import Tab
from tests.example import hostile
from tests.example.harmless import attacks, faults, seen
from tests.example.walk import NIGHT, Walk
from tests.fakes.people import me
from tests.receivers import mail_server, web_servers
from tests.scenarios.story import TEAM, Story
from tests.web.conftest import World

pytestmark = [pytest.mark.share(8), pytest.mark.timeout(300)]
_COMMANDS = (
    *("incidents list", "evidence show {}", "register", "documents list {}", "letters status {}", "agenda"),
    *("reports list", "reports show {report}", "year 2026", "verify", "explain {}"),
)
_MAIL = {"from", "to", "subject", "date", "message-id", "content-type", "content-transfer-encoding", "mime-version"}
_MAIL |= {"auto-submitted", "x-application", "reply-to", "precedence", "list-unsubscribe", "x-auto-response-suppress"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_writes_what_anywhere_no_artefact_runs_it(tmp_path: Path, language: str) -> None:
    out = tmp_path / "out"
    with mail_server() as mails, web_servers() as web:
        given = hostile.changes(tmp_path, language, mails.port)
        receivers = {person: web() for person in TEAM}
        story = Story(tmp_path, receivers, start=NIGHT - timedelta(hours=1), **given)
        try:
            Walk(story, mails, language, out, office=lambda _: "", leak=hostile.lines, said=hostile.Said()).whole()
            report = _reported(story)
            wrong = [f"{path.name}: {fault}" for path in sorted(out.rglob("*.*")) for fault in faults(path)]
            wrong += _commands(story, report)
            wrong += [f"{page}: {fault}" for page, fault in _pages(story, report)]
            wrong += [
                f"message: {fault}" for web in receivers.values() for said in web.received for fault in _message(said)
            ]
            wrong += [f"letter: {fault}" for mail in mails.received for fault in _mail(mail)]
        finally:
            story.stop()
    assert not wrong, "\n".join(wrong)
    for artefact, places in _REACHES.items():
        text = (out / artefact).read_text()
        assert [each for each in places.split() if f"{hostile.MARK}{each}" not in text] == [], artefact


_REACHES = {
    "01-page.txt": "rule service",
    "02-incident.txt": "actor service rule falsepositive saidblocked",
    "letters/first-letter.txt": "name hotline client",
    "notices/ru-24h.html": "name address dponame saidknown",
}


def _reported(story: Story) -> str:
    said = {key: hostile.text(f"report{key}", longest=280) for key in ("text", "sender", "file_name")}
    told = ReportTold(kind=ReportKind.CLIENT, **said, clients=(hostile.client(3),))
    return story.console.take_in(told, None, by=me("lev")).id


def _commands(story: Story, report: str) -> Iterator[str]:
    for words in _COMMANDS:
        asked = words.format(story.incident.number, report=report).split()
        done = CliRunner().invoke(nabat, [*asked, "-c", str(story.config_path)])
        if done.exit_code:
            yield f"{words}: {done.exit_code} {done.output}"
        yield from (f"{words}: {fault}" for fault in seen(done.output))


def _pages(story: Story, report: str) -> Iterator[tuple[str, str]]:
    world = World(story.app.settings, story.app.store, story.clock)
    browser = world.browser("lev")
    case = f"/incidents/{story.incident.number}"
    for page in (
        "/",
        "/incidents",
        "/sources",
        "/people",
        "/reports",
        f"/reports/{report}",
        *(f"{case}{tab.path}" for tab in Tab),
    ):
        for language in ("en", "ru"):
            shown = browser.get(f"{page}?lang={language}")
            if shown.status_code != 200:
                yield page, str(shown.status_code)
            yield from ((page, fault) for fault in attacks(shown.text))
            yield from ((page, fault) for fault in seen(shown.text))


def _message(said: dict[str, str]) -> Iterator[str]:
    text = f"{said['title']}\n{said['message']}"
    yield from seen(text)
    plain = re.sub(r"http://127\.0\.0\.1:8470\S*", "", text)
    if found := re.findall(r"[@<>`\[\]|~#\\$&]|://|www\.|∕∕[^\s/]*\.", plain):
        yield f"has {sorted(set(found))}"


def _mail(mail: EmailMessage) -> Iterator[str]:
    if extra := {name.lower() for name in mail} - _MAIL:
        yield f"has the headers {sorted(extra)}"
    if len(mail.get_all("To", [])) != 1 or "evil" in str(mail["To"]):
        yield f"goes to {mail['To']}"
    yield from seen(mail.get_content())
