"""The shipped record map sees in the lines what the truth says was touched."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from detector.decode import Decoder
from detector.frames import LineBatch
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from tests.simulate.conftest import START


@pytest.fixture(scope="module")
def settings(week: Path) -> Settings:
    return load_settings(week / "nabat.yml", {})


def decoded(settings: Settings, file: str, lines: list[str]) -> tuple[pl.DataFrame, int]:
    source = next(source for source in settings.sources if source.paths[0].endswith(file))
    batch = LineBatch(
        source=source.name, stream=file, path=file, file_id=file, lines=pl.Series(lines, dtype=pl.String),
        offsets=pl.Series(range(len(lines)), dtype=pl.Int64), start=0, end=len(lines), ingested=START, first_number=1,
    )  # fmt: skip
    events = Decoder(settings, session_key=b"k" * 32).decode(batch)
    return events.frame, len(events.rejects)


@pytest.mark.parametrize("file", ["crm.access.log", "billing.access.log", "portal.audit.log"])
def test_every_line_becomes_an_event(file: str, settings: Settings, texts: dict[str, list[str]]) -> None:
    frame, rejects = decoded(settings, file, texts[file][:5000])
    assert (frame.height, rejects) == (5000, 0)


def test_the_actors_subjects_and_classes_of_each_leak_are_seen(
    settings: Settings, truth: dict[str, Any], texts: dict[str, list[str]]
) -> None:
    for leak in truth["leaks"]:
        events = pl.concat(
            decoded(settings, file, [line for a, b in spans for line in texts[file][a - 1 : b]])[0]
            for file, spans in leak["lines"].items()
        )
        assert leak["actor"] in set(events["actor.id"])
        assert set(events["source.ip"]) == set(leak["source_ips"])
        answered = events.filter(pl.col("event.outcome") != "failure")
        assert set(answered["subject.ids"].explode(empty_as_null=True).drop_nulls()) == set(leak["subject_ids"])
        assert set(answered["object.classes"].explode(empty_as_null=True).drop_nulls()) == set(leak["data_classes"])
        assert set(events["service.name"]) == set(leak["services"])


def test_the_estimated_records_of_exports_are_near_the_truth(
    settings: Settings, truth: dict[str, Any], texts: dict[str, list[str]]
) -> None:
    leaks = [leak for leak in truth["leaks"] if leak["kind"] in ("night_exporter", "injection")]
    assert leaks
    for leak in leaks:
        ((file, spans),) = leak["lines"].items()
        frame, _ = decoded(settings, file, [line for a, b in spans for line in texts[file][a - 1 : b]])
        seen = frame.filter(pl.col("event.outcome") == "success")["record.count"].sum()
        assert 0.85 * leak["records"] < seen < 1.15 * leak["records"] + 40
