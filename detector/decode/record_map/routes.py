"""Routes of the record map, compiled: which rows fit, and where in them the ids and counts stand.

Comes in: ``RecordMap``. Goes out: compiled routes, or every mistake in them. Nothing is applied here
(``detector.decode.record_map.apply``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from detector import frames
from detector.decode.parse_result import ROWS
from detector.decode.record_map.path_template import SCRIPT, Template, compile_template, is_normal, without_drive
from detector.decode.sql.tables.table_places import KINDS, TablePlace
from detector.errors import ConfigError, Problem
from detector.schema.events.columns import CONFIDENTIALITY
from detector.settings import RecordMap, Route

_HOST = "host"
_MOVED = {"event.category": "file", "event.action": "export"}
"""A folder gets another name, and all in it is taken away."""
_OPENED = {"event.category": "file", "event.action": "update", "event.dataset": "aws.cloudtrail"}
"""Who may read a bucket changes; such a request names no path."""
_BUCKET = "requestParameters.bucketName"
_INFOBASE = {"_$InfoBase$_.DumpFinish": "export", "_$InfoBase$_.EraseData": "delete"}


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a value stands.

    Attributes:
        kind: ``path``, ``query``, ``field``, ``host``, ``number``, or empty for nowhere.
        name: The parameter, the field, or the number.
        group: Which group of the template's regex, for ``path``.
    """

    kind: str = ""
    name: str = ""
    group: int = 0


@dataclass(frozen=True, slots=True)
class CompiledRoute:
    """One route, ready to be applied.

    Attributes:
        template: The compiled path template; None for a route by ``when`` alone.
        subject: Where the client's id stands. record: the record's id. count: the number of records.
        tenant: Where stands within whom these ids are given.
        confidentiality: The highest of its classes'; None without classes.
        number: Its place in the record map; a route by table, or by a path on a drive, is compiled into several.
        table: The table whose rows it is about, and how they are touched; None for a route by path or ``when``.
    """

    route: Route
    template: Template | None
    subject: ValuePlace
    record: ValuePlace
    count: ValuePlace
    confidentiality: str | None
    number: int
    table: TablePlace | None = None
    tenant: ValuePlace = ValuePlace()


def compile_routes(records: RecordMap) -> tuple[CompiledRoute, ...]:
    """Compile every route.

    Raises:
        ConfigError: With every mistake found.
    """
    problems: list[Problem] = []
    made: list[CompiledRoute] = []
    paths = [route.path for route in records.routes]
    for number, route in enumerate(records.routes):
        name = route.path or route.table or "by when"
        said = [
            Problem(where=("records", "routes", number, key), what=f"the route {name}: {what}")
            for key, what in _problems(route)
        ]
        problems.extend(said)
        if not said:
            begins = SCRIPT.search(route.path) and not any(path.startswith(f"{route.path}/") for path in paths)
            rest = "/**" if begins else ""
            made += _tables(route, records, number) if route.table else _paths(route, records, number, rest)
    if problems:
        raise ConfigError(problems)
    return (*_by_gravity(made), *_folders(made, records), *_infobases(made, records))


def _by_gravity(made: Sequence[CompiledRoute]) -> Iterator[CompiledRoute]:
    """Yield routes in order, those by table by what is done with it: a statement counts by the gravest it does.

    What it does with tables of no client data hides nothing.
    """
    kinds = list(KINDS)
    tables = [(not one.route.object, kinds.index(one.table.kind), one) for one in made if one.table is not None]
    gravest = iter(one for *_, one in sorted(tables, key=lambda each: each[:2]))
    for one in made:
        yield next(gravest) if one.table is not None else one


def _folders(made: Sequence[CompiledRoute], records: RecordMap) -> Iterator[CompiledRoute]:
    """Yield routes for the folders above the files of others, and for buckets: what is done to all of them at once."""
    seen: set[str] = set()
    for one in made:
        route = one.route
        if route.path.count("/") < 2 or "{" not in route.path or not route.object:
            continue
        fixed = route.path.partition("{")[0].rpartition("/")[0]
        while fixed.count("/") and fixed not in seen:
            seen.add(fixed)
            more = {"path": fixed, "methods": (), "subject": "", "record": "", "count": "", "tenant": ""}
            above = route.model_copy(update={**more, "action": "export", "when": {**route.when, **_MOVED}})
            yield from _paths(above, records, one.number, "")
            if fixed.count("/") == 1:
                when = {**route.when, **_OPENED, _BUCKET: fixed[1:]}
                bucket = route.model_copy(update={**more, "path": "", "action": "update", "when": when})
                yield _compiled(bucket, records, one.number)
            fixed = fixed.rpartition("/")[0]


def _infobases(made: Sequence[CompiledRoute], records: RecordMap) -> Iterator[CompiledRoute]:
    """Yield routes for whole infobases of 1C: who dumps or erases one takes or deletes all that others name in it."""
    seen: set[str] = set()
    for one in made:
        route = one.route
        if route.service in seen or not route.object or not str(route.when.get("event", "")).startswith("_$"):
            continue
        seen.add(route.service)
        more = {"path": "", "methods": (), "subject": "", "record": "", "count": "", "tenant": ""}
        for event, action in _INFOBASE.items():
            when = {"event.dataset": "1c.event_log", "event": event}
            whole = route.model_copy(update={**more, "action": action, "when": when})
            yield _compiled(whole, records, one.number)


def _problems(route: Route) -> Iterator[tuple[str, str]]:
    if route.table:
        yield from _table_problems(route)
        return
    if not route.action:
        yield "action", "action must be given"
    names: tuple[str, ...] = ()
    if route.path:
        try:
            names = compile_template(route.path).names
        except ValueError as error:
            yield "path", f"the path cannot be read: {error}"
            return
        if not is_normal(route.path):
            yield "path", "write the path decoded and without //, /./, /../ or ;parameters"
    yield from _place_problems(route, names)


def _place_problems(route: Route, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if route.tenant != _HOST and (_place(route.tenant, names) is None or route.tenant.isdigit()):
        yield "tenant", f"tenant: {route.tenant!r} is no {{name}} of the path, query:NAME, field:NAME or host"
    for key in ("subject", "record", "count"):
        text: str = getattr(route, key)
        if text and _place(text, names) is None:
            also = ", or a number" if key == "count" else ""
            yield key, f"{key}: {text!r} is no {{name}} of the path, query:NAME or field:NAME{also}"
        elif key != "count" and text.isdigit():
            yield key, f"{key}: a number is no place"


def _table_problems(route: Route) -> Iterator[tuple[str, str]]:
    if route.tenant:
        yield "tenant", "a table has no tenant; name the column that holds the whole id"
    if route.path or route.methods:
        yield "table", "a table and a path or methods exclude each other; make two routes of it"
    if route.table.count(".") > 1:
        yield "table", "write schema.table or table; the database is a label (`when: {database: crm}`)"
    for key in ("subject", "record"):
        text: str = getattr(route, key)
        if text and not text.startswith("where:"):
            yield key, f"{key}: {text!r} is no where:COLUMN"
    if route.count and _place(route.count, ()) is None:
        yield "count", f"count: {route.count!r} is no field:NAME, or a number"


def _place(text: str, names: tuple[str, ...]) -> ValuePlace | None:
    kind, colon, name = text.partition(":")
    if colon and name and kind in ("query", "field"):
        return ValuePlace(kind, name)
    bare = text.removeprefix("{").removesuffix("}")
    if bare in names:
        return ValuePlace("path", bare, names.index(bare))
    return ValuePlace("number", text) if text.isdigit() else ValuePlace() if not text else None


def _compiled(route: Route, records: RecordMap, number: int, *, rest: str = "") -> CompiledRoute:
    template = compile_template(route.path + rest) if route.path else None
    names = template.names if template else ()
    known = [records.data_classes[name] for name in route.classes if name in records.data_classes]  # others are told
    levels = [CONFIDENTIALITY.index(each.confidentiality) for each in known]
    subject = _place(route.subject, names) or ValuePlace()
    return CompiledRoute(
        route=route,
        template=template,
        subject=subject,
        record=_place(route.record, names) or ValuePlace() if route.record else subject,
        count=_place(route.count, names) or ValuePlace(),
        confidentiality=CONFIDENTIALITY[max(levels)] if levels else None,
        number=number,
        tenant=ValuePlace(_HOST) if route.tenant == _HOST else _place(route.tenant, names) or ValuePlace(),
    )


def _paths(route: Route, records: RecordMap, number: int, rest: str) -> Iterator[CompiledRoute]:
    """Compile a route by path or ``when``: once more for files on a drive whose letter the log does not tell."""
    base = _compiled(route, records, number, rest=rest)
    yield base
    elsewhere = without_drive(route.path + rest)
    if elsewhere:
        yield replace(base, template=compile_template(elsewhere))


def _tables(route: Route, records: RecordMap, number: int) -> list[CompiledRoute]:
    """Compile a route by table: one for each thing that can be done with it; the route may give all one action."""
    base = _compiled(route.model_copy(update={"subject": "", "record": ""}), records, number)
    subject, record = (text.removeprefix("where:") for text in (route.subject, route.record or route.subject))
    before = (one for one in records.routes[:number] if one.table and not one.object and not one.when)
    besides = tuple(one.table for one in before if one.service in ("*", route.service))
    made: list[CompiledRoute] = []
    for kind, action in KINDS.items():
        table = TablePlace(route.table, subject, kind, besides)
        made.append(
            replace(
                base,
                route=route.model_copy(update={"action": route.action or action}),
                table=table,
                subject=ValuePlace("field", table.ids) if subject else ValuePlace(),
                record=ValuePlace("field", TablePlace(route.table, record, besides=besides).ids)
                if record
                else ValuePlace(),
                count=base.count if route.count else ValuePlace("field", ROWS),
            )
        )
    return made


def wanted_fields(records: RecordMap) -> dict[str, bool]:
    """Return the JSON fields that the record map reads, and whether they hold ids."""
    found: dict[str, bool] = {}
    for route in records.routes:
        for text, is_id in ((route.subject, True), (route.record, True), (route.count, False), (route.tenant, True)):
            name = text.removeprefix("field:")
            if name != text:
                found[name] = is_id or found.get(name, False)
        for key in route.when:
            if key not in frames.EVENT_SCHEMA:
                found.setdefault(key, False)
    return found
