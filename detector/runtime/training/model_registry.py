"""Where models lie: the one in force, and those kept beside it to compare with and to go back to.

Comes in: the state folder. Goes out: models by the beginning of their version. The model in force is a copy in
``STATE/model``; candidates and former ones lie in ``STATE/models/VERSION``. What cannot be read is left where it lies.
"""

import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from detector.detect.behaviour import Model, load_model, save_model, starter_model
from detector.errors import ModelError, NotFoundError, Problem

STARTER: Final = "starter"
"""What the shipped model is called."""
KEPT: Final = 10
"""So many models are kept."""
_VERSION = re.compile(r"[0-9a-f]{12}")


class ModelRegistry:
    """The models of one state folder."""

    def __init__(self, state: Path) -> None:
        self._force, self._folder = state / "model", state / "models"

    def current(self) -> Model | None:
        """Return the model trained here that is in force; None: the shipped one is.

        Raises:
            ModelError: It is damaged.
        """
        return load_model(self._force) if (self._force / "manifest.json").exists() else None

    def version(self) -> str:
        """Return the version in force; ``starter`` is the shipped one, empty: it cannot be read."""
        try:
            model = self.current()
        except ModelError:
            return ""
        return STARTER if model is None else model.version

    def stamp(self) -> tuple[int, int]:
        """Return what changes when another model is put in force."""
        try:
            found = (self._force / "manifest.json").stat()
        except OSError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)

    def add(self, model: Model, *, spare: Collection[str] = ()) -> None:
        """Keep a model; the oldest go where there are too many, but for those to spare."""
        save_model(model, self._folder / model.version)
        for old in self.models()[KEPT:]:
            if old.version not in {*spare, model.version}:
                shutil.rmtree(self._folder / old.version, ignore_errors=True)

    def models(self) -> list[Model]:
        """Return the models that are kept, the latest trained first; those that cannot be read are left out."""
        found = []
        for folder in sorted(self._folder.glob("*")) if self._folder.is_dir() else ():
            if _VERSION.fullmatch(folder.name):
                try:
                    found.append(load_model(folder))
                except ModelError:
                    continue
        return sorted(found, key=lambda model: (model.manifest.trained_at, model.version), reverse=True)

    def find(self, ref: str) -> Model:
        """Return the model whose version begins so; ``starter`` is the shipped one.

        Raises:
            NotFoundError: None, or several, are called so.
            ModelError: The shipped one is damaged.
        """
        if ref == STARTER:
            return starter_model()
        found = [model for model in self.models() if ref and model.version.startswith(ref.lower())]
        if len(found) != 1:
            what = f"{'several models are' if found else 'no model is'} called {ref!r}"
            raise NotFoundError(Problem(what=what, fix="`nabat models list` shows them"))
        return found[0]

    def take_up(self, version: str) -> None:
        """Let a model be the one in force; a reader sees the former one or this one."""
        if version == STARTER:
            gone = self._force.with_name("model.old")
            shutil.rmtree(gone, ignore_errors=True)
            if self._force.exists():
                self._force.rename(gone)
                shutil.rmtree(gone, ignore_errors=True)
            return
        save_model(self.find(version), self._force)
