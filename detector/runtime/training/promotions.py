"""Which model is in force, and how that changes: compared, taken up if it is not worse, put back.

Comes in: models, what people ask for, and retraining. Goes out: changes, each written to the database with its figures.
The service takes a change up by itself.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from detector.clock import Clock
from detector.detect.behaviour import Model
from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident import clean
from detector.runtime.feedback.judged_incidents import Hidden
from detector.runtime.feedback.lowering import KeptFindings, event_time_decider
from detector.runtime.incidents.incident_deps import checklists, laws
from detector.runtime.training.model_comparison import SPAN, ModelComparison, compare
from detector.runtime.training.model_registry import STARTER, ModelRegistry
from detector.schema.detection.model_changes import ModelAct, ModelChange
from detector.settings import Settings
from detector.store import Journal, Store
from detector.telemetry import Logger

log = Logger("models")

_LOOKED_BACK = 2 * SPAN  # whatever was closed within the days compared, and later

NABAT: Final = "nabat"
"""Who acts where retraining does."""


@dataclass(frozen=True, slots=True)
class Promotions:
    """The acts on models of one installation."""

    store: Store
    settings: Settings
    clock: Clock

    @property
    def registry(self) -> ModelRegistry:
        """Where models lie."""
        return ModelRegistry(self.settings.state)

    def current(self) -> str:
        """Return the version in force; ``starter`` is the shipped model."""
        model = self.registry.current()
        return STARTER if model is None else model.version

    def changes(self) -> list[ModelChange]:
        """Return what became of models, the newest first."""
        with self.store.read() as unit:
            return unit.model_changes.newest()

    def compare(
        self, ref: str, against: str = "", *, to_decide: bool = False, hidden: Hidden | None = None
    ) -> ModelComparison:
        """Judge a kept model beside another one, or the one in force; ``to_decide`` only where people said something.

        ``hidden`` incidents, and the findings behind them, count nowhere.

        Raises:
            NotFoundError: None, or several, are called so.
            StoreError: The journal or the database cannot be read.
        """
        candidate = self.registry.find(ref)
        if against:
            other = self.registry.find(against)
            return self._compared(
                candidate, (STARTER if against == STARTER else other.version, other), to_decide, hidden
            )
        present = self.registry.current()
        if present is None:
            return self._compared(candidate, (STARTER, self.registry.find(STARTER)), to_decide, hidden)
        return self._compared(candidate, (present.version, present), to_decide, hidden)

    def promote(self, ref: str, *, by: str, force: bool = False, reason: str = "") -> ModelChange:
        """Take a kept model up if it is not worse than the one in force.

        Raises:
            ConflictError: It is worse (the figures say how), it is in force, or the configuration names a model.
            InputError: It is forced without a reason.
        """
        self._must_be_free()
        reason = clean(reason)
        if force and not reason:
            raise InputError(Problem(what="a model is forced without a reason", fix="give it: --reason TEXT"))
        model = self.registry.find(ref)
        version = STARTER if ref == STARTER else model.version
        if version == self.current():
            raise ConflictError(Problem(what=f"the model {version} is in force already"))
        compared = self.compare(ref, to_decide=True)
        if compared.worse_because and not force:
            fix = "keep the present one, or insist: --force --reason TEXT"
            raise ConflictError(Problem(what=f"the model {version} is worse: {compared.worse_because}", fix=fix))
        return self._take_up(version, compared, by=by, reason=reason, forced=bool(compared.worse_because))

    def offer(self, model: Model, *, by: str = NABAT) -> ModelChange:
        """Keep a model just trained, and take it up if it is not worse; else it is kept back, which is written down."""
        present = self.current()
        self.registry.add(model, spare=(present,))
        if model.version == present:
            return self._written(ModelAct.KEPT_BACK, model.version, present, by=by, reason="it is in force already")
        compared = self.compare(model.version, to_decide=True)
        if compared.worse_because:
            why = compared.worse_because
            return self._written(ModelAct.KEPT_BACK, model.version, present, by=by, reason=why, compared=compared)
        return self._take_up(model.version, compared, by=by, reason="", forced=False)

    def rollback(self, *, by: str, reason: str) -> ModelChange:
        """Put the model back that was in force before the present one was taken up.

        Raises:
            ConflictError: The present one was never taken up here, or the configuration names a model.
            NotFoundError: The former one is not kept any more.
            InputError: No reason was given.
        """
        self._must_be_free()
        reason, present = clean(reason), self.current()
        if not reason:
            raise InputError(Problem(what="the reason is missing", fix="give it in words"))
        took = (each for each in self.changes() if each.act is ModelAct.PROMOTED and each.version == present)
        former = next(took, None)
        if former is None:
            what = f"nothing is known of a model before {present}"
            raise ConflictError(Problem(what=what, fix="choose one: nabat models promote VERSION"))
        self.registry.take_up(former.previous)
        return self._written(ModelAct.ROLLED_BACK, former.previous, present, by=by, reason=reason)

    def _must_be_free(self) -> None:
        if self.settings.behaviour.model:
            what = f"behaviour.model names the model: {self.settings.behaviour.model}"
            raise ConflictError(Problem(what=what, fix="take the setting out, or name another folder there"))

    def _take_up(self, version: str, compared: ModelComparison, *, by: str, reason: str, forced: bool) -> ModelChange:
        registry, present = self.registry, self.registry.current()
        if present is not None:
            try:
                registry.find(present.version)
            except NotFoundError:  # trained before models were kept
                registry.add(present, spare=(version,))
        registry.take_up(version)
        previous = STARTER if present is None else present.version
        return self._written(
            ModelAct.PROMOTED, version, previous, by=by, reason=reason, compared=compared, forced=forced
        )

    def _written(
        self,
        act: ModelAct,
        version: str,
        previous: str,
        *,
        by: str,
        reason: str,
        compared: ModelComparison | None = None,
        forced: bool = False,
    ) -> ModelChange:
        change = ModelChange(
            id=secrets.token_hex(16),
            at=self.clock.now(),
            act=act,
            version=version,
            previous=previous,
            by=clean(by),
            reason=reason,
            forced=forced,
            figures=compared.figures if compared is not None else (),
        )
        with self.store.begin() as unit:
            # They are undone in their order, whatever the clock says: none lies at or before the one before it.
            for latest in unit.model_changes.newest(1):
                change = replace(change, at=max(change.at, latest.at + timedelta(microseconds=1)))
            unit.model_changes.add(change)
        log.info("model_change", act=act.value, version=version, previous=previous, by=change.by, why=reason)
        return change

    def _compared(
        self, candidate: Model, current: tuple[str, Model], to_decide: bool, hidden: Hidden | None
    ) -> ModelComparison:
        settings = self.settings
        with self.store.read() as unit:
            kept = KeptFindings.of(unit)
            closed = unit.incidents.closed_since(candidate.manifest.trained_at - _LOOKED_BACK)
            if hidden is not None:
                kept = kept.without(hidden(unit, list(unit.incidents.by_ids(kept.incidents).values())))
                gone = hidden(unit, closed)
                closed = [each for each in closed if each.id not in gone]
        decider = event_time_decider(settings, checklists(settings), laws(settings))
        touches = Journal(settings.state / "journal", self.store).kept(self.clock.now(), skip_bad=True)
        named = (candidate.version, candidate)
        return compare(named, current, touches, kept, closed, settings, decider, to_decide=to_decide)
