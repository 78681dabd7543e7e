"""Files of mutated samples with sentinels between them, read and decoded as the service does.

Comes in: a format and a seed. Goes out: what was lost. A sentinel is a sample of the format as it stands; each must
come out as often as it was written, whatever stands before and behind it, and no exception may come out at all. Of
mutated lines nothing else is asked.
"""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.decode.registry import load_formats
from detector.runtime.intake.fault_isolation import FaultIsolation
from detector.schema.events.framing import Cutting
from detector.settings import Settings
from tests.decode.batches import KEY, settings_for
from tests.decode.golden import Block, files, read
from tests.decode.linear import SPECIAL

EVERY = 10
"""A sentinel stands before each so many mutated lines."""
_BYTES = [bytes([each]) for each in (0, 1, 9, 13, 27, 34, 39, 44, 91, 92, 93, 123, 125, 127, 128, 192, 224, 240, 255)]
_PIECES = [*(each.encode() for each in SPECIAL), *_BYTES, b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xae"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        lines: Mutated lines in it.
        sentinels: How many were written.
        lost: How many did not come out.
        crash: The exception that came out; empty: none.
    """

    form: str
    seed: int
    lines: int
    sentinels: int
    lost: int
    crash: str = ""


def forms() -> list[str]:
    """Return the formats that have samples of one line each, and ``auto``."""
    known = load_formats(settings_for())
    names = [path.stem for path in files() if known.has(path.stem)]
    return ["auto", *(each for each in names if known[each].framing.cutting is Cutting.LINES and any(_samples(each)))]


def _samples(form: str) -> Iterator[Block]:
    """Give the samples that stand by themselves: no header or file beside them says how they are read."""
    for path in files():
        if path.stem == form or (form == "auto" and path.stem == "combined"):
            for block in read(path):
                if not block.told and len(block.lines) == 1 and "reject" not in block.expected:
                    yield block


def run(form: str, lines: int, seed: int) -> Outcome:
    """Write a file of mutated lines and sentinels, and read it."""
    chance = random.Random(f"{form} {seed}")
    own = [block.record for block in _samples(form)]
    others = own if form != "auto" else [block.record for path in files() for block in read(path)]
    sentinel = own[0]
    written = [sentinel.encode()]
    for at in range(lines):
        written.append(mutated(chance.choice(others).encode(), chance))
        if at % EVERY == EVERY - 1:
            written.append(sentinel.encode())
    starts, at = set(), 0
    for raw in written:
        if raw == sentinel.encode():
            starts.add(at)
        at += len(raw) + 1
    found: set[int] = set()
    crash = ""
    with tempfile.TemporaryDirectory(prefix="nabat-fuzz-") as folder:
        path = Path(folder) / "fuzzed.log"
        path.write_bytes(b"\n".join(written) + b"\n")
        try:
            found = _read(form, path, sentinel, chance.choice([1, 7, 500, 10_000]) if lines < 500 else 2_000)
        except Exception as error:  # noqa: BLE001 - any crash is what is looked for
            crash = f"{type(error).__name__}: {str(error)[:300]}"
    return Outcome(form, seed, lines, len(starts), len(starts - found), crash)


def _read(form: str, path: Path, sentinel: str, size: int) -> set[int]:
    """Return where the sentinel came out."""
    settings = settings_for(format=form, paths=[str(path)])
    return _found(Decoder(settings, session_key=KEY), FaultIsolation(), settings, path, sentinel, size)


def _found(
    decoder: Decoder, shield: FaultIsolation, settings: Settings, path: Path, sentinel: str, size: int = 10_000
) -> set[int]:
    found: set[int] = set()
    for batch in read_archive([path], settings.sources[0], clock=SystemClock(), lines=size, framing=decoder.framing):
        # Not shielded first: an exception of the decoder would become a reject.
        events = decoder.decode(batch)
        found |= set(events.frame.filter(events.frame["event.original"] == sentinel)["log.offset"].to_list())
        shield.decode_all(decoder, [batch])
    return found


def samples(form: str) -> list[bytes]:
    """Return what mutated lines of a format begin from."""
    return [block.record.encode() for block in _samples(form)]


class Trial:
    """One input after the other between two sentinels; decoders stay, as they do in the service."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="nabat-fuzz-")) / "fuzzed.log"
        self._decoders: dict[str, tuple[Decoder, Settings, str]] = {}

    def between(self, form: str, data: bytes) -> None:
        """Raise when a sentinel before or behind these bytes does not come out; directives of a log are left out."""
        if form not in self._decoders:
            settings = settings_for(format=form, paths=[str(self.path)])
            self._decoders[form] = Decoder(settings, session_key=KEY), settings, next(_samples(form)).record
        decoder, settings, sentinel = self._decoders[form]
        lines = [b"x" + line if _directive(line) else line for line in data.split(b"\n")]
        written = b"\n".join([sentinel.encode(), *lines, sentinel.encode(), b""])
        self.path.write_bytes(written)
        starts = {0, len(written) - len(sentinel.encode()) - 1}
        lost = starts - _found(decoder, FaultIsolation(), settings, self.path, sentinel)
        if lost:
            raise AssertionError(f"{form}: the sentinels at {sorted(lost)} did not come out")


def _directive(line: bytes) -> bool:
    return line.lstrip(b"\xef\xbb\xbf\0 \t\r").startswith(b"#")


def mutated(line: bytes, chance: random.Random) -> bytes:
    """Return a line in which some things are otherwise: never a directive, which says how other lines are read."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        at = chance.randrange(len(line) + 1)
        end = min(at + chance.choice([1, 1, 2, 5, 40]), len(line))
        piece = chance.choice(_PIECES)
        match chance.randrange(6):
            case 0:
                line = line[:at] + piece + line[at:]
            case 1:
                line = line[:at] + piece * chance.choice([2, 10, 300]) + line[at:]
            case 2:
                line = line[:at] + line[end:]
            case 3:
                line = line[:at] + piece + line[end:]
            case 4:
                line = line[:at] + line[at:end] * chance.choice([2, 5, 50]) + line[end:]
            case _:
                line = line[:at]
    line = line.replace(b"\n", b" ").rstrip(b"\r")
    if chance.randrange(3_000) == 0:
        line += chance.choice(_PIECES).replace(b"\n", b" ") * 70_000
    return b"x" + line if _directive(line) else line
