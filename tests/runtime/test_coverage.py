"""Whether the record map fits, over hours and days, restarts, floods and renamed addresses."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.decode import Decoder, RequestCounts
from detector.frames import EventBatch
from detector.messages import messages
from detector.runtime.blindspots import Blind, BlindSpot
from detector.runtime.coverage import Coverage, tellable, unmatched
from detector.runtime.source_coverage import SourceCoverage
from detector.settings import Settings
from detector.store import Store
from tests.decode.batches import batch_of

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ROUTES = [
    {"path": "/login", "methods": ["POST"], "action": "login"},
    {"path": "/crm/clients/{client_id}", "object": "client", "action": "read", "subject": "{client_id}"},
]


@dataclass
class Watched:
    """One source at one moment, looked at each minute."""

    now: datetime = MONDAY
    one: SourceCoverage = field(default_factory=lambda: SourceCoverage(MONDAY))

    def minutes(self, count: int, touched: int = 0, **unmapped: int) -> "Watched":
        """Let so many minutes pass; each brings these requests (``_`` stands for a slash)."""
        paths = {f"GET {name.replace('_', '/')}": number for name, number in unmapped.items()}
        for _ in range(count):
            self.now += MINUTE
            requests = touched + sum(paths.values())
            self.one.add(RequestCounts(requests, touched, requests, 0, Counter(paths)), self.now)
            self.one.judge(self.now)
        return self

    @property
    def fell(self) -> bool:
        return self.one.fallen is not None


def test_renamed_addresses_are_noticed_within_minutes_on_the_first_day() -> None:
    watched = Watched().minutes(60, touched=40, _home=20)
    assert not watched.fell
    watched.minutes(1, touched=20, _home=20, _v2_customers=20)  # they are renamed within a window
    assert watched.minutes(5, _home=20, _v2_customers=40).fell
    assert watched.one.recent.unmapped.top(1) == [("GET /v2/customers", 80)]
    assert watched.minutes(600, _home=20, _v2_customers=40).fell, "it does not become the usual"
    assert not watched.minutes(4, touched=40, _home=20).fell


def test_a_night_of_nothing_but_monitoring_is_no_misfit() -> None:
    watched = Watched().minutes(600, touched=40, _home=20)
    assert not watched.minutes(800, _home=20).fell


def test_a_flood_of_strange_requests_beside_the_usual_ones_is_no_misfit() -> None:
    watched = Watched().minutes(60, touched=40, _home=20)
    assert not watched.minutes(30, touched=40, _home=20, _xyz=5000).fell


def test_a_flood_does_not_hide_that_addresses_are_renamed_afterwards() -> None:
    watched = Watched().minutes(60, touched=40, _home=20).minutes(3, touched=40, _home=20, _xyz=50_000)
    assert watched.minutes(5, _home=20, _v2_customers=40).fell


def test_learned_hours_tell_a_misfit_without_a_strange_address() -> None:
    watched = Watched()
    for _ in range(4):
        watched.minutes(8 * 60, touched=40, _home=20, _v2_customers=2).minutes(16 * 60, _home=20)
    assert not watched.fell
    watched.minutes(60, touched=40, _home=20, _v2_customers=2)
    assert watched.minutes(5, _home=20, _v2_customers=42).fell


def test_a_public_holiday_is_no_misfit() -> None:
    watched = Watched()
    for _ in range(3):
        watched.minutes(8 * 60, touched=40, _home=2).minutes(16 * 60, _home=2)
    assert not watched.minutes(24 * 60, _home=2).fell


def test_a_slow_source_is_judged_when_enough_came() -> None:
    watched = Watched().minutes(600, touched=2, _home=1)
    assert not watched.fell
    assert watched.minutes(240, _v2_customers=2, _home=1).fell


def test_a_verdict_and_what_is_usual_outlive_a_restart() -> None:
    watched = Watched().minutes(60, touched=40, _home=20).minutes(9, _home=20, _v2_customers=40)
    again = SourceCoverage.from_json(watched.one.to_json(), watched.now)
    assert again.fallen == watched.one.fallen != None  # noqa: E711 - one chain
    assert again.usual == watched.one.usual
    assert again.lately(watched.now, patterns=True) == watched.one.lately(watched.now, patterns=True)


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    watched = Watched().minutes(60, touched=40, _home=20)
    watched.now -= timedelta(hours=5)
    assert watched.minutes(20, _home=20, _v2_customers=40).fell


# -- all sources ------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield made
    made.close()


def settings_of(*routes: dict[str, Any], **source: Any) -> Settings:
    given = {"name": "crm", "paths": ["/x"], "service": "crm", "format": "combined", **source}
    return Settings.model_validate({"sources": [given], "records": {"routes": list(routes)}})


def decoded(settings: Settings, *requests: str, times: int = 1, status: int = 200) -> list[EventBatch]:
    texts = [
        f'192.0.2.7 - anna [02/Mar/2026:08:00:00 +0000] "{each} HTTP/1.1" {status} 512 "-" "curl/8"'
        for each in requests * times
    ]
    batch = batch_of(texts, source="crm", ingested=MONDAY)
    return [Decoder(settings, session_key=b"k").decode(batch)]


def spots(coverage: Coverage, now: datetime = MONDAY) -> list[BlindSpot]:
    return coverage.spots(now)


def test_a_map_that_fits_nothing_is_a_blind_spot_with_a_remedy(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "GET /api/customers/7", times=99), MONDAY)
    assert spots(coverage) == []
    coverage.add(decoded(settings, "GET /api/customers/8", times=501), MONDAY)
    (spot,) = spots(coverage)
    assert (spot.kind, spot.name, spot.passing) == (Blind.COVERAGE, "crm", True)
    said = messages("en").reason(spot.reason)
    assert "0 of 600 requests touch client data; most frequent unmapped: GET /api/customers/{id} 600." in said
    assert "records.routes" in said
    assert "client_data: false" in said
    assert "GET /api/customers/{id} 600" in messages("ru").reason(spot.reason)
    assert "GET /api/customers/{id} 600" in str(spot)
    spots(coverage, MONDAY + MINUTE)
    found = coverage.covered("crm")
    assert found is not None
    assert (found.requests, found.touched, found.unmapped, found.blind) == (
        600,
        0,
        (("GET /api/customers/{id}", 600),),
        True,
    )


def test_without_any_record_map_it_is_said_too(store: Store) -> None:
    settings = settings_of()
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "GET /api/customers/7", times=100), MONDAY)
    assert [spot.why for spot in spots(coverage)] == ["unmapped"]


def test_a_source_said_to_be_without_client_data_is_none(store: Store) -> None:
    settings = settings_of(*ROUTES, client_data=False)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "GET /blog/7", times=200), MONDAY)
    assert spots(coverage) == []
    assert coverage.covered("crm") is not None


def test_one_touch_shows_that_the_map_fits(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "GET /a/7", times=500), MONDAY)
    assert spots(coverage)
    coverage.add(decoded(settings, "GET /crm/clients/7"), MONDAY)
    assert spots(coverage) == []


def test_a_storm_of_failed_requests_says_nothing_about_the_map(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, *(f"GET /wp-{n}.php" for n in range(1000)), status=404), MONDAY)
    assert spots(coverage) == []
    assert coverage.covered("crm") is None


def test_routes_that_never_fitted_are_named_once_enough_was_seen(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "POST /login", "GET /a/7", times=99), MONDAY)
    spots(coverage)
    assert coverage.unmatched(MONDAY) == ()
    coverage.add(decoded(settings, "GET /a/7"), MONDAY)
    spots(coverage)
    assert coverage.unmatched(MONDAY) == ("/crm/clients/{client_id}",)
    assert unmatched(settings.records, {}) == ("POST /login", "/crm/clients/{client_id}")


def test_another_map_begins_anew_and_the_same_one_goes_on(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "GET /a/7", times=200), MONDAY)
    coverage.keep(MONDAY)
    again = Coverage(store, settings, MONDAY + MINUTE)
    assert again.since == MONDAY
    assert [spot.args for spot in spots(again)] == [spot.args for spot in spots(coverage)] != []
    again.configure(settings_of(*ROUTES, {"path": "/a/{id}", "object": "client", "action": "read"}), MONDAY + MINUTE)
    assert (again.since, spots(again)) == (MONDAY + MINUTE, [])
    other = Coverage(store, settings_of(), MONDAY + MINUTE)
    assert spots(other) == []


def test_requests_put_aside_are_counted_by_the_map_they_were_decoded_with(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(decoded(settings, "GET /a/7", times=200), MONDAY)
    coverage.configure(settings_of(*ROUTES, {"path": "/b/{id}", "object": "client", "action": "read"}), MONDAY)
    assert spots(coverage) == []
    coverage.add(decoded(settings, *(f"GET /a/{n}" for n in range(20_000))), MONDAY)
    assert coverage.routes == {}
    assert [spot.args[0] for spot in spots(coverage)] == [("requests", 20_000)]


def test_what_was_kept_and_cannot_be_read_is_learnt_again(store: Store) -> None:
    for text in ("", "{", "[]", '{"sources": {"crm": 1}}', '{"sources": {}, "routes": [], "since": 1, "map": ""}'):
        with store.begin() as unit:
            unit.set_meta("coverage", text)
        assert spots(Coverage(store, settings_of(), MONDAY)) == []


@pytest.mark.parametrize(
    "pattern",
    ["GET /buy.example.org/x", "GET /a b", "GET /{id}<b>", "GET /" + "a" * 40, "EVIL", "GET /a/b/c/d/e/f/g/h", "//x.y"],
)
def test_a_pattern_that_could_carry_a_strangers_text_stays_out_of_messages(pattern: str) -> None:
    assert tellable([(pattern, 100)], 100) == ("", 0)


def test_only_what_is_asked_for_often_goes_into_messages() -> None:
    assert tellable([("GET /call/me/now", 19)], 100) == ("", 0)
    assert tellable([("GET /odata/Customers({id})", 20)], 100) == ("GET /odata/Customers({id})", 20)
    assert tellable([("GET /crm/index.php", 20)], 100) == ("GET /crm/index.php", 20)
    assert tellable([("table crm.orders_*", 20)], 100) == ("table crm.orders_*", 20)
    assert tellable([], 0) == ("", 0)
