"""Values of a field that are lists themselves: several clients where one value stands.

Comes in: the values of rows. Goes out: the same with each list's values instead of it. A list is JSON in a text
(``["1","2"]``, ``[{"id":1}]``), or ids with ``,``, ``;`` or ``|`` between them, or numbers with white space. Ids have
a digit or an ``@`` and no white space, so that ``Doe, John`` is one value; where ids are text, only JSON is a list.
"""

import re

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from detector.decode.columns.frame_ops import index
from detector.decode.columns.list_columns import places_of
from detector.decode.columns.text_bytes import Mask
from detector.decode.json.lookup import as_ids

Numbers = npt.NDArray[np.int64]

_MAY_BE_ONE = r"[,;|\[\s]"
_ID = r"[^\s,;|\[\]{}\"']*[0-9@][^\s,;|\[\]{}\"']*"
_IDS = re.compile(rf"\[?\s*(?:{_ID}\s*[,;|]+\s*)+(?:{_ID}\s*)?\]?|[+-]?[0-9]+(?:\s+[+-]?[0-9]+)+")
_BETWEEN = re.compile(r"[\s,;|\[\]]+")


def spread(flat: pl.Series, starts: Numbers, counts: Numbers, text: Mask) -> tuple[pl.Series, Numbers, Numbers]:
    """Return the values of rows with those of each list in its place.

    Args:
        flat: The values.
        starts: Where those of each row begin.
        counts: How many each row has.
        text: Rows whose ids are text.
    """
    if not flat.str.contains(_MAY_BE_ONE).any():
        return flat, starts, counts
    values = flat[index(places_of(starts, counts))]
    found = [
        _listed(value, text=each) if odd else (value,)
        for value, odd, each in zip(
            values, values.str.contains(_MAY_BE_ONE), np.repeat(text, counts).tolist(), strict=True
        )
    ]
    before = np.concatenate([[0], np.cumsum(np.fromiter(map(len, found), np.int64, len(found)))])
    ends = np.cumsum(counts)
    many = before[ends] - before[ends - counts]
    return pl.Series(flat.name, [one for each in found for one in each], pl.String()), np.cumsum(many) - many, many


def _listed(value: str, *, text: bool) -> tuple[str, ...]:
    """Return the values of a list; the value itself where it is none."""
    bare = value.strip()
    if bare.startswith("[") and bare.endswith("]"):
        try:
            return tuple(as_ids(msgspec.json.decode(bare)) or ())
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass  # something else in brackets
    if text or not _IDS.fullmatch(bare):
        return (value,)
    return tuple(dict.fromkeys(filter(None, _BETWEEN.split(bare))))
