"""Lines are found again by their hash, whatever their format and however it is cut."""

from pathlib import Path

from detector import frames
from detector.acquire import LogFile, WantedLine, find_raw_lines, read_archive
from detector.clock import SystemClock
from detector.decode import Decoder, format_names
from tests.decode.batches import KEY, settings_for
from tests.decode.golden import files, read

# Records whose lines were mixed with others' are handed on otherwise than they stand in their file.
MIXED = {"auditd"}


def lines_found(name: str, log: Path) -> tuple[int, int]:
    """Return how many events of a log there are, and of how many the line was found again."""
    settings = settings_for(format=name)
    decoder = Decoder(settings, session_key=KEY)
    wanted = set[WantedLine]()
    for batch in read_archive([log], settings.sources[0], clock=SystemClock(), framing=decoder.framing):
        events = decoder.decode(batch).frame
        if events.height:
            identified = frames.identify(events).select("log.offset", "event.hash")
            wanted |= {WantedLine(offset, digest[:24]) for offset, digest in identified.iter_rows()}
    found = [one for one in find_raw_lines(LogFile(path=str(log), stream=str(log)), wanted) if one is not None]
    assert {one.wanted for one in found} <= wanted
    return len(wanted), len(found)


def test_the_line_of_every_event_of_every_shipped_format_is_found_by_place_and_hash(tmp_path: Path) -> None:
    formats, lost, events = set(format_names(settings_for())), set[str](), 0
    for path in files():
        if path.stem in formats:
            log = tmp_path / f"{path.stem}.log"
            log.write_bytes(b"".join(block.record.encode("utf-8", "surrogateescape") + b"\n" for block in read(path)))
            wanted, found = lines_found(path.stem, log)
            events += wanted
            lost |= {path.stem} if found < wanted else set()
    assert lost <= MIXED
    assert events > 300
