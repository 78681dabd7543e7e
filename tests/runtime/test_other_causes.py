"""What a rule says it may also be stands with its incidents, and is escaped wherever it does."""

from pathlib import Path

import pytest
import yaml

from detector.runtime.incidents.console.reading.other_causes import other_causes
from detector.settings import Settings
from tests.runtime.places import BULK_READ, bulk, nabat, write_plan
from tests.scenarios.story import Story

HOSTILE = "<b>A clean-up</b>\x1b[31m; agree it beforehand"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = write_plan(tmp_path, language="ru")
    rules = tmp_path / "rules.yml"
    documents = list(yaml.safe_load_all(rules.read_text()))
    (rule,) = (each for each in documents if each["id"] == BULK_READ)
    rule["falsepositives"] = [HOSTILE, "A campaign"]
    rules.write_text(yaml.safe_dump_all(documents))
    return path


def test_an_incident_says_what_it_may_also_be(config: Path) -> None:
    story = Story.of(config)
    with (config.parent / "access.log").open("a") as log:
        log.write(bulk(120))
    story.at("03:05")
    detail = story.app.console.detail(story.incident.number)
    story.stop()
    assert detail.other_causes == ((HOSTILE,) * 2, ("A campaign",) * 2)
    shown = nabat("incidents", "show", "-c", str(config), story.incident.number).stdout
    assert "может быть и   <b>A clean-up</b>\\x1b[31m" in shown
    assert "\x1b" not in shown


def test_shipped_rules_say_it_in_both_languages() -> None:
    texts = [text for each in other_causes(Settings()).values() for text in each]
    assert len(texts) > 40
    assert not [english for english, russian in texts if english == russian]
