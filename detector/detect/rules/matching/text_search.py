"""Many texts looked for in a column at once.

Comes in: texts once, then columns. Goes out: which text stands in which element, in whatever case ASCII letters are
written; letters beyond ASCII are compared as they are. Hyperscan goes once over the buffer in which Arrow keeps all
elements of a column one behind another; what it finds across the end of an element is dropped. Where there is no wheel
of it, or the processor is too old for it, polars looks element by element.
"""

from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import from_arrow

try:
    import hyperscan
except ImportError:  # no wheel for this platform
    hyperscan = None  # type: ignore[assignment]

Ints = npt.NDArray[np.int64]

FAILURES: tuple[type[BaseException], ...] = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    pa.ArrowException,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    *(() if hyperscan is None else (hyperscan.error,)),
)
"""What a search can raise. A panic of polars is no PolarsError and no Exception of ours."""


class Hits(NamedTuple):
    """Index of each element with a hit, and of the text found in it; a pair may occur more than once."""

    elements: Ints
    texts: Ints


class TextSearch(Protocol):
    """Texts to look for, by number."""

    def find(self, column: pa.LargeStringArray) -> Hits:
        """Return which of the texts stand in which elements of a column."""


class HyperscanSearch:
    """Texts in a database of Hyperscan's. It is compiled here: a thousand texts take some fifteen milliseconds."""

    def __init__(self, texts: Sequence[str]) -> None:
        encoded = [text.encode() for text in texts]
        self._lengths = np.array([len(text) for text in encoded], dtype=np.int64)
        self._lock = Lock()  # what a database scratches on is one thread's at a time
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=encoded,
            ids=list(range(len(encoded))),
            elements=len(encoded),
            flags=hyperscan.HS_FLAG_CASELESS,
            literal=True,
        )

    def find(self, column: pa.LargeStringArray) -> Hits:
        """Return which of the texts stand in which elements of a column."""
        _, offsets, data = column.buffers()
        begins = np.frombuffer(offsets or b"", dtype=np.int64)[column.offset : column.offset + len(column) + 1]
        numbers: list[int] = []
        ends: list[int] = []
        if data is not None and begins.size and begins[-1] > begins[0]:
            with self._lock:
                whole: Any = memoryview(data)[begins[0] : begins[-1]]
                self._database.scan(whole, match_event_handler=_appending(numbers, ends))
        texts, end = np.array(numbers, dtype=np.int64), np.array(ends, dtype=np.int64) + (begins[0] if ends else 0)
        elements = np.searchsorted(begins, end - 1, side="right") - 1
        inside = end - self._lengths[texts] >= begins[elements]
        return Hits(elements[inside], texts[inside])


def _appending(numbers: list[int], ends: list[int]) -> Callable[..., None]:
    def append(number: int, _begin: int, end: int, _flags: int, _context: Any) -> None:
        numbers.append(number)
        ends.append(end)

    return append


class PolarsSearch:
    """Texts that polars looks for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = pl.DataFrame({"text": texts}).with_row_index("number").with_columns(_ascii_lower("text"))
        self._different = self._texts["text"].unique().to_list()

    def find(self, column: pa.LargeStringArray) -> Hits:
        """Return which of the texts stand in which elements of a column."""
        found = (
            pl.DataFrame([from_arrow("text", column)])
            .with_row_index("element")
            .with_columns(
                pl.col("text").str.extract_many(self._different, ascii_case_insensitive=True, overlapping=True)
            )
            .explode("text")
            .with_columns(_ascii_lower("text"))
            .join(self._texts, on="text")
        )
        return Hits(found["element"].to_numpy().astype(np.int64), found["number"].to_numpy().astype(np.int64))


def _ascii_lower(name: str) -> pl.Expr:
    return pl.col(name).str.replace_many(list(ascii_uppercase), list(ascii_lowercase))


def text_search(texts: Sequence[str]) -> TextSearch:
    """Return the fastest search for some texts that runs here."""
    if hyperscan is not None:
        try:
            return HyperscanSearch(texts)
        except hyperscan.ArchitectureError:
            pass  # a processor without SSE 4.2
    return PolarsSearch(texts)


def search_library() -> str:
    """Return the name of the library that searches here: ``hyperscan``, or ``polars`` where that does not run.

    Raises:
        BaseException: One of ``FAILURES``: the search itself fails.
    """
    search = text_search(("nabat",))
    search.find(pl.Series(["nabat"]).to_arrow(compat_level=pl.CompatLevel.oldest()))  # pa.array would load pandas
    return "hyperscan" if isinstance(search, HyperscanSearch) else "polars"
