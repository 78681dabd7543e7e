"""Commands of MongoDB, from the arguments an audit log holds to the tables they touch and the ids that bound them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from detector.decode.formats.databases.mongodb_commands import statements_of
from detector.decode.sql.statement_tables import touches_of
from tests.decode.sql.test_hidden import decoded
from tests.growth import swollen

Told = dict[str, tuple[str, list[str] | None]]


def touched(command: str, args: Any, space: str = "crm.clients") -> Told:
    touches = touches_of(statements_of(command, space, args))
    return {f"{one.schema}.{one.name}": (one.action, list(one.ids.get("_id", ())) or None) for one in touches}


def found(filter_: Any) -> list[str] | None:
    told = touched("find", {"find": "clients", "filter": filter_})
    return told["crm.clients"][1]


@pytest.mark.parametrize(
    ("filter_", "ids"),
    [
        ({"_id": 5}, ["5"]),
        ({"_id": 5.0}, ["5"]),
        ({"_id": {"$numberDouble": "5.0"}}, ["5"]),
        ({"_id": {"$oid": "65a0"}}, ["65a0"]),
        ({"_id": {"$eq": {"$numberLong": "5"}}}, ["5"]),
        ({"_id": {"$in": [1, {"$oid": "65a0"}]}}, ["1", "65a0"]),
        ({"_id": {"$in": [1, 2], "$exists": True}}, ["1", "2"]),
        ({"_id": 5, "$comment": "x"}, ["5"]),
        ({"$and": [{"state": "new"}, {"$and": [{"_id": 5}]}]}, ["5"]),
        ({"_id": {"$in": [1, 2, 3]}, "$and": [{"_id": 2}]}, ["2"]),
        ({"$or": [{"_id": 5}, {"_id": {"$in": [6, 7]}, "state": "new"}]}, ["5", "6", "7"]),
    ],
)
def test_a_filter_that_picks_documents_by_their_ids_bounds_them(filter_: Any, ids: list[str]) -> None:
    assert found(filter_) == ids


def test_what_else_a_filter_asks_names_no_client(subtests: pytest.Subtests) -> None:
    for filter_ in [
        {},
        {"_id": {"$ne": 5}},
        {"_id": {"$gte": 0}},
        {"_id": {"$gt": 7}},
        {"_id": {"$exists": 1}},
        {"_id": {"$nin": [1, 2]}},
        {"_id": {"$not": {"$eq": 5}}},
        {"_id": {"$type": "int"}},
        {"_id": {"$regularExpression": {"pattern": "5", "options": ""}}},
        {"_id": {"$in": [5, None]}},
        {"_id": {"$in": [5, {"$regularExpression": {"pattern": ".", "options": ""}}]}},
        {"_id": None},
        {"_id": True},
        {"_id": {"branch": 5}},
        {"$or": [{"_id": 5}, {"name": "x"}]},
        {"$or": [{"_id": 5}, {}]},
        {"$nor": [{"_id": 5}]},
        {"$and": {"_id": 5}},
        5,
    ]:
        with subtests.test(filter_=filter_):
            assert found(filter_) is None


@pytest.mark.parametrize(
    "filter_",
    [
        {"deleted": False},
        {"deleted": {"$ne": True}},
        {"status": {"$ne": "closed"}, "active": True},
        {"status": {"$nin": ["closed", "lost"]}},
        {"deleted_at": None},
        {"phone": {"$exists": True}},
        {"$and": [{"active": True}, {"archived": {"$exists": False}}], "$comment": "x"},
        {"name": {"$gte": ""}},
        {"created": {"$gt": "1900-01-01", "$lt": "2999-01-01"}},
        {"manager_id": {"$gt": 0}},
    ],
)
def test_a_filter_that_leaves_nearly_all_reads_the_collection(filter_: Any) -> None:
    assert touched("find", {"find": "clients", "filter": filter_})["crm.clients"] == ("export", None)


@pytest.mark.parametrize(
    "filter_",
    [
        {"deleted": True},
        {"deleted": False, "manager": 5},
        {"active": True, "manager": {"$in": [5, 6]}, "created": {"$gt": "2026-05-01"}},
    ],
)
def test_a_filter_for_some_documents_does_not(filter_: Any) -> None:
    (touch,) = touches_of(statements_of("find", "crm.clients", {"find": "clients", "filter": filter_}))
    touch = touch.for_column(["_id"])
    assert (touch.action in ("list", "read"), touch.wide) == (True, frozenset())


@pytest.mark.parametrize(
    "filter_",
    [
        {"active": True, "city": {"$regularExpression": {"pattern": "^A", "options": ""}}},
        {"active": True, "$expr": {"$gt": ["$a", "$b"]}},
        {"created": {"$gt": "2026-05-01"}},
        {"manager_id": {"$gt": 0, "$mod": [7, 0]}},
        {"active": {}},
    ],
)
def test_of_a_filter_that_names_no_values_nobody_knows_how_much_it_leaves(filter_: Any) -> None:
    (touch,) = touches_of(statements_of("find", "crm.clients", {"find": "clients", "filter": filter_}))
    touch = touch.for_column(["_id"])
    assert (touch.action in ("list", "read"), bool(touch.wide)) == (True, True)


@pytest.mark.parametrize("command", ["aggregate", "count", "distinct", "find"])
def test_only_what_shows_documents_by_shared_values_may_show_most_of_a_collection(command: str) -> None:
    more = {"pipeline": [{"$match": {"status": "new"}}, {"$count": "n"}], "filter": {"status": "new"}}
    query = {"query": {"status": "new"}} if command != "find" else {}
    (touch,) = touches_of(statements_of(command, "crm.clients", {**more, **query}))
    assert bool(touch.for_column(["_id"]).wide) == (command in ("find", "distinct"))


@pytest.mark.parametrize(("limit", "count"), [(500, 500), ({"$numberLong": "500"}, 500), (-500, 500), (0, None)])
def test_the_limit_of_a_find_is_one(limit: Any, count: int | None) -> None:
    (touch,) = touches_of(statements_of("find", "crm.clients", {"find": "clients", "filter": {}, "limit": limit}))
    assert (touch.action, touch.limit) == ("list" if count else "export", count)


def test_a_filter_that_every_document_fits_reads_the_collection(subtests: pytest.Subtests) -> None:
    for command in ["find", "aggregate", "distinct", "mapReduce"]:
        for filter_ in [
            {"$where": "1"},
            {"$expr": True},
            {"$expr": {"$eq": [1, 1]}},
            {"name": {"$regex": ""}},
            {"name": {"$regex": "^.*", "$options": "s"}},
            {"name": {"$regularExpression": {"pattern": ".*", "options": ""}}},
            {"name": {"$type": "string"}},
            {"_id": {"$nin": []}},
            {"_id": {"$mod": [1, 0]}},
            {"_id": {"$not": {"$eq": 1}}},
            {"$nor": [{"_id": 1}]},
            {"$or": [{"_id": 1}, {"_id": {"$ne": 1}}]},
        ]:
            with subtests.test(command=command, filter_=filter_):
                args = (
                    {"pipeline": [{"$match": filter_}]}
                    if command == "aggregate"
                    else {"filter": filter_, "query": filter_}
                )
                assert told_of(command, {**args, "key": "phone"}) == ("export", None)


def told_of(command: str, args: Any) -> tuple[str, int | None]:
    (touch,) = touches_of(statements_of(command, "crm.clients", args))
    touch = touch.for_column(["_id"])
    return touch.action, touch.limit


def test_a_pipeline_reads_the_collection_unless_it_bounds_or_counts(subtests: pytest.Subtests) -> None:
    for stages, told in [
        ([{"$match": {}}], ("export", None)),
        ([{"$sort": {"_id": 1}}, {"$skip": 0}], ("export", None)),
        ([{"$project": {"name": 1}}], ("export", None)),
        ([{"$group": {"_id": None, "all": {"$push": "$$ROOT"}}}], ("export", None)),
        ([{"$group": {"_id": "$_id"}}], ("export", None)),
        ([{"$facet": {"a": [{"$match": {}}]}}], ("export", None)),
        ([{"$limit": 1_000_000}], ("list", 1_000_000)),
        ([{"$sample": {"size": 500}}, {"$limit": 20}], ("list", 20)),
        ([{"$group": {"_id": None, "all": {"$push": "$$ROOT"}}}, {"$limit": 1}], ("export", None)),
        ([{"$facet": {"all": [{"$match": {}}]}}, {"$limit": 1}], ("export", None)),
        ([{"$limit": 20}, {"$group": {"_id": None, "all": {"$push": "$$ROOT"}}}], ("list", 20)),
        ([{"$unwind": "$o"}, {"$group": {"_id": "$_id", "o": {"$push": "$o"}}}, {"$limit": 20}], ("list", 20)),
        ([{"$match": {"city": {"$gt": "a"}}}], ("list", None)),
        ([{"$match": {"city": {"$regex": "^Perm"}}}], ("list", None)),
        ([{"$match": {"$expr": {"$gt": ["$a", "$b"]}}}], ("list", None)),
        ([{"$match": {"$where": "this.a > 5"}}], ("list", None)),
        ([{"$count": "n"}], ("list", None)),
        ([{"$group": {"_id": "$status", "n": {"$sum": 1}}}], ("list", None)),
        ([{"$facet": {"n": [{"$count": "n"}]}}], ("list", None)),
        ([{"$unwind": "$orders"}, {"$match": {"orders.sum": {"$gt": 5}}}], ("list", None)),
    ]:
        with subtests.test(stages=stages, told=told):
            assert told_of("aggregate", {"pipeline": stages}) == told


@pytest.mark.parametrize(
    ("command", "args", "whole"),
    [
        ("delete", {"deletes": [{"q": {}, "limit": 0}]}, True),
        ("delete", {"deletes": [{"q": {"_id": {"$gt": 0}}, "limit": {"$numberInt": "0"}}]}, True),
        ("delete", {"deletes": [{"q": {"_id": 5}, "limit": 1}, {"q": {}, "limit": 0}]}, True),
        ("update", {"updates": [{"q": {}, "u": {}, "multi": True}]}, True),
        ("drop", {"drop": "clients"}, True),
        ("bulkWrite", {"ops": [{"delete": 0, "filter": {}, "multi": True}], "nsInfo": [{"ns": "crm.clients"}]}, True),
        ("aggregate", {"pipeline": [{"$out": "clients"}]}, True),
        ("delete", {"deletes": [{"q": {}, "limit": 1}]}, False),
        ("delete", {"deletes": [{"q": {"_id": 5}, "limit": 0}]}, False),
        ("delete", {"deletes": [{"q": {"created": {"$lt": "2024-01-01"}}, "limit": 0}]}, False),
        ("delete", {"deletes": [5]}, False),
        ("update", {"updates": [{"q": {}, "u": {}}]}, False),
        ("findAndModify", {"query": {}, "remove": True}, False),
        ("aggregate", {"pipeline": [{"$merge": "clients"}]}, False),
        ("mapReduce", {"out": {"merge": "clients"}}, False),
    ],
)
def test_a_change_of_all_documents_is_one_of_the_collection(command: str, args: Any, whole: bool) -> None:
    touches = [one.for_column(["_id"]) for one in touches_of(statements_of(command, "crm.clients", args))]
    assert any(one.whole for one in touches) is whole


def test_the_few_values_of_a_field_are_not_the_collection() -> None:
    assert told_of("distinct", {"key": "status"}) == ("list", None)
    assert told_of("distinct", {"key": "phone"}) == ("export", None)


def test_a_pipeline_is_bounded_by_what_it_matches_first() -> None:
    def bounded(*stages: Any) -> Told:
        return touched("aggregate", {"aggregate": "clients", "pipeline": list(stages)})

    match = {"$match": {"_id": 5}}
    assert bounded(match) == {"crm.clients": ("read", ["5"])}
    assert bounded({"$sort": {"name": 1}}, {"$limit": 9}, match, {"$project": {"_id": 0}}) == bounded(match)
    assert bounded({"$addFields": {"_id": 5}}, match) == {"crm.clients": ("list", None)}
    assert bounded({"$group": {"_id": 5}}, match) == {"crm.clients": ("list", None)}
    assert bounded(match, {"$unionWith": "clients"}) == {"crm.clients": ("export", None)}


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ({"$unionWith": "clients"}, ("export", None)),
        ({"$unionWith": {"coll": "clients", "pipeline": [{"$match": {"_id": 5}}]}}, ("read", ["5"])),
        ({"$lookup": {"from": "clients", "as": "c", "pipeline": [{"$match": {"_id": 5}}]}}, ("read", ["5"])),
        ({"$lookup": {"from": "clients", "localField": "client", "foreignField": "_id", "as": "c"}}, ("list", None)),
        ({"$lookup": {"from": {"db": "crm", "coll": "clients"}, "as": "c"}}, ("list", None)),
        ({"$graphLookup": {"from": "clients", "startWith": "$a", "as": "c"}}, ("list", None)),
        ({"$facet": {"a": [{"$lookup": {"from": "clients", "as": "c", "pipeline": []}}]}}, ("export", None)),
        ({"$lookup": {"from": "y", "as": "y", "pipeline": [{"$unionWith": "clients"}]}}, ("export", None)),
        ({"$out": "clients"}, ("update", None)),
        ({"$merge": "clients"}, ("update", None)),
        ({"$merge": {"into": {"db": "crm", "coll": "clients"}, "on": "_id"}}, ("update", None)),
    ],
)
def test_a_collection_that_a_stage_reads_or_writes_is_touched(stage: Any, told: Any) -> None:
    said = touched("aggregate", {"aggregate": "x", "pipeline": [stage]}, "crm.x")
    assert said["crm.x"] == ("export", None)
    assert said["crm.clients"] == told


def test_a_command_does_to_a_collection_what_its_arguments_say(subtests: pytest.Subtests) -> None:
    for command, args, told in [
        ("delete", {"deletes": [{"q": {"_id": 5}, "limit": 1}]}, ("delete", ["5"])),
        ("delete", {"deletes": [{"q": {"_id": 5}}, {"q": {}}]}, ("delete", None)),
        ("update", {"updates": [{"q": {"_id": 5}, "u": {}}, {"q": {"_id": 6}, "u": {}}]}, ("update", ["5", "6"])),
        ("findAndModify", {"query": {"_id": 5}, "update": {}}, ("update", ["5"])),
        ("findAndModify", {"query": {"_id": 5}, "remove": True}, ("delete", ["5"])),
        ("find", {"find": "clients", "filter": {}}, ("export", None)),
        ("find", {"find": "clients", "filter": {}, "limit": 5}, ("list", None)),
        ("find", {"find": "clients", "filter": {"city": {"$gt": "a"}}}, ("list", None)),
        ("aggregate", {"aggregate": "clients", "pipeline": []}, ("export", None)),
        ("explain", {"explain": {"find": "clients", "filter": {"_id": 5}}}, ("read", ["5"])),
        ("mapReduce", {"mapReduce": "clients", "query": {"_id": 5}}, ("read", ["5"])),
        ("mapReduce", {"mapReduce": "clients", "out": {"inline": 1}}, ("export", None)),
        ("renameCollection", {"renameCollection": "crm.clients", "to": "crm.t"}, ("update", None)),
        ("create", {"create": "v", "viewOn": "clients", "pipeline": []}, ("export", None)),
        ("create", {"create": "v", "viewOn": "clients", "pipeline": [{"$match": {"branch": 5}}]}, ("read", None)),
        ("collMod", {"collMod": "v", "viewOn": "clients", "pipeline": []}, ("export", None)),
        ("createCollection", {"ns": "crm.v", "viewOn": "crm.clients", "pipeline": []}, ("export", None)),
        ("dropCollection", {"ns": "crm.clients"}, ("delete", None)),
    ]:
        with subtests.test(command=command, args=args, told=told):
            assert touched(command, args)["crm.clients"] == told


def test_a_command_may_name_collections_of_its_own() -> None:
    assert touched("mapReduce", {"out": {"merge": "clients"}}, "crm.x")["crm.clients"] == ("update", None)
    assert touched("renameCollection", {"renameCollection": "crm.clients"}, "admin.x") == {
        "crm.clients": ("update", None)
    }
    many = {
        "bulkWrite": 1,
        "ops": [{"delete": 1, "filter": {"_id": 5}}, {"delete": 1, "filter": {"_id": 6}}, {"insert": 0}],
        "nsInfo": [{"ns": "crm.x"}, {"ns": "crm.clients"}],
    }
    assert touched("bulkWrite", many, "admin.$cmd.bulkWrite") == {
        "crm.clients": ("delete", ["5", "6"]),
        "crm.x": ("create", None),
    }


def test_arguments_of_no_known_form_are_read_over(subtests: pytest.Subtests) -> None:
    for command in ["find", "aggregate", "explain", "bulkWrite", "delete", "create", "renameCollection"]:
        for said in [None, 5, [], "x", [5], {"a": 5}, [{"$match": 5}], [[]], {"$or": [5]}, [{"$lookup": 5}]]:
            with subtests.test(command=command, said=said):
                names = (
                    "filter",
                    "pipeline",
                    "explain",
                    "ops",
                    "nsInfo",
                    "deletes",
                    "viewOn",
                    "renameCollection",
                    "out",
                )
                for args in (said, *({name: said} for name in names)):
                    statements_of(command, "crm.clients", args)
                    statements_of(command, "", args)


def nested(depth: int) -> Any:
    pipeline: Any = [{"$match": {"_id": 5}}]
    for _ in range(depth):
        pipeline = [{"$lookup": {"from": "clients", "as": "c", "pipeline": pipeline}}]
    return {"pipeline": pipeline}


def test_pipelines_nested_deeper_than_servers_take_are_not_followed() -> None:
    assert statements_of("aggregate", "crm.x", nested(500)).count("clients") == 20


@pytest.mark.parametrize(
    "some",
    [
        lambda count: {"pipeline": [{"$lookup": {"from": "clients", "pipeline": []}}] * count},
        lambda count: {"pipeline": [{"$match": {"$or": [{"_id": 1, "x": 2}] * count}}]},
        lambda count: {"pipeline": [{"$match": {"$and": [{f"x{at}": {"$in": [1, 2]}} for at in range(count)]}}]},
    ],
    ids=["stages", "branches", "conditions"],
)
def test_reading_takes_time_in_proportion_to_the_arguments(some: Callable[[int], Any]) -> None:
    def work(text: str) -> None:
        statements_of("aggregate", "crm.x", json.loads(text))

    assert not swollen(work, lambda size: json.dumps(some(size // 40)))


@pytest.mark.parametrize(
    ("command", "args", "space"),
    [
        ("renameCollection", {"renameCollection": "crm.clients", "to": "crm.x"}, "admin.$cmd"),
        ("renameCollection", {"old": "crm.clients", "new": "crm.x"}, ""),
        ("dropDatabase", {"dropDatabase": 1}, "crm.$cmd"),
        ("dropDatabase", {}, "crm"),
        ("drop", {"drop": "clients"}, "crm.clients"),
    ],
)
def test_who_takes_a_collection_away_changes_all_of_it(command: str, args: Any, space: str) -> None:
    (event,) = decoded([line_of(command, args, space)], "mongodb.audit")
    assert (event["object.type"], event["log.flags"]) == ("client", ["statement_open"])


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("create", {"create": "v", "viewOn": "clients", "pipeline": []}),
        ("aggregate", {"pipeline": [{"$out": "x"}]}),
        ("aggregate", {"pipeline": [{"$match": {"deleted": False}}, {"$merge": {"into": "x"}}]}),
        ("mapReduce", {"map": "f", "reduce": "g", "out": "x"}),
        ("mapReduce", {"query": {"_id": {"$gt": 0}}, "out": {"inline": 1}}),
    ],
)
def test_who_copies_a_collection_or_shows_it_by_another_name_exports_it(command: str, args: Any) -> None:
    (event,) = decoded([line_of(command, args, "crm.clients")], "mongodb.audit")
    assert (event["object.type"], event["event.action"]) == ("client", "export")


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("find", {"filter": {}, "skip": 500, "limit": 500}),
        ("find", {"filter": {"_id": {"$gt": 500}}, "sort": {"_id": 1}, "limit": 500}),
        ("aggregate", {"pipeline": [{"$skip": 500}, {"$limit": 500}]}),
    ],
)
def test_a_page_of_a_collection_says_so(command: str, args: Any) -> None:
    (event,) = decoded([line_of(command, args, "crm.clients")], "mongodb.audit")
    assert (event["record.count"], event["log.flags"]) == (500, ["statement_page"])


def line_of(command: str, args: Any, space: str) -> str:
    return json.dumps(
        {
            "atype": "authCheck",
            "ts": {"$date": "2026-05-17T10:05:03.120+00:00"},
            "users": [{"user": "vera", "db": "admin"}],
            "remote": {"ip": "198.51.100.7", "port": 50000},
            "param": {"command": command, "ns": space, "args": args},
            "result": 0,
        }
    )
