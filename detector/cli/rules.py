"""``nabat rules``: what judges, whether it is right, and what it says to given events."""

from pathlib import Path

import click
import msgspec

from detector.cli.options import config_option, json_option
from detector.cli.output import all_but, counted, emit, emit_pretty, say, settings_or_default, show
from detector.detect.rules import RuleSet, check_rules, evaluate, list_rules, test_rules
from detector.errors import FoundError, InputError, Problem


@click.group()
def rules() -> None:
    """List, check and test Sigma rules, or run them over plain events."""


def _paths(config: str | None, given: tuple[str, ...]) -> list[Path]:
    return (
        [Path(path) for path in given] if given else settings_or_default(config, spare=all_but("rules")).rules.folders
    )


@rules.command("list", epilog="\b\nExamples:\n  nabat rules list\n  nabat rules list --json | jq -r '.[].id'\n")
@config_option
@json_option
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def list_(config: str | None, as_json: bool, paths: tuple[str, ...]) -> None:
    """List the rules in use (or those under PATH)."""
    found = list_rules(RuleSet.load(_paths(config, paths), tolerant=True))
    if as_json:
        emit_pretty([msgspec.to_builtins(rule) for rule in found])
        return
    for rule in found:
        show(f"{rule.severity:9} {rule.kind:12} {rule.id}  {rule.title}")
    say(counted(len(found), "rule"))


@rules.command(
    "check",
    short_help="Find every mistake in the rules.",
    epilog="\b\nExamples:\n  nabat rules check\n  nabat rules check my-rules/ ../sigma/rules/web\n",
)
@config_option
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def check_(config: str | None, paths: tuple[str, ...]) -> None:
    """Find every mistake in the rules, with file and line; what is not supported counts as one."""
    problems = check_rules(_paths(config, paths))
    if problems:
        raise InputError(problems)
    say("all rules are fine")


@rules.command(
    "test",
    short_help="Run the rules over their samples.",
    epilog="\b\nExamples:\n  nabat rules test\n  nabat rules test my-rules/\n",
)
@config_option
@click.argument("paths", nargs=-1, metavar="[PATH ...]")
def test_(config: str | None, paths: tuple[str, ...]) -> None:
    """Run each rule over the samples beside it: those that must be found, and those that must not."""
    results = test_rules(_paths(config, paths))
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
def eval_(paths: tuple[str, ...], events: str, time_field: str | None) -> None:
    """Run rules over plain JSON events with their own field names, nothing mapped.

    Prints an object a match: {"event": n, "rule": id, "title": ..., "kind": "detection"|"correlation"}; n counts the
    events of FILE from 1. A correlation is told at the event at which its condition became true.
    """
    for found in evaluate([Path(path) for path in paths], _events(events), time_field):
        emit(found)


def _events(name: str) -> list[dict[str, object]]:
    decoder = msgspec.json.Decoder()
    found: list[dict[str, object]] = []
    problems: list[Problem] = []
    try:
        with click.open_file(name, "rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    value = decoder.decode(line)
                except msgspec.DecodeError as error:
                    problems.append(Problem(file=name, line=number, what=f"is not JSON: {error}"))
                    continue
                if isinstance(value, dict):
                    found.append(value)
                else:
                    problems.append(Problem(file=name, line=number, what="is not a JSON object"))
    except OSError as error:
        raise InputError(Problem(file=name, what=f"cannot be read: {error.strerror}")) from None
    if problems:
        raise InputError(problems)
    return found
