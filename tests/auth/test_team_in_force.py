"""Whose a login is in the team that the service keeps, and that it is read again as it was kept."""

from detector.auth import TeamInForce, team_in_force
from detector.settings import Settings

PEOPLE = [
    {"name": "anna", "accounts": ["user:anna", "user:desk"], "targets": ["d"]},
    {"name": "lev", "accounts": ["user:l.v", "user:desk"], "targets": ["d"]},
    {"name": "dina", "targets": ["d"]},
]
KEPT = TeamInForce.of(
    Settings.model_validate(
        {
            "team": {"people": PEOPLE},
            "actors": {"domains": ["corp.example.org"]},
            "auth": {"shared_networks": ["192.0.2.0/24"]},
            "notify": {"targets": {"d": {"url": "json://127.0.0.1:9/"}}},
        }
    )
)


def test_a_login_is_whose_account_alone_it_is_and_no_name_makes_it_one() -> None:
    logins = ("anna", "ANNA", "l.v", "l.v@corp.example.org", "dina", "lev", "desk", "mallory")
    assert [KEPT.name_of(login) for login in logins] == [
        "anna", "anna", "lev", "lev", "dina", "user:lev", "user:desk", "user:mallory",
    ]  # fmt: skip


def test_what_was_kept_is_read_again_and_what_cannot_be_read_is_nobodys() -> None:
    assert team_in_force(KEPT.text()) == KEPT
    assert team_in_force("") is team_in_force('{"team": 7}') is None
