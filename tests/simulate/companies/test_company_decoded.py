"""The configuration beside a company's logs sees in them what the truth says was taken, and by whom."""

import polars as pl
import pytest

from detector.decode import Decoder
from detector.frames import LineBatch
from detector.settings.loading.load_settings import load_settings
from tests.simulate.companies.conftest import START
from tests.simulate.companies.reading import Run

pytestmark = pytest.mark.share(3)


def decoded(run: Run, file: str, spans: list[list[int]]) -> pl.DataFrame:
    settings = load_settings(run.folder / "nabat.yml", {})
    source = next(source for source in settings.sources if source.paths[0].endswith(file))
    lines = [run.lines[file][number - 1].text for first, last in spans for number in range(first, last + 1)]
    batch = LineBatch(
        source=source.name, stream=file, path=file, file_id=file, lines=pl.Series(lines, dtype=pl.String),
        offsets=pl.Series(range(len(lines)), dtype=pl.Int64), start=0, end=len(lines), ingested=START, first_number=1,
    )  # fmt: skip
    events = Decoder(settings, session_key=b"k" * 32).decode(batch)
    assert not events.rejects
    return events.frame


def ids(frame: pl.DataFrame) -> set[str]:
    return set(frame["subject.ids"].explode(empty_as_null=True).drop_nulls())


def test_the_clients_taken_by_each_leak_are_seen_and_its_actor_is_charged(runs: list[Run]) -> None:
    run = runs[0]
    for leak in run.truth["leaks"]:
        frames = [decoded(run, file, spans) for file, spans in leak["taking_lines"].items()]
        assert {client for frame in frames for client in ids(frame)} == set(leak["named_ids"]), leak["id"]
        assert {actor for frame in frames for actor in frame["actor.id"]} <= set(leak["actors"]), leak["id"]
        assert all(frame["object.type"].null_count() == 0 for frame in frames)
        assert {"success"} == {outcome for frame in frames for outcome in frame["event.outcome"]}


def test_exports_and_searches_are_seen_with_their_size(runs: list[Run]) -> None:
    for leak in runs[0].truth["leaks"]:
        if leak["kind"] in ("night_exporter", "export_split"):
            for file, spans in leak["taking_lines"].items():
                frame = decoded(runs[0], file, spans)
                largest = frame["record.count"].max()
                assert largest is not None
                assert frame["record.count"].sum() >= 0.9 * leak["subjects"]
