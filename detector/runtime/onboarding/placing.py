"""The file put in its place, whole or not at all, and never over another one unasked.

Comes in: a path and a text. Goes out: nothing but the file. It is read once as the service will before it appears.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from detector.errors import InputError, Problem
from detector.settings.load import load_settings

_MODE = 0o640


def refuse_existing(out: Path, *, force: bool) -> None:
    """Refuse to write over a file, or into a folder that is not there.

    Raises:
        InputError: It would.
    """
    if not out.parent.is_dir():
        raise InputError(Problem(file=str(out.parent), what="is not a folder", fix="make it, or name another --out"))
    if out.is_dir():
        raise InputError(Problem(file=str(out), what="is a folder", fix="name a file with --out"))
    if not force and (out.exists() or out.is_symlink()):
        fix = "name another with --out, or write over it with --force"
        raise InputError(Problem(file=str(out), what="is there already and is not written over", fix=fix))


def place(out: Path, text: str, *, force: bool) -> None:
    """Write the configuration.

    Raises:
        InputError: There is a file by now, or it cannot be written.
        ConfigError: The text is no configuration: a defect of ours, and nothing is left behind.
    """
    refuse_existing(out, force=force)
    try:
        with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            made = Path(file.name)
            file.write(text)
        try:
            load_settings(made, {})
            made.chmod(_MODE)
            if force:
                made.replace(out)
            else:
                os.link(made, out)  # unlike a rename it fails where a file has appeared meanwhile
        finally:
            made.unlink(missing_ok=True)
    except FileExistsError:
        refuse_existing(out, force=False)
    except OSError as error:
        what = f"cannot be written: {error.strerror or type(error).__name__}"
        raise InputError(Problem(file=str(out), what=what, fix="name another place with --out")) from None
