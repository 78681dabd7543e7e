"""Buttons pressed in Telegram: whose word a press is, what comes of it, and which bots are asked.

Comes in: the settings, presses as the bots tell them. Goes out: acts on incidents through the door, in the name of
whoever ``notify.telegram_users`` says has pressed; an answer in words. Whom a case is about, who may not, and who comes
too late are answered alike: what a refusal says must not tell that there is a case.
"""

from collections.abc import Iterable
from typing import Final, Literal

from detector.errors import ConflictError, NabatError, StoreError, UnreadableRowError
from detector.messages import Language, messages
from detector.notify import ButtonAct
from detector.notify.delivery.apprise_target import chat_target
from detector.notify.telegram import BotApi, PressPoller
from detector.runtime.incidents.console import Console
from detector.schema.case.incidents import Incident
from detector.settings import Settings
from detector.telemetry import FaultLog, Logger
from detector.telemetry.metrics import Metrics

_OFFSET: Final = "telegram-update-"
_WHY: Final = {
    "http-409": "press-conflict",
    "http-401": "press-token",
    "http-404": "press-token",
    "connect": "press-away",
    "timeout": "press-away",
}


class TelegramPresses:
    """Answers presses, and has bots read."""

    def __init__(self, console: Console, settings: Settings, metrics: Metrics) -> None:
        self._console, self._settings, self._metrics = console, settings, metrics
        self._pollers: list[PressPoller] = []
        self._log, self._faults = Logger("telegram"), FaultLog("telegram")

    # -- which bots ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Have the bots of the targets read, if anybody's Telegram id is known."""
        wanted = bots_of(self._settings)
        for poller in self._pollers:
            if poller.api not in wanted:
                poller.ask_to_stop()
        self._pollers = [each for each in self._pollers if each.api in wanted]
        for api in wanted - {each.api for each in self._pollers}:
            self._pollers.append(PressPoller(api, self))
            self._pollers[-1].start()

    def reconfigure(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._settings = settings
        self.start()

    def stop(self) -> None:
        """Have no bot read any more; what is pressed from now on waits at Telegram."""
        for poller in self._pollers:
            poller.ask_to_stop()

    def problems(self) -> dict[str, str]:
        """Return which bots cannot be read, by their public ids, and why."""
        known = {each.api.bot: each.problem if each.alive else "ended" for each in self._pollers}
        return {bot: _WHY.get(code, code) for bot, code in known.items() if code}

    # -- a press -------------------------------------------------------------------------------------------------

    def next_update(self, bot: str) -> int:
        """Return from which update on a bot is to be read; 0 for the first time."""
        with self._console.store.read() as unit:
            return unit.kv.number(_OFFSET + bot)

    def read_until(self, bot: str, update: int) -> None:
        """Remember that updates before this one were read."""
        with self._console.store.begin() as unit:
            unit.kv.set(_OFFSET + bot, str(update))

    def press(self, user: int, data: str) -> str:
        """Do what a button of ours says, as whom Telegram says it was; return what they are told.

        Raises:
            StoreError: It could not be written: the press is to be read again.
        """
        person = next((name for name, known in self._settings.notify.telegram_users.items() if known == user), "")
        if not person:
            self._log.warning("press_by_stranger", telegram_user=user)
            return self._said("stranger", "", user=str(user))
        try:
            incident = self._console.press_in_chat(data, person=person)
        except UnreadableRowError:
            return self._refused("failed", person)
        except StoreError:
            raise
        except ConflictError:
            return self._refused("overtaken", person)
        except NabatError:
            return self._refused("refused", person)
        except Exception as error:  # noqa: BLE001 - one press that fails must not keep the others from being read
            self._faults.report("a press failed", error)
            return self._refused("failed", person)
        what = _outcome(incident, person, data)
        return self._said(what, person, incident=incident.number, holder=incident.acknowledged_by)

    def _refused(self, why: str, person: str) -> str:
        self._log.warning("press_refused", person=person, why=why)
        return self._said(why, person)

    def _said(self, what: str, to: str, **args: str) -> str:
        self._metrics.presses.labels(what).inc()
        known: dict[str, Language | Literal[""]] = {each.name: each.language for each in self._settings.team.people}
        words = messages(known.get(to) or self._settings.language)
        return words.text(f"notify-press-{what}", **args)


def _outcome(incident: Incident, person: str, data: str) -> str:
    """Return what came of a press: a role is theirs, they have it, somebody else does, or the next ones are called."""
    if data.startswith(ButtonAct.ACCEPT_ROLE.value):
        return "accepted"
    if incident.acknowledged_by == person:
        return "yours"
    if not incident.acknowledged_by:
        return "passed"
    return "taken" if data.startswith(ButtonAct.ACKNOWLEDGE.value) else "handed"


def bots_of(settings: Settings) -> frozenset[BotApi]:
    """Return the bots of all targets whose presses count."""
    if not settings.notify.telegram_users:
        return frozenset()
    urls: Iterable[str] = (target.url.get_secret_value() for target in settings.notify.targets.values())
    return frozenset(found.api for url in urls if (found := chat_target(url)) is not None)
