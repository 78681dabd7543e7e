"""``nabat register``: every breach with its facts, effects and remedial action, as laws ask for it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import CsvFile, Moment, config_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.incident.documents.breach_register import RegisterEntry, was_no_breach
from detector.schema.letters.mailings import LetterState
from detector.settings import Settings
from detector.web.texts import PageTexts


@click.command(
    epilog="""\b
Examples:
  nabat register
  nabat register --csv register.csv
  nabat register --law us-hipaa --since 2026-01-01 --csv hipaa-log-2026.csv     the log that is filed each year
"""
)
@config_option
@json_option
@click.option("--csv", "out", metavar="FILE.csv", type=CsvFile(), help="Write one line a breach.")
@click.option("--law", "laws", multiple=True, metavar="LAW", help="Only where a duty of this law is; repeatable.")
@click.option("--since", type=Moment(bare=True), help="Only those known since then.")
@click.argument("incidents", metavar="[INCIDENT...]", nargs=-1)
def register(
    config: str | None,
    as_json: bool,
    out: str | None,
    laws: tuple[str, ...],
    since: datetime | None,
    incidents: tuple[str, ...],
) -> None:
    """List every breach, or what may be one: facts, effects, remedial action, what became of its duties.

    That is the register of GDPR 33(5), whether the authority was told or not, and HIPAA's log. False alarms, authorised
    work and duplicates are in it only where others were told of them, with what they turned out to be; drills and those
    you may not look at are not. It names no client, and counts our own: those whose data we process for others alone
    stand beside them.
    """
    with workplace(config) as (console, settings):
        begins, words = in_zone(since, settings), words_of(settings)
        found = [
            each
            for each in console.register(laws)
            if (begins is None or each.incident.t0 >= begins)
            and (not incidents or {each.incident.number, each.incident.code_name} & set(incidents))
        ]
        if out is not None:
            count = console.write_register(found, words, Path(out))
            say(f"{counted(count, 'line')} written to {out}")
        elif as_json:
            emit_pretty([_json(each) for each in found])
        else:
            for each in found:
                for line in _lines(each, settings, words, console.register_words(each, words)):
                    show(line)
            say(f"{len(found)} in the register")


def _lines(entry: RegisterEntry, settings: Settings, words: PageTexts, said: tuple[str, ...]) -> Iterator[str]:
    incident = entry.incident
    yield f"{incident.number}  {words.title(incident)}"
    cause = words.named("web-cause", entry.cause or "unknown")
    aware = moment(incident.aware_at, settings)
    yield f"  {words.t('register-facts', known=moment(incident.t0, settings), aware=aware, cause=cause)}"
    if was_no_breach(incident) and incident.close_reason is not None:
        closed = {"reason": incident.close_reason.value, "time": moment(incident.closed_at, settings)}
        yield f"  {words.t('register-no-breach', **closed)}"
    low, high = entry.own.people_low, entry.own.people_high
    people = {"people": "exact" if low == high else "between" if low else "none", "low": low, "high": high}
    severity = words.named("web-severity", incident.severity.value)
    classes = "; ".join(map(words.data_class, entry.own.scope.data_classes))
    yield f"  {words.t('register-effects', severity=severity, classes=classes or '-', **people)}"
    if entry.of_others:
        yield f"  {words.t('register-of-others', count=entry.of_others)}"
    if entry.letters.planned:
        told = entry.letters
        public, given_up = told.count(LetterState.PUBLIC), told.count(LetterState.GIVEN_UP)
        figures = {"informed": told.informed, "public": public, "over": given_up, "without": told.without}
        if told.withdrawn:
            both = {"told": told.informed + told.withdrawn, "withdrawn": told.withdrawn, "left": told.informed}
            yield f"  {words.t('notice-withdrawn-clients', **both)}"
        else:
            yield f"  {words.t('register-informed', **figures)}"
    yield from (f"  {words.withdrawal(each)}" for each in entry.withdrawals)
    yield from (f"  {each}" for each in said)


def _json(entry: RegisterEntry) -> dict[str, Any]:
    incident, own = entry.incident, entry.own
    told = msgspec.to_builtins(entry)
    known = {
        "number": incident.number,
        "title": incident.title,
        "kind": incident.kind.value,
        "status": incident.status.value,
        "first_event_at": incident.first_event_at,
        "t0": incident.t0,
        "aware_at": incident.aware_at,
        "data_classes": own.scope.data_classes,
        "people": {"low": own.people_low, "high": own.people_high, "of_others": entry.of_others},
        "letters": msgspec.to_builtins(entry.letters)
        | {"informed": entry.letters.informed, "without": entry.letters.without},
        "records": {"low": own.scope.record_low, "high": own.scope.record_high},
        "severity": incident.severity.value,
        "closed_at": incident.closed_at,
        "closed_as": incident.close_reason,
    }
    return {**known, **{name: told[name] for name in ("cause", "flow_stopped", "duties", "remedial", "withdrawals")}}
