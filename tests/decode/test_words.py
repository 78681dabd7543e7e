"""The log's words and ours: what is looked up in which order."""

import json

import polars as pl

from detector.decode.columns.value_map import ValueMap
from tests.decode.batches import decode

ACTIONS = ("read", "list", "export", "delete", "other")


def ours(table, *words, closed=ACTIONS):
    return ValueMap(table, closed).ours(pl.Series("c", words, dtype=pl.String())).to_list()


def test_the_whole_word_counts_before_its_end_its_begin_and_the_rest():
    table = {"get": "read", "getall": "list", "get*": "export", "getsecret*": "delete", "*": "other"}
    assert ours(table, "Get", "x.get", "GetAll", "GetMore", "a.GetSecretX", "put") == [
        "read",
        "read",
        "list",
        "export",
        "delete",
        "other",
    ]


def test_no_word_has_a_meaning_only_where_the_table_gives_it_one():
    assert ours({"": "other", "*": "read"}, None, "x") == ["other", "read"]
    assert ours({"*": "read"}, None, "x") == [None, "read"]


def test_a_word_nobody_knows_is_null_in_a_closed_list_and_itself_elsewhere():
    assert ours({}, "export", "x") == ["export", None]
    assert ours({"a": "b"}, "a", "X", closed=None) == ["b", "X"]


def test_what_a_missing_word_means_does_not_depend_on_the_other_lines():
    good = {
        "eventVersion": "1.08",
        "eventName": "Get",
        "eventSource": "s3.amazonaws.com",
        "eventTime": "2026-05-17T07:05:03Z",
    }
    lines = [json.dumps(good), json.dumps({**good, "errorCode": "AccessDenied"})]
    assert decode(lines[:1]).frame["event.outcome"].to_list() == ["success"]
    assert decode(lines).frame["event.outcome"].to_list() == ["success", "failure"]


def test_the_name_of_an_account_without_one_is_its_id_whatever_stands_beside_it():
    nameless = '{"ts":"2026-05-17T07:05:03Z","user_id":"1","action":"view"}'
    named = nameless.replace('"1"', '"2","user":"vera"')
    assert decode([nameless]).frame["user.name"].to_list() == ["1"]
    assert decode([nameless, named]).frame["user.name"].to_list() == ["1", "vera"]
