"""``nabat severity``: how grave a breach is by ENISA's method, each factor with its reason, correctable."""

import click

from detector.cli.incidents import assessment_json, workplace
from detector.cli.options import config_option, for_option, json_option, replay_option
from detector.cli.output import emit_pretty, moment, say, show, words_of
from detector.errors import ConflictError, InputError, Problem
from detector.incident.enisa.correct_factor import ENISA
from detector.schema.case.severity_assessments import SeverityFactor
from detector.settings import Settings
from detector.web.ports import Detail

_COMPUTED = "computed"


@click.group()
def severity() -> None:
    """See how grave a breach is by ENISA's method (SE = DPC x EI + CB), and correct what a person knows better.

    It does not change the severity that people are paged by, and decides no duty: it is what a data protection officer
    writes down.
    """


@severity.command(
    "show",
    short_help="The score, and each factor with its reason.",
    epilog="\b\nExamples:\n  nabat severity show 20260302-7f3a1c\n  nabat severity show amber-otter --json\n",
)
@config_option
@replay_option
@json_option
@click.argument("incident")
def show_(config: str | None, replay: str | None, as_json: bool, incident: str) -> None:
    """Show the severity of INCIDENT by ENISA's method: what was computed, and what people corrected."""
    with workplace(config, replay=replay) as (console, settings):
        detail = console.detail(incident)
        if detail.assessment is None:
            what = f"no client data is known to be concerned by incident {detail.incident.number}"
            raise ConflictError(Problem(what=what, fix="say that it is, if so: nabat incidents client-data"))
        if as_json:
            emit_pretty(assessment_json(detail.assessment))
            return
        _show(detail, settings)


def _show(detail: Detail, settings: Settings) -> None:
    words, found = words_of(settings), detail.assessment
    if found is None:
        return
    again = words.again(detail.incident, detail.entries, detail.stated)
    level = words.named("enisa-level", found.level.value)
    show(f"{detail.incident.number}  {words.factor_value(found.score)} {level}: {words.assessment_sum(found)}")
    show(words.named("enisa-advice", found.level.value))
    for each in found.factors:
        name, value = words.named("enisa-factor", each.factor.value), words.factor_value(each.value)
        show(f"  {each.factor.value:16} {value:>4}  {name}: {words.factor_reason(each)}")
        for old in each.earlier:
            said = words.factor_value(old.value) if old.value is not None else words.t("enisa-as-computed")
            show(f"  {'':16} {'':>4}  {moment(old.at, settings)} {old.by}: {said}: {again(old.reason)}")
    show(words.t("enisa-source"))


@severity.command(
    "correct",
    short_help="Say what a factor is, and why.",
    epilog="""\b
Examples:
  nabat severity correct 20260302-7f3a1c malicious 0 --reason "sent to the wrong partner by mistake"
  nabat severity correct 20260302-7f3a1c simple 4 --reason "addresses of protected witnesses"
  nabat severity correct amber-otter ei computed --reason "the key table left too"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why, in words.")
@click.argument("incident")
@click.argument("factor", type=click.Choice([each.value for each in SeverityFactor]))
@click.argument("value")
def correct(config: str | None, by: str | None, reason: str, incident: str, factor: str, value: str) -> None:
    """Say that FACTOR of INCIDENT is VALUE, or `computed` again. Earlier words on it stay and are shown.

    What makes the severity less waits for another person's `nabat incidents approve INCIDENT FACTOR`.
    """
    number = None if value == _COMPUTED else _number(value)
    with workplace(config, acts_for=by) as (console, settings):
        done = console.assess(incident, SeverityFactor(factor), number, reason=reason)
        detail = console.detail(done.id)
        found = detail.assessment
        if any(each.step_id == f"{ENISA}{factor}" for each in detail.approvals):
            say(f"another person has to agree: nabat incidents approve {done.number} {factor}")
        if found is not None:
            words = words_of(settings)
            say(f"{done.number}: {words.named('enisa-level', found.level.value)}, {words.assessment_sum(found)}")


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        fix = "give a number, or `computed`"
        raise InputError(Problem(what=f"{value!r} is no number", fix=fix)) from None
