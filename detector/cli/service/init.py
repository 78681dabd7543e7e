"""``nabat init``: a first configuration from real logs, and what it would have said about them."""

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from detector.cli.output import progress, safe, say
from detector.clock import SystemClock
from detector.errors import FoundError, InputError, Problem
from detector.messages import LANGUAGES, Language, messages
from detector.runtime import process_tuning


class _Terminal:
    """Asks on the terminal; the talk goes to stderr."""

    def show(self, text: str) -> None:
        """Show a line."""
        say(text)

    def ask(self, question: str) -> str:
        """Return the answer, without blanks around it."""
        answer: str = click.prompt(safe(question), default="", show_default=False, prompt_suffix=" ", err=True)
        return answer.strip()


@click.command(
    epilog="""\b
Examples:
  nabat init /var/log/nginx/access.log                 asks, writes ./nabat.yml, replays the log with it
  nabat init --yes --out crm.yml crm.log crm.log.1 crm.log.2.gz audit.log
  nabat init --replay-out first-look access.log        keeps the replay, for `nabat incidents show --replay`
"""
)
@click.option("--out", default="nabat.yml", show_default=True, metavar="FILE", help="Where to write the configuration.")
@click.option("--yes", is_flag=True, help="Accept all proposals; ask nothing.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language of questions, comments and messages; default from $LANG."
)
@click.option("--replay-out", metavar="DIR", help="Keep the replay in this folder; without it, the replay is deleted.")
@click.option("--no-replay", is_flag=True, help="Write the file and stop.")
@click.argument("logs", nargs=-1, required=True, metavar="LOG [LOG ...]")
def init(
    out: str,
    yes: bool,
    force: bool,
    language: Language | None,
    replay_out: str | None,
    no_replay: bool,
    logs: tuple[str, ...],
) -> None:
    """Write a commented configuration from real logs, then replay them with it.

    Finds the format of each LOG, which requests look like client data, which accounts are programs, and how the log
    behaves in time. Every proposal is a guess and is shown; on a terminal you accept, change or skip it. You fill in
    the team. Rotated and compressed copies of a log are one source.
    """
    target = Path(out)
    words = messages(language or _language())
    if not yes and not sys.stdin.isatty():
        raise InputError(Problem(what="there is no terminal to ask on", fix="accept all proposals with --yes"))
    _module("config_file.place_file").refuse_existing(target, force=force)
    groups = _module("log_groups").group_logs(logs)
    telling = _module("summary_text").Telling(words)
    say(telling.say("looking", files=len(logs)))
    clock, survey = SystemClock(), _module("survey").survey
    surveys = [survey(group, clock) for group in groups]
    for line in telling.found(surveys):
        say(line)
    what = _module("proposals").propose(surveys, _module("request_words").load_words(), words.language)
    if not what.sources:
        raise FoundError(_unread(surveys))
    for line in telling.remarks(what, target):
        say(line)
    if not yes:
        what = _module("dialogue").Dialogue(_Terminal(), what).decide()
    text = _module("config_file.write_config").Writer(what, clock.now(), target).text()
    _module("config_file.place_file").place(target, text, force=force, formats=what.drafts())
    say(telling.written(what, target))
    if not no_replay:
        files = [file for source in what.sources for file in source.survey.group.files]
        try:
            _replay(target, files, replay_out, what, telling)
        finally:  # the file is written, whatever became of the replay
            _tell_next(target, replay_out, telling)
    else:
        _tell_next(target, None, telling)


def _module(name: str) -> Any:
    """Return a module of the package; polars and the formats take half a second that ``--help`` must not wait for."""
    return import_module(f"detector.runtime.onboarding.{name}")


def _language() -> Language:
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ru" if told.lower().startswith("ru") else "en"


def _unread(surveys: Sequence[Any]) -> str:
    files = ", ".join(survey.group.files[0] for survey in surveys)
    return (
        f"no format understands most of the lines of {files}, so nothing was written; `nabat decode FILE` shows each "
        "line's reason and, where it finds one, a draft of a format; docs/formats.md says how to describe a format"
    )


def _replay(config: Path, files: Sequence[str], keep: str | None, what: Any, telling: Any) -> None:
    preview = _module("preview")
    size = preview.too_large(files)
    if size:
        say(telling.say("too-large", size=size >> 20))
        say(f"  {shlex.join(('nabat', 'replay', '-c', str(config), '--out', keep or 'first-look', *files))}")
        return
    process_tuning.freeze_objects()
    total = sum(Path(file).stat().st_size for file in files)
    with _folder(keep) as folder, progress("Replaying", total) as advance:
        result = preview.preview(config, files, folder, advance)
    say(telling.say("replaying"))
    for line in telling.outcome(result, what):
        say(line)


@contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    """Return the folder asked for, or one that is gone afterwards: a replay's journal holds ids of clients."""
    if keep is not None:
        yield Path(keep)
        return
    with TemporaryDirectory(prefix="nabat-init-") as folder:
        yield Path(folder)


def _tell_next(config: Path, keep: str | None, telling: Any) -> None:
    named = ("-c", str(config))
    say(telling.say("next"))
    say(f"  {telling.say('next-team', file=str(config))}")
    say(f"  {shlex.join(('nabat', 'check', *named))}")
    if keep is not None:
        look = shlex.join(("nabat", "incidents", "list", *named, "--replay", keep))
        say(f"  {look}    {telling.say('next-replay')}")
    say(f"  {shlex.join(('nabat', 'run', *named))}")
