"""Which events a rule judges, and its condition over the names these events have.

Comes in: conditions with Sigma's names, and how the events of a log source are read. Goes out: scopes, which say of the
rows of a frame whether they are meant, and conditions over columns and labels.

A field of which the map knows nothing is the event's own field, under the name its log gives it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import translate
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from detector import frames
from detector.detect.rules.columns.expressions import EITHER, LABEL, NATIVE, VIRTUAL
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test
from detector.schema.events.facts import FACTS

Mask = npt.NDArray[np.bool_]
Predicate = Callable[[FrameView], Mask]
Patterns = tuple[tuple[str, tuple[str, ...]], ...]
"""Fields, and what they may hold: words in any case, in which a star stands for any text."""

KNOWN = frozenset({*frames.EVENT_SCHEMA, *VIRTUAL, *(fact.name for fact in FACTS)})
"""Columns, and what is made of them."""
DATASET = "event.dataset"
_ALWAYS = Test("@timestamp", "exists", True)
_CONSTANT: dict[str, Callable[[str, str], bool]] = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "startswith": lambda text, value: text.startswith(value),
    "endswith": lambda text, value: text.endswith(value),
    "wildcard": lambda text, value: re.search(value.replace(r"\z", r"\Z"), text) is not None,
    "number": str.__eq__,
}


@dataclass(frozen=True, slots=True)
class EventScope:
    """Which events are meant: those that fit all of it.

    Attributes:
        where: Fields that must hold one of some words.
        unless: Fields that must hold none of some words.
    """

    where: Patterns = ()
    unless: Patterns = ()

    def predicate(self) -> Predicate | None:
        """Return what says which events of a frame are meant; None: all."""
        if not self.where and not self.unless:
            return None
        meant = [(name, _pattern(words)) for name, words in self.where]
        others = [(name, _pattern(words)) for name, words in self.unless]

        def fits(view: FrameView) -> Mask:
            mask = np.ones(view.height, dtype=np.bool_)
            for name, words in meant:
                mask &= _holding(view, name, words)
                if not np.count_nonzero(mask):
                    return mask
            for name, words in others:
                mask &= ~_holding(view, name, words)
            return mask

        return fits

    def may_hold(self, dataset: str) -> bool:
        """Whether an event of a kind of log (``event.dataset``) can be meant."""
        return all(_pattern(words).match(dataset.lower()) for name, words in self.where if name == DATASET)


EVERYWHERE = EventScope()


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One way in which the events of a log source are written.

    Attributes:
        scope: Which events these are.
        fields: Sigma's name and ours, of several any.
        constants: What a field is in every one of them.
        keywords: Fields in which keywords are looked for.
        within: Object in which other fields may stand, too, and there begin with a small letter.
        columns: Names of our columns mean these columns, and not fields of the log.
        plain: Fields are taken as they are written: there are no columns.
    """

    scope: EventScope = EVERYWHERE
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    within: str = ""
    columns: bool = False
    plain: bool = False
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)

    def names(self, name: str) -> tuple[str, ...]:
        """Return what a field of a rule is called in these events, of several any."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._named(name)
        return found

    def _named(self, name: str) -> tuple[str, ...]:
        if self.plain:
            return (name,)
        found = self.fields.get(name)
        if found is None:
            ours = self.columns and (name in KNOWN or name.startswith(LABEL))
            return (name,) if ours else tuple(NATIVE + each for each in self._native(name))
        return tuple(map(_native, found))

    def _native(self, name: str) -> tuple[str, ...]:
        """Return what a field may be called that the table does not name."""
        if not self.within:
            return (name,)
        spelt = dict.fromkeys((name, name[:1].lower() + name[1:]))
        return (*spelt, *(f"{self.within}.{each}" for each in spelt))

    def condition(self, node: Node) -> Node:
        """Return a condition over these events."""
        return self._renamed(node, {})

    def _renamed(self, node: Node, chosen: Mapping[str, str]) -> Node:
        """Return a condition with our names; ``chosen``: which of several a field has here."""
        if isinstance(node, Test):
            return self._renamed_test(node, chosen)
        if isinstance(node, Not):
            return Not(self._renamed(node.part, chosen))
        name = _first_field(node)
        names = self.names(name) if name and name not in chosen else ()
        if len(names) > 1 and _is_only_field(name, node):  # what holds for all values must hold in one of them
            return AnyOf(tuple([self._renamed(node, {**chosen, name: each}) for each in names]))
        return type(node)(tuple([self._renamed(part, chosen) for part in node.parts]))

    def _renamed_test(self, node: Test, chosen: Mapping[str, str]) -> Node:
        if not node.field:
            return _either([_of_field(node, _native(name)) for name in self.keywords])
        if node.field in self.constants:
            return _ALWAYS if _is(self.constants[node.field], node) else Not(_ALWAYS)
        names = (chosen[node.field],) if node.field in chosen else self.names(node.field)
        if len(names) == 1 and node.operation != "fieldref":
            return _of_field(node, names[0])
        tests = [test for name in names for test in self._tests(_of_field(node, name))]
        absent = node.operation == "null" or (node.operation == "exists" and not node.value)
        if self.within and absent and len(tests) > 1:
            return All(tuple(tests))  # it stands at none of these places
        return _either(tests)

    def _tests(self, test: Test) -> Iterator[Test]:
        """Yield a test; what it compares with another field, with that field under our names."""
        if test.operation != "fieldref":
            yield test
            return
        for name in self.names(str(test.value)):
            yield msgspec.structs.replace(test, value=name)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A log source, and the ways in which its events are written; a rule is about any of them.

    Attributes:
        name: In words: ``windows/process_creation``.
    """

    name: str
    readings: tuple[Reading, ...]

    def conditions(self, nodes: Sequence[Node], ours: Collection[str] = ()) -> tuple[tuple[EventScope, Node], ...]:
        """Return the condition of a rule for each way the events are written.

        Args:
            nodes: Its conditions, of which any may hold.
            ours: Fields in them that are called by our names already.
        """
        whole = nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))
        named = {name: (name,) for name in ours}
        readings = [replace(each, fields={**each.fields, **named}) if named else each for each in self.readings]
        return tuple((reading.scope, reading.condition(whole)) for reading in readings)


_TEXTS = ("url.path", "url.query", "user_agent.original", "http.request.referrer", "user.name")
ANY = Source("any", (Reading(plain=True, keywords=_TEXTS),))
"""All events, by the names of our columns."""
PLAIN = Source("any", (Reading(keywords=("*",), plain=True),))
"""All events, whatever their fields are called."""


def column_of(name: str, source: Source) -> str:
    """Return the field behind a correlation's field; of several ways to write events the first that holds something."""
    return EITHER.join(dict.fromkeys(reading.names(name)[-1] for reading in source.readings))


def _of_field(test: Test, name: str) -> Test:
    """Return a test as one of another field."""
    return Test(name, test.operation, test.value, test.cased, test.literal, test.starts, test.ends)


def _either(tests: Sequence[Test]) -> Node:
    return tests[0] if len(tests) == 1 else AnyOf(tuple(tests))


def _native(name: str) -> str:
    """Return a label as the log's own field, lists and objects and all; columns stay what they are."""
    return NATIVE + name.removeprefix(LABEL) if name.startswith(LABEL) else name


def _first_field(node: Node) -> str:
    """Return the field of the first test of a node; empty where that is a keyword, or negated."""
    while isinstance(node, All | AnyOf) and node.parts:
        node = node.parts[0]
    return node.field if isinstance(node, Test) else ""


def _is_only_field(name: str, node: Node) -> bool:
    """Say whether all tests of a node are of one field, and none is negated."""
    if isinstance(node, Test):
        return node.field == name
    return not isinstance(node, Not) and all(_is_only_field(name, part) for part in node.parts)


def _is(text: str, test: Test) -> bool:
    """Say whether a fixed text satisfies a test."""
    if test.operation in ("exists", "null"):
        return bool(test.value) if test.operation == "exists" else False
    judge = _CONSTANT.get(test.operation)
    if judge is None:
        return test.operation == "regex" and re.search(str(test.value), text) is not None
    return judge(text if test.cased else text.lower(), str(test.value))


@lru_cache(maxsize=1_000)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(word.lower().replace("[", "[[]")) for word in words))


def _holding(view: FrameView, name: str, words: re.Pattern[str]) -> Mask:
    return view.among(name, [words.match(text.lower()) is not None for text in view.codes(name).texts])
