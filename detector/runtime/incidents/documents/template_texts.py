"""The texts that notices, letters and reports are made of, known by their hashes: which changed since a review?

Comes in: the settings. Goes out: the SHA-256 of each template and of each form of a notice by its name. The company's
own templates win by name, as when they are filled in; a link out of their folder is none.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

from detector.incident.letters.letter_phrases import PHRASES
from detector.resources import inside_folder, shipped
from detector.settings import Settings

_TEXTS, _LETTERS = "*.md", "*.txt"


def template_hashes(settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of each template by ``language/file``, of each form by ``notices/file``.

    What cannot be read is left out.
    """
    ours = shipped("config", "templates")
    letters = [Path(settings.letters.templates)] if settings.letters.templates else []
    folders = (
        *((ours, pattern) for pattern in (_TEXTS, _LETTERS)),
        *((Path(each), _TEXTS) for each in settings.incident.templates),
        *((each, pattern) for each in letters for pattern in (_LETTERS, PHRASES)),
    )
    forms = ((f"notices/{path.name}", path) for path in sorted(shipped("config", "notices").glob("*.yml")))
    files = chain(forms, *(_files(folder, pattern) for folder, pattern in folders))
    found: dict[str, str] = {}
    for name, path in files:
        try:
            found[name] = sha256(path.read_bytes()).hexdigest()
        except OSError:
            found.pop(name, None)
    return dict(sorted(found.items()))


def _files(folder: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob(f"[a-z][a-z]/{pattern}")):
        if inside_folder(path, folder):
            yield f"{path.parent.name}/{path.name}", path
