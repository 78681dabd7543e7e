"""Numbers for keys, for many keys at once: the first key that ever came is 0, the next new one 1, and so on.

Comes in: 64-bit keys (hashes of texts, or of several mixed together). Goes out: a number for each, under which arrays
keep what is known of it. What is kept is up to the caller.

    HashIndex.keys   0   k7   0   k3  k9   0      open addressing: a key stands at its place or behind it
    Slots._numbers   -    1   -    0   2   -      the number of the key at that place
    Records.rows     [k3's row, k7's row, k9's row, room for more]

Invariant: between a key's first place and the place where it stands no place is empty; so looking for it may stop at
the first empty one. Tables are at most half full, and no key is taken out: ``retain`` makes a new one.

With dictionaries instead, a replay of 200,000 actors takes 170 MB more (1,150 MB) and its detection 15 % longer; one of
a few hundred actors as long as before (1 % at 20,000 lines a batch, nothing at 1,000). It is kept for the memory.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
T = TypeVar("T", bound=np.generic)
K = TypeVar("K")
V = TypeVar("V")

NO_SWEEP: Final = 1 << 40
"""More keys than ever come: a state for one step is not gone through for what is old."""

# The seed of hashes that nobody keeps. It is no one's to know, like that of a state that is saved: names that share a
# hash could be looked for beforehand, and two accounts would be taken for one, or a value be counted as seen.
FRESH: Final = secrets.randbits(64)

_EMPTY: Final = np.uint64(0)
_LEAST: Final = 10  # bits
_NONE: Final = -1
# Where a key is kept must be no one's to choose, or made-up names could be written that all want one place. Nothing
# but speed depends on it.
_FACTOR: Final = np.uint64(secrets.randbits(64) | 1)


def _shared(value: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return the table of whoever knows nothing yet: most memories of a step that changes nothing stay like this."""
    table = np.full(2, value, dtype=dtype)
    table.flags.writeable = False
    return table


_NO_KEYS: Final = _shared(0, np.uint64)
_NO_NUMBERS: Final = _shared(_NONE, np.int32)


def mix(a: Keys, b: Keys | np.uint64) -> Keys:
    """Return one key of two (splitmix64's finish over their sum)."""
    with np.errstate(over="ignore"):
        x = a * np.uint64(0x9E3779B97F4A7C15) + b
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def weightiest(most: int, *by: Ints) -> Ints:
    """Return the places of the ``most`` that weigh most, in order; of equals those of the later places stay.

    Who writes many names can fill any memory that lets the oldest go: what is worked out by several events, or seen on
    several days, weighs more than what came once.

    Args:
        most: How many stay.
        by: What they weigh, the most important first.
    """
    many = by[0].size
    if many <= most:
        return np.arange(many)
    kept: Ints = np.sort(np.lexsort(by[::-1])[many - most :])
    return kept


class HashIndex:
    """A place in a table for each key; arrays as long as ``keys`` may hold what belongs to it.

    Args:
        room: For how many keys at least; none is let in where there is room for none.

    Attributes:
        keys: By place; 0 where none is.
    """

    def __init__(self, room: int) -> None:
        # Without room it is full from the beginning, so that nothing is written into what all of them share.
        self._bits = max(_LEAST, (2 * room).bit_length()) if room else 1
        self._used = 0 if room else 1
        self.keys = np.full(1 << self._bits, _EMPTY, dtype=np.uint64) if room else _NO_KEYS

    def full(self, more: int) -> bool:
        """Say whether ``more`` further keys would make it slow."""
        return 2 * (self._used + more) > self.keys.size

    def occupied(self) -> Ints:
        """Return the places that are taken."""
        return np.flatnonzero(self.keys)

    def of(self, keys: Keys) -> Ints:
        """Return the place of each key; new ones get one. Equal keys have the same."""
        keys, places = self._begin(keys)
        table, mask = self.keys, self.keys.size - 1
        left = np.flatnonzero(table[places] != keys)  # most keys that came before stand where they are looked for first
        wanted = keys[left]
        while left.size:
            at = places[left]
            free = table[at] == _EMPTY
            if free.any():
                table[at[free]] = wanted[free]  # one of those that want the same place gets it
            missed = table[at] != wanted
            self._used += int(np.count_nonzero(free & ~missed))
            left, wanted = left[missed], wanted[missed]
            places[left] = (at[missed] + 1) & mask
        return places

    def find(self, keys: Keys) -> Ints:
        """Return the place of each key, -1 for one that has none."""
        keys, places = self._begin(keys)
        table, mask = self.keys, self.keys.size - 1
        left, wanted = np.arange(keys.size), keys
        while left.size:
            there = table[places[left]]
            missed = (there != wanted) & (there != _EMPTY)
            left, wanted = left[missed], wanted[missed]
            places[left] = (places[left] + 1) & mask
        return np.where(table[places] == keys, places, _NONE)

    def _begin(self, keys: Keys) -> tuple[Keys, Ints]:
        """Return the keys as they are kept, and the place each is looked for first."""
        if not keys.all():
            keys = np.where(keys == _EMPTY, np.uint64(1), keys)
        return keys, ((keys * _FACTOR) >> np.uint64(64 - self._bits)).astype(np.int64)


class Slots:
    """A number for each key.

    Attributes:
        size: How many numbers were given.
    """

    def __init__(self, keys: Keys | None = None) -> None:
        room = 0 if keys is None else keys.size
        self._places = HashIndex(room)
        self._numbers = np.full(self._places.keys.size, _NONE, dtype=np.int32) if room else _NO_NUMBERS
        self.size = 0
        if keys is not None:
            self.of(keys)

    def find(self, keys: Keys) -> Ints:
        """Return the number of each key, -1 for one that never came."""
        places = self._places.find(keys)
        return np.where(places == _NONE, _NONE, self._numbers[places].astype(np.int64))

    def of(self, keys: Keys) -> Ints:
        """Return the number of each key; new ones get the next ones, in the order given.

        Keys that come twice share a number, and the other one given out for them stays without a key.
        """
        if self._places.full(keys.size):
            self._grow(keys.size)
        places = self._places.of(keys)
        found = self._numbers[places].astype(np.int64)
        new = np.flatnonzero(found == _NONE)
        if new.size:
            self._numbers[places[new]] = np.arange(self.size, self.size + new.size)
            found[new] = self._numbers[places[new]]
            self.size += new.size
        return found

    def keys(self) -> Keys:
        """Return the keys by number; 0 where there is none."""
        held = self._places.occupied()
        found = np.zeros(self.size, dtype=np.uint64)
        found[self._numbers[held]] = self._places.keys[held]
        return found

    def _grow(self, more: int) -> None:
        held = self._places.occupied()
        keys, numbers = self._places.keys[held], self._numbers[held]
        self._places = HashIndex(held.size + more)
        self._numbers = np.full(self._places.keys.size, _NONE, dtype=np.int32)
        self._numbers[self._places.of(keys)] = numbers


class Records(Generic[T]):
    """What is known of each key: rows of one array, by number.

    Attributes:
        nothing: What is known of a key that is new.
        of: The numbers of keys.
        rows: By number; there is room for more.
    """

    def __init__(self, nothing: npt.NDArray[T], keys: Keys | None = None) -> None:
        self.nothing = nothing
        self.of = Slots(keys)
        self.rows = self._empty(self.of.size + 64 if self.of.size else 0)

    def _empty(self, many: int) -> npt.NDArray[T]:
        shape = (many, *self.nothing.shape)
        return np.full(shape, self.nothing, dtype=self.nothing.dtype) if many else np.empty(shape, self.nothing.dtype)

    @property
    def size(self) -> int:
        """How many keys there are."""
        return self.of.size

    def at(self, keys: Keys) -> Ints:
        """Return the numbers of keys; nothing is known of new ones."""
        found = self.of.of(keys)
        if self.of.size > len(self.rows):
            self.rows = np.concatenate(
                [self.rows, self._empty(self.of.size - len(self.rows) + max(64, self.of.size // 2))]
            )
        return found

    def peek(self, keys: Keys) -> npt.NDArray[T]:
        """Return what is known of each key; it is not remembered that it was asked for."""
        numbers, found = self.of.find(keys), self._empty(keys.size)
        there = np.flatnonzero(numbers >= 0)
        found[there] = self.rows[numbers[there]]
        return found

    def known(self) -> npt.NDArray[T]:
        """Return what is known, by number."""
        return self.rows[: self.of.size]

    def upon(self, base: "Records[T]") -> "Overlay[T]":
        """Return what is known here, and beyond it what the base knows, which stays as it is."""
        both = Overlay(base)
        numbers = both.at(self.of.keys())  # there may be other rows for them then
        both.rows[numbers] = self.known()
        return both

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the keys (``key``) and what is known of each, by field: what a snapshot holds."""
        known: npt.NDArray[Any] = self.known().copy()
        return {"key": self.of.keys(), **{name: known[name] for name in known.dtype.names or ()}}

    @classmethod
    def saved(cls, nothing: npt.NDArray[T], column: Callable[[str], npt.ArrayLike]) -> Self:
        """Return what a snapshot held: ``column`` returns one of what ``columns`` gave it, the keys as ``key``."""
        found = cls(nothing, np.asarray(column("key")))
        rows: npt.NDArray[Any] = found.rows
        for name in rows.dtype.names or ():
            rows[name][: found.size] = np.asarray(column(name))
        return found

    def retain(self, numbers: Ints) -> None:
        """Forget all but these, which get the numbers 0, 1, 2 ... in the order given."""
        self.of = Slots(self.of.keys()[numbers])
        self.rows = np.concatenate([self.rows[numbers], self._empty(64)])


class Overlay(Records[T]):
    """What is known of some keys, begun from other records, which stay as they are.

    Args:
        base: What is known already; read for each key when it first comes.
    """

    def __init__(self, base: Records[T]) -> None:
        super().__init__(base.nothing)
        self._base = base

    def at(self, keys: Keys) -> Ints:
        """Return the numbers of keys; of new ones is known what the base knows."""
        size = self.of.size
        found = super().at(keys)
        new = np.flatnonzero(found >= size)
        if new.size:
            self.rows[found[new]] = self._base.peek(keys[new])
        return found

    def peek(self, keys: Keys) -> npt.NDArray[T]:
        """Return what is known of each key, by the base where nothing is known here."""
        found = super().peek(keys)
        new = np.flatnonzero(self.of.find(keys) < 0)
        found[new] = self._base.peek(keys[new])
        return found


class Inherited(dict[K, V]):
    """Values begun from those of another mapping, which stay as they are.

    Args:
        base: What is known already; copied for each key when it is first asked for.
        copied: Makes the copy.
    """

    def __init__(self, base: Mapping[K, V], copied: Callable[[V], V]) -> None:
        super().__init__()
        self._base, self._copied = base, copied

    def get(self, key: K, default: Any = None) -> Any:
        """Return the value of a key, that of the base where it is not known here."""
        if key not in self and key in self._base:
            self[key] = self._copied(self._base[key])
        return super().get(key, default)

    def setdefault(self, key: K, default: Any = None) -> Any:
        """Return the same, or what is given where it is known nowhere."""
        self.get(key)
        return super().setdefault(key, default)
