"""``nabat notify``: can the crisis team be reached?"""

import click

from detector.cli.options import config_option, json_option
from detector.cli.output import all_but, emit, say, settings_required, show
from detector.clock import SystemClock
from detector.errors import FoundError, InputError, NabatError, Problem
from detector.notify import error_text
from detector.notify.delivery.test_message import TestedTarget, send_test
from detector.runtime.delivery.target_trials import note_trials


@click.group()
def notify() -> None:
    """Reach the crisis team."""


@notify.command(
    short_help="Send a test message to every target.",
    epilog="""\b
Examples:
  nabat notify test                    all targets
  nabat notify test --person anna      all targets of one person
  nabat notify test --target push
""",
)
@config_option
@json_option
@click.option("--person", metavar="NAME", help="Only this person's targets.")
@click.option("--target", metavar="NAME", help="Only this target.")
def test(config: str | None, as_json: bool, person: str | None, target: str | None) -> None:
    """Send a test message to every target, and print which accepted it and how fast.

    The pages of the service show when a target last accepted a message, test messages included.
    """
    settings = settings_required(config, spare=all_but("notify", "team", "language", "organization"))
    if not settings.notify.targets:
        raise InputError(Problem(what="there are no targets", fix="name some under notify.targets"))

    def show_trial(trial: TestedTarget) -> None:
        if as_json:
            emit(trial)
            return
        people = ", ".join(trial.people) or "nobody"
        outcome = f"ok in {trial.seconds:.1f} s" if trial.ok else error_text(trial.error, settings.language)
        show(f"{trial.target:20} {people:30} {outcome}")

    now = SystemClock().now()
    trials = send_test(settings, now, person=person, target=target, progress=show_trial)
    failed = [trial for trial in trials if not trial.ok]
    taken = {trial.target: now for trial in trials if trial.ok}
    try:
        if taken:
            note_trials(settings, taken)
    except NabatError as error:
        say(f"nabat: warning: the service's pages will not show these trials: {error}")
    say(f"{len(trials) - len(failed)} of {len(trials)} targets took the message")
    if failed:
        raise FoundError("")
