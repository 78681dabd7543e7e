"""Somebody removes or replaces the database's file, or locks its tables, while the service runs."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from detector.clock import ManualClock
from detector.errors import StoreError
from detector.runtime.app import App
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.receivers import Web
from tests.runtime.places import NIGHT, Daemon, bulk, eventually, kept, nabat, web, write_plan


@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_that_is_taken_away_is_put_back_said_and_pages_once(
    tmp_path: Path, daemon: Callable[..., Daemon], web_server: Callable[..., Web], replaced: bool
) -> None:
    phone = web_server()
    notify = {"targets": {name: {"url": phone.url()} for name in ("anna", "boris", "lev", "dina")}}
    one = daemon(web=web(), notify=notify).start()
    (tmp_path / "access.log").write_text(bulk(150))
    eventually(lambda: len(kept(one.settings).incidents) == 1)
    before = kept(one.settings)
    if replaced:
        other = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
        other.close()
        (tmp_path / "other.db").rename(tmp_path / "state" / "nabat.db")
    for each in (tmp_path / "state").glob("nabat.db-*" if replaced else "nabat.db*"):
        each.unlink()
    with (tmp_path / "access.log").open("a") as log:
        log.write(bulk(150, "eve", address="198.51.100.9"))
    eventually(lambda: one.page("/readyz").text.startswith("ready; blind: state"))
    eventually(lambda: len(kept(one.settings).incidents) == 3)
    after = kept(one.settings)
    assert {each.id for each in before.incidents} < {each.id for each in after.incidents}
    assert {each.actor_id for each in after.incidents} == {"user:mallory", "user:eve", "nabat"}
    listed = nabat("incidents", "list", "-c", str(one.config))
    assert listed.returncode == 0
    assert {each.number for each in after.incidents if each.number in listed.stdout} == {
        each.number for each in after.incidents
    }
    eventually(lambda: len({each["title"] for each in phone.received}) == 3)
    assert one.end() == 0
    assert set(Counter(each["title"] for each in phone.received).values()) == {1}
    assert (tmp_path / "state" / "nabat.db.aside-1").exists() == replaced


def test_a_command_beside_a_database_that_is_gone_says_so_and_makes_none(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one = daemon().start()
    assert one.end() == 0
    for each in (tmp_path / "state").glob("nabat.db*"):
        each.unlink()
    told = nabat("incidents", "list", "-c", str(one.config))
    assert told.returncode != 0
    assert "the database is gone" in told.stderr
    assert not (tmp_path / "state" / "nabat.db").exists()


def test_tables_that_another_session_locks_are_counted_as_a_blind_spot_at_once(
    tmp_path: Path, postgres_url: str
) -> None:
    (tmp_path / "access.log").touch()
    settings = load_settings(write_plan(tmp_path, database={"url": postgres_url}))
    with App(settings, ManualClock(NIGHT)) as app, psycopg.connect(postgres_url.replace("+psycopg", "")) as other:
        app.turn()
        other.execute("LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE")
        app.gauges.failed("another process has been writing for too long")
        with pytest.raises(StoreError):
            app.gauges.beat(NIGHT + timedelta(minutes=1), ())
        assert b'nabat_blind_spots{kind="state"} 1.0' in app.metrics.exposition(openmetrics=False, cases=True)[0]
        assert any("another process" in text for text in app.gauges.view().blind_spots)
        other.rollback()
