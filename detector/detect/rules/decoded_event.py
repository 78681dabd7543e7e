"""An event as ``nabat decode`` prints it, read back: what a rule that runs would judge of it.

Comes in: an object with ``fields``. Goes out: a view of one row, with those facts that the event alone tells. What is
made of several events (runs of ids, what is new for an account) is not known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from detector import frames
from detector.detect.rules.columns.expressions import LABEL, NATIVE
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.native_values import reach
from detector.detect.rules.facts.fact_maker import FACT_TYPES, FactMaker
from detector.errors import InputError, Problem
from detector.settings import Settings
from detector.settings.lists.company_lists import NO_LISTS, CompanyLists

TYPES = {**frames.EVENT_SCHEMA, **FACT_TYPES}
_MARKS = ("@timestamp", "event.dataset")


@dataclass(frozen=True, slots=True)
class DecodedEvent:
    """One event.

    Attributes:
        fields: Its columns by name, labels as an object.
        view: The same as a frame of one row, with its facts.
    """

    fields: Mapping[str, Any]
    view: FrameView

    @classmethod
    def of(cls, event: Mapping[str, Any], settings: Settings, lists: CompanyLists = NO_LISTS) -> "DecodedEvent | None":
        """Return the event that decode printed; None: this one was not.

        Raises:
            InputError: A field of it holds what its column cannot hold.
        """
        fields = event.get("fields")
        if not isinstance(fields, Mapping) or any(name not in fields for name in _MARKS):
            return None
        view = FrameView(frames.completed({name: _column(name, fields[name]) for name in _known(fields)}, 1))
        view.add(FactMaker(settings, lists=lists).late(view))
        return cls(fields, view)

    def values(self, field: str) -> list[str | None] | None:
        """Return what a field holds, as texts; None: nothing."""
        if field in FACT_TYPES:
            (value,) = self.view.column(field).to_list()
            return None if value is None else [str(value)]
        if field in self.fields or not field.startswith((LABEL, NATIVE)):
            return reach(self.fields, field)
        return reach(self.fields.get("labels", {}), field.partition(".")[2])


def _known(fields: Mapping[str, Any]) -> list[str]:
    return [name for name in fields if name in frames.EVENT_SCHEMA]


def _column(name: str, value: Any) -> pl.Series:
    kind = frames.EVENT_SCHEMA[name]
    try:
        if isinstance(kind, pl.Datetime):
            value = msgspec.convert(value, datetime)
        elif name == "labels":
            value = [{"key": key, "value": text} for key, text in value.items()]
        return pl.Series(name, [value], dtype=kind)
    except (msgspec.ValidationError, AttributeError, TypeError, pl.exceptions.PolarsError):
        fix = "take the event as `nabat decode` prints it"
        raise InputError(Problem(what=f"{name} cannot hold {str(value)[:60]!r}", fix=fix)) from None
