"""A case of a company whose service speaks English, read by Russians: all that is made of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.english import english_in
from tests.example import company
from tests.example.walk import BEFORE, NIGHT, WORDS, Walk
from tests.receivers import mail_server, web_servers
from tests.scenarios.story import TEAM, Story

pytestmark = [pytest.mark.share(4), pytest.mark.timeout(300)]

_ENGLISH = {"01-page.txt", "letters/plan.md"}
"""What was written once, in the service's language: the page that was sent, the plan that two people approved."""


def test_no_english_sentence_stands_in_what_is_made_of_a_case_for_russians(tmp_path: Path) -> None:
    out = tmp_path / "ru"
    with mail_server() as mails, web_servers() as web:
        given = company.changes(tmp_path, "ru", mails.port) | {"language": "en"}
        start = NIGHT.replace(hour=5, minute=0) - timedelta(days=BEFORE)
        story = Story(tmp_path, {person: web() for person in TEAM}, start=start, **given)
        try:
            walk = Walk(story, mails, "ru", out, said=WORDS["ru"])
            walk.whole(read_in="ru")
        finally:
            story.stop()
    made = {str(path.relative_to(out)): path for path in out.rglob("*") if path.suffix in (".txt", ".md", ".html")}
    assert {"02-incident.txt", "others/executive.md", "notices/ru-24h.html", "review/review.md"} <= set(made)
    for name in made.keys() - _ENGLISH:
        assert english_in(made[name].read_text(), "Example Edustus Oy, Helsinki") == [], name
