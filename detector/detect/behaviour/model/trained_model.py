"""A model: what the training windows looked like, and the forest fitted to a sample of them.

Comes in: a folder with ``manifest.json``, ``sample.parquet`` and ``forest.parquet``. Goes out: a ``Model`` that says
how surprising windows are. A model on disk is data with fingerprints, never code: loading checks hashes, schema and
features, and that the trees are trees; nothing is unpickled. The sample holds normalised features only, no actor and no
client.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import AwareDatetime, Field, ValidationError

from detector.detect.behaviour import features
from detector.detect.behaviour.model.calibration import Tail, fit_tail
from detector.detect.behaviour.model.forest import SAMPLES, Columns, Floats, Forest, fit
from detector.errors import ModelError, Problem
from detector.resources import shipped
from detector.settings import Settings, Strict

SCHEMA_VERSION = 2
MANIFEST, SAMPLE, FOREST = "manifest.json", "sample.parquet", "forest.parquet"
# Windows less surprising than this (one in ten) are not shown to the forest.
GATE = 2.3
LEAST_ROWS = 200
_Z_SCALE, _PAIR_SCALE, _FOREST_SCALE = 1.0, 1.0, 0.012


class Manifest(Strict):
    """What stands in manifest.json. ``digest`` covers all other fields, the other hashes the bytes of the tables."""

    schema_version: int
    features: tuple[str, ...]
    features_hash: str
    trained_at: AwareDatetime
    first_window: AwareDatetime
    last_window: AwareDatetime
    rows: int = Field(ge=LEAST_ROWS)
    windows: int
    actors: int
    seed: int
    libraries: dict[str, str]
    facets: dict[str, Any]
    pair: dict[str, Any]
    forest: dict[str, Any]
    threshold: float = Field(gt=0, allow_inf_nan=False)
    budget: float = Field(gt=0)
    evaluation: dict[str, float]
    sample_sha256: str
    forest_sha256: str
    digest: str = ""

    def signed(self) -> "Manifest":
        """Return the manifest with its digest filled in."""
        return self.model_copy(update={"digest": self.expected()})

    def expected(self) -> str:
        """Return the digest these fields must have."""
        return sha256(_canonical(self.model_dump(mode="json", exclude={"digest"})).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _tail(told: dict[str, Any]) -> Tail:
    return Tail(
        tuple(told["values"]),
        tuple(told["surprises"]),
        float(told["point"]),
        float(told["start"]),
        float(told["scale"]),
    )


@dataclass(frozen=True)
class Model:
    """A forest with its calibration. Equal manifests mean equal answers."""

    manifest: Manifest
    sample: Columns
    forest: Forest

    @cached_property
    def _facets(self) -> tuple[Tail, ...]:
        return tuple(_tail(self.manifest.facets[name]) for name in features.FACETS)

    @cached_property
    def _pair(self) -> Tail:
        return _tail(self.manifest.pair)

    @cached_property
    def _joint(self) -> Tail:
        return _tail(self.manifest.forest)

    @property
    def version(self) -> str:
        """First digits of the digest: enough to tell models apart."""
        return self.manifest.digest[:12]

    @property
    def threshold(self) -> float:
        """Surprise above which about ``budget`` actors a day lay in training."""
        return self.manifest.threshold

    def age(self, now: datetime) -> timedelta:
        """Return how long ago the model was trained."""
        return now - self.manifest.trained_at

    def by_facets(self, columns: Columns) -> Floats:
        """Return the surprise of the two worst facets together; cheap."""
        return self._pair.surprise(worst_two(columns, self._facets))

    def by_forest(self, columns: Columns) -> Floats:
        """Return the surprise of the forest."""
        return self._joint.surprise(self.forest.raw(columns))

    def surprise(self, columns: Columns) -> Floats:
        """Return the surprise of each window: facets, and the forest where the facets say it is worth asking."""
        cheap = self.by_facets(columns)
        asked = np.flatnonzero(cheap >= GATE)
        cheap[asked] = np.maximum(cheap[asked], self.by_forest(columns[asked]))
        return cheap


def worst_two(columns: Columns, tails: tuple[Tail, ...]) -> Floats:
    """Return the sum of the two largest facet surprises."""
    worst = features.facets(columns)
    told = np.stack([tail.surprise(worst[:, at]) for at, tail in enumerate(tails)], axis=1)
    return np.asarray(np.partition(told, told.shape[1] - 2, axis=1)[:, -2:].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a manifest says about the training besides the numbers."""

    trained_at: datetime
    first_window: datetime
    last_window: datetime
    windows: int
    actors: int
    seed: int
    budget: float


def build(sample: Columns, peaks: dict[int, Columns], facts: Facts) -> Model:
    """Fit forest and calibration on ``sample``; ``peaks`` holds, for each day, the worst window of each actor."""
    tails = tuple(fit_tail(column, _Z_SCALE) for column in features.facets(sample).T)
    pair = fit_tail(worst_two(sample, tails), _PAIR_SCALE)
    forest = fit(sample, facts.seed)
    joint = fit_tail(forest.raw(sample), _FOREST_SCALE)
    draft = Manifest(
        schema_version=SCHEMA_VERSION,
        features=features.COLUMNS,
        features_hash=features.fingerprint(),
        trained_at=facts.trained_at,
        first_window=facts.first_window,
        last_window=facts.last_window,
        rows=sample.shape[0],
        windows=facts.windows,
        actors=facts.actors,
        seed=facts.seed,
        libraries={name: version(name) for name in ("scikit-learn", "numpy", "polars")},
        facets={name: asdict(tail) for name, tail in zip(features.FACETS, tails, strict=True)},
        pair=asdict(pair),
        forest=asdict(joint),
        threshold=1.0,
        budget=facts.budget,
        evaluation={},
        sample_sha256=sha256(_parquet(_table(sample))).hexdigest(),
        forest_sha256=sha256(_parquet(forest.table())).hexdigest(),
    )
    model = Model(draft, sample, forest)
    threshold, figures = _evaluate(model, peaks, facts.budget)
    told = draft.model_copy(update={"threshold": threshold, "evaluation": figures})
    # Through JSON and back, so that a model just trained and one loaded from disk answer alike to the last bit.
    return Model(Manifest.model_validate_json(told.signed().model_dump_json()), sample, forest)


def _evaluate(model: Model, peaks: dict[int, Columns], budget: float) -> tuple[float, dict[str, float]]:
    by_day = {day: np.sort(model.surprise(columns))[::-1] for day, columns in peaks.items()}
    ordered = np.sort(np.concatenate(list(by_day.values())))[::-1]
    place = max(int(budget * len(by_day)), 1) - 1
    threshold = float(max(ordered[min(place, ordered.size - 1)], GATE))
    above = [int((day >= threshold).sum()) for day in by_day.values()]
    surprise = model.surprise(model.sample)
    return threshold, {
        "days": float(len(by_day)),
        "findings_a_day_mean": float(np.mean(above)),
        "findings_a_day_most": float(max(above)),
        "share_shown_to_forest": float((surprise >= GATE).mean()),
        "share_above_threshold": float((surprise >= threshold).mean()),
        "surprise_most": float(ordered[0]),
    }


def _table(sample: npt.NDArray[np.float32]) -> pl.DataFrame:
    return pl.DataFrame(sample, schema=list(features.COLUMNS))


def _parquet(table: pl.DataFrame) -> bytes:
    out = BytesIO()
    table.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def save_model(model: Model, folder: Path) -> None:
    """Write a model; a reader sees the former one or this one, never a half of each."""
    fresh, former = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for left in (fresh, former):
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / SAMPLE).write_bytes(_parquet(_table(model.sample)))
    (fresh / FOREST).write_bytes(_parquet(model.forest.table()))
    (fresh / MANIFEST).write_text(
        json.dumps(model.manifest.model_dump(mode="json"), indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    if folder.exists():
        os.replace(folder, former)
    os.replace(fresh, folder)
    shutil.rmtree(former, ignore_errors=True)


def load_model(folder: Path) -> Model:
    """Read and verify a model.

    Raises:
        ModelError: It is missing, damaged, altered, or made for other features.
    """
    manifest = _manifest(folder / MANIFEST)
    raw, nodes = _read(folder / SAMPLE), _read(folder / FOREST)
    problems = [problem for problem in _problems(manifest, raw, nodes, folder) if problem]
    if problems:
        raise ModelError(problems)
    frame = _unpacked(folder / SAMPLE, raw)
    if tuple(frame.columns) != manifest.features or frame.height != manifest.rows:
        raise _wrong(folder / SAMPLE, "does not hold the columns and rows its manifest tells of")
    sample = np.ascontiguousarray(frame.to_numpy(), dtype=np.float32)
    if not np.isfinite(sample).all():
        raise _wrong(folder / SAMPLE, "holds values that are not numbers")
    try:
        trees = _unpacked(folder / FOREST, nodes)
        forest = Forest.of(trees, min(SAMPLES, manifest.rows), len(features.COLUMNS))
    except ValueError as error:
        raise _wrong(folder / FOREST, f"holds no forest: {error}") from None
    return Model(manifest, sample, forest)


def _unpacked(file: Path, raw: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(BytesIO(raw))
    except pl.exceptions.PolarsError as error:
        raise _wrong(file, f"is not a Parquet file: {error}") from None


def _wrong(file: Path, what: str) -> ModelError:
    return ModelError(Problem(file=str(file), what=what, fix="train again with `nabat train`"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _wrong(file, f"cannot be read: {error.strerror}") from None


def _manifest(file: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(_read(file))
    except ValidationError as error:
        raise ModelError(
            Problem(
                file=str(file),
                what=f"{'.'.join(map(str, found['loc'])) or 'the manifest'}: {found['msg']}",
                fix="train again with `nabat train`",
            )
            for found in error.errors()
        ) from None


def _problems(manifest: Manifest, raw: bytes, nodes: bytes, folder: Path) -> list[Problem | None]:
    def unless(fine: bool, file: str, what: str) -> Problem | None:
        return None if fine else Problem(file=str(folder / file), what=what, fix="train again with `nabat train`")

    return [
        unless(
            manifest.schema_version == SCHEMA_VERSION,
            MANIFEST,
            f"has schema version {manifest.schema_version}; this program reads {SCHEMA_VERSION}",
        ),
        unless(
            manifest.features == features.COLUMNS and manifest.features_hash == features.fingerprint(),
            MANIFEST,
            "was made for other features than this program's",
        ),
        unless(manifest.digest == manifest.expected(), MANIFEST, "was altered after training: its digest differs"),
        unless(
            sha256(raw).hexdigest() == manifest.sample_sha256, SAMPLE, "is not the sample its manifest was made with"
        ),
        unless(
            sha256(nodes).hexdigest() == manifest.forest_sha256, FOREST, "is not the forest its manifest was made with"
        ),
    ]


def starter_model() -> Model:
    """Return the model that ships with Nabat.

    Raises:
        ModelError: The installation is damaged.
    """
    return load_model(shipped("models", "starter"))


def model_folder(settings: Settings) -> Path:
    """Return where the model in force lies: as set, else the state folder's, else the shipped one."""
    if settings.behaviour.model:
        return Path(settings.behaviour.model)
    trained = settings.state / "model"
    return trained if (trained / MANIFEST).exists() else shipped("models", "starter")
