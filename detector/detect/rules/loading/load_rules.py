"""Rule files → rules, or every problem of every file at once, each with its line.

Comes in: paths. Goes out: ``Rules``. pySigma parses, validates and renames fields; what it accepts and we cannot judge
yet is refused here with file and line. With ``tolerant`` the refused rules are listed as skipped and the rest is used.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from sigma.exceptions import SigmaError
from sigma.rule import SigmaLogSource, SigmaRule

from detector.detect.rules.condition import Node, fields_of
from detector.detect.rules.loading.document import (
    Document,
    check_columns,
    check_detection,
    for_sigma,
    refusal,
    refuse_all,
)
from detector.detect.rules.loading.expand_placeholders import expand
from detector.detect.rules.loading.pipelines import RulePipeline, apply_pipeline, read_pipelines
from detector.detect.rules.loading.read_correlation import read_correlation, references
from detector.detect.rules.loading.read_filter import Filter, read_filter
from detector.detect.rules.loading.regular_expression import POLICY
from detector.detect.rules.loading.rule_collection import RuleCollection
from detector.detect.rules.loading.rule_context import Placeholders, RuleContext
from detector.detect.rules.loading.sigma_conditions import Unsupported, from_sigma
from detector.detect.rules.logsources.event_scope import PLAIN, Reading, Source
from detector.detect.rules.logsources.table import OURS, LogSource, LogSources, Waiting
from detector.detect.rules.ruleset import About, CorrelationRule, EventRule, Rules, WaitingRule
from detector.errors import ConfigError, Problem
from detector.schema.levels import Confidence, Severity
from detector.schema.team.drills import is_of_drill
from detector.settings.loading.load_settings import read_text
from detector.settings.loading.yaml_nodes import read_all
from detector.settings.rule_files import rule_files
from detector.settings.types import Duration, Strict

_SEVERITIES = {
    "informational": Severity.LOW,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
_CONFIDENCES = {"stable": Confidence.HIGH, "experimental": Confidence.LOW}


class _Russian(Strict):
    title: str = ""
    description: str = ""
    falsepositives: tuple[str, ...] = ()


class _Block(Strict):
    """The block ``nabat`` of a rule."""

    playbook: str = "client-data-leak"
    matter: str = "access"
    dedup: Duration = Field(default="1h", validate_default=True)
    actor: str = "actor.id"
    ru: _Russian = _Russian()

    @field_validator("matter")
    @classmethod
    def _of_no_drill(cls, value: str) -> str:
        if is_of_drill(value):
            raise ValueError("what is real must not be taken for a drill: take another word")
        return value


def load_rules(
    paths: Iterable[Path | str], disabled: Collection[str], context: RuleContext, *, tolerant: bool, plain: bool
) -> Rules:
    """Read rules from files and folders; see ``RuleSet.load``."""
    documents, problems = _read(paths)
    known: dict[str, Document] = {}
    named: set[str] = set()
    events: list[EventRule] = []
    waiting: list[WaitingRule] = []
    pending: list[tuple[Document, About]] = []
    placeholders = context.placeholders
    filters = [read_filter(document, placeholders, plain=plain) for document in documents if "filter" in document.data]
    table = None if plain else LogSources(context.declared)
    reader = _EventRules(table, read_pipelines(context.pipelines), filters, placeholders)
    for document in documents:
        about = _about(document)
        if about.id in known and about.id not in disabled:
            document.refuse(f"the id {about.id} is taken by a rule in {known[about.id].file}", "id")
        known.setdefault(about.id, document)
        named.add(about.name)
        if about.id in disabled:
            document.problems.clear()
            reader.meet(document, about)
        elif "correlation" in document.data:
            pending.append((document, about))
        elif "filter" not in document.data:
            found = reader.read(document, about)
            events += [found] if isinstance(found, EventRule) else []
            waiting += [found] if isinstance(found, WaitingRule) else []
    of_others = {name for _, about in pending for name in (about.id, about.name) if name}
    for one in reader.filters:
        one.refuse_idle(reader.narrowed, of_others, {*known, *named})
    correlations = _correlations(pending, reader.sources, waiting, plain=plain)
    refused = len({problem.file for problem in problems}) + sum(bool(document.problems) for document in documents)
    problems.extend(problem for document in documents for problem in document.problems)
    if problems and not tolerant:
        raise ConfigError(sorted(problems))
    return replace(_finish(events, correlations, waiting, problems), refused=refused)


def _finish(
    events: list[EventRule],
    correlations: list[tuple[CorrelationRule, bool]],
    waiting: list[WaitingRule],
    problems: list[Problem],
) -> Rules:
    silent = {base for rule, generates in correlations if not generates for base in rule.bases}
    return Rules(
        events=tuple(replace(rule, reported=rule.about.id not in silent) for rule in events),
        correlations=tuple(replace(rule, reported=rule.about.id not in silent) for rule, _ in correlations),
        waiting=tuple(waiting),
        skipped=tuple(sorted(problems)),
    )


def _read(paths: Iterable[Path | str]) -> tuple[list[Document], list[Problem]]:
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in rule_files(paths, problems):
        try:
            text, name = read_text(path), Path(str(path))
            read = read_all(name, text)
        except ConfigError as error:
            problems.extend(error.problems)
            continue
        if all(data is None for data, _ in read):
            problems.append(Problem(file=str(path), line=1, what="holds no rule"))
        collection = RuleCollection()
        for number, (data, line) in enumerate(read):
            if data is None:
                continue
            if not isinstance(data, dict):
                problems.append(Problem(file=str(path), line=line, what="is not a mapping of keys to values"))
            elif (whole := collection.whole(data)) is not None:
                documents.append(Document(str(path), text, number, line, whole))
    return documents, problems


def _about(document: Document) -> About:
    data = document.data
    block = _block(document)
    if "action" in data:
        document.refuse(f"unknown action {data['action']}", "action", fix="global, reset and repeat are known")
    if not isinstance(data.get("title"), str) or not data["title"]:
        document.refuse("the rule has no title", fix="add `title:`")
    return About(
        id=str(data.get("id") or data.get("name") or data.get("title") or ""),
        name=str(data.get("name") or ""),
        title=str(data.get("title") or ""),
        title_ru=block.ru.title,
        description=" ".join(str(data.get("description") or "").split()),
        description_ru=" ".join(block.ru.description.split()),
        severity=_SEVERITIES.get(str(data.get("level")), Severity.MEDIUM),
        confidence=_CONFIDENCES.get(str(data.get("status")), Confidence.MEDIUM),
        tags=tuple(map(str, data["tags"])) if isinstance(data.get("tags"), list) else (),
        playbook=block.playbook,
        matter=block.matter,
        dedup=block.dedup,
        actor=block.actor,
        file=document.file,
        line=document.line,
    )


def _block(document: Document) -> _Block:
    try:
        block = _Block.model_validate(document.data.get("nabat") or {})
    except ValidationError as error:
        for found in error.errors():
            where = [part for part in found["loc"] if isinstance(part, str | int)]
            what = "unknown key" if found["type"] == "extra_forbidden" else found["msg"].removeprefix("Value error, ")
            document.refuse(f"nabat.{'.'.join(map(str, where))}: {what}", "nabat", *where)
        return _Block()
    if block.dedup <= timedelta(0):
        document.refuse("nabat.dedup must be longer than nothing", "nabat", "dedup")
        return _Block()
    return block


@dataclass(slots=True)
class _EventRules:
    """Reads rules about one event.

    Attributes:
        table: What log sources mean; None: fields are taken as they are written, and every event is judged.
        pipeline: Changes rules before their fields are mapped.
        sources: Of each rule that was read, its log source.
        narrowed: The log sources of all rules that filters may narrow, as Sigma has them.
    """

    table: LogSources | None
    pipeline: RulePipeline | None
    filters: Sequence[Filter]
    placeholders: Placeholders
    sources: list[tuple[About, Source]] = field(default_factory=list)
    narrowed: list[tuple[About, SigmaLogSource]] = field(default_factory=list)

    def meet(self, document: Document, about: About) -> None:
        """Take in that there is a rule, whether or not it can be read."""
        with suppress(SigmaError, TypeError, AttributeError, KeyError):
            self.narrowed.append((about, SigmaLogSource.from_dict(document.data["logsource"])))

    def read(self, document: Document, about: About) -> EventRule | WaitingRule | None:
        """Return a rule; None when it is refused."""
        self.meet(document, about)
        before = len(document.problems)
        rule = SigmaRule.from_dict(for_sigma(document), collect_errors=True, policy=POLICY)
        if rule.errors or "timeframe" in rule.detection.detections:
            check_detection(document, "detection", self.placeholders)
        if len(document.problems) == before:
            refuse_all(document, rule.errors)
        if document.problems:
            return None
        filtered = [one for one in self.filters if one.means(rule, about)]
        ours = rule.logsource.product == OURS
        try:
            named = apply_pipeline(None if ours else self.pipeline, rule)
            nodes = self._conditions(rule, filtered)
        except (SigmaError, ValueError, RecursionError) as error:
            self._refuse(document, error)
            return None
        source = PLAIN if self.table is None else self.table.find(_about_events(rule))
        if isinstance(source, Waiting):
            return WaitingRule(about=about, source=source.name, needs=source.needs)
        titles = tuple(one.title for one in filtered)
        conditions = source.conditions(nodes, named)
        self.sources.append((about, source))
        found = EventRule(about=about, source=source.name, conditions=conditions, filters=titles)
        if ours and self.table is not None:
            mine = fields_of(found.condition).difference(*(one.fields for one in filtered))
            check_columns(document, "detection", mine)
        return None if document.problems else found

    def _refuse(self, document: Document, error: Exception) -> None:
        check_detection(document, "detection", self.placeholders)
        if not document.problems:
            text = refusal(error)
            document.refuse(
                f"{text} is not supported" if isinstance(error, Unsupported) else text, "detection", "condition"
            )

    def _conditions(self, rule: SigmaRule, filtered: Sequence[Filter]) -> list[Node]:
        for one in filtered:
            one.narrow(rule)
        for detection in rule.detection.detections.values():
            expand(detection, self.placeholders)
        return [from_sigma(condition.parsed) for condition in rule.detection.parsed_condition]


def _about_events(rule: SigmaRule) -> LogSource:
    logsource = rule.logsource
    return LogSource(logsource.product or "", logsource.category or "", logsource.service or "")


def _correlations(
    pending: list[tuple[Document, About]],
    sources: Sequence[tuple[About, Source]],
    waiting: list[WaitingRule],
    *,
    plain: bool,
) -> list[tuple[CorrelationRule, bool]]:
    """Read correlations in an order in which each stands behind the ones it counts; those of waiting rules wait."""
    known: dict[str, tuple[str, Source]] = {}
    unfed = [(rule.about, Source(rule.source, (Reading(),))) for rule in waiting]
    for about, source in (*sources, *unfed):
        known.update((reference, (about.id, source)) for reference in filter(None, (about.id, about.name)))
    _refuse_unclear(pending, [*(about for about, _ in (*sources, *unfed)), *(about for _, about in pending)])
    done: list[tuple[CorrelationRule, bool]] = []
    left = list(pending)
    while left:
        awaited = {name for _, about in left for name in (about.id, about.name) if name and name not in known}
        ready = [entry for entry in left if awaited.isdisjoint(name for name, _ in references(entry[0]))]
        circular = {} if ready else _circular(left)
        for document, about in ready or left:
            if about.id in circular:
                document.refuse(f"correlations count each other: {circular[about.id]}", "correlation", "rules")
                continue
            found = read_correlation(document, about, known, plain=plain)
            if found is not None:
                rest = _unfed(about, found[0], waiting)
                waiting += rest
                done += [] if rest else [found]
                events = about.id, _of_bases(found[0], dict(known.values()))
                known.update((reference, events) for reference in filter(None, (about.id, about.name)))
        left = [entry for entry in left if entry not in ready] if ready else []
    return done


def _refuse_unclear(pending: Sequence[tuple[Document, About]], abouts: Sequence[About]) -> None:
    """Note references to a name that several rules bear."""
    bearing: dict[str, dict[str, About]] = {}
    for about in abouts:
        for name in filter(None, (about.id, about.name)):
            bearing.setdefault(name, {}).setdefault(about.id, about)
    for document, _ in pending:
        for name, where in references(document):
            if len(rules := bearing.get(name, {})) > 1:
                places = " and ".join(f"{about.file}:{about.line}" for about in rules.values())
                document.refuse(f"several rules are called {name}: {places}", *where, fix="refer to it by its id")


def _circular(left: Sequence[tuple[Document, About]]) -> dict[str, str]:
    """Return of correlations that wait for each other the ways from each back to itself, by id."""
    named = {name: about.id for _, about in left for name in (about.name, about.id) if name}
    counts = {about.id: [named[name] for name, _ in references(document) if name in named] for document, about in left}
    called = {about.id: about.name or about.id for _, about in left}
    found: dict[str, str] = {}
    for begin in counts:
        ways: list[tuple[str, ...]] = [(begin,)]
        seen: set[str] = set()
        while ways and begin not in found:
            way = ways.pop(0)
            for base in counts[way[-1]]:
                if base == begin:
                    found[begin] = " → ".join(called[each] for each in (*way, begin))
                elif base not in seen:
                    seen.add(base)
                    ways.append((*way, base))
    return found


def _of_bases(rule: CorrelationRule, sources: Mapping[str, Source]) -> Source:
    """Return the log source of the events at which a correlation begins: that of the rules it counts."""
    readings = (reading for base in rule.bases for reading in sources[base].readings)
    return Source(rule.about.id, tuple(dict.fromkeys(readings)))


def _unfed(about: About, rule: CorrelationRule, waiting: list[WaitingRule]) -> list[WaitingRule]:
    """Return a correlation as a waiting rule when a rule that it counts waits."""
    of = [base for base in waiting if base.about.id in rule.bases]
    source = ", ".join(dict.fromkeys(base.source for base in of))
    return [WaitingRule(about=about, source=source, needs=of[0].needs)] if of else []
