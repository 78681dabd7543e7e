"""Objects of one batch as columns: what a field map names is taken out of each object once, in one go.

Comes in: flat objects and their shapes (the keys of each, in order). Goes out: lists of values, one for each path, and
what no column has taken. Asking every object again for every path would walk through all of them dozens of times; a
path no object of the batch can have costs nothing.

Taking is by object: the second of several paths is taken only where the first has no value, and stays among the rest
elsewhere.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from detector.decode.json.lookup import Object, in_list, lookup, pop_value, reachable

Shape = tuple[str, ...]


@dataclass(slots=True)
class Group:
    """The objects of one shape.

    Attributes:
        shape: Their keys, in order.
        places: Which object of the batch each is.
        flat: Their values, one object behind the other.
    """

    shape: Shape
    places: list[int] = field(default_factory=list)
    flat: list[Any] = field(default_factory=list)

    def column(self, at: int) -> list[Any]:
        """Return the values of the key at place ``at`` of the shape."""
        return self.flat[at :: len(self.shape)]


class Table:
    """The objects of one batch.

    Args:
        groups: The objects, by shape.
    """

    def __init__(self, groups: list[Group]) -> None:
        self._groups = groups
        self._height = sum(len(group.places) for group in groups)
        self.keys = frozenset(chain.from_iterable(group.shape for group in groups))
        self._columns: dict[str, list[Any]] = {}
        self._taken: set[str] = set()

    def __len__(self) -> int:
        return self._height

    def kept(self, places: list[int]) -> "Table":
        """Return a table of the objects at ``places`` alone."""
        groups = {group.shape: Group(group.shape) for group in self._groups}
        for new, at in enumerate(places):
            group, row = self._where[at]
            width = len(group.shape)
            groups[group.shape].places.append(new)
            groups[group.shape].flat += group.flat[row * width : (row + 1) * width]
        made = Table([group for group in groups.values() if group.places])
        made._taken = set(self._taken)
        return made

    def reaches(self, path: str) -> bool:
        """Say whether some object can have a value at ``path``."""
        return reachable(path, self.keys)

    def column(self, path: str) -> list[Any]:
        """Return the values of one key, left in place; None where it is absent or taken."""
        if path in self._taken or path not in self.keys:
            return [None] * len(self)
        if path not in self._columns:
            self._columns[path] = self._gathered(path)
        return self._columns[path]

    def get_value(self, path: str) -> list[Any]:
        """Return the values at a path, left in place."""
        if not in_list(path, self.keys):
            return self.column(path)
        values = list(self.column(path))
        for group in self._groups:
            for row in self._listed(group, (path,)):
                at = group.places[row]
                item = self._object(at)
                values[at] = item.get(path) if path in item else lookup(item, path)
        return values

    def pop(self, path: str) -> list[Any]:
        """Take the values of one key out of all objects."""
        values = self.column(path)
        self._taken.add(path)
        self._columns.pop(path, None)
        return values

    def pop_value(self, paths: tuple[str, ...]) -> list[Any]:
        """Take the first value that is present among ``paths`` out of each object; most have the first."""
        values = self.pop(paths[0])
        if None in values and (len(paths) > 1 or "." in paths[0]):
            for group in self._groups:
                listed = self._listed(group, paths)
                self._take_others(group, paths[1:], values, listed)
                for at in [group.places[row] for row in listed]:
                    if values[at] is None:
                        item = self._object(at)
                        values[at] = pop_value(item, paths)
                        self._put(at, item)
            for path in paths[1:]:
                self._columns.pop(path, None)
        return values

    def _take_others(self, group: Group, paths: tuple[str, ...], values: list[Any], listed: Set[int]) -> None:
        """Take the first value present among ``paths`` for the objects of a group that have none yet."""
        width, flat = len(group.shape), group.flat
        places = [group.shape.index(path) for path in paths if path in group.shape and path not in self._taken]
        for row, at in enumerate(group.places if places else ()):
            for place in places if values[at] is None and row not in listed else ():
                value = flat[row * width + place]
                if value is not None:
                    values[at], flat[row * width + place] = value, None
                    break

    def _heads(self, group: Group, path: str) -> list[int]:
        """Return the places of keys of a group under which a list may hold objects with values at ``path``."""
        if not in_list(path, group.shape):
            return []
        return [place for place, key in enumerate(group.shape) if path.startswith(f"{key}.") and key not in self._taken]

    def _listed(self, group: Group, paths: tuple[str, ...]) -> Set[int]:
        """Return which objects of a group have a list where values at one of ``paths`` may be."""
        columns = [group.column(place) for path in paths for place in self._heads(group, path)]
        return {row for column in columns for row, value in enumerate(column) if isinstance(value, list)}

    def discard(self, path: str) -> None:
        """Remove the values at a path, with the lists of objects they stand in: labels must not hold clients' ids."""
        for group in self._groups:
            for place in self._heads(group, path):
                column = group.column(place)
                group.flat[place :: len(group.shape)] = [None if isinstance(value, list) else value for value in column]
                self._columns.pop(group.shape[place], None)
        self._taken.add(path)

    def rest(self) -> tuple[list[str], list[Any], list[int]]:
        """Return keys and values nothing has taken, object by object in one list each, and how many each object has."""
        left = [[at for at, key in enumerate(group.shape) if key not in self._taken] for group in self._groups]
        if len(left) == 1 and len(left[0]) == 1:
            (at,) = left[0]
            return [self._groups[0].shape[at]] * len(self), self._groups[0].column(at), [1] * len(self)
        mine = {id(group): places for group, places in zip(self._groups, left, strict=True)}
        keys = [group.shape[at] for group, _ in self._where for at in mine[id(group)]]
        values = [group.flat[row * len(group.shape) + at] for group, row in self._where for at in mine[id(group)]]
        return keys, values, [len(mine[id(group)]) for group, _ in self._where]

    @cached_property
    def _where(self) -> list[tuple[Group, int]]:
        """For each object its group, and which it is there."""
        found: dict[int, tuple[Group, int]] = {}
        for group in self._groups:
            found.update((at, (group, row)) for row, at in enumerate(group.places))
        return [found[at] for at in range(len(self))]

    def _gathered(self, path: str) -> list[Any]:
        holding = [group for group in self._groups if path in group.shape]
        if len(self._groups) == 1:
            return self._groups[0].column(self._groups[0].shape.index(path))
        values: list[Any] = [None] * len(self)
        for group in holding:
            for at, value in zip(group.places, group.column(group.shape.index(path)), strict=True):
                values[at] = value
        return values

    def _object(self, at: int) -> Object:
        """Return one object, without what columns have taken."""
        group, row = self._where[at]
        width = len(group.shape)
        pairs = zip(group.shape, group.flat[row * width : (row + 1) * width], strict=True)
        return {key: value for key, value in pairs if key not in self._taken}

    def _put(self, at: int, item: Object) -> None:
        group, row = self._where[at]
        width = len(group.shape)
        group.flat[row * width : (row + 1) * width] = map(item.get, group.shape)
