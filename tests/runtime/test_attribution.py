"""`nabat check` says whose names in the newest lines are not one person's."""

import json
from pathlib import Path
from typing import Any

import pytest

from detector.runtime.preflight.check_all import Checked, check
from tests.runtime.test_map_fit import ROUTE, config_of

AT = "2026-05-18T09:00:00Z"
VIEW = {"when": {"action": "client.view"}, "object": "client", "action": "read", "subject": "field:client_id"}


def checked(folder: Path, *events: dict[str, Any], **actors: Any) -> Checked:
    lines = ({"ts": AT, "action": "client.view", "client_id": "7", "status": "ok", **event} for event in events)
    (folder / "audit.log").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    config = config_of(folder, VIEW)
    config.write_text(config.read_text() + json.dumps({"actors": actors})[1:-1] + "\n", encoding="utf-8")
    return check(config)


def sessions(told: Checked) -> list[str]:
    return [str(warning) for warning in told.warnings if "session of" in str(warning)]


def test_a_session_of_many_accounts_is_said_to_be_none(tmp_path: Path) -> None:
    (said,) = sessions(checked(tmp_path, *({"user": f"u{n}", "session": "shared"} for n in range(12))))
    assert "one value stands as the session of 12 accounts in the newest lines of the source crm" in said
    assert "shared" not in said


def test_a_session_of_many_addresses_is_said_to_be_none_where_no_account_is_named(tmp_path: Path) -> None:
    (said,) = sessions(checked(tmp_path, *({"ip": f"192.0.2.{n}", "session": "shared"} for n in range(30))))
    assert "the session of 30 addresses" in said


@pytest.mark.parametrize("accounts", [True, False])
def test_sessions_of_few_are_sessions(tmp_path: Path, accounts: bool) -> None:
    name = "user" if accounts else "ip"
    events = ({name: f"192.0.2.{n % 5}", "session": f"s{n % 7}"} for n in range(200))
    assert not sessions(checked(tmp_path, *events))


def roles(told: Checked) -> list[str]:
    return [notice for notice in told.notices if "named_sessions" in notice]


def test_a_role_under_many_session_names_is_pointed_out(tmp_path: Path) -> None:
    events = [
        {"user": f"arn:aws:sts::123456789012:assumed-role/Support/op{n}"} for n in range(12)
    ] + [{"user": f"arn:aws:sts::123456789012:assumed-role/batch/{n}"} for n in range(2)]  # fmt: skip
    (said,) = roles(checked(tmp_path, *events))
    assert "the role support was used under 12 session names, which count as one account" in said
    assert not roles(checked(tmp_path, *events, named_sessions=["Support"]))


def test_the_same_is_seen_in_cloudtrail(tmp_path: Path) -> None:
    def event(n: int) -> dict[str, Any]:
        arn = f"arn:aws:sts::123456789012:assumed-role/Support/op{n}"
        issuer = {"userName": "Support", "arn": "arn:aws:iam::123456789012:role/Support"}
        who = {"type": "AssumedRole", "arn": arn, "sessionContext": {"sessionIssuer": issuer}}
        return {"eventVersion": "1.10", "eventTime": AT, "eventSource": "s3.amazonaws.com", "eventName": "GetObject",
                "userIdentity": who, "sourceIPAddress": "192.0.2.7"}  # fmt: skip

    (tmp_path / "trail.log").write_text("".join(json.dumps(event(n)) + "\n" for n in range(9)), encoding="utf-8")
    (said,) = roles(check(config_of(tmp_path, ROUTE)))
    assert "the role support was used under 9 session names" in said


def nameless(told: Checked) -> list[str]:
    return [str(warning) for warning in told.warnings if "nobody can be charged" in str(warning)]


def test_touches_that_name_nobody_are_pointed_out(tmp_path: Path) -> None:
    (said,) = nameless(checked(tmp_path, *({"user": "anna" if n % 2 else ""} for n in range(200))))
    assert "50 % of the newest touches of client data in the source crm (100 of 200) name neither account" in said


@pytest.mark.parametrize("who", [{"user": "anna"}, {"ip": "192.0.2.7"}, {"session": "s1"}])
def test_touches_that_name_somebody_are_not_pointed_out(tmp_path: Path, who: dict[str, str]) -> None:
    assert not nameless(checked(tmp_path, *(who for _ in range(200))))
    assert not nameless(checked(tmp_path, *(who if n % 100 else {"user": ""} for n in range(1000))))
