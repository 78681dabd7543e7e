"""Somebody has acknowledged; the same goes on, and ever more clients are concerned."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.schema.case.incidents import Incident
from tests.receivers import Web
from tests.runtime.places import NIGHT, Daemon, bulk, eventually, kept, nabat, web


@pytest.mark.parametrize("restarted", [False, True])
def test_twice_as_many_by_the_same_rule_call_again_whoever_answered(
    tmp_path: Path, daemon: Callable[..., Daemon], web_server: Callable[..., Web], restarted: bool
) -> None:
    phone = web_server()
    notify = {"targets": {name: {"url": phone.url()} for name in ("anna", "boris", "lev", "dina")}}
    one = daemon(web=web(), notify=notify).start()

    def incident() -> Incident:
        (only,) = kept(one.settings).incidents
        return only

    def write(lines: str) -> None:
        with (tmp_path / "access.log").open("a") as log:
            log.write(lines)

    write(bulk(150))
    eventually(lambda: len(phone.received) == 1)
    told = nabat("incidents", "ack", incident().number, "--by", "anna", "-c", str(one.config))
    assert told.returncode == 0, told.stderr
    write(bulk(140, at=NIGHT + timedelta(minutes=5), first=20_000))
    eventually(lambda: len(kept(one.settings).touched) == 290)
    assert incident().acknowledged_by == "anna"
    if restarted:
        assert one.end() == 0
        one.start()
    write(bulk(1_200, at=NIGHT + timedelta(minutes=20), first=50_000))
    eventually(lambda: not incident().acknowledged_by)
    assert incident().rules == incident().rules[:1]
    eventually(lambda: any("AGAIN" in each["message"] for each in phone.received))
    assert one.end() == 0
    assert sum("AGAIN" in each["message"] for each in phone.received) == 1
