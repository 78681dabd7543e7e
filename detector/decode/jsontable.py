"""Objects of one batch as columns: what a field map names is taken out of each object once, in one go.

Comes in: flat objects and their shapes (the keys of each, in order). Goes out: lists of values, one for each path, and
what no column has taken. Asking every object again for every path would walk through all of them dozens of times; a
path no object of the batch can have costs nothing.

Taking is by object: the second of several paths is taken only where the first has no value, and stays among the rest
elsewhere.
"""

from collections.abc import Set
from itertools import chain
from typing import Any

from detector.decode.jsonfields import Object, discard, lookup, reachable, take

Shape = tuple[str, ...]


class Table:
    """The objects of one batch.

    Args:
        objects: Flat objects; the table takes values out of them.
        shapes: The keys of each object.
        paths: What may be asked for.
    """

    def __init__(self, objects: list[Object], shapes: list[Shape], paths: tuple[str, ...]) -> None:
        self._objects = objects
        self._shapes = shapes
        self._asked = paths
        self._distinct = set(shapes)
        self.keys = frozenset(chain.from_iterable(self._distinct))
        known = [path for path in paths if path in self.keys]
        columns = zip(*[tuple(map(item.get, known)) for item in objects], strict=True)
        self._columns: dict[str, list[Any]] = dict(zip(known, map(list, columns), strict=bool(objects)))
        self._taken: set[str] = set()

    def __len__(self) -> int:
        return len(self._objects)

    def kept(self, places: list[int]) -> "Table":
        """Return a table of the objects at ``places`` alone."""
        made = Table([self._objects[at] for at in places], [self._shapes[at] for at in places], self._asked)
        for path in self._taken & made.keys:
            made.pop(path)
        return made

    def reaches(self, path: str) -> bool:
        """Say whether some object can have a value at ``path``."""
        return reachable(path, self.keys)

    def column(self, path: str) -> list[Any]:
        """Return the values of one key, left in place; None where it is absent or taken."""
        return self._columns.get(path) or [None] * len(self)

    def look(self, path: str) -> list[Any]:
        """Return the values at a path, left in place."""
        if "." not in path:
            return self.column(path)
        for item in self._objects:
            self._without(item, self._taken)
        return [item.get(path) if path in item else lookup(item, path) for item in self._objects]

    def pop(self, path: str) -> list[Any]:
        """Take the values of one key out of all objects."""
        self._taken.add(path)
        return self._columns.pop(path, None) or [None] * len(self)

    def take(self, paths: tuple[str, ...]) -> list[Any]:
        """Take the first value that is present among ``paths`` out of each object; most have the first."""
        values = self.pop(paths[0])
        through_lists = "." in "".join(paths)
        if None in values and (len(paths) > 1 or through_lists):
            gone = self._taken if through_lists else self._taken.intersection(paths)
            values = [
                take(self._without(item, gone), paths) if value is None else value
                for item, value in zip(self._objects, values, strict=True)
            ]
            for path in paths[1:]:
                if path in self._columns:
                    self._columns[path] = [item.get(path) for item in self._objects]
        return values

    @staticmethod
    def _without(item: Object, gone: Set[str]) -> Object:
        """Remove from one object what columns have taken, before it is asked by itself."""
        for path in gone:
            item.pop(path, None)
        return item

    def discard(self, path: str) -> None:
        """Remove the values at a path, with the lists of objects they stand in: labels must not hold clients' ids."""
        self._taken.add(path)
        if "." in path and self.reaches(path):
            for item in self._objects:
                discard(item, path)

    def rest(self) -> tuple[list[str], list[Any], list[int]]:
        """Return keys and values nothing has taken, those of all objects one behind the other, and how many each has."""
        left = {shape: tuple(key for key in shape if key not in self._taken) for shape in self._distinct}
        mine = [left[shape] for shape in self._shapes]
        values = [item.get(key) for item, keys in zip(self._objects, mine, strict=True) for key in keys]
        return list(chain.from_iterable(mine)), values, list(map(len, mine))
