"""``nabat rules``: what judges, whether it is right, and what it says to given events."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from detector.cli.detection.precision import marks, precision
from detector.cli.detection.prove import prove
from detector.cli.options import config_option, json_option
from detector.cli.output import all_but, counted, emit, emit_pretty, say, settings_or_default, show
from detector.detect.rules import (
    RuleContext,
    RuleSet,
    WaitingRule,
    check_rules,
    evaluate,
    explain_rule,
    lines_of,
    list_rules,
    needs_of,
    rule_coverage,
    test_rules,
)
from detector.errors import FoundError, InputError, Problem
from detector.settings import Settings
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.rule_files import rule_files


@click.group()
def rules() -> None:
    """List, check and test Sigma rules, or run them over plain events."""


rules.add_command(precision)
rules.add_command(prove)

_WAIT = ("wait for events", "waits for events")


def _settings(config: str | None) -> Settings:
    return settings_or_default(config, spare=all_but("rules"))


def _given(config: str | None, paths: tuple[str, ...]) -> tuple[list[Path], RuleContext]:
    """Return the rules that are meant, and what else the settings say of rules.

    Raises:
        InputError: A folder that was named holds none: nothing would be looked at, and all of it called right.
    """
    settings, fix = _settings(config), "name a folder with rules: *.yml, or *.zip with such"
    empty = [each for each in paths if Path(each).is_dir() and not any(True for _ in rule_files((each,), []))]
    if empty:
        raise InputError([Problem(file=each, what="there is no rule in it", fix=fix) for each in empty])
    return [Path(path) for path in paths] if paths else settings.rules.folders, RuleContext.of(settings)


def _counts(runs: int, waiting: Sequence[WaitingRule]) -> str:
    return f"{counted(runs, 'rule')} {'run' if runs != 1 else 'runs'}, {len(waiting)} {_WAIT[len(waiting) == 1]}"


@rules.command("list", epilog="\b\nExamples:\n  nabat rules list\n  nabat rules list --json | jq -r '.[].id'\n")
@config_option
@json_option
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def list_(config: str | None, as_json: bool, paths: tuple[str, ...]) -> None:
    """List the rules in use (or those under PATH).

    Rules that wait for events which nothing here reads are listed, too, with what would feed them. Where incidents were
    closed with a verdict, it says how many of a rule's were confirmed (`nabat rules precision` says more).
    """
    files, context = _given(config, paths)
    rules = RuleSet.load(files, tolerant=True, context=context)
    found, right = list_rules(rules), marks(config)
    if as_json:
        emit_pretty([{**msgspec.to_builtins(rule), "confirmed": right.get(rule.id)} for rule in found])
        return
    for rule in found:
        narrowed = f"  (filtered by: {', '.join(rule.filters)})" if rule.filters else ""
        waits = f"  (waits for {rule.source}: {rule.needs})" if rule.state == "waits" else ""
        said = f"  (confirmed {right[rule.id]})" if rule.id in right else ""
        show(f"{rule.severity:9} {rule.kind:12} {rule.id}  {rule.title}{narrowed}{waits}{said}")
    say(_counts(len(found) - len(rules.waiting), rules.waiting))


@rules.command(
    "check",
    short_help="Find every mistake in the rules.",
    epilog="\b\nExamples:\n  nabat rules check\n  nabat rules check my-rules/ ../sigma/rules/web\n",
)
@config_option
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def check_(config: str | None, paths: tuple[str, ...]) -> None:
    """Find every mistake in the rules, with file and line; what is not supported counts as one.

    Those under PATH are read beside the rules in use, which correlations may count and filters narrow.

    Rules that are right and wait for events that nothing here reads are told by log source, with what would feed them.
    """
    found = check_rules(*_given(config, paths), beside=_settings(config).rules.folders)
    by_source = Counter((rule.source, needs_of(rule)) for rule in found.waiting)
    for (source, needs), count in sorted(by_source.items()):
        show(f"{counted(count, 'rule')} {_WAIT[count == 1].removesuffix(' events')} {source}: {needs}")
    if found.problems:
        raise InputError(found.problems)
    say(f"all rules are fine: {_counts(found.runs, found.waiting)}")


@rules.command(
    "test",
    short_help="Run the rules over their samples.",
    epilog="\b\nExamples:\n  nabat rules test\n  nabat rules test my-rules/\n",
)
@config_option
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def test_(config: str | None, paths: tuple[str, ...]) -> None:
    """Run each rule over the samples beside it: those that must be found, and those that must not."""
    results = test_rules(*_given(config, paths))
    bad = [result for result in results if not result.ok]
    for result in bad:
        wanted = "must be found and is not" if result.must_match else "must not be found and is"
        show(f"{result.file}:{result.line}: {result.case}: {wanted}")
    say(f"{counted(len(results) - len(bad), 'sample')} passed, {len(bad)} failed")
    if bad:
        raise FoundError("")


@rules.command(
    "eval",
    short_help="Run rules over plain JSON events.",
    epilog="\b\nExamples:\n  nabat rules eval --rules rules/ --events events.jsonl --time-field ts\n",
)
@click.option(
    "--rules", "paths", required=True, multiple=True, metavar="PATH", help="A rule file or a folder; may be repeated."
)
@click.option("--events", required=True, metavar="FILE.jsonl", help="One JSON object a line; - for standard input.")
@click.option("--time-field", metavar="NAME", help="Field that holds the time (needed by correlations).")
@config_option
def eval_(config: str | None, paths: tuple[str, ...], events: str, time_field: str | None) -> None:
    """Run rules over plain JSON events with their own field names, nothing mapped.

    Prints an object a match: {"event": n, "rule": id, "title": ..., "kind": "detection"|"correlation"}; n counts the
    events of FILE from 1. A correlation is told at the event at which its condition became true.
    """
    files, context = _given(config, paths)
    for found in evaluate(files, _events(events), time_field, context.placeholders):
        emit(found)


@rules.command(
    "explain",
    short_help="Show which part of a rule holds of an event.",
    epilog="\b\nExamples:\n  nabat rules explain my-rule.yml event.json\n"
    "  nabat decode -c nabat.yml access.log | nabat rules explain --number 7 a4c21fa4-d117-5dcb-8938-e3e75398c68d -\n",
)
@config_option
@json_option
@click.option("--number", default=1, metavar="N", help="Which event of the file, from 1.")
@click.argument("rule", metavar="RULE")
@click.argument("event", metavar="EVENT.jsonl")
def explain_(config: str | None, rule: str, event: str, number: int, *, as_json: bool) -> None:
    """Judge an event by RULE (id, name or title; or a file that holds one) and show every part of its condition.

    An event as `nabat decode` prints it is judged as a running service judges it. Of any other the fields are taken as
    they are called, nothing is mapped. EVENT.jsonl holds JSON objects; - is standard input.
    """
    files, context = _given(config, (rule,) if Path(rule).is_file() else ())
    settings = settings_or_default(config, spare=all_but("rules"))
    events = _events(event)
    if not 1 <= number <= len(events):
        raise InputError(Problem(file=event, what=f"there is no event {number}: it holds {len(events)}"))
    name, lists = None if Path(rule).is_file() else rule, CompanyLists.read(settings)
    about, verdict = explain_rule(files, name, events[number - 1], context.placeholders, settings, lists)
    if as_json:
        emit_pretty({"rule": about.id, "title": about.title, "verdict": msgspec.to_builtins(verdict)})
        return
    say(f"{about.title} ({about.id}): {'holds' if verdict.held else 'does not hold'}")
    for line in lines_of(verdict):
        show(line)


@rules.command(
    "coverage",
    short_help="Count the rules by ATT&CK technique and log source.",
    epilog="\b\nExamples:\n  nabat rules coverage\n  nabat rules coverage --navigator > layer.json\n",
)
@config_option
@json_option
@click.option("--navigator", is_flag=True, help="Print a layer for MITRE's ATT&CK Navigator.")
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def coverage_(config: str | None, paths: tuple[str, ...], *, as_json: bool, navigator: bool) -> None:
    """Count the rules in use (or those under PATH) by ATT&CK technique and by log source.

    Beside those that run stand those that wait for events which nothing here reads.
    """
    files, context = _given(config, paths)
    found = rule_coverage(RuleSet.load(files, tolerant=True, context=context))
    if navigator or as_json:
        emit_pretty(found.navigator() if navigator else msgspec.to_builtins(found))
        return
    for title, rows in (("technique", found.techniques), ("log source", found.log_sources)):
        show(f"{title:40} {'run':>6} {'wait':>6}")
        for row in rows:
            show(f"{row.name:40} {row.runs:6} {row.waits:6}")
        show("")
    watched = [row for row in found.named if row.runs]
    say(f"{counted(len(watched), 'technique')} watched, {len(found.named) - len(watched)} more wait for events")


def _events(name: str) -> list[dict[str, object]]:
    """Return the JSON objects of a file: one a line, or one document, an object or an array of them."""
    decoder = msgspec.json.Decoder()
    found: list[dict[str, object]] = []
    problems: list[Problem] = []
    try:
        with click.open_file(name, "rb") as stream:
            text = stream.read()
    except OSError as error:
        raise InputError(Problem(file=name, what=f"cannot be read: {error.strerror}")) from None
    for number, line in enumerate(text.splitlines(), 1):
        try:
            value = decoder.decode(line)
        except msgspec.DecodeError as error:
            problems.append(Problem(file=name, line=number, what=f"is not JSON: {error}"))
            continue
        if isinstance(value, dict):
            found.append(value)
        else:
            problems.append(Problem(file=name, line=number, what="is not a JSON object"))
    whole = _document(text) if problems else None
    if problems and whole is None:
        raise InputError(problems)
    return found if whole is None else whole


def _document(text: bytes) -> list[dict[str, object]] | None:
    """Return the objects of a text that is one JSON document; None: it is none, or holds something else."""
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    items = value if isinstance(value, list) else [value]
    return items if all(isinstance(item, dict) for item in items) else None
