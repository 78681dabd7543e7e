"""What acting on incidents needs besides the store: checklists, laws, and links that open them.

Comes in: the settings. Goes out: those, for the daemon and for the command line alike. Nothing of decoding or
judging is loaded here: `nabat incidents ack` must not wait for it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import ConfigError
from detector.incident import Playbook, Regulation, load_playbooks, load_regulations
from detector.keys import Keys
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.notify import Links


def checklists(settings: Settings) -> Mapping[str, Playbook]:
    """Return the shipped checklists and the operator's, which win.

    Raises:
        ConfigError: With every mistake in every file.
    """
    with _placed(settings):
        return load_playbooks(map(Path, settings.incident.playbooks))


def laws(settings: Settings) -> Mapping[str, Regulation]:
    """Return the laws and contracts that bind us.

    Raises:
        ConfigError: With every mistake in every file, and every name that none has.
    """
    with _placed(settings):
        return load_regulations(settings.incident.regulations)


def links(settings: Settings, keys: Keys) -> "Links":
    """Return the maker of acknowledgement links."""
    from detector.notify import Links  # noqa: PLC0415 - what rings nobody needs none

    return Links(keys.link, settings.base_url, settings.notify.link_valid)


@contextmanager
def _placed(settings: Settings) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        raise ConfigError(map(settings.with_location, error.problems)) from None
