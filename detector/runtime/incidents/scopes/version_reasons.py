"""Why a scope differs from its last version: in reasons that read in both languages. Pure.

Comes in: the last version, and what counts now. Goes out: reasons, what people did first.
"""

from collections.abc import Iterator
from typing import NamedTuple

from detector.messages import Argument
from detector.schema.case.incidents import Scope
from detector.schema.case.scope_versions import ScopeVersion
from detector.schema.detection.findings import Reason

# More actors than this are counted, not named.
_NAMED = 5


class ScopeDifference(NamedTuple):
    """What differs from the last version.

    Attributes:
        added / removed: Clients more, and left out.
        usual: Of those left out, those who are listed as the actors' usual work now.
        named: Clients of imported lists whom the log names now.
    """

    added: int
    removed: int
    usual: int
    named: int


def reasons_of(
    before: ScopeVersion | None,
    scope: Scope,
    actors: tuple[str, ...],
    imports: tuple[str, ...],
    differs: ScopeDifference,
) -> tuple[Reason, ...]:
    """Return why a scope is another than it was.

    Args:
        before: Its last version; None: it is the first.
        scope: As it is now.
        actors: Whose touches count now.
        imports: Numbers of the imported lists that count now.
        differs: Of the clients.
    """
    if before is None:
        return (_reason("first"), *_by_people((), imports))
    found = [*_by_people(before.imports, imports), *_by_actors(before, actors), *_by_touches(before.scope, scope)]
    if differs.named:
        found.append(_reason("named", count=differs.named))
    if differs.usual:
        found.append(_reason("usual", count=differs.usual))
    if before.scope.by_residence != scope.by_residence and not found:
        found.append(_reason("residence"))
    if before.scope.by_controller != scope.by_controller and not found:
        found.append(_reason("controllers"))
    left = differs.removed - differs.usual
    if left and not found:
        found.append(_reason("not-counted", count=left))
    return tuple(found) or (_reason("known-better"),)


def _by_people(before: tuple[str, ...], imports: tuple[str, ...]) -> Iterator[Reason]:
    for number in imports:
        if number not in before:
            yield _reason("import", number=number)
    for number in before:
        if number not in imports:
            yield _reason("import-removed", number=number)


def _by_actors(before: ScopeVersion, actors: tuple[str, ...]) -> Iterator[Reason]:
    new = [each for each in actors if each not in before.actors]
    if new:
        more = "" if len(new) <= _NAMED else f" + {len(new) - _NAMED}"
        yield _reason("actors", count=len(new), who=", ".join(new[:_NAMED]) + more)
    gone = len(set(before.actors) - set(actors))
    if gone:
        yield _reason("fewer-actors", count=gone)


def _by_touches(before: Scope, scope: Scope) -> Iterator[Reason]:
    first, last = scope.first_event_at, scope.last_event_at
    if last is not None and (before.last_event_at is None or last > before.last_event_at):
        yield _reason("later", events=max(scope.events - before.events, 0))
    if first is not None and before.first_event_at is not None and first < before.first_event_at:
        yield _reason("earlier")


def _reason(name: str, **args: Argument) -> Reason:
    return Reason(message=f"scope-why-{name}", args=tuple(args.items()))
