"""Binary Windows event logs: the same events as their export, and what can be read of a damaged one."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from detector.acquire import read_archive
from detector.clock import ManualClock
from detector.decode import Decoder, framings_for
from detector.errors import InputError
from detector.schema.events.lines import RejectReason
from tests.decode.batches import KEY, settings_for
from tests.decode.golden import FOLDER, SAME_EVERYWHERE, read
from tests.decode.hosts.evtx_file import CHUNK, evtx_of

CLOCK = ManualClock(datetime(2026, 5, 18, tzinfo=UTC))
SETTINGS = settings_for(format="auto")
LOGON = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    "<Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-A5BA-3E3B0328C30D}'/>"
    "<EventID>4624</EventID><Keywords>0x8020000000000000</Keywords>"
    "<TimeCreated SystemTime='2026-05-17T07:05:03.1234567Z'/><EventRecordID>%d</EventRecordID>"
    "<Computer>fs1.example.org</Computer></System><EventData><Data Name='TargetUserName'>anna</Data>"
    "<Data Name='LogonGuid'>{00000000-0000-0000-0000-000000000000}</Data>"
    "<Data Name='WorkstationName'>&lt;b&gt; &amp; ёлка</Data><Data Name='IpAddress'>192.0.2.7</Data>"
    "</EventData></Event>"
)


def events_of(path: Path) -> tuple[list[dict[str, Any]], str]:
    """Return the events of a file without where they stood, and what is said of its damage."""
    (source,) = SETTINGS.sources
    decoder, found, problems, damaged = Decoder(SETTINGS, session_key=KEY), [], [], 0
    batches = read_archive(
        [path], source, clock=CLOCK, lines=7, framing=framings_for(SETTINGS), on_damage=problems.append
    )
    try:
        for batch in batches:
            decoded = decoder.decode(batch)
            found += decoded.frame.to_dicts()
            damaged += sum(one.reason is RejectReason.DAMAGED for one in decoded.rejects)
    except InputError as error:
        assert not found
        return [], str(error)
    assert bool(damaged) == bool(problems)
    events = [{key: value for key, value in one.items() if key not in SAME_EVERYWHERE} for one in found]
    return events, "".join(map(str, problems))


def logons(count: int) -> list[str]:
    return [LOGON % number for number in range(count)]


def golden() -> list[str]:
    blocks = [block for block in read(FOLDER / "windows.xml.samples") if block.lines and "reject" not in block.expected]
    return [block.record for block in blocks if block.record.lstrip().startswith("<Event ")]


@pytest.mark.parametrize("exported", [golden(), logons(100)], ids=["golden", "many"])
def test_a_binary_log_gives_the_events_of_its_export(exported: list[str], tmp_path: Path) -> None:
    binary, text = tmp_path / "Security.evtx", tmp_path / "Security.xml"
    binary.write_bytes(evtx_of(exported))
    text.write_text("\n".join(exported), encoding="utf-8")
    found, wrong = events_of(binary)
    assert found == events_of(text)[0]
    assert len(found) == len(exported)
    assert not wrong


def test_the_name_of_the_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "security.bin"
    path.write_bytes(evtx_of(logons(3)))
    assert len(events_of(path)[0]) == 3


def test_room_that_is_not_used_yet_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "Security.evtx"
    path.write_bytes(evtx_of(logons(30)) + bytes(3 * CHUNK))
    found, wrong = events_of(path)
    assert (len(found), wrong) == (30, "")


DATA = evtx_of(logons(60), per_chunk=20)
SECOND = 4096 + CHUNK
DAMAGES = {
    "a chunk without its mark": (DATA[:SECOND] + bytes([88]) * 8 + DATA[SECOND + 8 :], 40, "chunk number 1"),
    "a record of zeros": (DATA[: SECOND + 1900] + bytes(20) + DATA[SECOND + 1920 :], 59, "record number"),
    "cut off within a chunk": (DATA[: SECOND + CHUNK + 20_000], 40, "its end is missing"),
    "cut off behind a chunk": (DATA[: SECOND + CHUNK], 40, "its end is missing: 135168 bytes are 2 of 3 chunks"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_of_a_damaged_log_all_that_can_be_read_is_and_then_it_is_said(name: str, tmp_path: Path) -> None:
    data, least, said = DAMAGES[name]
    path = tmp_path / "Security.evtx"
    path.write_bytes(data)
    found, wrong = events_of(path)
    assert least <= len(found) < 60
    assert wrong.startswith(f"{path}: is damaged: ")
    assert said in wrong
    assert "wevtutil epl" in wrong


@pytest.mark.parametrize("data", [DATA[:3000], DATA[:8] + b"x" * 6000, DATA[:8], DATA[:4096]], ids=range(4))
def test_what_is_no_whole_log_is_said(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Security.evtx"
    path.write_bytes(data)
    found, wrong = events_of(path)
    assert found == []
    assert "is damaged" in wrong


@pytest.mark.parametrize("seed", range(15))
def test_damage_anywhere_ends_in_events_and_a_word(seed: int, tmp_path: Path) -> None:
    at = 4096 + (seed * 7919) % (len(DATA) - 4096)
    path = tmp_path / "Security.evtx"
    path.write_bytes(DATA[:at] + bytes(200) + DATA[at + 200 :])
    found, wrong = events_of(path)
    assert len(found) + 20 * bool(wrong) >= 40


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])
def test_a_compressed_log_is_read_as_the_log(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path, packed = tmp_path / "Security.evtx", tmp_path / "Security.evtx.gz"
    path.write_bytes(DATA)
    packed.write_bytes(pack(DATA))
    assert events_of(packed) == events_of(path)
    packed.write_bytes(pack(DATA)[:40])
    assert "is damaged" in events_of(packed)[1]
