"""`nabat init` on MongoDB's audit log: the field that filters name clients by."""

import json
from typing import Any

import polars as pl
import pytest

from detector.runtime.onboarding.request_words import load_words
from detector.runtime.onboarding.routes.database_tables import guess_tables
from detector.runtime.onboarding.survey import TABLES


def subject(*args: dict[str, Any]) -> tuple[str, int]:
    lines = [json.dumps({"atype": "authCheck", "uuid": {"$binary": "x"}, "param": {"args": each}}) for each in args]
    frame = pl.DataFrame({TABLES: [["crm.clients"]] * len(lines), "event.original": lines, "user.name": "anna"})
    (guess,) = guess_tables(frame, load_words())
    return guess.route.subject, guess.paths


@pytest.mark.parametrize(
    "args",
    [
        {"find": "clients", "filter": {"_id": 7}},
        {"find": "clients", "filter": {"state": "new", "_id": {"$oid": "65a0"}}},
        {"aggregate": "clients", "pipeline": [{"$match": {"_id": 7}}]},
        {"delete": "clients", "deletes": [{"q": {"_id": 7}, "limit": 1}]},
        {"find": "clients", "filter": {}},
    ],
    ids=json.dumps,
)
def test_clients_are_named_by_the_field_of_the_filter(args: dict[str, Any]) -> None:
    assert subject(args)[0] == "where:_id"


def test_another_field_is_taken_by_its_own_name() -> None:
    assert subject({"find": "clients", "filter": {"clientId": 7}})[0] == "where:clientId"


def test_different_values_are_counted() -> None:
    assert subject(*({"find": "clients", "filter": {"_id": each}} for each in (7, 8, 8)))[1] == 2
