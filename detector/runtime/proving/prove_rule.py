"""Whether a rule would have found a case, and what else it would have found: both by replaying real lines.

Comes in: a rule file, the archive of a case, the configured logs, spans that are known to be no honest work. Goes out:
a ``RuleProof``. Only this rule judges; nothing is kept, and nobody is paged.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from detector.detect.rules import RuleContext, RuleRow, RuleSet, list_rules
from detector.errors import Cause, InputError, Problem
from detector.runtime.intake.log_file import Log
from detector.runtime.proving.archived_logs import case_logs
from detector.runtime.replay.folder import JOURNAL
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Progress, Replay, silent
from detector.runtime.replay.replay_store import open_database
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from detector.store import Journal, SegmentFiles

_MOMENT = timedelta(microseconds=1)


class KnownSpan(NamedTuple):
    """Work of some actors that is known not to be honest: another case, or this one."""

    actors: frozenset[str]
    since: datetime
    until: datetime

    def has(self, finding: Finding) -> bool:
        """Tell whether a finding is about it."""
        there = finding.last_event_at >= self.since and finding.first_event_at <= self.until
        return there and finding.actor_id in self.actors


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProof:
    """What came of it.

    Attributes:
        file / sha256: Of the rule, as it was then. rules: What in it states findings.
        lines: Lines of the case that were replayed; ``read`` of them became events. held: They are the archive's; else
            the logs were read again.
        fired: Findings on them, the first first.
        since / until: The honest days that were asked for. days: Days of these on which client data was touched, work
            that belongs to a case aside.
        honest_lines: Lines of the logs that were read.
        others: Findings on honest days, the first first.
        known: How many more were about work that belongs to a case.
        failures: How often it failed, and why last, by what failed: what it would have found there is not known.
        forgotten: How much it let go of on the honest days because too much came for its memory, by memory: that it is
            silent shows nothing of these.
    """

    file: str
    sha256: str
    rules: tuple[RuleRow, ...]
    lines: int
    read: int
    held: bool
    fired: tuple[Finding, ...]
    since: datetime
    until: datetime
    days: int
    honest_lines: int
    others: tuple[Finding, ...]
    known: int
    failures: Mapping[str, tuple[int, Cause]] = field(default_factory=dict)
    forgotten: Mapping[str, int] = field(default_factory=dict)

    @property
    def proved(self) -> bool:
        """Whether it finds the case and is silent on honest days, of which there were some, having judged all of them.

        What it failed on, or let go of, it has not judged.
        """
        judged_all = not self.failures and not self.forgotten
        return bool(self.fired) and not self.others and judged_all and self.days > 0


class _Judged(NamedTuple):
    """What a replay read and found."""

    findings: tuple[Finding, ...] = ()
    lines: int = 0
    events: int = 0
    days: int = 0
    failures: Mapping[str, tuple[int, Cause]] = MappingProxyType({})
    forgotten: Mapping[str, int] = MappingProxyType({})


def prove_rule(
    settings: Settings,
    rule: Path,
    incident: Incident,
    held: EvidenceSummary,
    files: SegmentFiles,
    *,
    since: datetime,
    until: datetime,
    known: Sequence[KnownSpan],
    work: Path,
    digest: str,
    progress: Progress = silent,
) -> RuleProof:
    """Replay the lines of a case, then the logs of honest days, with one rule.

    Args:
        settings: The configuration: sources, record map, lists.
        rule: A file with the rule, and what it correlates.
        incident: The case.
        held: Its archive.
        files: Where that lies.
        since: From here on days are honest.
        until: Until here.
        known: What in them is not.
        work: A folder to work in, of nobody else; it holds client data afterwards.
        digest: SHA-256 of the rule file.
        progress: Told how many bytes were read.

    Raises:
        ConfigError: The rule is wrong, or names one that is in another file.
        InputError: There is nothing in it that judges, or no log can be read.
        FoundError: The archive is not what was copied.
    """
    loaded = RuleSet.load([rule], context=RuleContext.of(settings))
    rows = tuple(row for row in list_rules(loaded) if row.state == "runs")
    if not rows:
        what = "holds no rule that states findings here"
        raise InputError(Problem(file=str(rule), what=what, fix="see why: nabat rules check; nabat rules list"))
    alone = _alone(settings, rule)
    names = {row.id for row in rows}
    (work / "lines").mkdir()
    logs, lines = case_logs(held, files, settings, work / "lines")
    case = _judged(alone, logs, work / "case", names) if logs else _Judged()
    of_archive = bool(case.events)
    if not of_archive:  # nothing was copied, or what was copied needs lines before it to be read
        logs = _written_since(logs_of(alone, ()), incident.first_event_at)
        end = incident.last_event_at + _MOMENT
        case = _judged(alone, logs, work / "again", names, since=incident.first_event_at, until=end)
        lines = case.lines
    there = _written_since(logs_of(alone, ()), since)
    honest = _judged(alone, there, work / "honest", names, since=since, until=until, known=known, progress=progress)
    about = [each for each in honest.findings if any(span.has(each) for span in known)]
    return RuleProof(
        file=inert(rule.name),
        sha256=digest,
        rules=rows,
        lines=lines,
        read=case.events,
        held=of_archive,
        fired=case.findings,
        since=since,
        until=until,
        days=honest.days,
        honest_lines=honest.lines,
        others=tuple(each for each in honest.findings if each not in about),
        known=len(about),
        failures={**case.failures, **honest.failures},
        forgotten=honest.forgotten,
    )


def inert(text: str) -> str:
    """Return a text of a log or a file so that it means nothing in Markdown or HTML."""
    return "".join(char if char.isprintable() and char not in "<>[]`*_|!#\\" else "·" for char in text)


def _alone(settings: Settings, rule: Path) -> Settings:
    """Return the settings under which one rule file judges, and nothing else."""
    rules = settings.rules.model_copy(update={"shipped": False, "paths": (str(rule),), "disabled": ()})
    behaviour = settings.behaviour.model_copy(update={"enabled": False})
    return settings.model_copy(update={"rules": rules, "behaviour": behaviour})


def _judged(
    settings: Settings,
    logs: Sequence[Log],
    out: Path,
    names: Collection[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    known: Sequence[KnownSpan] = (),
    progress: Progress = silent,
) -> _Judged:
    if not logs:
        return _Judged()
    done = Replay(ReplayPlan(settings=settings, logs=logs, out=out, since=since, until=until)).run(progress)
    store = open_database(out)
    try:
        with store.read() as unit:
            found = tuple(each for each in unit.incidents.all_findings() if each.rule_id in names)
        days = _honest_days(Journal(out / JOURNAL, store, durable=False), known)
    finally:
        store.close()
    failures = {name: (many, done.rule_causes[name]) for name, many in done.rule_errors.items()}
    return _Judged(found, done.lines, done.events, days, failures, done.forgotten)


def _honest_days(journal: Journal, known: Sequence[KnownSpan]) -> int:
    """Return on how many days client data was touched otherwise than in spans that are known."""
    days: set[object] = set()
    for lazy in journal.pieces():
        rows = lazy.select(pl.col("actor.id").fill_null(""), "@timestamp").collect()
        for actors, since, until in known:
            there = pl.col("@timestamp").is_between(since, until)
            rows = rows.filter(~(there & pl.col("actor.id").is_in(sorted(actors))))
        days.update(rows.get_column("@timestamp").dt.date().unique())
    return len(days)


def _written_since(logs: Sequence[Log], since: datetime) -> list[Log]:
    """Return the logs that were written to since a moment: others hold nothing of it."""
    return [each for each in logs if Path(each.path).stat().st_mtime >= since.timestamp()]
