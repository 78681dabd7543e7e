"""A real browser presses the buttons."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element, url_contains, url_to_be
from selenium.webdriver.support.ui import WebDriverWait

from detector.schema.case.incidents import StepStatus
from detector.web.entry.signed_in import SESSION_COOKIE
from tests.web.conftest import HOSTILE, World, make_finding
from tests.web.test_explained import filled, of_the_night
from tests.web.test_watch import served

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium is not installed (Debian packages chromium and chromium-driver)"
)


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    server = served(world)
    server.start()
    yield server.url
    server.stop()


def until(driver: webdriver.Chrome) -> WebDriverWait[webdriver.Chrome]:
    return WebDriverWait(driver, 20, ignored_exceptions=[StaleElementReferenceException])


def signed_in(world: World, driver: webdriver.Chrome, address: str) -> None:
    """Let somebody be signed in."""
    driver.get(f"{address}/signin")
    driver.add_cookie({"name": SESSION_COOKIE, "value": world.session("lev"), "httpOnly": True})


def complaints(driver: webdriver.Chrome) -> list[object]:
    return [each for each in driver.get_log("browser") if each["level"] == "SEVERE"]


def test_a_person_acknowledges_and_marks_a_step_done(world: World, chromium: webdriver.Chrome, address: str) -> None:
    incident = world.found()
    world.people.set_password("anna", "four plain words here", by="lev")
    chromium.get(address)
    chromium.find_element(By.ID, "name").send_keys("anna")
    chromium.find_element(By.ID, "password").send_keys("four plain words here")
    chromium.find_element(By.ID, "signin").click()
    until(chromium).until(url_to_be(f"{address}/"))
    chromium.find_element(By.LINK_TEXT, incident.code_name).click()
    chromium.find_element(By.ID, "acknowledge").click()
    until(chromium).until(text_to_be_present_in_element((By.TAG_NAME, "main"), "Anna (security) has it"))
    step = chromium.find_element(By.ID, "step-A4")
    step.find_element(By.TAG_NAME, "summary").click()
    step.find_element(By.ID, "proof-A4").send_keys("called the manager")
    step.find_element(By.ID, "done-A4").click()
    until(chromium).until(url_contains("#step-A4"))
    until(chromium).until(text_to_be_present_in_element((By.ID, "step-A4"), "Done by Anna (security)"))
    (done,) = (each for each in world.detail(incident.id).steps if each.step_id == "A4")
    assert (done.status, done.done_by, done.proof) == (StepStatus.DONE, "anna", "called the manager")
    assert complaints(chromium) == []


def test_a_link_opens_one_big_button(world: World, chromium: webdriver.Chrome, address: str) -> None:
    incident = world.found()
    chromium.get(f"{address}/ack/{world.token(incident)}")
    assert world.detail(incident.id).incident.acknowledged_at is None
    chromium.find_element(By.ID, "acknowledge").click()
    until(chromium).until(text_to_be_present_in_element((By.TAG_NAME, "main"), "There is nothing left to acknowledge"))
    assert world.detail(incident.id).incident.acknowledged_by == "anna"


def test_hostile_text_runs_nothing_and_a_phone_needs_no_sideways_scrolling(
    world: World, chromium: webdriver.Chrome, address: str
) -> None:
    incident = world.found(make_finding(HOSTILE, f"user:{HOSTILE}{'x' * 500}", title=HOSTILE, service=HOSTILE))
    phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    signed_in(world, chromium, address)
    for page in ("/", f"/incidents/{incident.number}", "/signout", f"/ack/{world.token(incident)}"):
        for language in ("en", "ru"):
            chromium.get(f"{address}{page}?lang={language}")
            assert not chromium.find_elements(By.TAG_NAME, "script")
            size = chromium.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            assert size["width"] <= 390, page
    assert complaints(chromium) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_of_an_incident_are_seen_on_a_phone_in_light_and_in_dark(
    world: World, chromium: webdriver.Chrome, address: str, scheme: str
) -> None:
    incident = filled(world).found(of_the_night())
    phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    chromium.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    signed_in(world, chromium, address)
    chromium.get(f"{address}/incidents/{incident.number}?lang=ru")
    assert chromium.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"] <= 390
    pictures = chromium.find_elements(By.CSS_SELECTOR, "svg.chart")
    assert len(pictures) == 2
    seen = chromium.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    for picture in pictures:
        assert 300 <= picture.rect["width"] <= 390
        # As large as it is meant: what is written in it can be read.
        written = picture.find_elements(By.TAG_NAME, "text")
        assert min(each.rect["height"] for each in written) >= 9
        edge = picture.rect["x"] + picture.rect["width"] + 1
        assert all(each.rect["x"] + each.rect["width"] <= edge for each in written)
        for part in (".of-incident", ".marked", ".shade", ".bar"):
            for each in picture.find_elements(By.CSS_SELECTOR, part)[:1]:
                drawn = each.value_of_css_property("stroke" if part == ".marked" else "fill")
                assert drawn not in (seen, "none")
    assert complaints(chromium) == []
