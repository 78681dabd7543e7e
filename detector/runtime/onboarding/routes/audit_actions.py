"""Routes for logs that name what was done in a word instead of a path: audit logs, GraphQL, remote calls.

Comes in: events without a path, or with one address for everything. Goes out: guesses with ``when``, by the word of the
action. Only words that look like names of an action are taken: they stand in the configuration afterwards.
"""

import re

import polars as pl

from detector import frames
from detector.runtime.onboarding.guessed_route import GuessedRoute
from detector.runtime.onboarding.request_words import RequestWords, words_of
from detector.settings import Route

_OPERATIONS = ("operationname", "graphqloperation", "grpcmethod", "rpcmethod")
"""Names of fields that hold the name of a GraphQL operation or of a method called from afar."""
_KEYS = (*_OPERATIONS, "action", "operation", "event", "eventtype", "activity", "verb", "op")
_ONE_ADDRESS = pl.col("url.path").str.contains(r"(?i)graphql|/(?:json)?rpc(?:/|$)").fill_null(value=False)
_WORD = re.compile(r"[A-Za-z\u0400-\u04ff][\w.:-]{0,60}")
_MOST = 200
_FIELD = re.compile(r"[A-Za-z_][\w.]{0,60}")
_METHOD = "method"
"""Beside ``jsonrpc`` it holds the method of a call."""
_IDS = frozenset({"id", "ids", "guid", "uuid"})
_GIVEN = frozenset({"variables", "args", "arguments", "params", "input", "request", "vars"})
"""What an operation's own values stand under."""
_NEVER = frozenset({"login", "logout", "other"})
_OF_MANY = ("list", "search", "export")


def guess_actions(frame: pl.DataFrame, words: RequestWords) -> list[GuessedRoute]:
    """Return routes for the actions that are about client data."""
    events = frame.filter((pl.col("url.path").is_null() | _ONE_ADDRESS) & pl.col("labels").is_not_null())
    for key in _keys(events):
        named = events.with_columns(frames.label(key).alias("word")).filter(pl.col("word").is_not_null())
        if named.height and named["word"].n_unique() <= _MOST:
            return _guesses(named, key, words)
    return []


def with_paths_that_tell(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the events without those whose path is one address for everything."""
    return frame.filter(~_ONE_ADDRESS)


def names_operation(one: GuessedRoute) -> bool:
    """Tell whether a guess goes by the name of an operation, whose client stands in what it was given."""
    return any(map(_is_operation, one.route.when))


def _keys(events: pl.DataFrame) -> list[str]:
    """Return the labels that may hold the word of an action, the likeliest first."""
    keys = events["labels"].explode().drop_nulls().struct.field("key").unique().drop_nulls().sort().to_list()
    keys = [key for key in keys if _FIELD.fullmatch(key)]
    found = [(rank, key) for key in keys if (rank := _rank(key)) is not None]
    called = [key for key in keys if key.split(".")[-1] == _METHOD and f"{key.removesuffix(_METHOD)}jsonrpc" in keys]
    return [*called, *(key for _, key in sorted(found))]


def _rank(key: str) -> int | None:
    steps = [re.sub(r"[^a-z]", "", step) for step in key.lower().split(".")]
    named = {steps[-1], "".join(steps[-2:])}
    return next((rank for rank, name in enumerate(_KEYS) if name in named), None)


def _is_operation(key: str) -> bool:
    return _rank(key) in range(len(_OPERATIONS))


def _guesses(named: pl.DataFrame, key: str, words: RequestWords) -> list[GuessedRoute]:
    ok = pl.col("event.outcome") != "failure"
    table = named.group_by("word").agg(
        pl.len().alias("count"),
        ok.sum().alias("answered"),
        pl.col("object.type").drop_nulls().mode().first().alias("object"),
        pl.col("event.action").mode().first().alias("action"),
        pl.col("subject.ids").is_not_null().sum().alias("named"),
        pl.col("subject.ids").explode().drop_nulls().n_unique().alias("clients"),
        pl.col("user.name").is_not_null().sum().alias("signed"),
        pl.col("labels").explode().struct.field("key").unique().alias("keys"),
    )
    made: list[GuessedRoute] = []
    for row in table.sort(["count", "word"], descending=[True, False]).iter_rows(named=True):
        word, said = str(row["word"]), words_of(str(row["word"]))
        kinds = [words.object_of[one] for one in said if one in words.object_of]
        kinds += words.objects_in(str(row["object"] or ""))
        action = row["action"] if row["action"] not in (None, "other") else words.action_in(set(said))
        subject = "" if row["named"] else _subject(row["keys"], words)
        if not action:
            action = "other" if not _is_operation(key) else "read" if subject else "list"
        if not kinds or not row["answered"] or action in _NEVER or not _WORD.fullmatch(word):
            continue
        kind = kinds[0]
        route = Route.model_validate(
            {
                "when": {key: word},
                "action": action,
                "object": kind,
                "classes": words.file.objects[kind].classes,
                "subject": subject,
            }
        )
        made.append(
            GuessedRoute(
                route=route,
                wanted=words.file.objects[kind].sure or bool(row["named"]),
                count=row["count"],
                share=row["count"] / named.height,
                paths=row["clients"],
                signed_in=row["signed"] / row["count"],
                words=tuple(sorted({one for one in said if one in words.object_of})),
            )
        )
    return made


def _subject(keys: list[str | None], words: RequestWords) -> str:
    """Return the field that holds clients' ids: one that is called so, else the id an operation was given."""
    fields = sorted(key for key in keys if key and _FIELD.fullmatch(key) and words_of(key)[-1] in _IDS)
    named = [key for key in fields if any(words.file.objects[one].person for one in words.objects_in(key))]
    given = [key for key in fields if key.lower().split(".")[-1] in _IDS and _GIVEN & set(key.lower().split(".")[:-1])]
    return f"field:{(named or given)[0]}" if named or given else ""
