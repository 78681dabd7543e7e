"""What was made of rule files, kept for the next start: reading 3,700 rules takes seconds.

Comes in: rules, and what they were made of. Goes out: the same rules while all of that is the same: the bytes of every
file, the settings that change what is made of them, the code that reads them, pySigma's version. The answer is the one
reading would give, or none.

The cache is plain JSON, read by type: whoever could write it would change rules, and run nothing. It is used only where
the user who runs this owns it and nobody else may write it. What cannot be written is not kept.
"""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from stat import S_ISREG
from typing import Final

import msgspec

from detector.detect.rules.loading.rule_context import RuleContext
from detector.detect.rules.ruleset import Rules
from detector.errors import ConfigError
from detector.resources import shipped
from detector.settings.rule_files import rule_files

_PACKAGE: Final = Path(__file__).parents[3]
_READERS: Final = ("detect/rules", "schema", "settings")
"""Folders of the code that makes rules of files."""
_BY_OTHERS: Final = 0o022
_MOST: Final = 16
"""Files that are kept."""


class _Kept(msgspec.Struct):
    key: str
    rules: Rules


class RuleCache:
    """Rules kept in a folder, one file for each way of asking.

    Args:
        folder: The folder; made when something is kept.
        paths: Where the rules are.
        asked: What else was asked for.
        context: What the settings say of rules.
    """

    def __init__(self, folder: Path, paths: Iterable[Path | str], asked: object, context: RuleContext) -> None:
        paths = list(paths)
        self._path = folder / f"rules-{_hash(msgspec.json.encode((list(map(str, paths)), asked)))[:16]}.json"
        try:
            self._key = _key(paths, context)
        except (OSError, ConfigError):
            self._key = ""  # reading the rules tells what is wrong

    def load(self) -> Rules | None:
        """Return the rules, or None when they have to be read."""
        try:
            with open(self._path, "rb", opener=_unfollowed) as file:
                if not self._key or not _is_own(os.fstat(file.fileno())):
                    return None
                kept = msgspec.json.decode(file.read(), type=_Kept)
                return kept.rules if kept.key == self._key else None
        except (OSError, msgspec.MsgspecError, ValueError, TypeError, LookupError, RecursionError):
            return None

    def save(self, rules: Rules) -> None:
        """Keep rules, if that can be done."""
        if not self._key:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(msgspec.json.encode(_Kept(self._key, rules)))
                Path(name).replace(self._path)
            except OSError:
                Path(name).unlink(missing_ok=True)
            for old in sorted(self._path.parent.glob("rules-*.json"), key=lambda path: -path.stat().st_mtime)[_MOST:]:
                old.unlink(missing_ok=True)


def _unfollowed(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


def _is_own(found: os.stat_result) -> bool:
    return S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _BY_OTHERS


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _key(paths: Iterable[Path | str], context: RuleContext) -> str:
    """Return what changes when anything changes that rules are made of.

    Raises:
        ConfigError: An archive of rules cannot be read.
        OSError: A file cannot be read.
    """
    code = [path for folder in _READERS for path in sorted((_PACKAGE / folder).rglob("*.py"))]
    tables = sorted(shipped("config", "logsources").iterdir())
    files = [*code, *tables, *map(Path, context.pipelines), *rule_files(paths)]
    said = (
        version("pysigma"),
        sorted((name, list(texts)) for name, texts in context.placeholders.items()),
        sorted((str(about), names) for about, names in context.declared.items()),
        [(str(path), _hash(path.read_bytes())) for path in files],
    )
    return _hash(msgspec.json.encode(said))
