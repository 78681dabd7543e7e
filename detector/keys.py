"""The service's own secrets, one file each in the state folder's ``keys``: made at first start, never shown.

Comes in: the state folder. Goes out: key bytes. ``link`` signs acknowledgement links, ``session`` turns session ids and
tokens of the logs into keyed hashes, ``csrf`` protects the pages' forms, ``state`` seeds the hashes by which detection
remembers names, ``client`` turns ids of clients and codes of offers into keyed hashes where a row must tell them apart.
Losing ``session`` makes old and new hashes of one session differ; losing ``link`` makes links already sent useless;
losing ``state`` makes detection begin anew; losing ``client`` lets a code of an offer be given twice. Keys are not
rotated here.
"""

import os
import secrets
import stat
from functools import cached_property
from pathlib import Path

from detector.errors import ConfigError, Problem, StoreError

_BYTES = 32


class Keys:
    """The keys in ``folder`` (the state folder); each is made when first asked for and then stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "keys"

    @cached_property
    def link(self) -> bytes:
        """Signs the acknowledgement links in pages."""
        return self._key("link")

    @cached_property
    def session(self) -> bytes:
        """Replaces session ids and tokens by keyed hashes."""
        return self._key("session")

    @cached_property
    def csrf(self) -> bytes:
        """Protects forms against requests from other sites."""
        return self._key("csrf")

    @cached_property
    def client(self) -> bytes:
        """Replaces ids of clients by keyed hashes where rows must tell them apart."""
        return self._key("client")

    @cached_property
    def seed(self) -> int:
        """Seeds the hashes in the saved detection state, 64 bits."""
        return int.from_bytes(self._key("state")[:8])

    def problems(self) -> list[Problem]:
        """Return what is wrong with the key files that exist; makes none."""
        found: list[Problem] = []
        for name in ("link", "session", "csrf", "state", "client"):
            path = self._path(name)
            try:
                if path.exists():
                    _read(path)
            except ConfigError as error:
                found.extend(error.problems)
        return found

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"

    def _key(self, name: str) -> bytes:
        path = self._path(name)
        try:
            if not path.exists():
                self._make(path)
            return _read(path)
        except OSError as error:
            raise StoreError(f"{path}: the key cannot be read or made: {error.strerror}") from None

    def _make(self, path: Path) -> None:
        """Write a new key whole or not at all; of two processes that start together both get the same one."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                return  # another process was first; its key counts
        finally:
            os.unlink(draft)


def _read(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise ConfigError(
            Problem(file=str(path), what=f"others can read this key (mode {mode:04o})", fix=f"chmod 600 {path}")
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError):
        key = b""
    if len(key) < _BYTES:
        raise ConfigError(
            Problem(
                file=str(path),
                line=1,
                what=f"is not a key of {_BYTES} bytes in hexadecimal",
                fix="restore it from a backup; a deleted key is made anew, but old links and hashes then stop fitting",
            )
        )
    return key
