"""A rule that fails says with what and where, once in the service's log and in its blind spot; never a log's text."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from detector.clock import ManualClock
from detector.detect.rules import detector as detector_module
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.matching import prefilter, text_search
from detector.messages import messages
from detector.runtime.app import App
from detector.runtime.preflight.check_all import check
from detector.runtime.proving import prove_rule
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.schema.case.incidents import IncidentKind
from detector.settings.loading.load_settings import load_settings
from detector.store import SegmentFiles
from tests.runtime.places import NIGHT, bulk, write_plan


class BrokenSearch:
    """A search whose library fails."""

    def find(self, _column: object) -> text_search.Hits:
        raise ValueError("what is this: passwd")


def broken(_rule: object, _state: object, view: FrameView, *_: object) -> None:
    raise ValueError(f"what is this: {view.frame.item(0, 'user.name')}")


def test_a_search_for_texts_that_fails_is_a_blind_spot_and_rules_judge_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "text_search", lambda _texts: BrokenSearch())
    monkeypatch.setattr(prefilter, "text_search", lambda _texts: BrokenSearch())
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    plan = write_plan(tmp_path, rules={"shipped": True})
    with capture_logs() as said_in_log, App(load_settings(plan), clock) as app:
        app.turn()
        for at in range(3):
            with log.open("a") as out:
                lines = bulk(20, at=NIGHT + timedelta(seconds=1 + 20 * at), first=1_000 + 20 * at)
                out.write(lines.replace("Mozilla/5.0", "sqlmap/1.8"))
            clock.advance(timedelta(seconds=30))
            app.turn()
            app.turn()
        with app.store.read() as unit:
            (blind,) = [each for each in unit.incidents.open_incidents() if each.kind is IncidentKind.BLIND_SPOT]
            titles = {finding.title for finding in unit.incidents.all_findings()}
    (said,) = map(messages("en").reason, blind.reasons)
    assert said.startswith("The search for the texts of rules fails, and rules judge every event by all their")
    assert "last with ValueError at test_rule_failures.py:" in said
    assert "A known scanning tool is at work" in titles
    (told,) = [each for each in said_in_log if each["event"] == "rule_failed"]
    assert (told["rule"], told["error"]) == ("search", "ValueError")
    (problem,) = [each for each in check(plan).problems if "search" in each.what]
    assert problem.what.startswith("the search for the texts of rules fails (ValueError at test_rule_failures.py:")


def test_a_rule_that_fails_keeps_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector_module, "correlate", broken)
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    with capture_logs() as said_in_log, App(load_settings(write_plan(tmp_path)), clock) as app:
        app.turn()
        for at in range(3):
            with log.open("a") as out:
                out.write(bulk(20, at=NIGHT + timedelta(seconds=1 + 20 * at), first=1_000 + 20 * at))
            clock.advance(timedelta(seconds=30))
            app.turn()
            app.turn()
        with app.store.read() as unit:
            (incident,) = [each for each in unit.incidents.open_incidents() if each.kind is IncidentKind.BLIND_SPOT]
            finding = next(iter(unit.incidents.all_findings()))
    said = "; ".join(map(messages("en").reason, incident.reasons))
    assert "since the start, last with ValueError at test_rule_failures.py:" in said
    (told,) = [each for each in said_in_log if each["event"] == "rule_failed"]
    assert told["error"] == "ValueError"
    assert "in broken" in told["trace"]
    assert "mallory" not in str(told)
    # Nor does the silence of a rule that fails prove anything.
    work, settings = tmp_path / "work", load_settings(tmp_path / "nabat.yml")
    work.mkdir()
    proof = prove_rule(
        settings,
        tmp_path / "rules.yml",
        incident,
        EvidenceSummary(),
        SegmentFiles(work),
        since=NIGHT,
        until=NIGHT + timedelta(hours=1),
        known=(),
        work=work,
        digest="",
    )
    assert [why.kind for _, why in proof.failures.values()] == ["ValueError"]
    assert not replace(proof, fired=(finding,), others=(), days=1).proved
    assert replace(proof, fired=(finding,), others=(), days=1, failures={}).proved
