"""Raw lines of cases, copied before rotation takes them."""

import gzip
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from detector.acquire import WantedLine
from detector.acquire.files.identity import FileHead
from detector.clock import ManualClock
from detector.errors import InputError, StoreError
from detector.runtime.evidence.archive_desk import ArchiveDesk
from detector.runtime.evidence.collector import EvidenceCollector
from detector.runtime.evidence.recent_lines import LinesAsRead
from detector.runtime.evidence.verify_all import verify_everything
from detector.schema.case.evidence_archive import EvidenceSegment, EvidenceSummary
from detector.schema.case.incidents import Decisions
from detector.schema.detection.findings import Evidence
from detector.schema.events.lines import Position
from detector.schema.ids import derive
from detector.settings import EvidenceSettings, Settings, SourceSettings
from detector.store import Journal, SegmentFiles, Store
from detector.telemetry.metrics import Metrics
from tests.fakes.people import me
from tests.postgres import postgres_url
from tests.store.values import NOON, alert, events, finding, incident, position

__all__ = ["postgres_url"]
FILE = derive("file", "crm")
LINES = [f'192.0.2.7 - anna "GET /clients/{number}" 200 é{"x" * (number % 40)}' for number in range(60)]


@dataclass
class Case:
    """A case about lines of one log."""

    folder: Path
    store: Store
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON + timedelta(minutes=1)))
    metrics: Metrics = field(default_factory=Metrics)
    most: int = 1 << 30
    problem: str = ""
    name: str = "crm.log"

    def __post_init__(self) -> None:
        self.log = self.folder / self.name
        self.log.write_text("".join(f"{line}\n" for line in LINES))
        self.journal = Journal(self.folder / "journal", self.store)
        self.files = SegmentFiles(self.folder / "evidence")
        self.incident = incident("case", last_event_at=NOON + timedelta(seconds=len(LINES)))
        head = FileHead.of(self.log.read_bytes())
        with self.store.begin() as unit:
            unit.incidents.save(Decisions(incidents=(self.incident,)))
            unit.positions.save([self.position(head)])

    def position(self, head: FileHead) -> Position:
        lies = self.log.stat()
        return position(
            FILE, path=str(self.log), stream=str(self.log), head_length=head.length, head_hash=head.digest,
            inode=lies.st_ino, device=lies.st_dev,
        )  # fmt: skip

    def touch(self, first: int = 0, last: int = len(LINES), **more: Any) -> None:
        """Let the actor touch clients in some lines of the log."""
        with self.store.begin() as unit:
            self.journal.append(self.heard(first, last, **more))
            self.journal.flush(unit)

    def heard(self, first: int, last: int, **more: Any) -> pl.DataFrame:
        """Return the events of some lines."""
        starts = [len("".join(f"{line}\n" for line in LINES[:number]).encode()) for number in range(last)]
        rows = [
            {
                "@timestamp": NOON + timedelta(seconds=number),
                "event.original": LINES[number],
                "log.offset": starts[number],
                "log.file.identity": FILE,
                "log.file.path": str(self.log),
                "log.stream": str(self.log),
                "log.source": "crm",
                "subject.ids": [str(number)],
                "record.ids": [str(number)],
                **more,
            }
            for number in range(first, last)
        ]
        return events(*rows)

    def goes_on(self) -> None:
        self.clock.advance(timedelta(minutes=5))
        with self.store.begin() as unit:
            self.incident = replace(self.incident, version=self.incident.version + 1)
            unit.incidents.save(Decisions(incidents=(self.incident,)))

    def settings(self) -> Settings:
        sources = (
            SourceSettings(name="crm", service="crm", paths=("/x",)),
            SourceSettings(name="pipe", service="crm", paths=("-",)),
        )
        return Settings(state=self.folder, sources=sources, evidence=EvidenceSettings(max_bytes=self.most))

    def collector(self, files: SegmentFiles | None = None) -> EvidenceCollector:
        return EvidenceCollector(self.store, self.journal, files or self.files, self.clock.now, self.metrics)

    def collect(self, steps: int = 10_000, files: SegmentFiles | None = None, heard: pl.DataFrame | None = None) -> int:
        """Work a step at a time as long as there is something to do; return how many steps it took."""
        collector = self.collector(files)
        if heard is not None:
            collector.recent.ingest(heard)
        for step in range(steps):
            if not collector.beat(self.settings(), {}, frozenset(), seconds=0) and step:
                break
        self.problem = collector.problem
        return step

    def held(self) -> EvidenceSummary:
        with self.store.read() as unit:
            return unit.evidence.summary(self.incident.id)

    def texts(self) -> list[str]:
        frames = [self.files.read(segment) for segment in self.held().segments]
        return [raw.decode() for raw in pl.concat(frames).sort("offset").get_column("raw")] if frames else []

    def missing(self) -> dict[str, int]:
        state = self.held().state
        assert state is not None
        return dict(state.missing)


def open_case(folder: Path, url: str) -> Case:
    return Case(folder, Store.open(url))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = open_case(tmp_path, f"sqlite:///{tmp_path / 'nabat.db'}")
    yield made
    made.store.close()


def renamed(case: Case) -> None:
    case.log.rename(case.log.with_name("crm.log.1"))
    case.log.write_text("another day\n" * 50)


def gzipped(case: Case) -> None:
    case.log.with_name("crm.log.2.gz").write_bytes(gzip.compress(case.log.read_bytes()))
    case.log.write_text("another day\n" * 50)


def with_zstd(case: Case) -> None:
    packed = pa.compress(case.log.read_bytes(), codec="zstd", asbytes=True)
    case.log.with_name("crm.log-20260301.zst").write_bytes(packed)
    case.log.unlink()


@pytest.mark.parametrize("rotate", [lambda _: None, renamed, gzipped, with_zstd])
def test_every_line_is_copied_wherever_rotation_put_it(case: Case, rotate: Callable[[Case], None]) -> None:
    case.touch()
    rotate(case)
    case.collect()
    assert case.texts() == LINES
    assert case.missing() == {}
    (segment,) = case.held().segments
    frame = case.files.read(segment)
    first = frame.sort("offset").row(0, named=True)
    assert first["sha256"] == sha256(LINES[0].encode()).hexdigest()
    assert first["event_id"] == derive("event", FILE, 0, first["sha256"])
    found = Path(first["path"]).stat()
    assert (first["device"], first["inode"]) == (found.st_dev, found.st_ino)
    modes = {path.stat().st_mode & 0o777 for path in case.files.folder.rglob("*.parquet")}
    folders = {path.stat().st_mode & 0o777 for path in (case.files.folder, *case.files.folder.iterdir())}
    assert (modes, folders) == ({0o600}, {0o700})


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_grows_adds_a_segment_with_what_is_new(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'nabat.db'}" if engine == "sqlite" else request.getfixturevalue("postgres_url")
    case = open_case(tmp_path, url)
    case.touch(0, 20)
    case.collect()
    assert case.collect() <= 1  # nothing changed
    case.touch(20, 60)
    case.goes_on()
    case.collect()
    assert [segment.lines for segment in case.held().segments] == [20, 40]
    assert case.texts() == LINES
    assert [entry.act.value for entry in case.held().custody] == ["collected", "collected"]
    assert verify_everything(case.settings(), case.store).differences == ()
    case.store.close()


def test_what_is_not_there_any_more_is_said_with_the_reason(case: Case) -> None:
    case.touch(0, 30)
    case.touch(30, 31, **{"log.source": "pipe", "log.file.path": "-", "log.stream": "-", "log.file.identity": "pipe"})
    raw = case.log.read_bytes()
    case.log.write_bytes(raw.replace(b"/clients/29", b"/clients/77"))
    case.collect()
    assert case.missing() == {"changed": 1, "no_file": 1}  # nobody heard the line when it was read
    assert case.texts() == LINES[:29]
    case.log.unlink()
    case.touch(31, 40)
    case.goes_on()
    case.collect()
    assert case.missing() == {"gone": 10, "no_file": 1}
    assert case.texts() == LINES[:29]
    assert case.metrics.registry.get_sample_value("nabat_evidence_missing_lines", {"reason": "gone"}) == 10


def test_what_came_from_no_file_is_copied_from_what_was_read(case: Case) -> None:
    pipe = {"log.source": "pipe", "log.file.path": "-", "log.stream": "-", "log.file.identity": "pipe"}
    case.touch(0, 5, **pipe)
    case.collect(heard=case.heard(0, 4, **pipe))
    assert case.texts() == LINES[:4]
    assert case.missing() == {"no_file": 1}


def test_of_what_came_from_no_file_the_latest_has_room() -> None:
    recent = LinesAsRead(most_bytes=500)
    wanted = [WantedLine(number * 100, sha256(b"line %d" % number).hexdigest()[:24]) for number in range(100)]
    for number in range(100):
        row = {"event.original": f"line {number}", "log.offset": number * 100, "log.file.path": "journald"}
        recent.ingest(events(row))
    found = recent.find(wanted)
    assert wanted[-1] in found
    assert wanted[0] not in found
    assert sum(map(len, found.values())) <= 500


def test_a_damaged_file_is_unreadable_and_gives_what_stands_before_the_damage(case: Case) -> None:
    case.touch()
    packed = gzip.compress(case.log.read_bytes())
    case.log.with_name("crm.log.1.gz").write_bytes(packed[: len(packed) // 2])
    case.log.unlink()
    case.collect()
    assert set(case.missing()) == {"unreadable"}
    assert case.texts() == LINES[: len(case.texts())]


def test_what_does_not_fit_is_said_and_copied_when_there_is_room(case: Case) -> None:
    case.touch()
    case.most = 18 << 10
    case.collect()
    kept = len(case.texts())
    assert 0 < kept < len(LINES)
    assert case.missing() == {"budget": len(LINES) - kept}
    assert case.problem == "no-room"
    case.most = 1 << 30
    case.goes_on()
    case.collect()
    assert sorted(case.texts()) == sorted(LINES)
    assert (case.missing(), case.problem) == ({}, "")


def test_lines_that_only_findings_point_at_are_copied_too(case: Case) -> None:
    raw = case.log.read_bytes()
    start = raw.index(LINES[7].encode())
    digest = sha256(LINES[7].encode()).hexdigest()
    pointer = Evidence(
        at=NOON, event_id=derive("event", FILE, start, digest), path=str(case.log), offset=start, line_hash=digest
    )
    told = finding("one", evidence=(pointer,))
    with case.store.begin() as unit:
        its = alert("one", incident_id=case.incident.id, finding_ids=(told.id,))
        unit.incidents.save(Decisions(findings=(told,), alerts=(its,)))
    renamed(case)
    case.collect()
    assert case.texts() == [LINES[7]]
    (segment,) = case.held().segments
    assert case.files.read(segment).item(0, "event_id") == pointer.event_id


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(case: Case) -> None:
    case.touch()
    case.files.folder.write_text("in the way")
    case.collect(steps=200)
    assert "evidence" in case.problem
    case.files.folder.unlink()
    case.goes_on()
    case.collect()
    assert (case.texts(), case.problem) == (LINES, "")


class Dying(SegmentFiles):
    """Ends before or after a segment is on the disk, as a process that is killed."""

    def __init__(self, folder: Path, *, written: bool) -> None:
        super().__init__(folder)
        self._written = written

    def write(self, incident_id: str, number: int, rows: Any, *, taken_at: datetime, collector: str) -> EvidenceSegment:
        if self._written:
            super().write(incident_id, number, rows[:-3], taken_at=taken_at, collector=collector)
        raise KeyboardInterrupt


@pytest.mark.parametrize("written", [False, True])
def test_killed_around_the_write_of_a_segment_nothing_is_lost_or_doubled(case: Case, written: bool) -> None:
    case.touch()
    with pytest.raises(KeyboardInterrupt):
        case.collect(files=Dying(case.files.folder, written=written))
    assert case.held().segments == ()
    case.collect()
    assert case.texts() == LINES
    assert verify_everything(case.settings(), case.store).differences == ()
    assert len(list(case.files.folder.rglob("*"))) == 2  # the folder of the case and its segment


def test_killed_after_any_step_nothing_is_lost_or_doubled(case: Case) -> None:
    case.touch(0, 6)
    case.touch(6, 9, **{"log.file.identity": "unknown"})
    steps = 0
    while case.held().state is None:
        steps += 1
        case.collect(steps=steps)  # and the collector is gone
    assert steps > 9
    case.goes_on()
    case.collect()
    assert case.texts() == LINES[:9]


def test_an_export_is_checked_without_nabat_and_leaves_its_trace(case: Case, tmp_path: Path) -> None:
    case.touch()
    renamed(case)
    case.collect()
    desk = ArchiveDesk(case.store, case.settings(), case.clock)
    _, lines = desk.export(case.incident.number, tmp_path / "out", by=me("dina"))
    assert lines == len(LINES)
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {each["kind"]: each["counts"] for each in manifest["facts"]} == {"t0": True, "cause": True, "severity": True}
    last = manifest["lines"][-1]
    raw = (tmp_path / "out" / last["file"]).read_bytes()[last["starts"] :][: last["length"]]
    assert (raw.decode(), sha256(raw).hexdigest()) == (LINES[-1], last["sha256"])
    assert "exported dina" in (tmp_path / "out" / "custody.txt").read_text()
    assert {path.stat().st_mode & 0o77 for path in (tmp_path / "out").rglob("*")} == {0}
    desk.export(case.incident.number, tmp_path / "out.tar", by=me("dina"))
    listed = subprocess.run(["tar", "-tf", str(tmp_path / "out.tar")], capture_output=True, text=True, check=True)
    assert f"{case.incident.number}/manifest.json" in listed.stdout.split()
    with pytest.raises(InputError, match="is there already"):
        desk.export(case.incident.number, tmp_path / "out", by=me("dina"))
    assert [entry.by for entry in case.held().custody] == ["nabat", "dina", "dina", "dina"]


@pytest.mark.parametrize("name", ["=1 \x1b[2J\u202e\n..\\ $(reboot).log", "ж" * 120 + ".log"])
def test_a_log_that_others_named_is_exported_under_a_plain_name(tmp_path: Path, name: str) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")) as store:
        case = Case(tmp_path, store, name=name)
        case.touch()
        case.collect()
        _, lines = ArchiveDesk(store, case.settings(), case.clock).export(
            case.incident.number, tmp_path / "out", by=me("dina")
        )
    assert lines == len(LINES)
    (written,) = (tmp_path / "out" / "lines").iterdir()
    assert re.fullmatch(r"0001-[\w.-]+\.txt", written.name)
    assert len((tmp_path / "out" / "SHA256SUMS").read_text().splitlines()) == len(["lines", "manifest", "custody"])
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path / "out", check=False)
    assert done.returncode == 0
    assert (tmp_path / "out" / "manifest.json").read_bytes().isascii(), "nothing in it steers whoever reads it"
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {each["path"] for each in manifest["lines"]} == {str(case.log)}


def test_an_altered_or_removed_archive_is_found_by_both_checks(case: Case) -> None:
    case.touch()
    case.collect()
    (segment,) = case.held().segments
    path = case.files.folder / segment.path
    frame = pl.read_parquet(path)
    frame.with_columns(raw=pl.lit(b"nothing")).write_parquet(path)
    desk = ArchiveDesk(case.store, case.settings(), case.clock)
    flaws = {each.flaw.value for each in desk.verify(case.incident.number, by=me("dina"))[2]}
    assert flaws == {"evidence_file", "evidence_line"}
    path.unlink()
    (found,) = verify_everything(case.settings(), case.store).differences
    assert dict(found.args) == {"file": segment.path, "why": "missing"}
    with pytest.raises(StoreError):
        case.files.read(segment)
