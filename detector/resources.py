"""Where the data that ships with Nabat lies: rules, models, configuration, messages.

In a checkout they are the folders at the top; in an installed package the build puts them under ``detector/_data``.
"""

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
