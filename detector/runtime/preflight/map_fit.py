"""Does the record map fit logs that are there already? What ``nabat check`` and ``nabat decode`` say of it.

Comes in: settings and files, or batches that were decoded. Goes out: one line in words for each source, and what is to
be corrected. Of each of a source's newest files it reads the last megabyte, or the beginning where that is all that
can be read in passing. It remembers nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from detector.acquire import files_of, read_archive, read_tail
from detector.clock import Clock, SystemClock
from detector.decode import CUT, Decoder, RequestCounts, count_requests
from detector.errors import NabatError, Problem
from detector.frames import EventBatch, LineBatch
from detector.messages import messages
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.runtime.onboarding.reason_text import domain_text
from detector.runtime.onboarding.traits.account_domains import domains
from detector.runtime.preflight.attribution import Attribution
from detector.runtime.sources.heavy_hitters import HeavyHitters
from detector.runtime.sources.rejected_lines import counted, in_words, too_many
from detector.runtime.sources.source_coverage import ENOUGH, SHOWN, MapVerdict, route_name, verdict
from detector.schema.events.lines import RejectReason
from detector.settings import RecordMap, Settings, SourceSettings

_FILES = 3
_HEAD_LINES = 5000
_ACCOUNTS = 10_000
_HARDLY = 20
"""A route names clients when it does so in one of so many requests."""


class Fit:
    """What the record map makes of some lines, and whose they are."""

    def __init__(self, named_sessions: tuple[str, ...] = ()) -> None:
        self.whose = Attribution(named_sessions)
        self.counts = RequestCounts()
        self.events = 0
        self.files = self.lines = 0
        self.rejects: Counter[RejectReason] = Counter()
        self._unmapped = HeavyHitters()
        self.accounts: set[str] = set()
        self.of_no_outcome = self.cut = 0

    def add(self, batch: EventBatch) -> None:
        """Count a batch of one source."""
        self.events += batch.frame.height
        self.whose.add(batch.frame)
        untold = (batch.frame.get_column("event.outcome") == "unknown") & batch.frame.get_column(
            "object.type"
        ).is_not_null()
        self.of_no_outcome += int(untold.sum())
        self.cut += int(batch.frame.get_column("log.flags").list.contains(CUT).sum() or 0)
        if len(self.accounts) < _ACCOUNTS:
            self.accounts.update(batch.frame.get_column("user.id").drop_nulls().unique().to_list())
        for counts in count_requests([batch]).values():
            self._unmapped.add(counts.unmapped)
            counts.unmapped.clear()
            self.counts.add(counts)

    @property
    def top(self) -> list[tuple[str, int]]:
        """The most frequent patterns no route names."""
        return self._unmapped.top(SHOWN)

    def in_words(self) -> str:
        """Return one line; empty where there is no request."""
        counts = self.counts
        if not counts.requests:
            return ""
        percent = 100 * counts.touched / counts.requests
        shown = "" if percent in (0, 100) else f" ({percent:.1f} %)"
        top = "; ".join(f"{pattern} {count}" for pattern, count in self.top)
        rest = f"; most frequent that no route names: {top}" if top else ""
        return f"{counts.touched} of {counts.requests} requests touch client data{shown}{rest}"


def fit_of(source: SourceSettings, decoder: Decoder, clock: Clock, named_sessions: tuple[str, ...]) -> Fit:
    """Return what the record map makes of a source's newest files."""
    fit = Fit(named_sessions)
    newest = sorted(files_of(source), key=_written, reverse=True)[:_FILES]
    fit.files = len(newest)
    for path in newest:
        with suppress(OSError, NabatError):  # why a file cannot be read is said elsewhere
            batch = read_tail(path, source, clock=clock, framing=decoder.framing)
            for each in [batch] if batch is not None else _head(path, source, decoder, clock):
                events = decoder.decode(each)
                fit.lines += each.lines.len() + len(each.rejects)
                fit.rejects.update(reject.reason for reject in counted(each, events))
                fit.add(events)
    return fit


def _head(path: str, source: SourceSettings, decoder: Decoder, clock: Clock) -> Iterator[LineBatch]:
    first = next(read_archive([path], source, clock=clock, lines=_HEAD_LINES, framing=decoder.framing), None)
    yield from [first] if first is not None else []


def _written(path: str) -> float:
    with suppress(OSError):
        return Path(path).stat().st_mtime
    return 0.0


@dataclass(slots=True)
class LogsChecked:
    """What all sources' newest lines say: what to correct, what will disappoint, how it looks, what they do not say."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


def check_fit(settings: Settings) -> LogsChecked:
    """Check the record map against all sources' newest lines."""
    decoder = Decoder(settings, session_key=b"check", beside=SidecarFiles())
    found = LogsChecked()
    routes, asked, named = Counter[int](), Counter[int](), Counter[int]()
    seen, accounts = Counter[str](), set[str]()
    for number, source in enumerate(settings.sources):
        if source.journald is not None or source.standard_input:
            found.unchecked.append(f"lines of {source.name}, which only the running service is given")
            seen[source.service] += 0
            continue
        fit = fit_of(source, decoder, SystemClock(), settings.actors.named_sessions)
        routes.update(fit.counts.routes)
        seen[source.service] += fit.counts.requests
        accounts |= fit.accounts
        if fit.counts.requests:
            found.notices.append(f"{source.name}: {fit.in_words()}")
        if fit.of_no_outcome:
            found.notices.append(
                f"{source.name}: {fit.of_no_outcome} of {fit.counts.touched} requests that touch client data do not "
                "say whether they succeeded; they count as done"
            )
        asked.update(fit.counts.asked)
        named.update(fit.counts.named)
        found.warnings += fit.whose.warnings(number, source)
        found.notices += fit.whose.notices()
        _judge(found, number, source, fit, settings.records)
    found.warnings += _without_clients(settings.records, asked, named)
    if seen.total() >= ENOUGH:
        found.notices += _unfitted(settings.records, routes, seen)
    found.notices += [
        f"actors.domains: {domain_text(messages('en'), one)}; name it there if it is yours, so that each is one account"
        for one in domains(accounts)
        if one.wanted
    ]
    return found


def _judge(found: LogsChecked, number: int, source: SourceSettings, fit: Fit, records: RecordMap) -> None:
    said = verdict(fit.events, fit.counts, records)
    if not fit.events:
        found.unchecked.append(f"{source.name}: {_without_events(fit)}")
    elif source.client_data and not said.known:
        why = messages("en").text(f"health-map-{said}", lines=fit.events, requests=fit.counts.requests, least=ENOUGH)
        found.unchecked.append(f"whether the record map fits {source.name}: {why}")
    if source.client_data and said is MapVerdict.FITS_NOTHING:
        found.problems.append(_problem(number, source, fit, records))
    if too_many(fit.rejects.total(), fit.lines):
        found.warnings.append(_rejected(number, source, fit))
    if fit.cut:
        found.warnings.append(_cut(number, source, fit))


def _without_events(fit: Fit) -> str:
    if not fit.files:
        return "there is no file of it now"
    return f"none of its newest {fit.lines} lines gives an event" if fit.lines else "its newest files hold no line"


def _problem(number: int, source: SourceSettings, fit: Fit, records: RecordMap) -> Problem:
    path = next((pattern.partition("/") for pattern, _ in fit.top if "/" in pattern), None)
    example = f", such as `- path: /{path[2]}`" if path else ""
    return Problem(
        where=("sources", number),
        what=f"none of {fit.counts.requests} requests of the source {source.name} touches client data: "
        + _why_nothing(fit, records),
        fix=f"add routes to records.routes{example}; or, if it holds no client data, set `client_data: false`",
    )


def _without_clients(records: RecordMap, asked: Counter[int], named: Counter[int]) -> Iterator[Problem]:
    """Yield the routes whose ``subject`` is found in hardly any of the requests that they fit."""
    for number, route in enumerate(records.routes):
        many, few = asked[number], named[number]
        if route.subject and many >= ENOUGH and few * _HARDLY < many:
            yield Problem(
                where=("records", "routes", number),
                what=f"`subject: {route.subject}` names a client in {few} of the {many} newest requests that fit "
                + route_name(route),
                fix="run `nabat decode FILE`, and name the column, field or parameter that holds the client's id",
            )


def _rejected(number: int, source: SourceSettings, fit: Fit) -> Problem:
    total = fit.rejects.total()
    share = max(1, round(100 * total / fit.lines))
    return Problem(
        where=("sources", number),
        what=f"{share} % of the newest lines of the source {source.name} ({total} of {fit.lines}) give no event: "
        + in_words(fit.rejects),
        fix="run `nabat decode FILE` to see which, and set the format of the source, or describe its lines",
    )


def _cut(number: int, source: SourceSettings, fit: Fit) -> Problem:
    return Problem(
        where=("sources", number),
        what=f"{fit.cut} of {fit.events} newest statements of the source {source.name} were cut by its log: what "
        "stands behind their beginning is not known",
        fix="set server_audit_query_log_limit = 32768 in MariaDB",
    )


def _why_nothing(fit: Fit, records: RecordMap) -> str:
    """Return why no request touches client data."""
    if not records.routes:
        return "there is no record map"
    fitting = [records.routes[number] for number, _ in fit.counts.routes.most_common()]
    of_clients = [route_name(route) for route in fitting if route.object]
    if of_clients:
        return f"what {some_of(of_clients)} fits was refused, redirected or asked for no content"
    if fitting:
        return f"what a route fits is {some_of([route_name(route) for route in fitting])}, which names no `object`"
    return "no route of the record map fits"


def _unfitted(records: RecordMap, routes: Counter[int], seen: Counter[str]) -> Iterator[str]:
    """Say which routes fitted nothing, of those of services whose lines were looked at."""
    few = {service for service, requests in seen.items() if requests < ENOUGH}
    looked_at = [number for number, route in enumerate(records.routes) if route.service not in few]
    never = [number for number in looked_at if not routes[number]]
    first = min((number for number, many in routes.items() if many), default=len(records.routes))
    if never:
        names = some_of([route_name(records.routes[number]) for number in never])
        before = ", or a route before it did" if max(never) > first else ""
        yield f"records.routes: in these lines nothing fitted {names}{before}"


def some_of(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
