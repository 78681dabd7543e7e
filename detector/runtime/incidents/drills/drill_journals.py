"""Whose made-up clients a drill touched: answered from the drill's own journal, never from the real one.

Comes in: the state folder, an incident. Goes out: its journal, opened by whichever process asks.
"""

from pathlib import Path
from shutil import rmtree
from threading import Lock

from detector.errors import StoreError
from detector.schema.team.drills import drill_of
from detector.store import Journal, Store

# So many drills can be looked into: whose made-up clients each touched.
_KEPT = 10


def drill_folder(state: Path, number: int) -> Path:
    """Return where a drill's journal lies."""
    return state / "drills" / str(number)


def remove_old(state: Path, number: int) -> None:
    """Remove the journals of all but the drill that begins and those just before it."""
    for folder in drill_folder(state, number).parent.glob("*"):
        if folder.name.isdecimal() and not number - _KEPT < int(folder.name) < number:
            rmtree(folder, ignore_errors=True)


def drill_store(folder: Path, *, make: bool = True) -> Store:
    """Open the database of a drill's journal: it can be made anew from the drill's lines."""
    return Store.open(f"sqlite:///{(folder / 'nabat.db').absolute()}", durable=False, make=make)


class DrillJournals:
    """The journals of drills, the one asked for last kept open.

    Args:
        state: The state folder.
    """

    def __init__(self, state: Path) -> None:
        self._state = state
        self._open: tuple[int, Store, Journal] | None = None
        self._opening = Lock()

    def of(self, matter: str) -> Journal | None:
        """Return the journal of the drill whose matter it is; None: it is no drill's, or its journal is gone."""
        number = drill_of(matter)
        if number is None:
            return None
        with self._opening:
            if self._open is not None and self._open[0] == number:
                return self._open[2]
            folder = drill_folder(self._state, number)
            try:
                store = drill_store(folder, make=False)
            except StoreError:
                return None
            self.close()
            journal = Journal(folder / "journal", store, durable=False)
            self._open = number, store, journal
            return journal

    def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            self._open[1].close()
            self._open = None
