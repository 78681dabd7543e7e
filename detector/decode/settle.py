"""What every event must say in the end: action, category, and a record count only where one is known.

Comes in: a frame with what the log and the record map say. Goes out: the frame with ``event.action``,
``event.category``, ``record.count`` and its basis settled, and without ids and counts in rows that returned no data.

A count is taken from the first that has one: the place the route names (``logged``, or ``estimated`` when it is a
number in the configuration), the log's own (``logged``), the ids in the line (``counted``), bytes sent (``estimated``).

What failed (4xx, 5xx), was only pointed elsewhere (a redirected GET) or asks for no content (HEAD, OPTIONS) returned no
data: object and action stay, ids and counts do not.
"""

import polars as pl

from detector.decode.columns import constant, first_of, put

STATED, ASSUMED, PER_RECORD = "$stated", "$assumed", "$per_record"
_IDS = ("subject.ids", "record.ids")
_EMPTY = ["HEAD", "OPTIONS", "head", "options"]
_LOGGED, _COUNTED, _ESTIMATED = "logged", "counted", "estimated"
_CATEGORY, _BASIS, _COUNT = "event.category", "record.count_basis", "record.count"


def settle(frame: pl.DataFrame) -> pl.DataFrame:
    """Settle action, category, ids and counts."""
    height = frame.height
    said = [frame["event.action"]] if "event.action" in frame.columns else []
    action = first_of("event.action", *said, constant("", "other", height))
    made = [action, _category(frame, action)]
    have = {name: frame[name] for name in (*_IDS, _COUNT, STATED, PER_RECORD) if name in frame.columns}
    if have:
        made += _counted(frame, have)
    return put(frame, made)


def returned(frame: pl.DataFrame) -> pl.Series:
    """Say of each row whether the answer can have held data."""
    good = frame["event.outcome"] != "failure"
    if "http.request.method" not in frame.columns:
        return good
    method = frame["http.request.method"]
    if "http.response.status_code" in frame.columns:
        status = frame["http.response.status_code"]
        moved = ((method == "GET") & (status >= 300) & (status < 400) & (status != 304)).fill_null(value=False)
        good &= ~moved
    return good & ~method.is_in(_EMPTY).fill_null(value=False)


def _category(frame: pl.DataFrame, action: pl.Series) -> pl.Series:
    height = frame.height
    said = [frame[_CATEGORY]] if _CATEGORY in frame.columns else []
    category = first_of(_CATEGORY, *said, constant("", "web", height))
    if "url.path" in frame.columns:
        is_api = (category == "web") & frame["url.path"].str.starts_with("/api/").fill_null(value=False)
        category = constant(_CATEGORY, "api", height).zip_with(is_api, category) if is_api.any() else category
    is_login = (action == "login") | (action == "logout")
    return constant(_CATEGORY, "authentication", height).zip_with(is_login, category) if is_login.any() else category


def _counted(frame: pl.DataFrame, have: dict[str, pl.Series]) -> list[pl.Series]:
    good = returned(frame)
    made = _ids(have)
    count, basis = _choose(frame, have, made)
    if not good.all():
        nothing = ~good
        made = [one.zip_with(good, constant(one.name, None, frame.height, one.dtype)) for one in made]
        count, basis = count.set(nothing, None), basis.set(nothing, None)
    return [*made, count.alias(_COUNT), basis.alias(_BASIS)]


def _ids(have: dict[str, pl.Series]) -> list[pl.Series]:
    """Return the ids; a record that nothing names apart is the client's own."""
    found = [have[name] for name in ("record.ids", "subject.ids") if name in have]
    made = [first_of("record.ids", *found)] if found else []
    return [*made, have["subject.ids"]] if "subject.ids" in have else made


def _choose(frame: pl.DataFrame, have: dict[str, pl.Series], ids: list[pl.Series]) -> tuple[pl.Series, pl.Series]:
    """Take the count of the first that has one."""
    height = frame.height
    choices: list[tuple[pl.Series, pl.Series]] = []
    if STATED in have:
        basis = constant("", _ESTIMATED, height).zip_with(frame[ASSUMED], constant("", _LOGGED, height))
        choices.append((have[STATED], basis))
    if _COUNT in have:
        choices.append((have[_COUNT], constant("", _LOGGED, height)))
    if ids:
        choices.append((ids[0].list.len().cast(pl.Int64), constant("", _COUNTED, height)))
    if PER_RECORD in have and "http.response.body.bytes" in frame.columns:
        per = have[PER_RECORD]
        estimate = (frame["http.response.body.bytes"] + per // 2) // per
        choices.append((estimate, constant("", _ESTIMATED, height)))
    nobody = constant("", None, height)
    bases = [basis.zip_with(value.is_not_null(), nobody) for value, basis in choices]
    values = [value for value, _ in choices] or [constant("", None, height, pl.Int64())]
    return first_of(_COUNT, *values), first_of(_BASIS, *(bases or [nobody]))
