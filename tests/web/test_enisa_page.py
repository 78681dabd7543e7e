"""The severity by ENISA's method on the incident's page, and at the command line's door."""

import pytest

from detector.errors import DeniedError, NotFoundError
from detector.schema.case.severity_assessments import SeverityFactor
from tests.fakes.people import me
from tests.web.conftest import SCOPE, World, make_finding


@pytest.mark.parametrize(
    ("language", "before", "reason", "after", "refused"),
    [
        ("en", "3: high", "touched: Identity documents", "2.5: medium", "This factor cannot be 3"),
        ("ru", "3: высокая", "затронуто: Паспорта", "2,5: средняя", "Этот показатель не может быть 3"),
    ],
    ids=("en", "ru"),
)
def test_a_factor_is_corrected_on_the_page_with_a_reason(
    world: World, language: str, before: str, reason: str, after: str, refused: str
) -> None:
    incident = world.found(scope=SCOPE)
    browser, page = world.browser(), f"/incidents/{incident.number}?lang={language}"
    shown = browser.case(page)
    assert before in shown
    assert reason in shown
    act = f"/incidents/{incident.id}/assess"
    wrong = browser.fill(page, act, factor="malicious", value="3", reason="x")
    assert (wrong.status_code, refused in wrong.text) == (400, True)
    assert browser.fill(page, act, factor="malicious", value="x", reason="x").status_code == 400
    done = browser.fill(page, act, factor="malicious", value="0", reason="by <b>mistake</b>")
    assert done.headers["location"].endswith("#enisa")
    shown = browser.case(page)
    assert (before in shown, after in shown, "by &lt;b&gt;mistake&lt;/b&gt;" in shown) == (True, False, True)
    agree = f"/incidents/{incident.id}/agree"
    assert browser.fill(page, act, by="dina", factor="malicious", value="0", reason="another").status_code == 409
    assert browser.fill(page, agree, by="lev", subject="enisa:malicious").status_code == 409
    assert browser.fill(page, agree, by="dina", subject="enisa:malicious").status_code == 303
    shown = browser.case(page)
    assert after in shown
    assert "by &lt;b&gt;mistake&lt;/b&gt;" in shown
    detail = world.detail(incident.id)
    assert detail.chain_sound
    assert detail.entries[-1].kind == "severity_assessed"
    assert browser.fill(page, act, factor="malicious", value="computed", reason="no mistake").status_code == 303
    assert before in browser.case(page)


def test_whom_a_case_is_about_assesses_nothing_nor_does_who_only_looks(world: World) -> None:
    incident = world.found(make_finding(), scope=SCOPE)
    with pytest.raises(NotFoundError, match="there is no incident"):
        world.console.assess(incident.number, SeverityFactor.MALICIOUS, 0.0, by=me("olga"), reason="x")
    other = world.found(make_finding(by="user:mallory"), scope=SCOPE)
    with pytest.raises(DeniedError, match="may not do this"):
        world.console.assess(other.number, SeverityFactor.MALICIOUS, 0.0, by=me("olga"), reason="x")
