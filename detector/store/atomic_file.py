"""Files that are either whole or not there, after any crash.

Comes in: bytes and a path. Goes out: a file that was synced before its name appeared, and its name synced after.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from detector.store.db import db_errors

TEMPORARY = ".tmp"


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Turn errors of the disk inside the block into ``StoreError`` naming ``path``."""
    try:
        yield
    except OSError as error:
        raise db_errors.broken(str(path), error) from error


def make_folder(path: Path) -> None:
    """Make a folder for the owner only, with its parents."""
    with using(path):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)


def write_whole(path: Path, write: Callable[[BinaryIO], object], *, durable: bool = True) -> None:
    """Write a file, readable by its owner only, that appears under its name only when all of it is on the disk.

    Without ``durable`` it appears whole as well, but a power cut may take it.

    Raises:
        StoreError: It could not be written; nothing stands under its name.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    make_folder(path.parent)
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            write(file)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        remove([temporary])
        raise db_errors.broken(str(path), error) from error


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(paths: Iterable[Path]) -> None:
    """Remove files as far as possible: nothing refers to them, and what stays is swept at the next start."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            continue


def set_aside(paths: Iterable[Path], folder: Path) -> None:
    """Move files into a folder as far as possible."""
    for path in paths:
        make_folder(folder)
        try:
            path.replace(folder / path.name)
        except OSError:
            continue


def modified(path: Path) -> float:
    """Return when a file was written, in seconds; never when it cannot be told."""
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those folders that hold nothing."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            continue


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def fingerprint_of(raw: bytes) -> str:
    """Return the SHA-256 of bytes, as ``fingerprint`` would of a file holding them."""
    return sha256(raw).hexdigest()


def flaw(path: Path, digest: str) -> str:
    """Return why a file is not the one of that SHA-256: ``missing`` or ``altered``; empty when it is."""
    try:
        return "" if fingerprint(path) == digest else "altered"
    except OSError:
        return "missing"
