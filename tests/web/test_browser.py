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
from detector.schema.levels import Severity
from detector.web.entry.signed_in import SESSION_COOKIE
from detector.web.serving.make_app import SCRIPT, STYLE
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, SCOPE, World, make_finding
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
    until(chromium).until(text_to_be_present_in_element((By.ID, "head"), "You have it"))
    chromium.find_element(By.PARTIAL_LINK_TEXT, "Steps").click()
    until(chromium).until(url_contains("/steps"))
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
    case = f"/incidents/{incident.number}"
    for page in ("/", case, f"{case}/steps", f"{case}/actor", f"{case}/evidence", f"/ack/{world.token(incident)}"):
        for language in ("en", "ru"):
            chromium.get(f"{address}{page}?lang={language}")
            scripts = chromium.find_elements(By.TAG_NAME, "script")
            assert [each.get_attribute("src") for each in scripts] == [f"{address}/console.js"]
            size = chromium.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            assert size["width"] <= 390, page
    assert complaints(chromium) == []


def test_a_long_word_in_a_title_makes_no_list_wider_than_a_screen(
    world: World, chromium: webdriver.Chrome, address: str
) -> None:
    said = {"title": "W" * 150, "playbook": "suspicious-activity", "severity": "low", "reason": "a call"}
    assert world.browser().fill("/open", "/open", by="lev", **said).status_code == 303
    screen = {"width": 1200, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    signed_in(world, chromium, address)
    chromium.get(f"{address}/incidents")
    assert "WWW" in chromium.find_element(By.TAG_NAME, "main").text
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= 1200


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
    chromium.get(f"{address}/incidents/{incident.number}/actor?lang=ru")
    assert chromium.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"] <= 390
    pictures = chromium.find_elements(By.CSS_SELECTOR, "svg.picture")
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


def height(driver: webdriver.Chrome) -> int:
    return int(driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["height"])


def screen(driver: webdriver.Chrome, width: int, tall: int) -> None:
    metrics = {"width": width, "height": tall, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": width < 500})


def bottom(driver: webdriver.Chrome) -> float:
    rect = driver.find_element(By.ID, "acknowledge").rect
    return float(rect["y"] + rect["height"])


def test_pages_are_as_long_and_as_heavy_as_people_can_read_at_night(
    world: World, chromium: webdriver.Chrome, address: str
) -> None:
    """The sizes of the design: three screens for an incident, five on a phone, a button where the thumb is."""
    incident = filled(world).found(of_the_night(), scope=SCOPE)
    world.console.acknowledge(incident.id, by=me("anna"), via="cli")
    first = world.found(make_finding("walk", "user:k.brandt"), scope=SCOPE)
    world.found(make_finding("odd", "user:m.ivanov", severity=Severity.MEDIUM))
    case, link = f"/incidents/{incident.number}", f"/ack/{world.token(first)}"
    signed_in(world, chromium, address)
    for language in ("en", "ru"):
        screen(chromium, 1280, 800)
        for page, longest in ((case, 2400), ("/", 1200)):
            chromium.get(f"{address}{page}?lang={language}")
            if page == case:
                until(chromium).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "#flow-part svg"))
            assert height(chromium) <= longest, (language, page)
        for page in (case, f"{case}/steps", f"{case}/duties", "/"):
            chromium.get(f"{address}{page}?lang={language}")
            assert len(chromium.page_source.encode()) + served_with() <= 120_000, (language, page)
        screen(chromium, 360, 640)
        chromium.get(f"{address}{case}?lang={language}")
        assert height(chromium) <= 3200, language
        chromium.get(f"{address}{link}?lang={language}")
        assert bottom(chromium) <= 560, language
        chromium.get(f"{address}/?lang={language}")
        assert bottom(chromium) <= 400, language
        pressed = chromium.find_elements(
            By.CSS_SELECTOR, "button, .button, .main-nav a, .me > summary, .fold > summary"
        )
        seen = [each.rect["height"] for each in pressed if each.is_displayed()]
        assert min(seen) >= 44, "as large as a thumb"
        nav = chromium.find_element(By.CSS_SELECTOR, ".main-nav").rect
        assert nav["y"] > 500, "within reach of a thumb"
    assert complaints(chromium) == []


def served_with() -> int:
    return sum(path.stat().st_size for path in (STYLE, SCRIPT))


def test_a_script_adds_what_goes_on_and_keys_that_only_move(
    world: World, chromium: webdriver.Chrome, address: str
) -> None:
    incident = world.found(scope=SCOPE)
    other = world.found(make_finding("walk", "user:k.brandt"), scope=SCOPE)
    signed_in(world, chromium, address)
    chromium.get(f"{address}/incidents/{incident.number}")
    until(chromium).until(text_to_be_present_in_element((By.ID, "live"), "Live"))
    assert other.code_name in chromium.find_element(By.CLASS_NAME, "strip").text, "nobody has it: above every page"
    assert not chromium.find_element(By.ID, "note-form").is_displayed()
    world.console.acknowledge(incident.id, by=me("anna"), via="cli")
    until(chromium).until(text_to_be_present_in_element((By.ID, "head"), "Anna (security) has it"))
    assert "Anna (security) has it" in chromium.find_element(By.ID, "said").get_attribute("textContent")
    incident = world.found(make_finding("odd", "user:m.ivanov"), scope=SCOPE)
    chromium.get(f"{address}/incidents/{incident.number}")
    chromium.get(f"{address}/incidents/{incident.number}#note-form")
    until(chromium).until(lambda driver: driver.find_element(By.ID, "note-text").is_displayed())
    body = chromium.find_element(By.TAG_NAME, "body")
    body.send_keys("a")
    assert chromium.switch_to.active_element.get_attribute("id") == "acknowledge"
    assert world.detail(incident.id).incident.acknowledged_at is None, "a letter moves; it never acts"
    chromium.switch_to.active_element.send_keys("gs")
    until(chromium).until(url_to_be(f"{address}/sources"))
    chromium.get(f"{address}/#%zz")
    until(chromium).until(text_to_be_present_in_element((By.ID, "live"), "Live"))
    assert complaints(chromium) == []
    world.people.sign_out(chromium.get_cookie(SESSION_COOKIE)["value"])
    chromium.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
    until(chromium).until(url_to_be(f"{address}/signin?next=/"), "nothing stays on a screen whose session is over")
