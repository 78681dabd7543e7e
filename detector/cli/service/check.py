"""``nabat check``: find every mistake before the service does."""

import click

from detector.cli.options import config_option
from detector.cli.output import FAILED, config_required, fail, say, show
from detector.errors import InputError
from detector.resources import shipped


@click.command(
    epilog="""\b
Examples:
  nabat check -c /etc/nabat/nabat.yml
  sudo -u nabat nabat check              as the service's account: are the logs readable for it?
"""
)
@config_option
def check(config: str | None) -> None:
    """Check the configuration and all it names: rules, playbooks, team, permissions, and formats on real first lines.

    All problems are reported at once, with file and line. The exit status is 2 when there is a problem, and 1 when
    there is none but the state cannot be written, the running service is not ready, or nobody can sign in to the
    mailbox of letters. Warnings do not change it.
    """
    path = config_required(config)
    promised = "`nabat run --demo`" if path.resolve() == shipped("config", "demo.yml").resolve() else ""
    from detector.runtime.preflight.check_all import check as look

    found = look(path, promised=promised)
    for notice in found.notices:
        show(notice)
    for left in found.unchecked:
        show(f"not checked: {left}")
    for warning in found.warnings:
        say(f"nabat: warning: {warning}")
    if found.problems:
        raise InputError((*found.failures, *found.problems))
    for failure in found.failures:
        say(f"nabat: {failure}")
    if found.failures:
        fail(FAILED)
    say(f"{path}: nothing to correct" + (" in what was checked" if found.unchecked else ""))
