"""Where the data that ships with Nabat lies (rules, models, configuration, messages), and where caches go.

In a checkout they are the folders at the top; in an installed package the build puts them under ``detector/_data``.
"""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file or folder, for example ``shipped("config", "playbooks")``.

    Raises:
        FileNotFoundError: Nothing of that name is shipped.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"not shipped with Nabat: {'/'.join(parts)}")


def cache_folder() -> Path | None:
    """Return the folder for what can be made again: systemd's, or the user's (XDG); None where there is none."""
    given = os.environ.get("CACHE_DIRECTORY", "").partition(":")[0]
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "nabat"
    except RuntimeError:  # a user without a home
        return None
