"""A rule that is proved on a case: it fires on its lines, and what it says of honest days is told."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.cli import nabat
from detector.detect.rules.detector import RuleState
from detector.errors import FoundError
from tests.runtime.places import NIGHT, RULES, answer, line, write_plan
from tests.scenarios.story import Story

RULE = """\
title: Client data is read
name: read
logsource: {{product: nabat}}
status: stable
detection:
  selection: {{event.action: read}}
  condition: selection
level: low
---
title: One actor reads more than {many} clients in an hour
id: 5f0c0c5e-0000-4000-8000-0000000000aa
status: stable
correlation:
  type: value_count
  rules: [read]
  group-by: [actor.id]
  timespan: 1h
  condition: {{field: subject.ids, gt: {many}}}
level: high
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Ten days on which anna reads eight clients each morning, then a night on which mallory reads many."""
    folder = tmp_path_factory.mktemp("proof")
    config = write_plan(folder)
    mornings = (NIGHT - timedelta(days=day, hours=-6) for day in range(10, 0, -1))
    honest = [line(at + timedelta(minutes=5 * n), 2000 + 31 * n, "anna") for at in mornings for n in range(8)]
    (folder / "access.log").write_text("".join(honest))
    story = Story.of(config)
    story.log_of(150, by="mallory").later(minutes=4)
    app = story.app
    while app.collector.beat(app.settings, app.parts.playbooks, app.parts.lists.watched, seconds=5):
        pass
    number = story.incident.number
    story.stop()
    return config, number


def proved(case: tuple[Path, str], tmp_path: Path, many: int, *more: str) -> tuple[int, str, str]:
    rule = tmp_path / "rule<b>.yml"
    rule.write_text(RULE.format(many=many))
    return answer(case[0], "rules", "prove", case[1], str(rule), *more)


def test_it_fires_on_the_case_is_silent_on_honest_days_and_the_result_is_filed(
    case: tuple[Path, str], tmp_path: Path
) -> None:
    status, out, said = proved(case, tmp_path, 120)
    assert status == 0, out + said
    assert "PROVED: it finds the case" in out
    assert "it fires once:" in out, out
    assert "lines of the case as they are held" in out, out
    assert "It is silent on them." in out
    assert "silent on 10 honest days" in out, out
    assert "Once more it fires on work that belongs to a case." in out
    document = said.split("filed: ")[1].split()[0]
    body = answer(case[0], "documents", "show", document)[1]
    assert "SHA-256 of the file" in body
    assert "rule<b>" not in body
    custody = json.loads(answer(case[0], "evidence", "show", case[1], "--json")[1])["custody"]
    assert "replayed" in [each["act"] for each in custody]


def test_a_rule_that_would_page_about_honest_work_or_misses_the_case_is_not_proved(
    case: tuple[Path, str], tmp_path: Path
) -> None:
    status, out, said = proved(case, tmp_path, 5, "--no-document")
    assert (status, "NOT PROVED" in out, "filed" in said) == (1, True, False)
    assert "user:anna" in out.split("It would fire")[1]
    status, out, _ = proved(case, tmp_path, 400, "--no-document")
    assert (status, "it fires NEVER." in out) == (1, True)


def test_silence_shows_nothing_of_what_was_let_go_for_lack_of_memory(
    case: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RuleState, "take_forgotten", lambda _: Counter(windows=41_000))
    rule = tmp_path / "rule.yml"
    rule.write_text(RULE.format(many=120))
    done = CliRunner().invoke(nabat, ["rules", "prove", "-c", str(case[0]), "--no-document", case[1], str(rule)])
    assert isinstance(done.exception, FoundError), done.output
    assert "NOT PROVED" in done.output
    assert "NOT ALL WAS JUDGED: the memory of the counts of rules let go of" in done.output


def test_silence_shows_nothing_where_nobody_else_worked(case: tuple[Path, str], tmp_path: Path) -> None:
    log = case[0].parent / "access.log"
    whole = log.read_text()
    log.write_text("".join(each for each in whole.splitlines(keepends=True) if "mallory" in each))
    status, out, _ = proved(case, tmp_path, 5, "--no-document")
    log.write_text(whole)
    assert (status, "NO day: nothing is shown by them" in out) == (1, True), out
    assert "Once more it fires on work that belongs to a case." in out


def test_what_is_no_rule_is_refused(case: tuple[Path, str], tmp_path: Path) -> None:
    rule = tmp_path / "rule.yml"
    rule.write_text(RULES.split("---")[1])
    status, out, said = answer(case[0], "rules", "prove", case[1], str(rule))
    assert (status, out, "reads" in said) == (2, "", True)
    assert answer(case[0], "rules", "prove", "20990101-ffffff", str(rule))[0] == 2
    assert answer(case[0], "rules", "prove", case[1], str(tmp_path / "none.yml"))[0] == 2
