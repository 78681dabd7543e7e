"""Whether the record map fits, over hours and days, restarts, floods and renamed addresses."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from detector.decode import Decoder, RequestCounts
from detector.frames import EventBatch
from detector.messages import messages
from detector.runtime.sources.coverage_report import Coverage, tellable, unmatched
from detector.runtime.sources.source_coverage import MapVerdict, SourceCoverage
from detector.runtime.sources.source_coverage import verdict as verdict_of
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.settings import RecordMap, Settings
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
    with store.begin() as unit:
        coverage.save(unit, MONDAY, force=True)
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
            unit.kv.set("coverage", text)
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


# -- first readings ---------------------------------------------------------------------------------------------------


def stood(settings: Settings, *requests: str, times: int = 1) -> list[EventBatch]:
    """Return the requests as lines that stood in their log before it was first opened."""
    return [
        replace(batch, frame=batch.frame.with_columns(pl.lit(value=True).alias("log.history")))
        for batch in decoded(settings, *requests, times=times)
    ]


MONTHS = timedelta(days=240)


@pytest.mark.parametrize(("age", "quiet"), [(timedelta(0), False), (timedelta(hours=23), False), (MONTHS, True)])
def test_a_first_reading_of_which_nothing_is_mapped_is_told_at_once_and_calls_nobody_if_it_is_old(
    store: Store, age: timedelta, *, quiet: bool
) -> None:
    settings, now = settings_of(*ROUTES), MONDAY + age
    coverage = Coverage(store, settings, now)
    coverage.add(stood(settings, "GET /api/customers/7", times=600), now)
    (spot,) = spots(coverage, now)
    assert (spot.why, spot.quiet) == ("unmapped-first", quiet)
    said = messages("en").reason(spot.reason)
    assert "0 of 600 requests touch client data" in said
    assert "most frequent unmapped: GET /api/customers/{id} 600" in said
    assert "600" in messages("ru").reason(spot.reason)
    spots(coverage, now + MINUTE)
    found = coverage.covered("crm")
    assert found is not None
    assert (found.requests, found.touched, found.blind, found.first) == (600, 0, True, True)
    assert coverage.checked("crm").blind
    coverage.add(decoded(settings, "GET /crm/clients/7"), now)
    assert spots(coverage, now) == [], "what comes now shows that the map fits"


@pytest.mark.parametrize("age", [timedelta(0), MONTHS])
@pytest.mark.parametrize(("mapped", "unmapped"), [(1, 599), (0, 99)])
def test_a_first_reading_of_which_something_is_mapped_or_little_came_is_no_blind_spot(
    store: Store, mapped: int, unmapped: int, age: timedelta
) -> None:
    settings, now = settings_of(*ROUTES), MONDAY + age
    coverage = Coverage(store, settings, now)
    coverage.add(stood(settings, "GET /a/7", times=unmapped), now)
    coverage.add(stood(settings, "GET /crm/clients/7", times=mapped), now)
    assert spots(coverage, now) == []
    checked = coverage.checked("crm")
    assert checked.verdict.known == (mapped > 0 and not age), "old lines do not show that the map fits what comes now"
    assert checked.lines == mapped + unmapped
    assert (checked.verdict is MapVerdict.ONLY_OLD) == (mapped > 0 and age == MONTHS)


def test_a_first_reading_and_what_comes_then_are_enough_together(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(stood(settings, "GET /a/7", times=60), MONDAY)
    assert spots(coverage) == []
    coverage.add(decoded(settings, "GET /a/7", times=40), MONDAY)
    assert [spot.why for spot in spots(coverage)] == ["unmapped-first"]
    coverage.add(decoded(settings, "GET /a/7", times=60), MONDAY)
    assert [(spot.why, spot.args[0]) for spot in spots(coverage)] == [("unmapped", ("requests", 100))]


def test_a_batch_of_old_and_new_lines_counts_each_where_it_belongs(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    counted = list[tuple[str, int, int]]()
    coverage.on_counted = lambda *said: counted.append(said)
    (batch,) = decoded(settings, "GET /a/7", times=300)
    old = pl.Series("log.history", [number < 100 for number in range(300)])
    coverage.add([replace(batch, frame=batch.frame.with_columns(old))], MONDAY)
    assert [(spot.why, spot.args[0]) for spot in spots(coverage)] == [("unmapped", ("requests", 200))]
    assert sorted(counted) == [("crm", 100, 100), ("crm", 200, 200)], "both were read, whatever they tell of the map"


def test_a_first_reading_teaches_nothing_that_is_usual(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    for minute in range(30):
        coverage.add(stood(settings, "GET /crm/clients/7", times=200), MONDAY + minute * MINUTE)
        spots(coverage, MONDAY + minute * MINUTE)
    coverage.add(decoded(settings, "GET /a/7", times=99), MONDAY + 31 * MINUTE)
    assert spots(coverage, MONDAY + 33 * MINUTE) == []


def test_what_a_first_reading_has_shown_is_kept_with_the_first_position_behind_it(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    coverage.add(stood(settings, "GET /a/7", times=200), MONDAY)
    with store.begin() as unit:
        coverage.save(unit, MONDAY)
    again = Coverage(store, settings, MONDAY)
    assert [spot.args for spot in spots(again)] == [spot.args for spot in spots(coverage)] != []


def test_a_source_of_few_requests_a_day_is_judged_all_the_same(store: Store) -> None:
    settings = settings_of(*ROUTES)
    coverage = Coverage(store, settings, MONDAY)
    for day in range(5):
        coverage.add(decoded(settings, "GET /a/7", times=20), MONDAY + timedelta(days=day))
        assert bool(spots(coverage, MONDAY + timedelta(days=day))) == (day == 4)


HOST = "Mar  2 08:00:00 web1 sshd[1361]: Accepted password for anna from 192.0.2.7 port 54259 ssh2"


@pytest.mark.parametrize(
    ("lines", "verdict"), [(0, MapVerdict.TOO_FEW), (99, MapVerdict.TOO_FEW), (100, MapVerdict.NO_REQUESTS)]
)
def test_how_much_was_seen_is_said_until_it_is_enough(store: Store, lines: int, verdict: MapVerdict) -> None:
    settings = settings_of(*ROUTES, format="auto")
    coverage = Coverage(store, settings, MONDAY)
    batch = batch_of([HOST] * lines, source="crm", ingested=MONDAY)
    coverage.add([Decoder(settings, session_key=b"k").decode(batch)], MONDAY)
    assert spots(coverage) == []
    checked = coverage.checked("crm")
    assert (checked.verdict, checked.lines, checked.requests) == (verdict, lines, 0)
    assert (checked.at is not None) == verdict.known


def test_of_tables_that_no_route_names_nobody_can_say_whether_the_map_fits() -> None:
    counts = RequestCounts(requests=500, statements=500)
    assert verdict_of(500, counts, RecordMap()) is MapVerdict.UNTELLABLE
    tables = RecordMap.model_validate({"routes": [{"table": "crm.clients", "object": "client", "action": "read"}]})
    assert verdict_of(500, counts, tables) is MapVerdict.FITS_NOTHING


@pytest.mark.parametrize("said", list(MapVerdict))
def test_every_verdict_has_words_in_both_languages(said: MapVerdict) -> None:
    for language in ("en", "ru"):
        assert messages(language).text(f"health-map-{said}", lines=21, requests=2, least=100)


@pytest.mark.parametrize("an_hour", [10, 16])
def test_a_source_of_few_requests_is_told_of_once_a_hundred_came_at_new_addresses(an_hour: int) -> None:
    begun = datetime(2026, 10, 1, tzinfo=UTC)
    one, told = SourceCoverage(begun), []
    for minute in range(0, 14 * 24 * 60, 60):
        now, renamed = begun + timedelta(minutes=minute), minute >= 10 * 24 * 60
        if 8 <= now.hour < 18:
            touched = 0 if renamed else an_hour * 2 // 5
            rest = {"GET /v2/patients/{id}" if renamed else "GET /home": an_hour - touched}
            one.add(RequestCounts(requests=an_hour, touched=touched, by_path=an_hour, unmapped=Counter(rest)), now)
        one.judge(now)
        if minute % (24 * 60) == 0:  # a restart each night
            one = SourceCoverage.from_json(json.loads(json.dumps(one.to_json())), now)
        if one.fallen is not None:
            told.append(now - begun)
    assert timedelta(days=10) < min(told) < timedelta(days=13)
