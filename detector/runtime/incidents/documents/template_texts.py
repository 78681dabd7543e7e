"""The templates that notices, letters and reports are made of, known by their hashes: which changed since a review?

Comes in: the settings. Goes out: the SHA-256 of each text by its name. The company's own win by name, as when they are
filled in.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from detector.messages import LANGUAGES
from detector.resources import shipped
from detector.settings import Settings

_TEXTS, _LETTERS = "*.md", "*.txt"


def template_hashes(settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of each template by ``language/file``; what cannot be read is left out."""
    ours = shipped("config", "templates")
    letters = [Path(settings.letters.templates)] if settings.letters.templates else []
    folders = (
        *((ours, pattern) for pattern in (_TEXTS, _LETTERS)),
        *((Path(each), _TEXTS) for each in settings.incident.templates),
        *((each, _LETTERS) for each in letters),
    )
    found: dict[str, str] = {}
    for folder, pattern in folders:
        for name, path in _files(folder, pattern):
            try:
                found[name] = sha256(path.read_bytes()).hexdigest()
            except OSError:
                found.pop(name, None)
    return dict(sorted(found.items()))


def _files(folder: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    for language in LANGUAGES:
        for path in sorted((folder / language).glob(pattern)):
            yield f"{language}/{path.name}", path
