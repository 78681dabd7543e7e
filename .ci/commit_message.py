#!/usr/bin/env python3
"""Check a commit message: ``area: what changes`` in 72 characters, in the imperative, with a wrapped body.

The hook commit-msg calls ``.ci/commit_message.py FILE``.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

SUBJECT_WIDTH, BODY_WIDTH = 72, 80
SUBJECT = re.compile(r"[a-z0-9][\w./-]*: (?P<what>\S.*)")
MADE_BY_GIT = ("Merge ", 'Revert "', "fixup! ", "squash! ", "amend! ")
# "added", "adds", "adding" at the beginning; not "feed", "pass", "bring".
NO_ORDER = re.compile(r"\w+(?:[^e]ed|[^s]s|ing)")
ORDERS = {"embed", "shed", "shred", "bring", "ping", "ring", "swing", "string", "focus", "bias", "alias"}


def problems(message: str) -> Iterator[str]:
    """Yield what is wrong with the message."""
    text = message.partition("# ------------------------ >8")[0]
    subject, *body = [line.rstrip() for line in text.splitlines() if not line.startswith("#")] or [""]
    if not subject.startswith(MADE_BY_GIT):
        yield from _of_subject(subject)
        yield from _of_body(body)


def _of_subject(subject: str) -> Iterator[str]:
    found = SUBJECT.fullmatch(subject)
    if found is None:
        yield "the first line is `area: what changes`, for example `decode: read S3 batch deletes`"
    elif NO_ORDER.fullmatch(word := found["what"].split()[0].lower()) and word not in ORDERS:
        yield f"the first line is an order: `add`, not `added` or `adds` (here: `{word}`)"
    if len(subject) > SUBJECT_WIDTH:
        yield f"the first line has {len(subject)} characters, at most {SUBJECT_WIDTH} are allowed"
    if subject.endswith("."):
        yield "the first line ends without a full stop"


def _of_body(body: list[str]) -> Iterator[str]:
    if body and body[0]:
        yield "the second line is empty"
    for line in body:
        if len(line) > BODY_WIDTH and " " in line.strip():  # an address without a blank cannot be wrapped
            yield f"wrap the body at {BODY_WIDTH} characters: {line[:40]}…"


def main(name: str) -> int:
    """Print the problems of the message in the file; return 1 when there are any."""
    found = list(problems(Path(name).read_text(encoding="utf-8")))
    for problem in found:
        print(problem)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
