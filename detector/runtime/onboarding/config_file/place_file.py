"""The file put in its place, whole or not at all, and never over another one unasked.

Comes in: a path and texts. Goes out: nothing but the files. It is read once as the service will before it appears.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType

from detector.errors import InputError, Problem
from detector.settings.loading.load_settings import load_settings

NO_FORMATS: Mapping[str, str] = MappingProxyType({})
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
    if out.exists() and not out.is_file():
        # A device would be gone for every program, with a file of ours in its place.
        raise InputError(Problem(file=str(out), what="is no regular file", fix="name another with --out"))
    if not force and (out.exists() or out.is_symlink()):
        raise _there(out)


def _there(path: Path) -> InputError:
    fix = "name another with --out, or write over it with --force"
    return InputError(Problem(file=str(path), what="is there already and is not written over", fix=fix))


def formats_folder(out: Path) -> str:
    """Return the name of the folder for drafted formats, beside the configuration."""
    return f"{out.stem}-formats"


def place(out: Path, text: str, *, force: bool, formats: Mapping[str, str] = NO_FORMATS) -> None:
    """Write the configuration, and beside it the drafted formats it names.

    Args:
        out: The configuration.
        text: What stands in it.
        force: Write over what is there.
        formats: Texts of drafted formats, by name.

    Raises:
        InputError: There is a file by now, or it cannot be written.
        ConfigError: The text is no configuration: a defect of ours, and nothing is left behind.
    """
    refuse_existing(out, force=force)
    folder = out.parent / formats_folder(out)
    for name in formats:
        if not force and (folder / f"{name}.yml").exists():
            raise _there(folder / f"{name}.yml")
    try:
        for name, draft in formats.items():
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.yml").write_text(draft, encoding="utf-8")
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
