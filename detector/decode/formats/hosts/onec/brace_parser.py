"""The brace notation of 1C: ``{20260302091403,N,{0,0},1,"a "" in a text",{"R",64:9a3c…}}``.

Comes in: text. Goes out: nested lists of words; a text that stood in quotes has lost them. It is read once from left to
right, without recursion. What is not closed is an error, and so is what is nested deeper than any record of 1C.
"""

import re
from collections.abc import Iterator

DEEPEST = 64
# The repetition is possessive: a text nobody closed is given up at once, not tried shorter and shorter.
_PIECE = re.compile(r'\{|\}|,|"(?:[^"]|"")*+"|[^{},"]+|"')


class Broken(ValueError):
    """The text is no value in braces."""


Item = str | list["Item"]


def records(text: str) -> Iterator[list[Item]]:
    """Give every record of a text; what stands outside of braces is skipped.

    Raises:
        Broken: A record is not closed, or too deep.
    """
    stack: list[list[Item]] = []
    for piece in _PIECE.finditer(text):
        word = piece[0]
        if word == "{":
            _open(stack)
        elif word == "}" and stack:
            done = stack.pop()
            if not stack:
                yield done
        elif stack and word != ",":
            _put(stack[-1], word)
    if stack:
        raise Broken


def _open(stack: list[list[Item]]) -> None:
    if len(stack) == DEEPEST:
        raise Broken
    inner: list[Item] = []
    if stack:
        stack[-1].append(inner)
    stack.append(inner)


def _put(record: list[Item], word: str) -> None:
    if word == '"':
        raise Broken
    if word.startswith('"'):
        record.append(word[1:-1].replace('""', '"'))
    elif word.strip():
        record.append(word.strip())
