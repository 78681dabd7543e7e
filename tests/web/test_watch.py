import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from detector.telemetry.metrics import OF_CASES, Metrics
from detector.web.serving.server import PageServer
from tests.web.conftest import World


def served(world: World) -> PageServer:
    return PageServer(
        world.consoles, world.people, world.settings, world.metrics, world.keys, service=world.service,
        clock=world.clock,
    )  # fmt: skip


def test_a_live_service_is_healthy_and_ready(world: World) -> None:
    browser = world.browser()
    assert (browser.get("/healthz").status_code, browser.get("/healthz").text) == (200, "ok\n")
    assert (browser.get("/readyz").status_code, browser.get("/readyz").text) == (200, "ready\n")


def test_a_stuck_main_loop_is_not_healthy(world: World) -> None:
    world.view = world.service()
    world.clock.advance(timedelta(seconds=30))
    assert world.browser().get("/healthz").status_code == 200
    world.clock.advance(timedelta(seconds=15))
    answer = world.browser().get("/healthz")
    assert (answer.status_code, answer.text) == (503, "stuck: the main loop has not turned for 45 s\n")


def test_a_service_that_cannot_commit_is_not_ready(world: World) -> None:
    world.view = replace(world.service(), ready=False, why_not="the disk is full\nreally")
    answer = world.browser().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready: the disk is full really\n")
    assert world.browser().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/plain"),
        ("*/*", "text/plain"),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2", "application/openmetrics-text"),
        ("application/openmetrics-text;q=0,text/plain", "text/plain"),
    ],
)
def test_metrics_come_in_the_form_a_scraper_asked_for(world: World, accept: str, kind: str) -> None:
    answer = world.browser().get("/metrics", headers={"accept": accept})
    assert answer.headers["content-type"].startswith(kind)
    assert answer.text.endswith("# EOF\n") is kind.startswith("application")


TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("configured", "shown", "told"),
    [("", "", False), ("", "Bearer ", False), (TOKEN, "", False), (TOKEN, f"Bearer {TOKEN}x", False),
     (TOKEN, f"Basic {TOKEN}", False), (TOKEN, f"bearer {TOKEN}", True)],
)  # fmt: skip
def test_that_there_is_a_case_takes_the_scrapers_token(
    make_world: Callable[..., World], configured: str, shown: str, told: bool
) -> None:
    world = make_world(web={"metrics_token": configured})
    quiet = world.browser("").get("/metrics").text
    world.metrics.incidents_open.labels("critical").set(1)
    world.metrics.findings.labels("correlation", "bulk-read").inc()
    world.metrics.deliveries.labels("push", "sent").inc()
    world.metrics.scores.observe(0.99)
    world.metrics.checked_at.labels("target", "push").set(1_772_000_000)
    world.metrics.unchecked.labels("target").set(3)
    answer = world.browser("").get("/metrics", headers={"authorization": shown})
    assert (answer.text != quiet) is told
    assert ("nabat_incidents_open{" in answer.text, "nabat_lines_total" in answer.text) == (told, True)


def test_every_metric_whose_words_speak_of_cases_is_one_that_takes_the_token() -> None:
    words = "incident|alert|finding|case|message|letter|step|remind|exception|score|precision|latency"
    speaks = re.compile(words, re.IGNORECASE)
    said = {
        family.name
        for one in vars(Metrics()).values()
        for family in (one.describe() if hasattr(one, "describe") else ())
        if speaks.search(family.name + family.documentation)
    }
    assert said - OF_CASES == {"nabat_behaviour_false_incidents_asked", "nabat_readiness_score"}
    assert OF_CASES - said == set()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian package prometheus)")
def test_promtool_finds_nothing_wrong_with_live_metrics(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.metrics.build.info({"version": "1"})
    world.metrics.lines.labels("crm").inc(5)
    world.metrics.rejects.labels("crm", "malformed").inc()
    world.metrics.page_seconds.observe(0.3)
    server = served(world)
    server.start()
    try:
        text = httpx.get(f"{server.url}/metrics").text
    finally:
        server.stop()
    assert 'nabat_lines_total{source="crm"} 5.0' in text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian package prometheus)")
def test_promtool_finds_nothing_wrong_with_any_metric_there_is() -> None:
    registry, whole = Metrics().registry, CollectorRegistry()
    families = list(registry.collect())
    for family in families:
        for ending, labels in _SAMPLES[family.type] if not family.samples else ():
            family.add_sample(family.name + ending, labels, 1)
    whole.register(Families(families))
    text = generate_latest(whole).decode()
    assert all(f"# TYPE {family.name}" in text for family in families)
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


_SAMPLES: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "counter": (("_total", {}),),
    "gauge": (("", {}),),
    "info": (("_info", {}),),
    "histogram": (("_bucket", {"le": "+Inf"}), ("_count", {}), ("_sum", {})),
}


class Families(Collector):
    """Metrics as they are given."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        """Return them."""
        return self._families
