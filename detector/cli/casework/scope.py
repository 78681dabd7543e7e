"""``nabat scope``: whose data was touched."""

import sys
from pathlib import Path

import click
import msgspec

from detector.cli.incidents import explained, import_lines, touched, usual_work, version_line, workplace
from detector.cli.options import CsvFile, config_option, json_option, replay_option
from detector.cli.output import counted, emit_pretty, say, show, words_of
from detector.errors import InputError, Problem
from detector.runtime.incidents.console import PersonalConsole
from detector.runtime.incidents.scopes.client_sources import beside
from detector.schema.case.incidents import Scope
from detector.schema.events.touches import TouchSummary
from detector.settings import Settings
from detector.web.texts import PageTexts


@click.command(
    epilog="""\b
Examples:
  nabat scope 20260302-7f3a1c                       counts, by data class and action
  nabat scope 20260302-7f3a1c --out clients.csv     one line a client
  nabat scope 20260302-7f3a1c --out annex.csv --law kz-94v     those whom this law is about alone
  nabat scope 20260302-7f3a1c --out theirs.csv --controller "Acme Ltd"      those of one controller alone
  nabat scope 20260302-7f3a1c --usual usual.csv     whom the same accounts' usual work touched meanwhile
  nabat scope 20260302-7f3a1c --versions            what it was before, and why it changed
  nabat scope 20260302-7f3a1c --since 3             what changed since version 3
  nabat scope 20260302-7f3a1c --version 3 --out clients-3.csv     whom version 3 named
  nabat scope 20260302-7f3a1c --replay last-week    of an incident that a replay found
"""
)
@config_option
@replay_option
@json_option
@click.option(
    "--out",
    metavar="FILE.csv",
    type=CsvFile(),
    help="Write one line a client: id, data classes, counts, first and last time.",
)
@click.option("--law", metavar="LAW", help="With --out: without the clients who live where this law does not speak of.")
@click.option("--controller", metavar="NAME", help="With --out: the clients of this controller alone.")
@click.option(
    "--usual",
    metavar="FILE.csv",
    type=CsvFile(),
    help="Write likewise the clients whom the same accounts' usual work alone touched meanwhile.",
)
@click.option("--versions", is_flag=True, help="List what the scope was, and why it changed; nothing is computed.")
@click.option("--since", type=int, metavar="N", help="Say what changed since version N; nothing is computed.")
@click.option("--version", type=int, metavar="N", help="With --out: the clients of version N, with their source.")
@click.argument("incident")
def scope(
    config: str | None,
    replay: str | None,
    as_json: bool,
    out: str | None,
    law: str | None,
    controller: str | None,
    usual: str | None,
    versions: bool,
    since: int | None,
    version: int | None,
    incident: str,
) -> None:
    """Compute from the access journal which clients and which of their data the incident touched.

    The usual work of the same accounts in these hours is counted and listed apart: notices and letters are written from
    the first list. Each scope that differs from the one before is kept as a version with a digest, so that a notice can
    name the one it was written from.
    """
    told = versions or since is not None or version is not None
    _check_options(told, out, law, controller, usual, version)
    with workplace(config, replay=replay) as (console, settings):
        if told:
            shown = _Versions(console, settings, incident, as_json)
            shown.asked_for(versions, since, version, out)
            return
        found, radius = console.scope(incident)
        touches = console.touches(found)
        lists = ((out, {"law": law or "", "controller": controller or ""}), (usual, {"usual": True}))
        written = [(console.write_subjects(incident, Path(file), **which), file) for file, which in lists if file]
        if as_json:
            known = {**msgspec.to_builtins(radius), "touches": msgspec.to_builtins(touches)}
            emit_pretty({"incident": found.number, **known})
        else:
            code = words_of(settings).either(found.code_name, found.code_name_ru)
            show(f"{found.number}  {code}: {touched(radius, settings)}")
            _show_counts(radius, touches, settings)
        for done, file in written:
            _say_written(done.clients, file)
            if done.apart:
                say(f"of {counted(done.apart, 'more client')} it is not known where they live: {beside(Path(file))}")
            if done.nameless:
                say(f"of {counted(done.nameless, 'client')} no name is known: that column is empty; complete contacts")
        if not written and not as_json and sys.stderr.isatty():
            say("--out FILE.csv writes the client ids")


def _check_options(
    told: bool, out: str | None, law: str | None, controller: str | None, usual: str | None, version: int | None
) -> None:
    """Raise ``InputError`` where options do not go together; ``told``: nothing is computed."""
    if told and ((version is None) != (out is None) or usual is not None):
        fix = "name both: --version 3 --out clients.csv; --usual is of the present scope"
        raise InputError(Problem(what="--version goes with --out, and with no --usual", fix=fix))
    if controller is not None and (out is None or told):
        fix = "name the file as well: --out theirs.csv --controller NAME"
        raise InputError(Problem(what="--controller goes with --out, of the present scope", fix=fix))
    if law is not None and (out is None or told):
        fix = "name the file as well: --out annex.csv --law kz-94v"
        raise InputError(Problem(what="--law goes with --out, of the present scope", fix=fix))


def _show_counts(radius: Scope, touches: TouchSummary | None, settings: Settings) -> None:
    words = words_of(settings)
    rows = {"classes": _classes(radius, words)}
    if touches is not None:
        rows["explained"] = explained(touches, settings)
    rows["actions"] = ", ".join(f"{words.named('web-action', act)} {count}" for act, count in radius.by_action)
    if radius.usual_events:
        rows["usual"] = usual_work(radius, touches, settings)
    rows["addresses"] = ", ".join(radius.source_ips)
    labels = {name: words.t(f"cli-label-{name}") for name in rows}
    width = max(map(len, labels.values())) + 1
    for name, said in rows.items():
        show(f"{labels[name]:{width}}{said or '-'}")
    if radius.by_residence:
        show(words.residence(radius))
    for each in words.controllers(radius):
        show(each)


class _Versions:
    """Shows what a scope was."""

    def __init__(self, console: PersonalConsole, settings: Settings, incident: str, as_json: bool) -> None:
        self._console, self._ref, self._as_json = console, incident, as_json
        self._settings = settings
        self._words = words_of(settings)

    def asked_for(self, all_of_them: bool, since: int | None, version: int | None, out: str | None) -> None:
        """Show what was asked for."""
        if all_of_them:
            self.all()
        if since is not None:
            self.since(since)
        if version is not None and out is not None:
            _say_written(self._console.write_version(self._ref, version, Path(out)), out)

    def all(self) -> None:
        """Show all versions, the oldest first, and the lists that people brought."""
        detail = self._console.detail(self._ref)
        if self._as_json:
            known = {"versions": detail.scope_versions, "imports": detail.imports}
            emit_pretty({"incident": detail.incident.number, **msgspec.to_builtins(known)})
            return
        for version in detail.scope_versions:
            show(f"{version_line(version, self._words)}  {self._words.person(version.by)}")
            show(f"    {self._words.t('scope-version-digest', digest=version.digest)}")
        for each in detail.imports:
            for line in import_lines(each, self._words):
                show(line)
        if not detail.scope_versions:
            say("there is no version: no client data was touched yet")

    def since(self, number: int) -> None:
        """Show what changed since a version."""
        change = self._console.scope_change(self._ref, number)
        if self._as_json:
            emit_pretty(msgspec.to_builtins(change))
            return
        words = self._words
        show(words.t("scope-version-since", since=change.since, added=change.added, removed=change.removed))
        if change.named:
            show(words.t("scope-version-named", count=change.named))
        for reason in change.why:
            show(f"  {words.reason(reason)}")
        for label, counts in ((change.since, change.before), (change.until, change.after)):
            show(f"{label:3}  {touched(counts, self._settings)}; {_classes(counts, words_of(self._settings))}")


def _say_written(count: int, file: str) -> None:
    say(f"{counted(count, 'client')} written to {file}; the file holds client data: keep it as such")


def _classes(scope: Scope, words: PageTexts) -> str:
    return "; ".join(f"{words.data_class(name)}: {count}" for name, count in scope.by_class) or "-"
