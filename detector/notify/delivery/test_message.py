"""Trial messages: show that the crisis team can be reached, before it has to be.

Comes in: the settings and whom or what to try. Goes out: one result a target, all targets tried at once. Nothing is
stored and nothing is retried: a person is watching.
"""

import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from detector.errors import NotFoundError, Problem
from detector.notify.delivery.send_pool import Result, SendPool
from detector.notify.render import language_of, trial_text
from detector.schema.ids import derive
from detector.schema.team.delivery import Message, MessageKind
from detector.settings import Settings

_LOOK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TestedTarget:
    """One target tried.

    Attributes:
        target: Its name in the settings.
        people: Who is reached over it.
        ok / seconds: Whether the service took the message, and how long that lasted.
        error: Code of the failure (``detector.notify.render.error_text`` puts it into words).
    """

    target: str
    people: tuple[str, ...]
    ok: bool
    seconds: float
    error: str = ""


def send_test(
    settings: Settings,
    now: datetime,
    *,
    target: str | None = None,
    person: str | None = None,
    progress: Callable[[TestedTarget], None] | None = None,
) -> tuple[TestedTarget, ...]:
    """Send a trial message to one target, to all of one person's, or to all there are.

    Args:
        settings: The team and the targets.
        now: The time.
        target: Only this one.
        person: Only this person's.
        progress: Called with each result as it comes.

    Raises:
        NotFoundError: No such target or person.
    """
    names = _chosen(settings, target, person)
    found = []
    for trial in _all_at_once(settings, names, now):
        found.append(trial)
        if progress is not None:
            progress(trial)
    return tuple(sorted(found, key=lambda trial: names.index(trial.target)))


def _chosen(settings: Settings, target: str | None, person: str | None) -> list[str]:
    people = {each.name: each for each in settings.team.people}
    problems = []
    if person is not None and person not in people:
        problems.append(_missing("person", person, people))
    if target is not None and target not in settings.notify.targets:
        problems.append(_missing("target", target, settings.notify.targets))
    if problems:
        raise NotFoundError(problems)
    if target is not None:
        return [target]
    return list(dict.fromkeys(people[person].targets if person is not None else settings.notify.targets))


def _missing(what: str, name: str, known: Iterable[str]) -> Problem:
    listed = ", ".join(known) or "none"
    return Problem(what=f"there is no {what} called {name!r}", fix=f"known: {listed}")


def _all_at_once(settings: Settings, names: list[str], now: datetime) -> Iterator[TestedTarget]:
    arrived: queue.SimpleQueue[Result | None] = queue.SimpleQueue()
    lanes = SendPool(arrived.put)
    for name in names:
        lanes.start(_message(settings, name, now), settings.notify.targets[name])
    while lanes.under_way() or not arrived.empty():
        with suppress(queue.Empty):
            result = arrived.get(timeout=_LOOK)
            if result is not None:
                yield _trial(settings, result)
        lanes.give_up()


def _message(settings: Settings, name: str, now: datetime) -> Message:
    people = _people(settings, name)
    language = language_of(settings, people[0]) if people else settings.language
    text = trial_text(settings, target=name, language=language)
    return Message(
        id=derive("trial", name),
        kind=MessageKind.TEST,
        person=people[0] if people else "",
        target=name,
        language=language,
        title=text.title,
        body=text.body,
        created_at=now,
        due_at=now,
        next_attempt_at=now,
    )


def _trial(settings: Settings, result: Result) -> TestedTarget:
    name, outcome = result.message.target, result.outcome
    return TestedTarget(
        target=name, people=_people(settings, name), ok=outcome.ok, seconds=outcome.seconds, error=outcome.error
    )


def _people(settings: Settings, target: str) -> tuple[str, ...]:
    return tuple(person.name for person in settings.team.people if target in person.targets)
