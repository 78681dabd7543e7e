"""Logs of other servers and frameworks: read whole, who acts is who acted, and what is client data is proposed."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from detector.clock import SystemClock
from detector.messages import messages
from detector.runtime.onboarding.guessed_route import Remark
from detector.runtime.onboarding.log_groups import group_logs
from detector.runtime.onboarding.proposals import Proposals, propose
from detector.runtime.onboarding.reason_text import remark_text
from detector.runtime.onboarding.request_words import load_words
from detector.runtime.onboarding.survey import survey
from tests.runtime.onboarding.made import MORNING, PEOPLE, Request, surveyed, working_day
from tests.runtime.onboarding.strangers import STRANGERS, Write, alb, pgaudit, with_guids

ACCOUNTS = {*PEOPLE, "mallory", "svc-billing"}


def proposed(folder: Path, text: str, name: str = "own.log") -> Proposals:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (group,) = group_logs([str(path)])
    return propose([survey(group, SystemClock())], load_words(), "en")


@pytest.mark.parametrize(("write", "guids"), [(write, bool(at % 2)) for at, write in enumerate(STRANGERS)])
def test_a_log_of_others_is_read_whole_and_invents_nobody(tmp_path: Path, write: Write, guids: bool) -> None:
    day = working_day()
    requests = list(with_guids(day)) if guids else day
    (source,) = proposed(tmp_path, write(requests)).sources
    frame = source.survey.frame
    assert source.survey.share > 0.99
    assert set(frame["user.name"].drop_nulls()) in (ACCOUNTS, ACCOUNTS - {"svc-billing"}, set())
    if write is not alb:  # it has no account
        assert "mallory" in set(frame["user.name"])
    assert set(frame["source.ip"].drop_nulls()) <= {one.address for one in day} | {"10.0.0.2"}
    wanted = [one.route for one in source.guesses.routes if one.wanted and one.route.subject]
    assert any(route.object == "client" for route in wanted)


@pytest.mark.parametrize("rising", [True, False])
def test_numbers_are_times_only_where_they_rise(tmp_path: Path, rising: bool) -> None:
    times = [f"{int(MORNING.timestamp()) + 120 * at}" for at in range(60)]
    rows = "".join(f"{time}\t192.0.2.1\t{'ab'[at % 2]}lice\tGET\t/api/clients/{at}\t200\n"
                   for at, time in enumerate(times if rising else times[::-1]))  # fmt: skip
    read = surveyed(tmp_path / "own.tsv", rows)
    assert bool(read.draft and "(?P<time>[^\\t]*)" in read.draft) == rising


def graphql(requests: Iterable[Request], *, as_text: bool) -> str:
    lines = []
    for one in requests:
        given: object = {"id": one.path.rpartition("/")[2]}
        given = json.dumps(given) if as_text else given
        lines.append({"time": one.at.isoformat(), "user": one.user, "ip": one.address, "method": "POST",
                      "path": "/graphql", "operationName": "GetCustomer", "variables": given})  # fmt: skip
    return "".join(json.dumps(line) + "\n" for line in lines)


def reads() -> list[Request]:
    people = [Request(at=MORNING, path=f"/api/customers/{number}", user=PEOPLE[number % 4]) for number in range(60)]
    return [replace(one, at=one.at.replace(minute=at)) for at, one in enumerate(people)]


def test_an_operation_of_graphql_and_what_it_was_given_tell_the_client(tmp_path: Path) -> None:
    (source,) = proposed(tmp_path, graphql(reads(), as_text=False)).sources
    (one,) = source.guesses.routes
    assert one.wanted
    assert (one.route.when, one.route.action, one.route.subject) == (
        {"operationName": "GetCustomer"}, "read", "field:variables.id",
    )  # fmt: skip
    assert Remark.GRAPHQL not in source.guesses.remarks


def test_variables_as_text_are_said_to_hide_the_client(tmp_path: Path) -> None:
    (source,) = proposed(tmp_path, graphql(reads(), as_text=True)).sources
    (one,) = source.guesses.routes
    assert one.route.subject == ""
    assert Remark.GRAPHQL in source.guesses.remarks


@pytest.mark.parametrize(("address", "said"), [("192.0.2.7", "judged by address"), (None, "nobody can be judged")])
def test_without_accounts_it_says_what_there_is(tmp_path: Path, address: str | None, said: str) -> None:
    text = "".join(
        json.dumps({"time": one.at.isoformat(), "ip": address, "method": "GET", "path": one.path, "status": 200}) + "\n"
        for one in reads()
    )
    (source,) = proposed(tmp_path, text).sources
    assert Remark.NO_ACCOUNT in source.guesses.remarks
    assert said in remark_text(messages("en"), Remark.NO_ACCOUNT, source.survey)


def test_words_between_colons_are_no_addresses(tmp_path: Path) -> None:
    text = "".join(
        f"2026-03-02 06:{at:02}:00 :: {'anna' if at % 2 else 'boris'} :: de:ad:be:ef:00:11:22:33 :: "
        f"GET /api/clients/{at} :: 200\n"
        for at in range(60)
    )
    read = surveyed(tmp_path / "own.log", text)
    assert read.frame["source.ip"].null_count() == read.frame.height
    assert not read.frame["actor.id"].drop_nulls().str.starts_with("ip:").any()


def test_a_table_of_clients_is_proposed_with_the_column_it_is_read_by(tmp_path: Path) -> None:
    what = proposed(tmp_path, pgaudit(working_day()))
    ((_, one),) = what.routes()
    assert (one.route.table, one.route.object, one.route.subject, one.wanted) == (
        "customers",
        "client",
        "where:id",
        True,
    )
    assert what.sources[0].survey.frame.filter(pl.col("user.name") == "mallory").height


def test_documents_whose_client_a_column_names_are_proposed_and_their_clients_counted(tmp_path: Path) -> None:
    """``SELECT body FROM documents WHERE client_id = 17`` names whose document that is."""
    text = pgaudit(working_day()).replace("FROM customers WHERE id", "FROM documents WHERE client_id")
    ((_, one),) = proposed(tmp_path, text).routes()
    assert (one.route.table, one.route.subject, one.wanted, one.stand_in) == (
        "documents",
        "where:client_id",
        True,
        False,
    )
    assert one.paths > 10
