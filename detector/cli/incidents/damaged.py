"""A case of which something in the database cannot be read, at the command line: what can be, and what cannot.

Comes in: a command that reads a case. Goes out: its answer, or this one, with the error and its exit status.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import msgspec

from detector.cli.incidents.view import facts_json, reading_line, show_entries, show_steps
from detector.cli.output import emit_pretty, moment, show, words_of
from detector.errors import UnreadableRowError
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.case_facts import CaseFactReading
from detector.schema.case.damaged_cases import DamagedCase
from detector.settings import Settings


class CasePart(StrEnum):
    """What a command shows of a case."""

    FACTS = "facts"
    DUTIES = "duties"
    STEPS = "steps"
    ENTRIES = "entries"


@contextmanager
def else_damaged(
    console: PersonalConsole, ref: str, settings: Settings, *parts: CasePart, as_json: bool
) -> Iterator[None]:
    """Show what can be read of a case where reading all of it fails; the error goes on.

    Args:
        console: Of whoever asks.
        ref: The case, as they call it.
        settings: Zone and language.
        parts: What is shown of it; none: all.
        as_json: For programs.

    Raises:
        UnreadableRowError: As the command that reads.
        NotFoundError: It is about whoever asks, or none is called so.
        DeniedError: They were not called into it.
    """
    try:
        yield
    except UnreadableRowError:
        (_emit if as_json else _show)(console.damaged(ref), parts or tuple(CasePart), settings)
        raise


def _show(case: DamagedCase, parts: tuple[CasePart, ...], settings: Settings) -> None:
    words, incident = words_of(settings), case.incident
    show(f"{incident.number}  {words.either(incident.code_name, incident.code_name_ru)}")
    show(words.t("web-damaged"))
    for each in case.unread:
        show(f"  {each}")
    if CasePart.FACTS in parts:
        for reading in _readings(case):
            show(reading_line(reading, settings))
    if CasePart.DUTIES in parts:
        for duty in case.duties:
            state = words.named("web-duty-state", duty.state.value)
            show(f"{moment(duty.due_at, settings):24} {state}  {duty.ref}")
    if CasePart.STEPS in parts:
        show_steps(case.steps, {}, settings, words)
    if CasePart.ENTRIES in parts:
        show_entries(case.entries, settings, words)


def _emit(case: DamagedCase, parts: tuple[CasePart, ...], _settings: Settings) -> None:
    """Write it for programs: they tell it from a whole case by ``unread``."""
    whole = {part.value: msgspec.to_builtins(getattr(case, part), str_keys=True) for part in parts}
    if CasePart.FACTS in parts:
        whole[CasePart.FACTS.value] = facts_json(_readings(case))
    emit_pretty({"number": case.incident.number, "unread": case.unread, **whole})


def _readings(case: DamagedCase) -> tuple[CaseFactReading, ...]:
    """Return what was stated; which reading counts cannot be said where some may be missing."""
    return tuple(CaseFactReading(fact=each, counts=False) for each in case.facts)
