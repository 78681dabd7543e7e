"""Hostile lines of every format, and what reading them costs as they grow.

Comes in: the samples of the formats. Goes out: lines in which a special string is repeated until they are some
thousand bytes long, in each of several places: before the line, in its path, its query, its agent, its statement or
another text, and behind the line.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from detector.decode import Decoder
from detector.decode.sql import statement_plan
from detector.frames import LineBatch
from tests import growth
from tests.decode.batches import KEY, RECORDS, batch_of, settings_for
from tests.decode.golden import Block, files, read

SPECIAL = (
    "[", "]", "(", ")", "()", "{", "}", "<", "<a>", "\"", "'", "`", "''", "\"\"", "\\", "\\\"", "\\x5b", "\\u0041",
    "%", "%25", "%2525", ",", ";", "/*", "*/", "/*/", "--", "$$", "$a", "$a$", "E'\\", "::", ":", ".", "1", "1.",
    "1:", "2001:db8:", "::ffff:", "=", "a=", "a=1 ", "a=\"1\" ", "\"a\":", "{\"a\":", "[{", "&", "&a=", "&#65;", "?",
    "/", "/a", "/../", "//", " ", "\t", "-", "+", "#", "|", "a", "é", "\u200b", "\uff17", "\U0001f600", "or 1 ",
    "from a,", "select ", "(select ", "Z", "T", "\x01", "\x1b[", "\ufffd",
)  # fmt: skip
_PLACES = 5
_TEXTS = ("url.path", "url.query", "user_agent.original", "user.name", "http.request.referrer")
_RECORDS = {
    **RECORDS,
    "routes": [*RECORDS["routes"], {"table": "*clients*", "object": "client", "subject": "where:id"}, {"table": "*"}],
}


@dataclass(frozen=True)
class Hostile:
    """A record of a format with a place at which anything may be put."""

    form: str
    place: str
    before: str
    behind: str
    told: str
    header: str
    escapes: bool

    def text(self, special: str, size: int) -> str:
        """Return the record with a special string repeated to ``size`` bytes."""
        piece = json.dumps(special)[1:-1] if self.escapes else special
        return self.before + piece * max(size // len(piece.encode()), 1) + self.behind


def hostile() -> Iterator[Hostile]:
    """Give the places of each format's first samples: those where a client's text stands, and both ends."""
    for path in files():
        seen: set[str] = set()
        for block in read(path):
            for one in _places(path.stem, block):
                if one.place not in seen and len(seen) < _PLACES:
                    seen.add(one.place)
                    yield one


def _places(form: str, block: Block) -> Iterator[Hostile]:
    told = {key: block.told[key] for key in ("timezone", "log_format") if key in block.told}
    if "reject" in block.expected or "beside" in block.told or "written" in block.told:
        return
    line, at = block.record, (form, json.dumps(told), block.told.get("header", ""))

    def one(place: str, before: int, behind: int, *, escapes: bool = False) -> Hostile:
        return Hostile(at[0], place, line[:before], line[behind:], at[1], at[2], escapes)

    yield one("head", 0, 0)
    yield one("tail", len(line), len(line))
    texts = {name: block.expected[name] for name in _TEXTS if name in block.expected}
    labels = block.expected.get("labels", {})
    longest = max(labels, key=lambda name: len(labels[name]), default="")
    if longest:
        texts = {"text": labels[longest]} | texts
    for name, value in texts.items():
        begin = line.find(value)
        if len(value) > 1 and begin >= 0:
            middle = begin + max(len(value) // 2, 1)
            yield one(name, middle, middle, escapes=line.lstrip().startswith("{"))


def decoding(one: Hostile, form: str = "") -> Callable[[str], object]:
    """Return what reads a record: its own format, or another."""
    decoder = _decoder(form or one.form, one.told)

    def read_it(text: str) -> object:
        return decoder.decode(_batch(text, one))

    return read_it


@lru_cache(maxsize=256)
def _decoder(form: str, told: str) -> Decoder:
    more: dict[str, Any] = json.loads(told)
    return Decoder(settings_for(format=form, records=_RECORDS, **more), session_key=KEY)


def _batch(text: str, one: Hostile) -> LineBatch:
    return batch_of([text], stream=f"{one.form} {one.place}", header=one.header)


swollen = partial(growth.swollen, fresh=statement_plan.remembered.cache_clear)
"""As there, without what is remembered of SQL."""
