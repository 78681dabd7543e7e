"""Whom a line that gives no event seems to be about: the address and the account that its head shows.

Comes in: lines no format took. Goes out: keys of actors, spelt as those of events are (``actor.id``). Servers write who
asked before what was asked, so only the first ``HEAD`` characters are looked at, with two patterns of linear time.
Nothing of it is proved: whoever writes into a line may write a name into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

HEAD = 512
"""Characters of a line that are looked at."""

_BEFORE = r"""(?:^|[\s"'=\[({,|])"""  # no / and no &: versions and parameters are words of whoever asks
_ADDRESS = (
    rf"(?i){_BEFORE}((?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}|(?:[23][0-9a-f]{{3}}|f[cde][0-9a-f]{{2}}):[0-9a-f:]{{2,35}})"
    r"(?:[^\w.]|\.?$)"
)
_ACCOUNT = (
    r"(?i)^\S+ \S+ (?P<third>\S{1,64}) \["
    rf"|{_BEFORE}(?:(?:remote[_-]?)?user(?:[_.-]?(?:name|id))?|login|account|principal)"
    r"""["']?\s{0,4}[=:]\s{0,4}["']?(?P<said>[^\s"'\\,;&}\])]{1,64})"""
)


@dataclass(frozen=True, slots=True)
class ClaimedActor:
    """What one line claims.

    Attributes:
        offset: The byte where the line starts.
        text: What can be read of it. line_hash: SHA-256 of its bytes where these were no clean text, else empty.
        address / account: Keys of actors; None: it names none.
        kind: The account's ``actor.type``.
    """

    offset: int
    text: str
    line_hash: str
    address: str | None
    account: str | None
    kind: str


def named_in(lines: Sequence[str]) -> tuple[list[str | None], list[str | None]]:
    """Return the address and the account that the head of each line shows, as it writes them."""
    heads = pl.Series("line", lines, dtype=pl.String()).str.head(HEAD)
    found = heads.str.extract_groups(_ACCOUNT).struct.unnest()
    said = found.get_column("third").zip_with(found.get_column("third").is_not_null(), found.get_column("said"))
    return heads.str.extract(_ADDRESS).to_list(), said.to_list()
