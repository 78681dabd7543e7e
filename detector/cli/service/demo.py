"""The demonstration: a simulated company, the service watching it, and a terminal that says what is happening.

Comes in: a folder. Goes out: talk. The service is the real one with the shipped config/demo.yml; only the company that
writes the logs is made up.
"""

import os
import re
import shlex
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from shutil import which

from detector.cli.options import login_name
from detector.clock import Clock, monotonic
from detector.errors import InputError, Problem
from detector.messages import messages
from detector.notify import amount_text
from detector.runtime.app import App
from detector.runtime.state_folder import lock
from detector.runtime.training.learn import backfill
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import MessageStatus
from detector.schema.team.people import InvitationUse
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.simulate.living import LivingCompany
from detector.simulate.settings import LOGIN_VARIABLE, demo_environment, demo_path

_SEED = 7
Shown = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]

# As it stands in config/demo.yml.
_PORT = 8470
_LOOK_SECONDS = 1.0
# Who whoever runs the demonstration is in it.
_YOU = "anna"

_OWN_LOGS = """\
To watch your own logs:
  1. write a first configuration:   {nabat} init /var/log/nginx/access.log
  2. look at what it guessed, and name your people in it
  3. {nabat} check -c nabat.yml, then  {nabat} run -c nabat.yml"""


def free_port(wanted: int) -> int:
    """Return the port wanted if nobody listens there on this machine, else one that is free now."""
    for port in (wanted, 0):
        # As the pages listen: a port whose last connections are not long closed counts as free.
        with suppress(OSError), socket.create_server(("127.0.0.1", port)) as probe:
            return int(probe.getsockname()[1])
    return wanted


def command() -> str:
    """Return what a person types to call `nabat`: its name, or where it lies in an environment nobody has activated."""
    if which("nabat"):
        return "nabat"
    beside = Path(sys.executable).parent / "nabat"
    return shlex.quote(nearby(beside)) if beside.exists() else shlex.join((sys.executable, "-m", "detector"))


def nearby(path: Path) -> str:
    """Return a path as it is shortest to type from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


class Demo:
    """One demonstration.

    Args:
        folder: For logs and state; made if need be, continued if it is there.
        clock: Tells the time.
        say: Talks to the person at the terminal.
        obey: Called with the App before it runs, to wire signals up.
        progress: Shows how far something is, of so many bytes.
        port: Of the pages; None: the configuration's, or a free one where another program listens there.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        say: Callable[[str], None],
        obey: Callable[[App], None],
        progress: Shown,
        port: int | None = None,
    ) -> None:
        self._folder, self._port = folder.absolute(), port
        self._clock, self._say, self._obey, self._progress = clock, say, obey, progress
        self._seen: dict[str, int] = {}
        self._told: set[str] = set()

    def run(self) -> None:
        """Run until stopped."""
        os.umask(0o077)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what, fix = f"cannot be made: {error.strerror}", "name a folder that this account may write to: --state DIR"
            raise InputError(Problem(file=str(self._folder), what=what, fix=fix)) from error
        # A second one in the same folder would write into the first one's logs before its service is refused.
        lock(self._folder)()
        settings = self._settings()
        company = LivingCompany(self._folder, _SEED, self._clock)
        began = monotonic()
        self._say("Writing a few days of history of a simulated company ...")
        company.prepare()
        if not (self._folder / "nabat.db").exists():
            self._say("Learning from it what is usual there ...")
            logs = sum(path.stat().st_size for path in company.logs.iterdir())
            with self._progress("Learning", logs) as advance:
                backfill(settings, self._clock, on_progress=advance)
        app = App(settings, self._clock)
        app.on_question = self._tell_question
        self._obey(app)
        with app:
            company.start()
            token = app.sign_ins.invite(_YOU, by="demo", use=InvitationUse.SIGN_IN)
            self._say(self._welcome(settings, token, monotonic() - began))
            watcher = threading.Thread(target=self._watch, args=(app,), name="demo-watch", daemon=True)
            watcher.start()
            try:
                app.run()
            finally:
                company.stop()
        self._say(f"Stopped. Logs and state stay in {self._folder}; `make run` goes on from there.")

    def _settings(self) -> Settings:
        # The copy in the folder is for the other commands: `nabat incidents list -c FOLDER/nabat.yml`.
        text = demo_path().read_text(encoding="utf-8")
        for name, value in demo_environment(self._folder).items():
            text = text.replace(f"${{{name}:-../state/demo}}", value)
        text = text.replace(f"port: {_PORT}", f"port: {self._free_port()}")
        text = re.sub(r"\$\{" + LOGIN_VARIABLE + r":-[^}]*\}", login_name(), text)
        copy = self._folder / "nabat.yml"
        copy.write_text(text, encoding="utf-8")
        roles = demo_path().with_name("demo-roles.csv")
        (self._folder / roles.name).write_bytes(roles.read_bytes())
        return load_settings(copy)

    @property
    def _config(self) -> str:
        """The configuration for other commands, as they are typed."""
        return shlex.quote(nearby(self._folder / "nabat.yml"))

    def _free_port(self) -> int:
        """Return the port asked for, else the usual one, or any where that is taken.

        Raises:
            InputError: The port asked for is taken.
        """
        port = free_port(self._port or _PORT)
        if self._port not in (None, port):
            what = f"port {self._port} is taken by another program, or may not be listened on"
            raise InputError(Problem(what=what, fix="name another one, or none: then a free one is found"))
        if self._port is None and port != _PORT:
            self._say(f"Port {_PORT} is taken by another program: the pages are on {port} this time.")
        return port

    def _welcome(self, settings: Settings, token: str, seconds: float) -> str:
        return (
            f"Nabat is watching a simulated company ({seconds:.0f} s to set up). A leak will begin in a few seconds.\n"
            f"  sign in, one press   {settings.base_url}/invite/{token}\n"
            f"                       you are Anna; once more: {command()} people invite {_YOU} -c {self._config}\n"
            f"  pages, checklists    {settings.base_url}/\n"
            f"  metrics              {settings.base_url}/metrics\n"
            f"  logs it follows      {self._folder / 'logs'}\n"
            "Stop with Ctrl-C."
        )

    def _watch(self, app: App) -> None:
        """Tell about each incident once, when it opens, and again when it has been acknowledged."""
        while not app.stopped(_LOOK_SECONDS):
            for incident in app.console.incidents():
                known = self._seen.get(incident.id)
                if known is None:
                    self._tell(app, incident)
                elif not known and incident.acknowledged_at is not None:
                    self._say(f"{incident.code_name}: {incident.acknowledged_by} has it; the paging has stopped.")
                self._seen[incident.id] = int(incident.acknowledged_at is not None)
                self._tell_pages(app, incident)

    def _tell_pages(self, app: App, incident: Incident) -> None:
        """Tell whom the service has paged: the demonstration's targets are the system's log, where nobody looks."""
        with app.store.read() as unit:
            pages = unit.outbox.messages(incident.id)
        for message in pages:
            if message.status is MessageStatus.SENT and message.id not in self._told:
                self._told.add(message.id)
                name = app.settings.team.person(message.person).title or message.person
                self._say(f"{message.kind.value:5} to {name}: {message.title}")

    def _tell_question(self, person: str, link: str) -> None:
        """Tell what somebody is asked who signed in on Anna's word: here you are everybody."""
        self._say(f"You signed in as {person}. Say that it was {person}, for a second word to count: {link}")

    def _tell(self, app: App, incident: Incident) -> None:
        words = messages(app.settings.language)
        scope = incident.scope
        lines = [
            "",
            f"INCIDENT  {incident.severity.value.upper()}  {incident.code_name}  ({incident.number})",
            f"  what       {incident.title}",
            *(f"  why        {words.reason(reason)}" for reason in incident.reasons[:3]),
            f"  how much   {amount_text(scope, words)}: {', '.join(scope.data_classes) or 'no client data'}",
            f"  checklist  {app.settings.base_url}/incidents/{incident.number}",
            f"  I have it  {command()} incidents ack {incident.number} -c {self._config}",
            "",
        ]
        if not self._seen:
            lines += [_OWN_LOGS.format(nabat=command()), ""]
        self._say("\n".join(lines))
