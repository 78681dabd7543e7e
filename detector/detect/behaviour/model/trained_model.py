"""A model: what kinds of actors are like, how often their days bring something unusual, and a forest.

Comes in: a folder with ``manifest.json``, ``sample.parquet`` and ``forest.parquet``. Goes out: a ``Model``: what a
company's own days are measured against until there are enough of them, and what the forest says of windows that are
odd. A model on disk is data with fingerprints, never code: loading checks hashes, schema and features, and that the
trees are trees; nothing is unpickled. The sample holds z of windows only, no actor and no client.
"""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import AfterValidator, AwareDatetime, Field, FiniteFloat, ValidationError

from detector.detect.behaviour import features
from detector.detect.behaviour.habits import Expected, Habits
from detector.detect.behaviour.model.forest import SAMPLES, Columns, Floats, Forest, Ints, Opinion
from detector.detect.behaviour.rates import WIDTHS, Rates, Tails, kind_of, of_facets
from detector.errors import ModelError, Problem
from detector.resources import shipped
from detector.settings import Settings, Strict

SCHEMA_VERSION = 3
MANIFEST, SAMPLE, FOREST = "manifest.json", "sample.parquet", "forest.parquet"
LEAST_ROWS = 200
_Number = TypeVar("_Number", bound=float)


def _a_number_each(told: tuple[float, ...]) -> tuple[float, ...]:
    if len(told) not in WIDTHS:
        raise ValueError(f"holds {len(told)} numbers, one a facet: {' or '.join(map(str, sorted(WIDTHS)))}")
    return told


_Width = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_ByFacet = Annotated[tuple[_Number, ...], AfterValidator(_a_number_each)]


class KindProfile(Strict):
    """What one kind of actors (people, programs, those nobody knows) is like, by feature and by facet."""

    mean: tuple[FiniteFloat, ...] = Field(min_length=features.COUNT, max_length=features.COUNT)
    within: tuple[_Width, ...] = Field(min_length=features.COUNT, max_length=features.COUNT)
    between: tuple[_Width, ...] = Field(min_length=features.COUNT, max_length=features.COUNT)
    share: float = Field(ge=0, le=1)
    point: _ByFacet[FiniteFloat]
    start: _ByFacet[FiniteFloat]
    scale: _ByFacet[_Width]


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
    days: int
    kinds: dict[str, KindProfile]
    centre: float = Field(ge=0, le=1)
    spread: _Width
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


@dataclass(frozen=True)
class Model:
    """A forest, and what kinds of actors are like. Equal manifests mean equal answers."""

    manifest: Manifest
    sample: Columns
    forest: Forest

    @property
    def version(self) -> str:
        """First digits of the digest: enough to tell models apart."""
        return self.manifest.digest[:12]

    def age(self, now: datetime) -> timedelta:
        """Return how long ago the model was trained."""
        return now - self.manifest.trained_at

    def expected(self, roles: Sequence[str]) -> Expected:
        """Return what is expected of each role by its kind."""
        found = Expected.unknown(len(roles))
        for at, role in enumerate(roles):
            kind = self.manifest.kinds.get(kind_of(role))
            if kind is not None:
                found.mean[at], found.within[at], found.between[at] = kind.mean, kind.within, kind.between
                found.share[at] = kind.share
        return found

    @cached_property
    def tails(self) -> dict[str, Tails]:
        """How often days of each kind bring something so unusual."""
        return {
            name: Tails(*(of_facets(np.array(part))[None] for part in (kind.point, kind.start, kind.scale)))
            for name, kind in self.manifest.kinds.items()
        }

    def by_forest(self, columns: Columns) -> Floats:
        """Return how much easier windows are to isolate than those of the sample, in standard deviations."""
        return Opinion(self.forest, self.manifest.centre, self.manifest.spread).of(columns)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a manifest says about the training besides the numbers."""

    trained_at: datetime
    first_window: datetime
    last_window: datetime
    windows: int
    actors: int
    seed: int
    days: int


def kinds(habits: Habits, of: Ints, roles: Sequence[str], rates: Rates) -> dict[str, KindProfile]:
    """Return what each kind of actors is like, from the days of all actors.

    Args:
        habits: Of the actors.
        of: By actor, the number of its role in ``roles``.
        roles: Their names.
        rates: What the last days brought.
    """
    names = sorted({kind_of(role) for role in roles})
    number = np.array([names.index(kind_of(role)) for role in roles], dtype=np.int64)
    like = habits.expected(number[of], len(names), Expected.unknown(len(names)))
    tails = rates.kinds()
    return {
        name: KindProfile(
            mean=tuple(like.mean[at].tolist()),
            within=tuple(like.within[at].tolist()),
            between=tuple(like.between[at].tolist()),
            share=float(like.share[at]),
            point=tuple(tails[name].point[0].tolist()),
            start=tuple(tails[name].start[0].tolist()),
            scale=tuple(tails[name].scale[0].tolist()),
        )
        for at, name in enumerate(names)
        if name in tails
    }


def build(sample: Columns, opinion: Opinion, known: dict[str, KindProfile], facts: Facts) -> Model:
    """Return a model of what training gave."""
    draft = Manifest(
        schema_version=SCHEMA_VERSION,
        features=features.NAMES,
        features_hash=features.fingerprint(),
        trained_at=facts.trained_at,
        first_window=facts.first_window,
        last_window=facts.last_window,
        rows=sample.shape[0],
        windows=facts.windows,
        actors=facts.actors,
        seed=facts.seed,
        libraries={name: version(name) for name in ("scikit-learn", "numpy", "polars")},
        days=facts.days,
        kinds=known,
        centre=opinion.centre,
        spread=opinion.spread,
        sample_sha256=sha256(_parquet(_table(sample))).hexdigest(),
        forest_sha256=sha256(_parquet(opinion.forest.table())).hexdigest(),
    )
    # Through JSON and back, so that a model just trained and one loaded from disk answer alike to the last bit.
    return Model(Manifest.model_validate_json(draft.signed().model_dump_json()), sample, opinion.forest)


def _table(sample: npt.NDArray[np.float32]) -> pl.DataFrame:
    return pl.DataFrame(sample, schema=list(features.NAMES))


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
        forest = Forest.of(trees, min(SAMPLES, manifest.rows), len(features.NAMES))
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
            manifest.features == features.NAMES and manifest.features_hash == features.fingerprint(),
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
