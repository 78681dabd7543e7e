"""Codes of offers: one a client, for ever. Pure.

Comes in: the codes of an offer in their order, which were given, who needs one. Goes out: who gets which. Whoever was
given one before gets the same again; a code that was given goes to nobody else, whatever became of the letter.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from detector.errors import ConfigError, Problem
from detector.settings.sections.letter_settings import LetterOffer

_LONGEST = 200


def read_codes(text: str, offer: LetterOffer) -> list[str]:
    """Return the codes in a file, one a line.

    Raises:
        ConfigError: A line holds what is no code, or one stands there twice: all lines are told.
    """
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        code = line.strip()
        if not code:
            continue
        if not code.isprintable() or len(code) > _LONGEST:
            problems.append(Problem(file=offer.codes, line=number, what="this is no code"))
        elif lines.setdefault(code, number) != number:
            problems.append(Problem(file=offer.codes, line=number, what=f"the code of line {lines[code]} again"))
    if problems:
        raise ConfigError(problems[:20])
    return list(lines)


def assign_codes(
    offer: LetterOffer,
    codes: Sequence[str],
    clients: Iterable[str],
    given: Mapping[str, str],
    of_client: Callable[[str], str],
    of_code: Callable[[str], str],
) -> dict[str, str]:
    """Return which client gets which code.

    Args:
        offer: Whose codes they are.
        codes: All there are, in their order.
        clients: Who needs one.
        given: The hash of the code by the hash of the client, of those who were given one.
        of_client: Returns the hash of a client.
        of_code: Returns that of a code.

    Raises:
        ConfigError: There are too few, or a code that was given is not in the file any more.
    """
    by_hash = {of_code(code): code for code in codes}
    taken = frozenset(given.values())
    free = (code for digest, code in by_hash.items() if digest not in taken)
    found: dict[str, str] = {}
    short = lost = 0
    for client in clients:
        before = given.get(of_client(client))
        if before is not None and before not in by_hash:
            lost += 1
            continue
        code = by_hash[before] if before is not None else next(free, None)
        if code is None:
            short += 1
        else:
            found[client] = code
    problems = []
    if short:
        problems.append(Problem(file=offer.codes, what=f"{short} codes too few", fix="get more, and add them"))
    if lost:
        what = f"{lost} codes that clients were given are not there any more"
        problems.append(
            Problem(file=offer.codes, what=what, fix="put them back: a code belongs to one client for ever")
        )
    if problems:
        raise ConfigError(problems)
    return found
