"""An archive of raw lines handed out: a folder, or a tar of it, that can be checked without Nabat.

Comes in: what is held of an incident, where to. Goes out: the lines, a file for each log they stood in; a manifest with
where each was found and its SHA-256; the custody log; ``SHA256SUMS`` for ``sha256sum -c``. All of it is for the owner
only: it holds client data.
"""

import json
import os
import re
import tarfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import polars as pl

from detector.errors import InputError, Problem
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.schema.case.incidents import Incident
from detector.store import SegmentFiles

SUMS = "SHA256SUMS"
_TAR = ".tar"
_FILES = ("path", "file_id")
_STRANGE = re.compile(r"[^\w.-]")
_LONGEST = 50
"""Characters of a log's name; each may be four bytes of the 255 that a file name can have."""


def export_archive(
    incident: Incident, held: EvidenceSummary, files: SegmentFiles, out: Path, more: Mapping[str, Any]
) -> int:
    """Write an archive; return how many lines it holds.

    Args:
        incident: Whose.
        held: What is held.
        files: Where it lies.
        out: A folder that is made, or a file whose name ends with ``.tar``.
        more: What else the manifest says: who exported it and when, the seal, facts, coverage.

    Raises:
        InputError: Something lies there already, or it cannot be written.
        StoreError: A segment cannot be read.
    """
    if out.exists():
        raise InputError(Problem(file=str(out), what="is there already", fix="name one that is not"))
    try:
        if out.suffix == _TAR:
            with TemporaryDirectory(dir=out.absolute().parent) as made:
                lines = _fill(Path(made), incident, held, files, more)
                _pack(Path(made), out, incident.number)
            return lines
        out.mkdir(mode=0o700, parents=True)
        return _fill(out, incident, held, files, more)
    except OSError as error:
        raise InputError(Problem(file=str(out), what=f"cannot be written: {error.strerror or error}")) from None


def _fill(folder: Path, incident: Incident, held: EvidenceSummary, files: SegmentFiles, more: Mapping[str, Any]) -> int:
    frames = [files.read(segment) for segment in held.segments]
    told: list[dict[str, Any]] = []
    sums: dict[str, str] = {}
    whole = pl.concat(frames).sort(*_FILES, "offset") if frames else None
    if whole is not None:
        (folder / "lines").mkdir(mode=0o700)
        for number, part in enumerate(whole.partition_by(*_FILES, maintain_order=True), start=1):
            name = f"lines/{number:04}-{_plain(Path(part.item(0, 'path')).name)}.txt"
            sums[name] = _lines(folder / name, name, part, told)
    manifest = {
        "incident": {"id": incident.id, "number": incident.number, "code_name": incident.code_name},
        **more,
        "state": msgspec.to_builtins(held.state),
        "segments": msgspec.to_builtins(held.segments),
        "custody": msgspec.to_builtins(held.custody),
        "lines": told,
    }
    sums["manifest.json"] = _put(folder / "manifest.json", json.dumps(manifest, indent=1).encode())
    log = [f"{each.at:%Y-%m-%dT%H:%M:%SZ} {each.act.value} {each.by} {each.detail}" for each in held.custody]
    custody = "".join(f"{line.rstrip()}\n" for line in log)
    sums["custody.txt"] = _put(folder / "custody.txt", custody.encode())
    _put(folder / SUMS, "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode())
    return len(told)


def _lines(path: Path, name: str, part: pl.DataFrame, told: list[dict[str, Any]]) -> str:
    place, pieces = 0, list[bytes]()
    for row in part.iter_rows(named=True):
        raw = row.pop("raw")
        times = {key: f"{row[key]:%Y-%m-%dT%H:%M:%S.%fZ}" for key in ("at", "taken_at")}
        told.append({**row, **times, "file": name, "starts": place})
        pieces += (raw, b"\n")
        place += len(raw) + 1
    return _put(path, b"".join(pieces))


def _plain(name: str) -> str:
    """Return what a log is called as a file name of ours: others may have named it; the manifest has the whole."""
    return _STRANGE.sub("_", name)[:_LONGEST]


def _put(path: Path, data: bytes) -> str:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(data)
    return sha256(data).hexdigest()


def _pack(folder: Path, out: Path, name: str) -> None:
    with (
        open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file,
        tarfile.open(fileobj=file, mode="w") as tar,
    ):
        for path in _order(folder):
            tar.add(path, f"{name}/{path.relative_to(folder)}", recursive=False)


def _order(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
