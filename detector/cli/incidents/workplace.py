"""Open the store beside a running (or stopped) daemon, or that of a replay, for the commands about incidents."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from detector.cli.options import identity, login_name
from detector.cli.output import settings_or_default, settings_required
from detector.clock import SystemClock
from detector.errors import InputError, Problem
from detector.runtime.incidents.console import PersonalConsole, open_console
from detector.runtime.replay.folder import is_of_service
from detector.schema.team.grants import Identity
from detector.settings import DatabaseSettings, Settings, TeamSettings
from detector.store import Store

_SPARE = (("notify", "targets"),)


@contextmanager
def workplace(
    config: str | None, *, replay: str | None = None, acts_for: str | None = None
) -> Iterator[tuple[PersonalConsole, Settings]]:
    """Open the configured store for whoever is logged in; the daemon may run or not.

    Args:
        config: As named on the command line.
        replay: Folder of a replay: its store instead, and no configuration is needed. It is whoever's can read it: it
            has neither a team nor people whom its incidents must not reach.
        acts_for: In whose name they act, where that is not their own.

    Raises:
        InputError: Nothing has ever run there.
        DeniedError: The login is nobody's on the team, of the configuration or of the service.
    """
    settings = settings_required(config, spare=_SPARE) if replay is None else _of_replay(config, Path(replay))
    must_have_run(settings)
    who = identity(settings, acts_for) if replay is None else Identity(name=login_name())
    with open_console(settings, SystemClock(), of_replay=replay is not None) as console:
        if replay is not None and console.is_of_service():
            raise _no_replay(Path(replay), "database")
        desk = PersonalConsole(console, who)
        if replay is None:
            desk.must_be_known()
        yield desk, settings


@contextmanager
def opened_store(config: str | None) -> Iterator[tuple[Store, Settings]]:
    """Open the configured store for a command that is not about incidents; the daemon may run or not.

    Raises:
        InputError: Nothing has ever run there.
    """
    settings = settings_required(config, spare=(*_SPARE, ("web",)))
    must_have_run(settings)
    with closing(Store.open(settings.database_url, make=False)) as store:
        yield store, settings


def must_have_run(settings: Settings) -> None:
    """Refuse to go on where there is no database.

    Raises:
        InputError: Nothing has ever run there, or its database is gone.
    """
    begun = settings.never_ran and (settings.state / "lock").exists()
    # They are made as soon as the database was.
    if begun and not any((settings.state / each).exists() for each in ("journal", "snapshots")):
        raise InputError(
            Problem(
                file=str(settings.state),
                what="there is no database: the first start of Nabat has not finished",
                fix="if `nabat run` has ended, its last line says why (a full disk: free some space); start it again",
            )
        )
    if begun:
        raise InputError(
            Problem(
                file=str(settings.state),
                what="the database is gone, and Nabat has run here: somebody removed nabat.db",
                fix="a running service puts it back within seconds; else restore a backup into an empty state folder",
            )
        )
    if settings.never_ran:
        raise InputError(
            Problem(
                file=str(settings.state),
                what="there is no database: Nabat has not run with this configuration yet",
                fix="start it with `nabat run`, or name another configuration with -c",
            )
        )


def _of_replay(config: str | None, folder: Path) -> Settings:
    """Return the settings with which a replay's own store is opened."""
    if not (folder / "nabat.db").exists():
        raise InputError(Problem(file=str(folder), what="no replay has written here", fix="name the --out of one"))
    if is_of_service(folder):
        raise _no_replay(folder, "state folder")
    settings = settings_or_default(config, spare=(("database",), *_SPARE))
    return settings.model_copy(update={"state": folder, "database": DatabaseSettings(), "team": TeamSettings()})


def _no_replay(folder: Path, what: str) -> InputError:
    """Return the refusal of what is a service's: it has a team, and people whom its incidents must not reach."""
    fix = "leave out --replay, or name the --out of a replay"
    return InputError(Problem(file=str(folder), what=f"is the {what} of a service, no replay's", fix=fix))
