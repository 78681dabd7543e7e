"""A failure in one process, raised again in another.

Comes in: an exception. Goes out: a value that can be sent, and from it the same exception.
"""

import traceback
from dataclasses import dataclass, replace

from detector import errors
from detector.errors import InputError, NabatError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why a worker gave up.

    Attributes:
        kind: Name of an error in ``detector.errors``; empty for a mistake in the program.
        problems: What a person has to correct, where the error has such.
        text: What happened.
    """

    kind: str
    problems: tuple[Problem, ...] = ()
    text: str = ""


def failed(error: BaseException) -> Failed:
    """Return what can be sent of an error."""
    if isinstance(error, InputError):
        return Failed(kind=_kind(error, InputError), problems=tuple(map(_sendable, error.problems)))
    if isinstance(error, NabatError):
        return Failed(kind=_kind(error, NabatError), text=_escaped(str(error)))
    return Failed(kind="", text=_escaped("".join(traceback.format_exception(error))))


def raised(told: Failed) -> Exception:
    """Return the error that was sent."""
    if not told.kind:
        return RuntimeError(f"a worker failed:\n{told.text}")
    kind = getattr(errors, told.kind)
    made: Exception = kind(told.problems) if issubclass(kind, InputError) else kind(told.text)
    return made


def _sendable(problem: Problem) -> Problem:
    return replace(problem, file=_escaped(problem.file), what=_escaped(problem.what), fix=_escaped(problem.fix))


def _escaped(text: str) -> str:
    """Return a text that UTF-8 can say: the name of a file can be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _kind(error: Exception, otherwise: type[Exception]) -> str:
    """Return the name of the nearest class that the tree of errors has."""
    names = (kind.__name__ for kind in type(error).__mro__ if getattr(errors, kind.__name__, None) is kind)
    return next(names, otherwise.__name__)
