"""Values of one query parameter, over a column: plain ones by regex, escaped, repeated and listed ones with care.

Comes in: query strings. Goes out: the values of each row. Names may be written with escapes (``%63lient_id=7``), as
arrays (``id[]=7``, ``id[a][b]=7``), in other letters (``ID=7``), with blanks around them or behind a NUL's place
(``%20id=7``, ``id%00x=7``, as PHP reads them), and where that gives nothing, behind a ``;`` (``x;id=7``): all are
found. A value may be a list: with ``,``, ``;`` or ``|`` between its values (``ids=1;2``), in brackets
(``ids=["1","2"]``), of numbers with white space (``ids=1+2``).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qsl, unquote_plus

import numpy as np
import numpy.typing as npt
import polars as pl

_ODD_NAME = r"(?:^|&)[^=&]*[%+\[]"
_ODD_VALUE = r"[%+,;| ]"
_MOST = 1000
_INDEX = 8
"""Letters of the place in a list, ``ids[12]``."""
_BEHIND = re.compile(r"[\[\0]")
_BETWEEN = re.compile(r"[,;|]")
_NUMBERS = re.compile(r"[+-]?[0-9]+(?:\s+[+-]?[0-9]+)+")


def values_of(queries: pl.Series, name: str, *, text: bool = False) -> tuple[pl.Series, npt.NDArray[np.int64]]:
    """Return the values of parameter ``name``, those of all rows one behind the other, and how many each row has.

    Args:
        queries: The query strings.
        name: Of the parameter.
        text: White space in a value belongs to it.
    """
    found, odd = _plain(queries, name)
    if odd.any():
        careful = {at: _careful(queries[at], name, text=text) for at in np.flatnonzero(odd.to_numpy()).tolist()}
        many = [careful.get(at, [value] if value else []) for at, value in enumerate(found.to_list())]
        flat = pl.Series([one for values in many for one in values], dtype=pl.String())
        return flat, np.fromiter(map(len, many), np.int64, len(many))
    has = found.is_not_null()
    return found.filter(has), has.cast(pl.Int64).to_numpy()


def first_value(queries: pl.Series, name: str) -> pl.Series:
    """Return the first value of parameter ``name`` in each row, null where there is none."""
    found, odd = _plain(queries, name)
    if odd.any():
        places = np.flatnonzero(odd.to_numpy())
        values = [next(iter(_careful(query, name, text=True)), None) for query in queries[places].to_list()]
        found = found.scatter(places, pl.Series(values, dtype=pl.String()))
    return found


def _plain(queries: pl.Series, name: str) -> tuple[pl.Series, pl.Series]:
    """Return values found plainly, and which rows need care: an escape in a name or the value, a repetition."""
    found, odd = queries.to_frame("query").select_seq(_plan(name)).get_columns()
    return found, odd


@lru_cache(maxsize=256)
def _plan(name: str) -> list[pl.Expr]:
    query, here = pl.col("query"), f"(?i)(?:^|&){re.escape(name)}="
    found = query.str.extract(here + "([^&]+)", 1)
    parted = found.is_null() & query.str.contains(";", literal=True)
    odd = parted | query.str.contains(_ODD_NAME) | found.str.contains(_ODD_VALUE).fill_null(value=False)
    return [found.alias("found"), (odd | (query.str.count_matches(here) > 1)).alias("odd")]


def _careful(query: str, name: str, *, text: bool) -> list[str]:
    found = _found(query, name, text=text)
    if not found and ";" in query:
        found = _found(query.replace(";", "&"), name, text=text)
    return found


def _found(query: str, name: str, *, text: bool) -> list[str]:
    wanted = name.lower()
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST, errors="replace")
    except ValueError:  # more parameters than anybody needs: the first ones of this name count
        parts = (part.partition("=") for part in query.split("&"))
        longest = 3 * (len(name) + _INDEX)  # each letter as an escape
        named = (
            f"{key}={value}"
            for key, _, value in parts
            if value and len(key) <= longest and _name(unquote_plus(key)) == wanted
        )
        pairs = parse_qsl("&".join(islice(named, _MOST)), max_num_fields=_MOST, errors="replace")
    values = [each for key, value in pairs if _name(key) == wanted for each in _listed(value, text=text)]
    return list(dict.fromkeys(value for value in values if value))


def _name(key: str) -> str:
    """Return the parameter that an application takes a key for: without a place in it, and what stands behind a NUL."""
    return _BEHIND.split(key.lower(), maxsplit=1)[0].strip()


def _listed(value: str, *, text: bool) -> Iterator[str]:
    """Yield the values of a list."""
    bare = value.strip()
    listed = bare.startswith("[") and bare.endswith("]")
    for part in _BETWEEN.split(bare[1:-1] if listed else bare):
        one = part.strip(" \"'") if listed else part.strip()
        if text or not _NUMBERS.fullmatch(one):
            yield one
        else:
            yield from one.split()
