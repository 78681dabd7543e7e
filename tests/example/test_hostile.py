"""A log, contacts, settings and people that attack whatever shows them: every artefact shows it harmlessly."""

import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from detector.cli import nabat
from detector.incident.reports import ReportTold
from detector.messages import LANGUAGES
from detector.schema.outside.outside_reports import ReportKind
from detector.telemetry.structured_log import configure_logs
from detector.web.views.case_view import Tab
from tests.example import hostile
from tests.example.harmless import attacks, faults, seen
from tests.example.walk import NIGHT, Walk
from tests.fakes.people import me
from tests.receivers import Ntfy, mail_server, ntfy_server, web_servers
from tests.scenarios.story import TEAM, Story
from tests.web.conftest import World

__all__ = ["ntfy_server"]
pytestmark = [pytest.mark.share(8), pytest.mark.timeout(900)]
_COMMANDS = (
    *("incidents list", "evidence show {}", "register", "documents list {}", "letters status {}", "agenda"),
    *("reports list", "reports show {report}", "year 2026", "verify", "explain {}"),
)
_MAIL = {"from", "to", "subject", "date", "message-id", "content-type", "content-transfer-encoding", "mime-version"}
_MAIL |= {"auto-submitted", "x-application", "reply-to", "precedence", "list-unsubscribe", "x-auto-response-suppress"}


@dataclass(frozen=True)
class Phone:
    """Somebody's topic on a real push server, in the place of a receiver."""

    server: Ntfy
    topic: str

    def url(self, _: str) -> str:
        return self.server.url(self.topic)

    @property
    def received(self) -> list[dict[str, str]]:
        """What the server holds, as it hands it to a phone."""
        return [{"title": each["title"], "message": each["message"]} for each in self.server.messages(self.topic)]


@pytest.fixture
def own_log() -> Iterator[Callable[[bool], None]]:
    """Send our own log to where a service sends it."""
    before = structlog.get_config()
    yield lambda json: configure_logs(json=json)
    structlog.configure(**before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_writes_what_anywhere_no_artefact_runs_it(
    tmp_path: Path,
    language: str,
    ntfy_server: Ntfy,
    own_log: Callable[[bool], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    out, in_json = tmp_path / "out", language == "en"
    own_log(in_json)
    with mail_server() as mails, web_servers() as web:
        given = hostile.changes(tmp_path, language, mails.port)
        receivers = {person: web() for person in TEAM} | {"anna": Phone(ntfy_server, f"hostile-{language}")}
        story = Story(tmp_path, receivers, start=NIGHT - timedelta(hours=1), **given)
        story.log = tmp_path / hostile.FILE
        try:
            Walk(story, mails, language, out, office=lambda _: "", leak=hostile.lines, said=hostile.Said()).whole()
            report = _reported(story)
            wrong = [f"{path.name}: {fault}" for path in sorted(out.rglob("*.*")) for fault in faults(path)]
            wrong += _commands(story, report)
            wrong += [f"archive: {fault}" for fault in _archive(story, tmp_path)]
            wrong += [f"metrics: {fault}" for fault in _metrics(story)]
            wrong += [f"{page}: {fault}" for page, fault in _pages(story, report)]
            wrong += [
                f"message: {fault}" for web in receivers.values() for said in web.received for fault in _message(said)
            ]
            wrong += [f"letter: {fault}" for mail in mails.received for fault in _mail(mail)]
        finally:
            story.stop()
    wrong += [f"log: {fault}" for fault in _own_log(capsys.readouterr().err, in_json=in_json)]
    assert not wrong, "\n".join(wrong)
    for artefact, places in _REACHES.items():
        text = (out / artefact).read_text()
        assert [each for each in places.split() if f"{hostile.MARK}{each}" not in text] == [], artefact


_OF_LOGS = ("actor", "agent", "referer", "surrogate")
_LONGEST_SAMPLE = 2_000
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


def _archive(story: Story, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the archive of raw lines: its names lead nowhere, and all but the lines is harmless."""
    packed, opened = folder / "case.tar", folder / "opened"
    words = ["evidence", "export", story.incident.number, "--out", str(packed), "-c", str(story.config_path)]
    done = CliRunner().invoke(nabat, words)
    if done.exit_code:
        yield f"{done.exit_code} {done.output}"
        return
    yield from seen(done.output)
    with tarfile.open(packed) as tar:
        members = tar.getmembers()
        tar.extractall(opened, filter="data")
    yield from _members(members, opened)
    summed = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=next(opened.rglob("SHA256SUMS")).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if summed.returncode:
        yield f"sha256sum: {summed.stdout}{summed.stderr}"


def _members(members: Sequence[tarfile.TarInfo], opened: Path) -> Iterator[str]:
    for each in members:
        if not (each.isfile() or each.isdir()) or not re.fullmatch(r"[\w.-]+(/[\w.-]+)*", each.name):
            yield f"has {each.name!r}"
    if not any("/lines/" in each.name for each in members):
        yield "holds no lines"
    for path in (each for each in opened.rglob("*") if each.is_file()):
        text = path.read_bytes()
        if path.parent.name != "lines":
            yield from (f"{path.name}: {fault}" for fault in seen(text.decode()))
        elif f"{hostile.MARK}agent".encode() not in text:
            yield f"{path.name} does not hold what was written"


def _metrics(story: Story) -> Iterator[str]:
    """Yield what is wrong with the metrics: they are valid, and no label holds what somebody wrote into a log."""
    world = World(story.app.settings, story.app.store, story.clock, metrics=story.app.metrics)
    text = story.app.metrics.exposition()[0].decode()
    yield from seen(text)
    yield from (f"a label holds what {place} says" for place in _OF_LOGS if f"{hostile.MARK}{place}" in text)
    longest = max(map(len, text.splitlines()))
    if longest > _LONGEST_SAMPLE:
        yield f"a line has {longest} characters"
    shown = world.browser("").get("/metrics").text
    for each in (text, shown):
        checked = subprocess.run(
            ["promtool", "check", "metrics"], input=each, capture_output=True, text=True, check=False
        )
        said = {each for each in (checked.stdout + checked.stderr).splitlines() if "_last_30_days use base" not in each}
        yield from (f"promtool: {each}" for each in sorted(said))


def _own_log(text: str, *, in_json: bool) -> Iterator[str]:
    """Yield what is wrong with our own log: a line an entry, and none that a reader takes for something else."""
    yield from seen(text)
    lines = text.splitlines()
    if not lines:
        yield "is empty"
    for line in lines:
        if in_json and not isinstance(json.loads(line), dict):
            yield f"has the line {line!r}"
        if not in_json and not re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z? \[\w+ *\] \w", line):
            yield f"has the line {line!r}"
