"""What a frame must hold somewhere for any of its events to satisfy a condition.

Comes in: a condition, and a view of a frame. Goes out: whether some event of the frame may satisfy it. A turn of a
service that reads as lines are written judges a few rows, of which most rules ask for what none of them has: an
action, a fact that is true. Each of these is asked of a frame once, however many conditions need it.

*Soundness.* Nothing is lost: a condition is left out only where something it needs in every event stands in none. Of a
conjunction every part is needed, of alternatives what all of them need; of what is negated, nothing is. A test needs
its field to hold something, unless it asks for absence; texts are compared in lower case, which lets more pass.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl

from detector.detect.rules.columns.expressions import VIRTUAL, Types, safe
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, Node, Not, Test
from detector.detect.rules.matching.compile_condition import SHORT

_TRUE: Final = frozenset({"true"})


class Requirement(NamedTuple):
    """What some event must have: a field that holds one of some texts, in lower case; None: anything."""

    field: str
    texts: frozenset[str] | None


def requirements(node: Node, types: Types) -> tuple[Requirement, ...]:
    """Return what every event has that satisfies a condition, by columns of these types."""
    return tuple(Requirement(field, texts) for field, texts in _required(node, types).items())


def _required(node: Node, types: Types) -> Mapping[str, frozenset[str] | None]:
    if isinstance(node, Test):
        return _required_of_test(node, types)
    if isinstance(node, Not):
        return {}
    parts = [_required(part, types) for part in node.parts]
    if not parts:
        return {}
    if isinstance(node, All):
        found: dict[str, frozenset[str] | None] = {}
        for field, texts in (pair for part in parts for pair in part.items()):
            known = found.get(field)
            # Of a list one element may satisfy one part, and another one the other.
            found[field] = texts if known is None or (texts is not None and len(texts) < len(known)) else known
        return found
    shared = set(parts[0]).intersection(*parts[1:])
    return {field: _any_of([part[field] for part in parts]) for field in parts[0] if field in shared}


def _any_of(several: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [texts for texts in several if texts is not None]
    return frozenset().union(*known) if len(known) == len(several) else None


def _required_of_test(test: Test, types: Types) -> Mapping[str, frozenset[str] | None]:
    kind = types.get(test.field)
    if kind is None or test.field in VIRTUAL or test.operation == "null":
        return {}
    if test.operation == "exists":
        return {test.field: None} if test.value else {}
    told = test.field in SHORT and kind == pl.String()
    if test.operation == "equals" and (told or kind == pl.Boolean()):
        return {test.field: frozenset({str(test.value).lower()})}
    return {test.field: None}


class FrameContents:
    """What stands in a frame, asked for once each.

    Args:
        view: Of the frame.
        types: Of its columns.
    """

    def __init__(self, view: FrameView, types: Types) -> None:
        self._view = view
        self._types = types
        self._known: dict[Requirement, bool] = {}

    def may_satisfy(self, required: tuple[Requirement, ...]) -> bool:
        """Say whether all of this stands somewhere in the frame."""
        for each in required:
            there = self._known.get(each)
            if there is None:
                there = self._known[each] = self._holds(each)
            if not there:
                return False
        return True

    def _holds(self, required: Requirement) -> bool:
        view, (field, texts) = self._view, required
        column = safe(field)
        if not view.knows(column) or view.empty(column):
            return False
        if texts is None:
            return True
        if self._types[field] == pl.Boolean():
            return texts != _TRUE or bool(view.column(column).any())
        return not texts.isdisjoint(text.lower() for text in view.codes(column).texts)
