"""What routes of the record map ask of a row, as questions with few answers, and which of them fit.

Comes in: compiled routes; then the columns of a batch. Goes out: what each route demands of each answer; then the
answers. The questions are asked of all rows at once, never route by route (``Verdicts``). Segments of paths are
compared as bytes, which costs a twentieth of a regex; the letters of ASCII are compared without regard to case, because
some servers do so and no spelling may be a way round the record map.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.list_columns import firsts
from detector.decode.columns.text_bytes import Mask, Places, TextBytes, in_small_letters, word
from detector.decode.parse_result import FIELD
from detector.decode.record_map.path_segments import Segments
from detector.decode.record_map.routes import CompiledRoute

Answers = npt.NDArray[np.int64]
Demand = frozenset[int] | None
"""Answers with which a route is still possible; None: all of them."""


class Verdicts:
    """Verdicts about one record map; each stands for the routes that are left.

    What follows from a verdict and an answer is worked out when it first occurs and looked up from then on. There are
    no more verdicts than the map itself can tell apart, whatever the lines say.

    Args:
        demands: For each route what it demands of the answer to each question.
        sizes: For each question how many answers it has.
    """

    def __init__(self, demands: Sequence[Sequence[Demand]], sizes: Sequence[int]) -> None:
        self._demands = demands
        self._sizes = tuple(sizes)
        self._left: list[tuple[int, ...]] = [tuple(range(len(demands)))]
        self._numbers = {self._left[0]: 0}
        self._after = [np.full((1, size), -1, np.int64) for size in sizes]

    def __len__(self) -> int:
        return len(self._left)

    def left(self, verdict: int) -> tuple[int, ...]:
        """Return the routes a verdict stands for, in their order."""
        return self._left[verdict]

    def of(self, answers: Iterable[Answers | int], height: int) -> Answers:
        """Return each row's verdict; an answer all rows share may be a plain number."""
        verdicts: Answers = np.zeros(height, np.int64)
        for question, answer in enumerate(answers):
            verdicts = self._next(question, verdicts * self._sizes[question] + answer)
        return verdicts

    def _next(self, question: int, pairs: Answers) -> Answers:
        table = self._after[question]
        if len(table) < len(self._left):
            more = np.full((2 * len(self._left) - len(table), table.shape[1]), -1, np.int64)
            table = self._after[question] = np.concatenate([table, more])
        flat = table.reshape(-1)
        found = flat[pairs]
        if len(found) and found.min() < 0:
            for pair in np.unique(pairs[found < 0]).tolist():
                flat[pair] = self._learn(question, *divmod(pair, self._sizes[question]))
            found = flat[pairs]
        return found

    def _learn(self, question: int, verdict: int, answer: int) -> int:
        demands = ((route, self._demands[route][question]) for route in self._left[verdict])
        left = tuple(route for route, demand in demands if demand is None or answer in demand)
        if left not in self._numbers:
            self._numbers[left] = len(self._left)
            self._left.append(left)
        return self._numbers[left]


_METHOD, _SERVICE = "http.request.method", "service.name"
_ABSENT, _EMPTY, _OTHER = 0, 1, 2
"""Answers about a segment; from 3 on they are texts of the map."""
_ROOTED = frozenset({1})


class Questions:
    """The questions of one record map: is the path one, what are its segments, what do other columns say.

    Attributes:
        demands: For each route what it demands of the answer to each question.
        sizes: For each question how many answers it has.
    """

    def __init__(self, routes: Sequence[CompiledRoute]) -> None:
        self._deepest = max((len(one.template.segments or ()) + 1 for one in routes if one.template), default=0)
        self._texts = [_numbered(_fixed(routes, at), 3) for at in range(1, self._deepest + 1)]
        asked = sorted({key for one in routes for key in _asked(one)})
        self._words = {
            key: _numbered((word for one in routes for word in _asked(one).get(key, ())), 1) for key in asked
        }
        self.sizes = [2, *(len(texts) + 3 for texts in self._texts), *(len(one) + 1 for one in self._words.values())]
        self.demands = [[*self._of_path(one), *self._of_words(one)] for one in routes]

    def _of_path(self, one: CompiledRoute) -> Iterator[Demand]:
        template = one.template
        yield _ROOTED if template else None
        segments = template.segments or () if template else ()
        for at in range(1, self._deepest + 1):
            texts = self._texts[at - 1]
            if at <= len(segments):
                text = segments[at - 1].text
                yield frozenset(range(_OTHER, len(texts) + 3)) if text is None else frozenset({texts[_small(text)]})
            else:
                ends = template and segments and not template.rest and at == len(segments) + 1
                yield frozenset({_ABSENT}) if ends else None

    def _of_words(self, one: CompiledRoute) -> Iterator[Demand]:
        asked = _asked(one)
        for key, words in self._words.items():
            yield frozenset(words[word] for word in asked[key]) if key in asked else None

    def answers(self, columns: BatchBuilder, segments: Segments | None) -> Iterator[Answers | int]:
        """Give the answer of each row to each question."""
        yield 0 if segments is None else segments.rooted.astype(np.int64)
        for at, texts in enumerate(self._texts, 1):
            yield _ABSENT if segments is None else _about(segments, at, texts)
        for key, words in self._words.items():
            said = _said(key, columns)
            yield 0 if said is None else said.numbers([words.get(word, 0) for word in said.values])


def _asked(one: CompiledRoute) -> dict[str, tuple[str, ...]]:
    """Return the columns a route asks for and the words it takes there."""
    asked: dict[str, tuple[str, ...]] = {key: (_spelt(value),) for key, value in one.route.when.items()}
    if one.route.methods:
        asked[_METHOD] = tuple(
            spelt
            for method in one.route.methods
            for spelt in (method.upper(), method.lower())
            if spelt in asked.get(_METHOD, (spelt,))
        )
    if one.route.service != "*":
        asked[_SERVICE] = tuple(word for word in (one.route.service,) if word in asked.get(_SERVICE, (word,)))
    if one.table is not None:
        asked[one.table.name] = ("true",)
    return asked


def _spelt(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _numbered(texts: Iterable[str], first: int) -> dict[str, int]:
    return {text: number for number, text in enumerate(dict.fromkeys(texts), first)}


def _fixed(routes: Sequence[CompiledRoute], at: int) -> Iterator[str]:
    """Give the fixed texts of the map's templates at one segment."""
    for one in routes:
        segments = one.template.segments or () if one.template else ()
        if at <= len(segments) and (text := segments[at - 1].text) is not None:
            yield _small(text)


def _small(text: str) -> str:
    return text.encode().lower().decode()  # the letters of ASCII alone


def _said(key: str, columns: BatchBuilder) -> Dictionary | None:
    """Return what rows say where a route asks for ``key``: a JSON field, a column, or a label."""
    if FIELD + key in columns:
        return Dictionary.of(firsts(columns[FIELD + key]))
    if key in columns:
        return columns.distinct(key) if columns.is_text(key) else Dictionary.of(columns[key].cast(pl.String()))
    if key in frames.EVENT_SCHEMA or "labels" not in columns:
        return None
    return Dictionary.of(columns["labels"].to_frame("labels").select(frames.label(key)).to_series())


def _about(segments: Segments, at: int, texts: dict[str, int]) -> Answers | int:
    """Return which of ``texts`` each path's segment is."""
    has = segments.has(at)
    if not has.any():
        return _ABSENT
    starts, stops = segments.place(at)
    sizes = stops - starts
    answers: Answers = (sizes > 0).astype(np.int64) + _EMPTY  # one more is _OTHER
    begins = in_small_letters(segments.laid.first_words(starts, sizes)) if texts else np.empty(0, np.uint64)
    for text, number in texts.items():
        raw = text.encode()
        same: Mask = (sizes == len(raw)) & (begins == word(raw[:8]))
        answers[_all_of(segments.laid, starts, same, raw) if len(raw) > 8 else same] = number
    return answers if has.all() else answers * has  # _ABSENT is zero


def _all_of(laid: TextBytes, starts: Places, same: Mask, raw: bytes) -> Places:
    """Return which of the pieces that begin like ``raw`` and are as long are the same to the end."""
    rows = np.flatnonzero(same)
    for at in range(8, len(raw), 8):
        part = raw[at : at + 8]
        words = laid.first_words(starts[rows] + at, np.full(len(rows), len(part)))
        rows = rows[in_small_letters(words) == word(part)]
    return rows
