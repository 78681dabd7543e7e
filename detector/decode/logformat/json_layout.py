"""Log formats that write JSON: the layout becomes a field map.

Comes in: items. Goes out: for each field the path of the JSON value it stands in, and the field map; None when the
layout is no JSON object. A value put together from several variables is kept under its path, unless it is a request
line (``$request_method $request_uri $server_protocol``).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from detector.decode.json.field_map import RAW, REQUEST, TARGET, FieldMap
from detector.decode.json.lookup import flat
from detector.decode.logformat.items import (
    COOKIES,
    DROPPED,
    LABEL,
    TIME,
    Field,
    Item,
    Items,
    Literal,
    Variable,
    fields_of,
)
from detector.decode.logformat.to_columns import METHOD, PATH, QUERY
from detector.decode.parse_result import TOKEN

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_RAW = {raw: name for name, raw in RAW.items()}
_FORMS = {"clf": "auto", "iso": "auto"}


def paths_of(items: Items) -> dict[str, tuple[int, ...]] | None:
    """Return JSON paths and the numbers of the fields in each; None when the layout is no JSON object."""
    try:
        data: Any = json.loads("".join(_marked(items)))
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    return {
        path: tuple(int(number) for number in _MARK.findall(value))
        for path, value in flat(data).items()
        if isinstance(value, str)
    }


def _marked(items: Items) -> Iterator[str]:
    """Give the layout with a mark in place of each field; one that stands in no quotes gets some."""
    inside, number = False, 0
    for item in items:
        if isinstance(item, Literal):
            inside ^= _quotes(item.text) % 2 == 1
            yield item.text
        else:
            mark = f"{_OPEN}{number}{_CLOSE}"
            yield mark if inside else f'"{mark}"'
            number += 1


def _quotes(text: str) -> int:
    return len(re.sub(r"\\.", "", text, flags=re.DOTALL).split('"')) - 1


def renamed(items: Items, paths: dict[str, tuple[int, ...]]) -> Items:
    """Return the items with the JSON paths as names of their labels."""
    names = {numbers[0]: path for path, numbers in paths.items() if len(numbers) == 1}
    made: list[Item] = []
    number = 0
    for item in items:
        if isinstance(item, Literal):
            made.append(item)
            continue
        key = names.get(number, item.variable.key)
        made.append(replace(item, variable=replace(item.variable, key=key)))
        number += 1
    return tuple(made)


def tells_time(items: Items, paths: dict[str, tuple[int, ...]]) -> bool:
    """Say whether a value of the JSON is the time, and nothing but the time."""
    fields = fields_of(items)
    return any(len(numbers) == 1 and fields[numbers[0]].variable.target == TIME for numbers in paths.values())


def field_map(items: Items, paths: dict[str, tuple[int, ...]], dataset: str) -> FieldMap:
    """Return the field map of a layout that writes JSON.

    Args:
        items: The layout; it tells the time.
        paths: Which fields stand at which path.
        dataset: ``event.dataset`` of its events.
    """
    fields = fields_of(items)
    told: dict[str, list[tuple[Variable, str]]] = {}
    for path, numbers in paths.items():
        variable = _told([fields[number] for number in numbers])
        if variable is not None and variable.target != LABEL:
            told.setdefault(variable.target, []).append((variable, path))
    for target in (PATH, QUERY) if TARGET in told or REQUEST in told else ():
        told.pop(target, None)
    for givers in told.values():
        givers.sort(key=lambda pair: pair[0].rank)
    times = told.pop(TIME, [])
    forms = {_FORMS.get(variable.form, variable.form.replace("%3f", "%f")) for variable, _ in times}
    hidden = [*told.pop(DROPPED, []), *(pair for pair in told.get(TOKEN, []) if pair[0].form == COOKIES)]
    told[TOKEN] = [pair for pair in told.get(TOKEN, []) if pair not in hidden]
    for target in (TOKEN, "event.duration"):  # the one that counts; another may be in another unit, or is a secret
        hidden += told[target][1:] if target == TOKEN and target in told else []
        told[target] = told.get(target, [])[:1]
    duration = told["event.duration"]
    return FieldMap.model_validate(
        {
            "kind": "json",
            "dataset": dataset,
            "requires": tuple(path for path, numbers in paths.items() if numbers),
            "time": {
                "fields": tuple(path for _, path in times),
                "form": forms.pop() if len(forms) == 1 else "auto",
            },
            "fields": {
                _RAW.get(target, target): tuple(path for _, path in givers) for target, givers in told.items() if givers
            },
            "duration_unit": duration[0][0].form if duration else "s",
            "drop": tuple(path for _, path in hidden),
        }
    )


def _told(fields: list[Field]) -> Variable | None:
    """Return what a JSON value holds."""
    if len(fields) == 1:
        return fields[0].variable
    targets = [field.variable.target for field in fields]
    if targets[:2] == [METHOD, TARGET] and len(targets) <= 3:
        return Variable(REQUEST)
    if any(target == DROPPED for target in targets):
        return Variable(DROPPED)
    return None
