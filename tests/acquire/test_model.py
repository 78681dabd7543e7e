"""The follower against a toy: whatever happens to the files, no record is lost, invented or read twice."""

import gzip
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from detector.acquire.reader import Reader
from detector.acquire.timing import ReadTiming
from detector.clock import SystemClock
from detector.schema.events.framing import LINES, Cutting, Framing
from detector.settings.sections.sources import SourceSettings

pytestmark = pytest.mark.share(3)

PACE = ReadTiming(beat=0.0, polling=0.0, rest=0.0, hot=5.0, grace=30.0, settle=0.0, handles=2)


class FollowerMachine(RuleBasedStateMachine):
    """Two logs, their rotated copies, a reader that is stopped and started, and what it should have seen."""

    framing = LINES
    more = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="follow-"))
        self.timer = 0.0
        self.count = 0
        self.skew = 0
        self.jumped = False
        self.written: set[str] = set()
        self.may_miss: set[str] = set()
        self.got: list[tuple[str, int, str]] = []
        self.committed = 0
        self.partial: dict[str, str] = {}
        self.reader: Reader | None = None
        self.positions = ()

    @initialize(pattern=st.sampled_from(["*.log", "*.log*"]), budget=st.sampled_from([1, 4 << 20]))
    def begin(self, pattern: str, budget: int) -> None:
        self.settings = SourceSettings(
            name="web",
            paths=[str(self.folder / pattern)],
            service="crm",
            watch="polling",
            start="beginning",
            budget=budget,
        )
        self.begun: dict[str, str] = {}
        for name in ("a", "b"):
            self.write(name=name, lines=1, long=False)
        self.start(first=True)
        # A log has to be seen once: a file that was rotated away before anybody looked belongs to no known log.
        self.read()
        self.commit()

    def start(self, *, first: bool) -> None:
        self.reader = Reader(
            [self.settings],
            self.positions,
            clock=SystemClock(),
            first_start=first,
            pace=PACE,
            timer=lambda: self.timer,
            framing=lambda source, head: self.framing,
        )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def unread(self, name: str) -> set[str]:
        """Lines in this log that were not committed: those that may be lost when it is destroyed."""
        path = self.log(name)
        have = {line for _, _, line in self.got[: self.committed]}
        return self.records(path.read_text()) - have if path.exists() else set()

    def records(self, text: str) -> set[str]:
        """What a file's text holds, and what is held back of it."""
        return set(text.replace("\n\t", "\0").replace("\n", "\1").replace("\0", "\n\t").split("\1"))

    names = st.sampled_from(["a", "b"])

    @rule(name=names, lines=st.integers(1, 5), long=st.booleans())
    def write(self, name: str, lines: int, long: bool) -> None:
        with self.log(name).open("a") as file:
            for _ in range(lines):
                self.count += 1
                line = (
                    self.partial.pop(name, "") + f"{name} line {self.count}" + " x" * (400 if long else 0) + self.more
                )
                self.written.add(line)
                file.write(line[len(self.begun.pop(name, "")) :] + "\n")
        self.stamp(self.log(name))

    @rule(name=names)
    def write_part(self, name: str) -> None:
        self.count += 1
        part = f"{name} part {self.count};"
        with self.log(name).open("a") as file:
            file.write(part)
        self.stamp(self.log(name))
        self.partial[name] = self.partial.get(name, "") + part
        self.begun[name] = self.partial[name]

    @rule(hours=st.sampled_from([-25, -1, 1, 25]))
    def jump(self, hours: int) -> None:
        """The machine's clock is set: files written from now on carry times from elsewhere."""
        self.read()
        self.skew += hours * 3600 * 10**9
        self.jumped = True

    def stamp(self, path: Path) -> None:
        if self.skew:
            found = path.stat()
            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + self.skew))

    def forget_part(self, name: str) -> None:
        # The rest of a begun line goes elsewhere: what was begun is a line of its own, without an end.
        part = self.partial.pop(name, "")
        self.begun.pop(name, None)
        if part:
            self.written.add(part)
            self.may_miss.add(part)

    def shift(self, name: str) -> None:
        for number in (3, 2, 1):
            for end in ("", ".gz"):
                old = self.folder / f"{name}.log.{number}{end}"
                if old.exists():
                    old.rename(self.folder / f"{name}.log.{number + 1}{end}")
        for end in ("", ".gz"):
            last = self.folder / f"{name}.log.4{end}"
            if last.exists():
                have = {line for _, _, line in self.got[: self.committed]}
                text = gzip.decompress(last.read_bytes()).decode() if end else last.read_text()
                self.may_miss |= self.records(text) - have
                last.unlink()

    @rule(name=names)
    def rotate(self, name: str) -> None:
        if self.log(name).exists():
            self.shift(name)
            self.log(name).rename(self.folder / f"{name}.log.1")
            self.forget_part(name)

    @rule(name=names)
    def copytruncate(self, name: str) -> None:
        if self.log(name).exists():
            self.shift(name)
            shutil.copyfile(self.log(name), self.folder / f"{name}.log.1")
            self.stamp(self.folder / f"{name}.log.1")
            os.truncate(self.log(name), 0)
            self.stamp(self.log(name))
            self.forget_part(name)

    @rule(name=names, number=st.integers(1, 3))
    def compress(self, name: str, number: int) -> None:
        path = self.folder / f"{name}.log.{number}"
        if path.exists():
            found = path.stat()
            target = path.with_name(path.name + ".gz")
            target.write_bytes(gzip.compress(path.read_bytes()))
            os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
            path.unlink()

    @rule(name=names)
    def delete(self, name: str) -> None:
        self.may_miss |= self.unread(name)
        self.log(name).unlink(missing_ok=True)
        self.forget_part(name)

    @rule(name=names)
    def truncate(self, name: str) -> None:
        if self.log(name).exists():
            self.may_miss |= self.unread(name)
            os.truncate(self.log(name), 0)
            self.forget_part(name)

    @rule()
    def read(self) -> None:
        self.timer += 1.0
        for batch in self.reader.poll():
            assert batch.start <= batch.end
            if not batch.provisional:
                self.got += zip([batch.file_id] * len(batch.lines), batch.offsets, batch.lines, strict=True)

    @rule()
    def commit(self) -> None:
        self.positions = self.reader.positions()
        self.committed = len(self.got)

    @rule()
    def restart(self) -> None:
        """Stop without a word: what was read since the commit is read again."""
        # A file that came and went since the last commit, written by a clock set back, cannot be told from an old one
        # by a reader that knows no more than its positions.
        if self.jumped:
            self.read()
            self.commit()
        self.reader.close()
        del self.got[self.committed :]
        self.start(first=False)
        if self.jumped:
            self.read()

    @invariant()
    def nothing_invented_nothing_twice(self) -> None:
        lines = [line for _, _, line in self.got]
        assert len(lines) == len(set(lines)), "a line was read twice"
        invented = set(lines) - self.written
        assert not invented, f"invented: {invented}"
        assert len({(file_id, offset) for file_id, offset, _ in self.got}) == len(self.got), "one place, two lines"

    def teardown(self) -> None:
        try:
            if self.reader is not None:
                for _ in range(60):
                    self.read()
                self.timer += 31
                for _ in range(5):
                    self.read()
                self.nothing_invented_nothing_twice()
                missing = self.written - {line for _, _, line in self.got} - self.may_miss
                assert not missing, f"lost: {sorted(missing)[:5]}"
        finally:
            if self.reader is not None:
                self.reader.close()
            shutil.rmtree(self.folder)


class RecordMachine(FollowerMachine):
    """The same with records of several lines, whose end shows only by the next one."""

    framing = Framing(Cutting.START, start="[ab] ")
    more = "\n\tmore\n\tand more"


FollowerMachine.TestCase.settings = RecordMachine.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TestFollower = FollowerMachine.TestCase
TestRecordFollower = RecordMachine.TestCase
