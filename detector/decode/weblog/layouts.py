"""The stock layouts of nginx's and Apache's access lines, as one table.

Comes in: nothing. Goes out: for each layout the order of its parts and the pattern that reads it with care (escaped
quotes, odd requests). All of them begin ``address identity account [time] "request" status bytes``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from detector.decode.grok import PatternPiece, literal
from detector.decode.parse_result import FORWARDED
from detector.decode.weblog.client_head import HOST

REFERRER, AGENT = "http.request.referrer", "user_agent.original"
_VHOST = rf"(?:(?P<host>{HOST}) )"
_ADDRESS = r"(?P<address>[^ ]+) "
_ADDRESS_BEHIND_HOST = r"(?P<address>[^ ]*[.:][^ ]*) "
# No bracket within: an account may hold one, and a blank.
_TIME = r"[^\[\]\"]+"
# Behind a host the address must look like one: an account with a blank must not move every part by one place.
_HEAD = rf"(?P<identity>[^ ]+) (?P<account>[^ ]+) \[(?P<time>{_TIME})\] "
_REQUEST = r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}|-) (?P<bytes>[0-9]+|-)'
_DURATION = r" (?P<duration>[0-9]+\.[0-9]+|-)"

LOOSE = (
    rf"^(?P<head>[^ ].*?) ?\[(?P<time>{_TIME})\] "
    r'"(?P<request>.*?)" (?P<status>[0-9]{3}|-)(?: (?P<bytes>[0-9]+|-))?(?P<rest>| .*)$'
)
"""Any of the layouts with fields missing, cut off, blanks in the account, or quotes a server forgot to escape; what
stands before the time is told by ``client_head``."""
TELLING = rf'\[{_TIME}\] "'
"""What every line has that any of these patterns reads."""
LOOSE_REST = (
    r'^ "(?P<referrer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)"(?: "(?P<forwarded>[^"]*)")?(?P<extra>(?: .*)?)$',
    r'^ "(?P<referrer>(?:[^"\\]|\\.)*)"(?: "(?P<agent>.*?)"?)?$',
)


@dataclass(frozen=True)
class StockLayout:
    """One layout.

    Attributes:
        quoted: Columns of the quoted fields behind the byte count.
        host: The line begins with the virtual host.
        duration: The line ends with the request's time in seconds.
    """

    quoted: tuple[str, ...] = ()
    host: bool = False
    duration: bool = False

    @cached_property
    def careful(self) -> str:
        """The pattern that reads every well-formed line of this layout; named groups, Rust syntax."""
        quoted = "".join(f' "(?P<q{at}>(?:[^"\\\\]|\\\\.)*)"' for at in range(len(self.quoted)))
        start = _VHOST + _ADDRESS_BEHIND_HOST if self.host else _ADDRESS
        return f"^{start}{_HEAD}{_REQUEST}{quoted}{_DURATION if self.duration else ''}$"

    def ways(self) -> tuple[tuple[PatternPiece, ...], ...]:
        """The parts of such a line, to say where another one stops to fit."""
        word, text = r'[^ "]+', r'(?:[^"\\]|\\.)*'
        parts = [*(("host", word, " ") if self.host else ()), "address", word, " ", "identity", word, " "]
        parts += ["account", word, " [", "time", _TIME, '] "', "request", text, '" ', "status", "[0-9]{3}|-", " "]
        parts += ["bytes", "[0-9]+|-", ""]
        for at in range(len(self.quoted)):
            parts[-1] += ' "'
            parts += [self.quoted[at].removeprefix("$"), text, '"']
        if self.duration:
            parts[-1] += " "
            parts += ["duration", r"[0-9]+\.[0-9]+|-", ""]
        triples = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        return (tuple(piece for name, shape, after in triples for piece in _pieces(name, shape, after)),)

    @property
    def telling(self) -> str:
        """The same without names: what lines of this layout match, and no others."""
        return re.sub(r"\(\?P<\w+>", "(?:", self.careful)


def _pieces(name: str, shape: str, after: str) -> Iterator[PatternPiece]:
    yield PatternPiece(f"(?:{shape})", name)
    yield from literal(after)


LAYOUTS: dict[str, StockLayout] = {
    "common": StockLayout(),
    "combined": StockLayout(quoted=(REFERRER, AGENT)),
    "vhost_common": StockLayout(host=True),
    "vhost_combined": StockLayout(quoted=(REFERRER, AGENT), host=True),
    "combined_time": StockLayout(quoted=(REFERRER, AGENT), duration=True),
    "combined_forwarded": StockLayout(quoted=(REFERRER, AGENT, FORWARDED)),
    "combined_forwarded_time": StockLayout(quoted=(REFERRER, AGENT, FORWARDED), duration=True),
}
