"""Whole files of records that are no lines: cut as the format declares, read record by record."""

from pathlib import Path

import pytest

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder, framings_for, rows
from detector.runtime.intake.sidecar_files import SidecarFiles
from tests.decode.batches import KEY, settings_for
from tests.decode.golden import FOLDER, read

LGF = "\ufeff1CV8LOG(ver 2.0)\r\n5b38e8a5-0000-4000-8000-000000000001\r\n\r\n"
LGP = LGF + (
    '{20260517100504,U,\r\n{2435928362a10,74c},1,1,2,433,6,W,"said ""yes"", then {left}\r\nin two lines",45,\r\n'
    '{"R",21:94e038d547ded5ea11e9af4b2d5a712d},"Client 104",1,1,0,1,0,\r\n{0}\r\n}'
)


def events(path: Path, **source):
    """Return the rows of a file whose format is found by itself."""
    settings = settings_for(paths=[str(path)], records={}, **source)
    decoder = Decoder(settings, session_key=KEY, beside=SidecarFiles())
    framing = framings_for(settings)
    found = []
    for batch in read_archive([path], settings.sources[0], clock=SystemClock(), lines=3, framing=framing):
        found += rows(decoder.decode(batch))
    return found


@pytest.mark.parametrize("name", ["auditd", "samba.log", "windows.xml"])
def test_a_file_gives_what_its_records_give_one_by_one(tmp_path, name):
    blocks = [block for block in read(FOLDER / f"{name}.samples") if "reject" not in block.expected]
    path = tmp_path / "some.log"
    path.write_text("".join(f"{block.record}\n" for block in blocks), encoding="utf-8")
    told = [row["fields"] for row in events(path)]
    assert [row.get("url.path") for row in told] == [block.expected.get("url.path") for block in blocks]
    assert [row["labels"] for row in told] == [block.expected["labels"] for block in blocks]


def test_a_pretty_printed_array_of_windows_events_gives_each(tmp_path):
    (block,) = (one for one in read(FOLDER / "windows.json.samples") if "\n" in one.record)
    path = tmp_path / "security.json"
    path.write_text(f"[\n{block.record},\n{block.record}\n]\n", encoding="utf-8")
    first, second = (row["fields"] for row in events(path))
    assert first["labels"] == second["labels"] == block.expected["labels"]


def test_1c_reads_its_dictionary_again_when_it_has_grown(tmp_path):
    log, names = tmp_path / "20260517000000.lgp", tmp_path / "1Cv8.lgf"
    log.write_text(LGP, encoding="utf-8")
    names.write_text(LGF + '{1,85aa,"anna",1},\r\n{4,"_$Da', encoding="utf-8")
    *heads, row = events(log)
    assert [head["reject"] for head in heads] == ["header", "header"]
    assert row["fields"]["user.name"] == "anna"
    assert row["fields"]["labels"]["event_number"] == "6"
    names.write_text(LGF + '{1,85aa,"anna",1},\r\n{4,"_$Data$_.Update",6},\r\n{5,3f7c,"Справочник.Клиенты",45}')
    row = events(log)[-1]["fields"]
    assert (row["event.action"], row["url.path"]) == ("update", "/Справочник.Клиенты")
    assert row["url.query"] == "ref=2d5a712d-af4b-11e9-94e0-38d547ded5ea"
    assert row["labels"]["comment"] == 'said "yes", then {left}\r\nin two lines'
