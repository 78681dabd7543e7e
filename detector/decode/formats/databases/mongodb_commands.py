"""What a command of MongoDB does with which collections, told as the statements that would do the same in SQL.

Comes in: the command's word, its namespace (``database.collection``) and its arguments. Goes out: text for
``detector.decode.sql``, one statement for each collection; empty for what is done to none.

A filter gives ids only where they bound whatever fits it: a field that equals a plain value or is ``$in`` a list of
such, by itself, beside other conditions, in ``$and``, and in each branch of ``$or``. Whatever else compares (``$ne``,
``$gte``, ``$exists``, a document, a regular expression) gives none; how much it leaves is judged as in SQL, and so is a
limit. Of a pipeline the ``$match`` stages count that stand before any stage that makes other documents of those of the
collection, and its ``$limit``; what shows figures alone (``$count``, ``$group`` that gathers nothing) is a list, any
other reads the collection. The collections that stages read or write are touched too, wherever they stand. Commands
nested deeper than a server takes them are not looked into.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detector.decode.formats.databases.audit_event import UNKNOWN, quoted
from detector.decode.json.lookup import as_text
from detector.decode.sql.column_names import has_few_values, says_yes_or_no
from detector.decode.sql.tokens import words

_OPEN = "anything()"
"""A condition that may be true of every document: an expression, a function, what is asked in another way."""
_READ, _UPDATE, _DELETE, _CREATE = "SELECT * FROM {}", "UPDATE {} SET", "DELETE FROM {}", "INSERT INTO {}"
_DROP, _RENAME, _VIEW = "TRUNCATE {}", "RENAME TABLE {} TO renamed", "CREATE VIEW made AS SELECT * FROM {}"
_DROP_ALL = "DROP SCHEMA {}"
_FORMS = {
    **dict.fromkeys(("aggregate", "count", "distinct", "find", "geonear", "geosearch", "getmore", "mapreduce"), _READ),
    **dict.fromkeys(("clonecollectionascapped", "parallelcollectionscan"), _READ),
    **dict.fromkeys(("findandmodify", "update"), _UPDATE),
    **dict.fromkeys(("drop", "dropcollection"), _DROP),
    "converttocapped": _UPDATE,
    "delete": _DELETE,
    "insert": _CREATE,
    "renamecollection": _RENAME,
}
_KEEPING = frozenset(("$limit", "$sample", "$skip", "$sort"))
"""Stages behind which documents are still those of the collection."""
_FEWER = words(
    "$bucket $bucketauto $changestream $collstats $count $geonear $indexstats $plancachestats $search"
    " $searchmeta $sortbycount $vectorsearch"
)
"""Stages that show figures, or documents that something else than a filter picks."""
_PUSHING = ("$push", "$addToSet", "$accumulator")
_GATHERING = (*_PUSHING, "$$ROOT", "$$CURRENT")
_COPYING = ("clonecollectionascapped", "parallelcollectionscan")
_ANYTHING = frozenset(("", "^", "$", ".", ".*", ".+", "^.", "^.*", "^.+", "^.*$", "^.+$", "(.*)", "[\\s\\S]*"))
"""Regular expressions that fit whatever text there is."""
_NUMBERS = ("$numberLong", "$numberInt", "$numberDouble", "$numberDecimal")
_PLAIN = frozenset(("$oid", "$uuid", "$symbol", *_NUMBERS))
"""Types of extended JSON that stand for one value."""
_SIGNS = {"$eq": "=", "$ne": "<>", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_DEEP = 20
"""How deep pipelines and conditions are followed: servers refuse pipelines nested deeper."""

_Bounds = dict[str, list[str]]


def statements_of(command: str, space: str, args: Any) -> str:
    """Return the statements that do what a command does; ``args`` are what the log says of it."""
    return "; ".join(
        filter(None, _statements(command.lower(), space, args if isinstance(args, Mapping) else {}, _DEEP))
    )


def _statements(command: str, space: str, args: Mapping[str, Any], depth: int) -> Iterator[str]:
    database, _, _ = space.partition(".")
    if command == "explain":
        inner = args.get("explain")
        if isinstance(inner, Mapping) and inner and depth:
            yield from _statements(next(iter(inner)).lower(), space, inner, depth - 1)
        return
    if command == "bulkwrite":
        yield from _bulk(args)
        return
    if command in ("create", "createcollection", "collmod"):
        if isinstance(args.get("viewOn"), str):
            shown = f"{database}.{args['viewOn'].removeprefix(f'{database}.')}"
            yield _pipeline(shown, args.get("pipeline"), form=_VIEW)
    elif command == "dropdatabase" and database:
        yield _DROP_ALL.format(quoted(database))
    elif form := _FORMS.get(command):
        moved = args.get("renameCollection") or args.get("old") if form is _RENAME else None
        name = moved if isinstance(moved, str) else space
        removes = command == "findandmodify" and args.get("remove") is True
        more = _more(command, args) if form is _READ else _left(command, args)
        text = _statement(_DELETE if removes else form, name, bounds=_bounded(command, args), more=more)
        limit = {"find": _limit(args), "aggregate": _stage_limit(args.get("pipeline"))}.get(command, "")
        yield text + limit if text else ""
    yield from _written(args.get("out"), database, more=[UNKNOWN])
    yield from _staged(args.get("pipeline"), database, depth)


def _bounded(command: str, args: Mapping[str, Any]) -> _Bounds:
    """Return what bounds the documents that a command concerns."""
    if command == "aggregate":
        return _matched(args.get("pipeline"))
    if command in ("update", "delete"):
        return _either([one.get("q") for one in _changes(command, args)], _DEEP)
    return _bounds(args.get("filter" if command == "find" and "filter" in args else "query"), _DEEP)


def _changes(command: str, args: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = _list(args.get("updates" if command == "update" else "deletes"))
    return [one if isinstance(one, Mapping) else {"limit": 1} for one in found]


def _left(command: str, args: Mapping[str, Any]) -> list[str]:
    """Return the conditions of a command that changes documents and names none; none where it may change all."""
    if command == "findandmodify":  # one document
        return [] if _bounded(command, args) else [UNKNOWN]
    if command not in ("update", "delete"):
        return []
    several = [
        (one.get("q"), one.get("multi") is True if command == "update" else _plain(one.get("limit")) in (None, "0"))
        for one in _changes(command, args)
    ]
    return _any_of(several)


def _any_of(changes: Sequence[tuple[Any, bool]]) -> list[str]:
    """Return what documents must meet that one of some changes concerns, each of all that fit it or of one."""
    if not changes or any(not isinstance(found, Mapping) for found, _ in changes):
        return [UNKNOWN]
    if _either([found for found, _ in changes], _DEEP):
        return []  # said by the ids
    parts = [_asked(found, _DEEP) if all_ else UNKNOWN for found, all_ in changes]
    return [" OR ".join(f"({part})" for part in parts)] if all(parts) else []


def _bulk(args: Mapping[str, Any]) -> Iterator[str]:
    """Yield the statements of the operations of ``bulkWrite``, which name their collections by number."""
    spaces = [one.get("ns") if isinstance(one, Mapping) else None for one in _list(args.get("nsInfo"))]
    filters: dict[tuple[str, int], list[tuple[Any, bool]]] = {}
    for one in _list(args.get("ops")):
        word = next(iter(one), "") if isinstance(one, Mapping) else ""
        place = one[word] if word in ("insert", "update", "delete") else None
        if type(place) is int and 0 <= place < len(spaces):
            filters.setdefault((word, place), []).append((one.get("filter"), one.get("multi") is True))
    for (word, place), found in filters.items():
        if isinstance(space := spaces[place], str):
            bounds = _either([filter_ for filter_, _ in found], _DEEP)
            yield _statement(_FORMS[word], space, bounds=bounds, more=[] if word == "insert" else _any_of(found))


def _staged(stages: Any, database: str, depth: int) -> Iterator[str]:
    """Yield the statements about the collections that a pipeline's stages name."""
    for stage in _list(stages) if depth else []:
        for word, said in stage.items() if isinstance(stage, Mapping) else ():
            if word in ("$out", "$merge"):
                into = said.get("into", said) if isinstance(said, Mapping) else said
                yield from _written(into, database, more=[UNKNOWN] if word == "$merge" else [])
            elif word == "$facet" and isinstance(said, Mapping):
                for inner in said.values():
                    yield from _staged(inner, database, depth - 1)
            elif word in ("$lookup", "$graphLookup", "$unionWith"):
                more = said if isinstance(said, Mapping) else {"coll": said}
                inner = more.get("pipeline")
                named = _named(more.get("coll" if word == "$unionWith" else "from"), database)
                if named:
                    alone = word == "$unionWith" or ("pipeline" in more and not {"localField", "let"} & more.keys())
                    yield (
                        _pipeline(named, inner)
                        if alone
                        else _statement(_READ, named, bounds=_matched(inner), more=[UNKNOWN])
                    )
                yield from _staged(inner, database, depth - 1)


def _written(said: Any, database: str, *, more: Sequence[str]) -> Iterator[str]:
    """Yield the statement about the collection that a result is written to."""
    if isinstance(said, Mapping) and "coll" not in said:  # of mapReduce
        said = next((said[how] for how in ("merge", "replace", "reduce") if how in said), None)
    if named := _named(said, database):
        yield _statement(_UPDATE, named, more=more)


def _named(said: Any, database: str) -> str:
    """Return the namespace of a collection that is named in arguments; empty for none."""
    if isinstance(said, Mapping):
        other, said = said.get("db"), said.get("coll")
        database = other if isinstance(other, str) else database
    return f"{database}.{said}" if isinstance(said, str) else ""


def _more(command: str, args: Mapping[str, Any]) -> list[str]:
    """Return the conditions of a command that name no values of a field; none where it reads every document."""
    if command == "aggregate":
        return _kept(args.get("pipeline"), _DEEP)
    if command in _COPYING:
        return []
    if command not in ("find", "distinct", "mapreduce") or (command == "distinct" and _is_shared(args.get("key"))):
        return [UNKNOWN]
    found = (args.get("filter") if command == "find" else None) or args.get("query") or {}
    return list(_conditions(found, _DEEP)) if isinstance(found, Mapping) else [UNKNOWN]


def _is_shared(key: Any) -> bool:
    """Tell whether all values of a field are but a few."""
    return isinstance(key, str) and (has_few_values(key.lower()) or says_yes_or_no(key.lower()))


def _pipeline(space: str, stages: Any, form: str = _READ) -> str:
    text = _statement(form, space, bounds=_matched(stages), more=_kept(stages, _DEEP))
    return text + _stage_limit(stages) if text else ""


def _kept(stages: Any, depth: int) -> list[str]:
    """Return what the documents of a collection must meet that a pipeline shows; none where it shows all."""
    more: list[str] = []
    same = True
    for stage in _list(stages):
        for word, said in stage.items() if isinstance(stage, Mapping) else [("", None)]:
            if word == "$match" and isinstance(said, Mapping):
                more += _conditions(said, _DEEP) if same else [_OPEN] * bool(said)
            elif word == "$redact":
                more.append(_OPEN)
            elif word == "$facet" and isinstance(said, Mapping) and depth:
                more += [UNKNOWN] if all(_kept(inner, depth - 1) for inner in said.values()) else []
            elif word.lower() in _FEWER or not word or word == "$match" or (word == "$group" and _counts(said)):
                more.append(UNKNOWN)
            same = same and word in (*_KEEPING, "$match")
    return more


def _counts(said: Any) -> bool:
    """Tell whether a ``$group`` shows figures of its groups, and not their documents."""
    text = str(said)
    return isinstance(said, Mapping) and said.get("_id") != "$_id" and not any(word in text for word in _GATHERING)


def _puts_together(stage: Mapping[str, Any]) -> bool:
    """Tell whether a stage makes one document of many: a limit behind it bounds nothing."""
    group = next((stage[word] for word in ("$group", "$bucket", "$bucketAuto") if word in stage), None)
    by_id = isinstance(group, Mapping) and group.get("_id") == "$_id"
    return "$facet" in stage or (not by_id and any(word in str(group) for word in _PUSHING))


def _stage_limit(stages: Any) -> str:
    found = [stage for stage in _list(stages) if isinstance(stage, Mapping)]
    found = found[: next((at for at, stage in enumerate(found) if _puts_together(stage)), None)]
    numbers = [stage.get("$limit") for stage in found if "$limit" in stage]
    numbers += [one.get("size") for stage in found if isinstance(one := stage.get("$sample"), Mapping)]
    plain = [text for text in map(_plain, numbers) if text and text.isdecimal() and text.strip("0")]
    skipped = next((stage["$skip"] for stage in found if "$skip" in stage), None)
    return f" LIMIT {min(plain, key=lambda text: (len(text), text))}{_offset(skipped)}" if plain else ""


def _offset(skipped: Any) -> str:
    number = _plain(skipped) or ""
    return f" OFFSET {number}" if number.isdecimal() else ""


def _asked(found: Any, depth: int) -> str:
    """Return all that a filter asks; empty where that is nothing."""
    named = [_one_of(field, values) for field, values in _bounds(found, depth).items() if field]
    return " AND ".join((*named, *_conditions(found, depth)))


def _looks(said: Any, depth: int) -> bool:
    """Tell whether an expression looks at a document, or may."""
    if isinstance(said, str):
        return said.startswith("$")
    inner = said.values() if isinstance(said, Mapping) else _list(said)
    return not depth or (isinstance(said, Mapping) and "$rand" in said) or any(_looks(one, depth - 1) for one in inner)


def _is_constant(key: str, said: Any) -> bool:
    """Tell whether a condition is the same for every document."""
    if key == "$where":
        return isinstance(said, str) and not any(word in said for word in ("this", "obj", "function"))
    return key == "$comment" or (key == "$expr" and not _looks(said, _DEEP))


def _conditions(found: Any, depth: int) -> Iterator[str]:
    """Yield what a filter asks beside values that fields must be one of, as SQL says it."""
    for key, value in found.items() if isinstance(found, Mapping) and depth else ():
        if key == "$and":
            yield from (text for each in _list(value) for text in _conditions(each, depth - 1))
        elif key == "$or" and not _either(_list(value), depth - 1):
            parts = [_asked(each, depth - 1) if isinstance(each, Mapping) else UNKNOWN for each in _list(value)]
            yield from (f"({' OR '.join(f'({part})' for part in parts)})",) if all(parts) else ()
        elif key == "$nor":
            yield from (f"NOT ({_asked(each, depth - 1) or 'true'})" for each in _list(value))
        elif key.startswith("$"):
            yield from () if _is_constant(key, value) else (_OPEN,)
        elif not _values(value):
            yield from _field_conditions(key, value)


def _field_conditions(field: str, value: Any) -> Iterator[str]:
    asked = value if isinstance(value, Mapping) and value else {"$eq": value}
    for word, said in asked.items():
        if word == "$not" and isinstance(said, Mapping):
            inner = " AND ".join(
                _field_conditions(field, said) if not _values(said) else [_one_of(field, _values(said))]
            )
            yield f"NOT ({inner or 'true'})"
        elif not _fits_all(word, said):
            yield _condition(quoted(field), word, said)


def _fits_all(word: str, said: Any) -> bool:
    """Tell whether a condition bounds nothing, whatever the field."""
    if word in ("$regex", "$regularExpression"):
        return (said.get("pattern") if isinstance(said, Mapping) else said) in _ANYTHING
    return word == "$options" or (word == "$nin" and said == []) or (word == "$mod" and _first(said) == "1")


def _first(said: Any) -> str | None:
    return _plain(said[0]) if _list(said) else None


def _condition(field: str, word: str, said: Any) -> str:
    if word in ("$eq", "$ne") and isinstance(said, bool):
        return f"{field} {_SIGNS[word]} {str(said).lower()}"
    if word == "$type":
        return f"{field} IS NOT NULL"
    if word == "$exists" or (word in ("$eq", "$ne") and said is None):
        return f"{field} IS {'NOT ' * (said in (True, 1) or word == '$ne')}NULL"
    values = _values({"$in": said if word == "$nin" else [said]})
    if not values or word not in (*_SIGNS, "$nin"):
        return _OPEN
    value = values[0] if values[0].isdecimal() else _literal(values[0])
    return (
        f"{field} NOT IN ({', '.join(map(_literal, values))})" if word == "$nin" else f"{field} {_SIGNS[word]} {value}"
    )


def _limit(args: Mapping[str, Any]) -> str:
    """Return the limit of a ``find``; a negative one is of its only batch."""
    number = (_plain(args.get("limit")) or "").removeprefix("-")
    return f" LIMIT {number}{_offset(args.get('skip'))}" if number.isdecimal() and number.strip("0") else ""


def _statement(
    form: str, space: str, *, bounds: Mapping[str, Sequence[str]] | None = None, more: Sequence[str] = ()
) -> str:
    database, _, name = space.partition(".")
    if not name or name.startswith("$cmd"):
        return ""
    text = form.format(quoted(database, name))
    where = [_one_of(field, ids) for field, ids in (bounds or {}).items() if field]
    conditions = " AND ".join([*where, *more])
    return f"{text} WHERE {conditions}" if conditions else text


def _one_of(field: str, values: Sequence[str]) -> str:
    return f"{quoted(field)} IN ({', '.join(map(_literal, values))})"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _matched(stages: Any) -> _Bounds:
    """Return what bounds the documents of a collection that a pipeline sees."""
    found: list[Any] = []
    for stage in _list(stages):
        if not isinstance(stage, Mapping) or not (stage.keys() <= _KEEPING or stage.keys() == {"$match"}):
            break
        found.append(stage.get("$match"))
    return _all([_bounds(each, _DEEP) for each in found])


def _bounds(found: Any, depth: int) -> _Bounds:
    """Return the values that fields have in all documents that fit a filter."""
    parts: list[_Bounds] = []
    for key, value in found.items() if isinstance(found, Mapping) and depth else ():
        if key == "$and":
            parts += [_bounds(each, depth - 1) for each in _list(value)]
        elif key == "$or":
            parts.append(_either(_list(value), depth - 1))
        elif not key.startswith("$") and (ids := _values(value)):
            parts.append({key: ids})
    return _all(parts)


def _all(parts: Sequence[_Bounds]) -> _Bounds:
    """Return what bounds a document that all parts bound."""
    made: _Bounds = {}
    for part in parts:
        made.update((key, ids) for key, ids in part.items() if key not in made or len(ids) < len(made[key]))
    return made


def _either(filters: Sequence[Any], depth: int) -> _Bounds:
    """Return what bounds a document that fits one of some filters."""
    parts = [_bounds(each, depth) for each in filters]
    shared = [key for key in parts[0] if all(key in part for part in parts)] if parts else []
    return {key: [value for part in parts for value in part[key]] for key in shared}


def _values(said: Any) -> list[str]:
    """Return what a field must be one of; nothing where something else is asked of it."""
    if isinstance(said, Mapping) and "$eq" in said:
        said = [said["$eq"]]
    elif isinstance(said, Mapping) and "$in" in said:
        said = said["$in"]
    else:
        said = [said]
    plain = [_plain(one) for one in _list(said)]
    return [one for one in plain if one is not None] if None not in plain else []


def _plain(value: Any) -> str | None:
    """Return one value as text; None for what is none, or several."""
    if isinstance(value, Mapping):
        kind = next(iter(value)) if len(value) == 1 else ""
        value = value[kind] if kind in _PLAIN else None
        if kind in _NUMBERS and isinstance(value, str):
            value = value.removesuffix(".0")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return as_text(value)


def _list(said: Any) -> Sequence[Any]:
    return said if isinstance(said, list) else ()
