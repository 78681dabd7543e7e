"""When many of a source's touches of client data name nobody."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from detector.clock import SystemClock
from detector.detect.rules.rule_checks import events_frame
from detector.messages import messages
from detector.runtime.sources.unnamed_touches import UnnamedTouches
from detector.runtime.visibility.blind_spots import Blind
from tests.runtime.places import NIGHT, Daemon, eventually, plan, web

AT = {"@timestamp": NIGHT}
NOBODY = AT | {"object.type": "client", "user.id": None, "actor.id": None, "source.ip": None}
ANNA = AT | {"object.type": "client", "user.id": "anna", "source.ip": "192.0.2.7"}
AT_AN_ADDRESS = AT | {"object.type": "client", "source.ip": "192.0.2.7"}
OTHER = AT | {"object.type": None, "source.ip": None}


def test_a_source_that_names_nobody_is_a_blind_spot_that_is_shown_and_pages_nobody() -> None:
    seen = UnnamedTouches()
    seen.add("db", events_frame([NOBODY] * 15 + [ANNA] * 5 + [OTHER] * 50))
    assert seen.spots({"db"}) == []
    seen.add("db", events_frame([NOBODY] * 15))
    seen.add("web", events_frame([AT_AN_ADDRESS] * 100))
    (spot,) = seen.spots({"db", "web"})
    assert (spot.kind, spot.name, spot.count, spot.args, spot.quiet) == (
        Blind.ACTOR,
        "db",
        30,
        (("touches", 35),),
        True,
    )
    assert seen.spots({"web"}) == []
    for language in ("en", "ru"):
        said = messages(language).reason(spot.reason)
        assert "db" in said
        assert "30" in said


def test_it_ends_when_the_last_thousand_touches_name_somebody() -> None:
    seen = UnnamedTouches()
    seen.add("db", events_frame([NOBODY] * 100))
    for _ in range(11):
        seen.add("db", events_frame([ANNA] * 100))
    assert seen.spots({"db"}) == []


def test_the_running_service_says_so(daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    general = {"name": "db", "paths": [str(tmp_path / "access.log")], "format": "mysql.general", "service": "db"}
    table = {"table": "clients", "object": "client", "subject": "where:id"}
    records = plan(tmp_path)["records"]
    records["routes"].append(table)
    one = daemon(web=web(), sources=[general], records=records).start()
    now = SystemClock().now()
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        for n in range(40):
            at = (now - timedelta(seconds=40 - n)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            log.write(f"{at}\t   42 Query\tSELECT * FROM clients WHERE id = {n}\n")
    eventually(lambda: one.metric('nabat_blind_spots{kind="actor"}') == 1)
    eventually(lambda: one.page("/readyz").status_code == 200)
    assert one.page("/readyz").text.startswith("ready; blind: actor db")
    assert "Nobody can be charged with what the source db tells" in one.page("/").text
