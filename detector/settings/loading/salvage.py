"""What of a file fits its model although other parts of it do not: so that one look finds every mistake.

Comes in: a model and plain values. Goes out: the model of all that fits, the mistakes, and which number each item of a
list had before wrong ones were left out. The words for the mistakes are ``detector.settings.loading.error_text``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from detector.settings.loading.yaml_nodes import Where

M = TypeVar("M", bound=BaseModel)


@dataclass
class Salvaged(Generic[M]):
    """What came of it.

    Attributes:
        model: All that fits; None when not even that does.
        mistakes: By place; several kinds of value tried for one place give several.
        numbers: For each list, the number each kept item had in the file.
    """

    model: M | None = None
    mistakes: dict[Where, list[ErrorDetails]] = field(default_factory=dict)
    numbers: dict[Where, tuple[int, ...]] = field(default_factory=dict)


def salvage(model: type[M], data: Any, unknown: set[Where]) -> Salvaged[M]:
    """Validate, leave out what is wrong, and validate again until the rest fits.

    Only the first round tells mistakes: what a later one says is missing was there, and told already.

    Args:
        model: What it must fit.
        data: Plain values.
        unknown: Places whose values are not known: they are left out, and what misses them is no mistake.
    """
    found: Salvaged[M] = Salvaged()
    left_out = set(unknown)
    for first in (True, *[False] * 50):
        found.numbers = {}
        kept = _without(data, (), left_out, found.numbers) if left_out else data
        try:
            found.model = model.model_validate(kept)
            break
        except ValidationError as error:
            before = len(left_out)
            for each in error.errors():
                where, wrong = _place(each, data, found.numbers)
                left_out.add(wrong)
                told = _is_of_its_items(each) or any(away[: len(where)] == where for away in unknown)
                if first and not told:
                    found.mistakes.setdefault(where, []).append(each)
            if () in left_out or len(left_out) == before:
                break
    return found


def original(where: Where, numbers: Mapping[Where, tuple[int, ...]]) -> Where:
    """Return the way to a value in the file, where numbers of items count those left out."""
    way: Where = ()
    for part in where:
        kept = numbers.get(way, ())
        way = (*way, kept[part] if isinstance(part, int) and part < len(kept) else part)
    return way


def _is_of_its_items(error: ErrorDetails) -> bool:
    """Say whether a list is too short only because what stands in it is wrong, which is told of each item."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _place(error: ErrorDetails, data: Any, numbers: Mapping[Where, tuple[int, ...]]) -> tuple[Where, Where]:
    """Return where a mistake stands, and what has to be left out for it."""
    where = original(tuple(part for part in error["loc"] if part != "[key]"), numbers)
    if error["type"] == "missing":
        return where, where[:-1]
    real: Where = ()
    for part in where:  # the library's way goes on inside a value: a branch for each kind it may be of
        inside = _inside(data, part)
        if inside is None:
            break
        real, data = (*real, inside[0]), inside[1]
    return real, real


def _inside(data: Any, part: str | int) -> tuple[str | int, Any] | None:
    if isinstance(data, dict):
        return next(((str(key), value) for key, value in data.items() if str(key) == str(part)), None)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return part, data[part]
    return None


def _without(value: Any, where: Where, left_out: set[Where], numbers: dict[Where, tuple[int, ...]]) -> Any:
    if isinstance(value, dict):
        return {
            key: _without(each, (*where, str(key)), left_out, numbers)
            for key, each in value.items()
            if (*where, str(key)) not in left_out
        }
    if isinstance(value, list):
        kept = tuple(number for number in range(len(value)) if (*where, number) not in left_out)
        numbers[where] = kept
        return [_without(value[number], (*where, number), left_out, numbers) for number in kept]
    return value
