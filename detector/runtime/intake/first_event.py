"""When a log file begins: the earliest of its first events.

Comes in: a file, its source, a decoder. Goes out: its stream and a moment. Files that are read one after the other, in
a replay or a first reading, are put in order by it; their own times may have been lost on the way here.
"""

from datetime import datetime
from itertools import islice

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.settings import SourceSettings

# So many lines are looked at together, and so many times at most.
_PEEK, _TIMES = 100, 10


def first_event(path: str, source: SourceSettings, decoder: Decoder) -> tuple[str, datetime | None]:
    """Return the stream of a file, empty if it has no line, and the earliest of its first events' times; None: none.

    Raises:
        InputError: The file cannot be read.
    """
    stream = ""
    batches = read_archive([path], source, clock=SystemClock(), lines=_PEEK, framing=decoder.framing)
    for batch in islice(batches, _TIMES):
        stream, times = batch.stream, decoder.decode(batch).frame.get_column("@timestamp")
        if times.len():
            first = times.min()
            return stream, first if isinstance(first, datetime) else None
    return stream, None
