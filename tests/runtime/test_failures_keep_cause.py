"""What is caught says what failed and where: in the log once with the calls, in a metric, in a blind spot."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from detector.clock import ManualClock
from detector.decode import Decoder
from detector.errors import Cause, NabatError, StoreError
from detector.frames import EventBatch, LineBatch
from detector.messages import messages
from detector.runtime.app import App
from detector.runtime.components import build
from detector.runtime.intake.fault_isolation import FaultIsolation
from detector.runtime.kept_text import moments_from
from detector.runtime.sources.silence_baseline import SilenceBaselines
from detector.runtime.training import retrain
from detector.runtime.visibility.visibility_report import read_sight
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.telemetry import FaultLog
from tests.runtime.places import NIGHT, bulk, write_plan
from tests.runtime.test_shield import Brittle, batch_of

WHO = "mallory"
"""Stands in a log, so it must not stand in ours."""


class TogetherOnly(Brittle):
    """A decoder whose way of decoding batches together has the defect."""

    def decode_all(self, batches: Sequence[LineBatch]) -> list[EventBatch]:
        raise IndexError(WHO)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - any
        return caught


# -- the log -----------------------------------------------------------------------------------------------------------


def test_a_cause_is_told_once_with_its_calls_and_without_what_it_says() -> None:
    faults = FaultLog("test")
    with capture_logs() as said:
        for _ in range(3):
            cause = faults.report("failed", raised(ValueError("mallory")))
        faults.report("failed", raised(KeyError("mallory")))
    assert [(each["error"], each["what"]) for each in said] == [
        ("ValueError", "a fault of Nabat: please report it"),
        ("KeyError", "a fault of Nabat: please report it"),
    ]
    assert cause.place.startswith("test_failures_keep_cause.py:")
    assert "in raised" in said[0]["trace"]
    assert "mallory" not in str(said)


def test_an_error_of_ours_is_told_each_time_in_its_own_words() -> None:
    faults = FaultLog("test")
    with capture_logs() as said:
        for _ in range(2):
            faults.report("failed", StoreError("the disk is full"))
    assert [each["why"] for each in said] == ["the disk is full"] * 2
    assert not any("what" in each for each in said)


# -- decoding ----------------------------------------------------------------------------------------------------------


def test_batches_that_had_to_be_decoded_apart_are_counted_and_their_cause_is_told_once() -> None:
    apart: list[None] = []
    shield = FaultIsolation(on_apart=lambda: apart.append(None))
    with capture_logs() as said:
        for _ in range(2):
            made = shield.decode_together(cast(Decoder, TogetherOnly()), [batch_of(["good"]), batch_of(["good"])])
            assert [each.frame.height for each in made] == [1, 1]
    (told,) = said
    assert (told["event"], told["error"], told["sources"]) == ("decoded_apart", "IndexError", ["s"])
    assert "in decode_all" in told["trace"]
    assert "mallory" not in str(told)
    assert len(apart) == 2
    assert shield.spots() == []


def test_a_line_that_breaks_the_decoder_is_counted_told_once_and_a_blind_spot() -> None:
    lost: list[str] = []
    shield = FaultIsolation(on_lost=lost.append)
    with capture_logs() as said:
        shield.decode_all(cast(Decoder, Brittle()), [batch_of(["good", "bad", "bad"]), batch_of(["bad"])])
    assert [each["event"] for each in said] == ["decoded_apart", "line_broke_decoder"]
    assert lost == ["s"] * 3
    (spot,) = shield.spots()
    english, russian = (messages(language).reason(spot.reason) for language in ("en", "ru"))
    assert "RuntimeError at test_shield.py:" in english
    assert "a fault of Nabat: 3 lines have given no event" in english
    assert "RuntimeError, место: test_shield.py:" in russian


# -- what the service keeps of itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['{"crm": 1}', "[1]", "no json", '{"crm": "mallory"}'])
def test_what_was_kept_and_cannot_be_read_is_forgotten_and_said(text: str) -> None:
    with capture_logs() as said:
        assert moments_from(f"moments {text}", text) == {}
    (told,) = said
    assert (told["event"], told["name"]) == ("kept_text_forgotten", f"moments {text}")
    assert "mallory" not in str(told["trace"])


def test_nothing_that_was_kept_keeps_the_service_from_starting() -> None:
    assert SilenceBaselines.from_text('{"crm": {"monday": []}}').longest == {}
    assert read_sight('{"spots": 1}') is None


@pytest.mark.parametrize("error", [TypeError("x"), IndexError("x"), ValueError("mallory")])
def test_a_state_that_breaks_reading_begins_anew_and_says_with_what(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise error

    core = build(load_settings(write_plan(tmp_path)), session_key=b"k" * 32, seed=1).core
    tables = core.to_tables(core.empty())
    monkeypatch.setattr("detector.detect.core.reorder.from_tables", broken)
    with pytest.raises(NabatError, match=rf"does not fit this version \({type(error).__name__} at test_fail") as caught:
        core.from_tables(tables)
    assert "mallory" not in str(caught.value)


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_a_training_that_fails_in_its_own_process_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: Settings, _now: object) -> None:
        raise ZeroDivisionError(WHO)

    monkeypatch.setattr(retrain, "learn_from_journal", broken)
    monkeypatch.setattr("os.nice", lambda by: 0)
    settings = load_settings(write_plan(tmp_path))
    answer = retrain.train(settings, NIGHT)
    assert isinstance(answer, Cause)
    trainer = retrain.Retrainer(ManualClock(NIGHT))
    done: Future[Any] = Future()
    done.set_result(answer)
    trainer.running = done
    with capture_logs() as said:
        assert not trainer.due(build(settings, session_key=b"k" * 32), NIGHT)
    (told,) = (each for each in said if each["event"] == "retraining_failed")
    assert (told["event"], told["error"]) == ("retraining_failed", "ZeroDivisionError")
    assert "in broken" in told["trace"]
    assert "mallory" not in str(told)


def test_what_fails_at_the_end_does_not_keep_the_rest_open_and_is_said(tmp_path: Path) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    app = App(load_settings(write_plan(tmp_path)), ManualClock(NIGHT))
    app.start()
    app.closers.append(broken)
    with capture_logs() as said:
        app.close()
    (told,) = [each for each in said if each["event"] == "close_failed"]
    assert told["error"] == "ZeroDivisionError"
    assert "broken" in told["closing"]
    assert app.closers == []


def test_a_running_service_shows_where_its_decoder_failed_and_judges_the_other_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = Decoder.decode

    def brittle(decoder: Decoder, batch: LineBatch) -> EventBatch:
        if batch.lines.str.contains("/clients/1007 ", literal=True).any():
            raise ValueError(WHO)
        return decode(decoder, batch)

    monkeypatch.setattr(Decoder, "decode", brittle)
    monkeypatch.setattr(Decoder, "decode_all", lambda decoder, batches: [decoder.decode(each) for each in batches])
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    with capture_logs() as said, App(load_settings(write_plan(tmp_path)), clock) as app:
        app.turn()
        log.write_text(bulk(20, at=NIGHT + timedelta(seconds=1), first=1_000))
        clock.advance(timedelta(seconds=30))
        app.turn()
        app.turn()
        spots = app.view().blind_spots
        lost = app.metrics.registry.get_sample_value("nabat_decoder_faults_total", {"source": "crm"})
        events = app.metrics.registry.get_sample_value("nabat_events_total", {"source": "crm"})
        apart = app.metrics.registry.get_sample_value("nabat_decode_fallbacks_total")
    assert (apart, lost, events) == (1, 1, 19)
    assert [each for each in spots if "ValueError at test_failures_keep_cause.py:" in each]
    assert len([each for each in said if each["event"] == "line_broke_decoder"]) == 1
    assert WHO not in str(said)
