"""Routes for logs that name what was done in a word instead of a path: audit logs of applications.

Comes in: events without a path. Goes out: guesses with ``when``, by the word of the action. Only words that look like
names of an action are taken: they stand in the configuration afterwards.
"""

import re

import polars as pl

from detector import frames
from detector.runtime.onboarding.guess import Guess
from detector.runtime.onboarding.words import Words, words_of
from detector.settings import Route

_KEYS = ("action", "operation", "event", "event_type", "activity", "verb", "op")
_WORD = re.compile(r"[A-Za-z\u0400-\u04ff][\w.:-]{0,60}")
_MOST = 200
_IDS = re.compile(r"[a-z][a-z0-9_]{0,30}_?ids?")
_NEVER = frozenset({"login", "logout", "other"})
_OF_MANY = ("list", "search", "export")


def guess_actions(frame: pl.DataFrame, words: Words) -> list[Guess]:
    """Return routes for the actions that are about client data."""
    events = frame.filter(pl.col("url.path").is_null() & pl.col("labels").is_not_null())
    for key in _KEYS:
        named = events.with_columns(frames.label(key).alias("word")).filter(pl.col("word").is_not_null())
        if named.height and named["word"].n_unique() <= _MOST:
            return _guesses(named, key, words)
    return []


def _guesses(named: pl.DataFrame, key: str, words: Words) -> list[Guess]:
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
    made: list[Guess] = []
    for row in table.sort(["count", "word"], descending=[True, False]).iter_rows(named=True):
        word, said = str(row["word"]), words_of(str(row["word"]))
        kinds = [words.object_of[one] for one in said if one in words.object_of]
        kinds += words.objects_in(str(row["object"] or ""))
        action = row["action"] if row["action"] not in (None, "other") else words.action_in(set(said)) or "other"
        if not kinds or not row["answered"] or action in _NEVER or not _WORD.fullmatch(word):
            continue
        kind = kinds[0]
        route = Route.model_validate(
            {
                "when": {key: word},
                "action": action,
                "object": kind,
                "classes": words.file.objects[kind].classes,
                "subject": "" if row["named"] else _subject(row["keys"], words),
            }
        )
        made.append(
            Guess(
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


def _subject(keys: list[str | None], words: Words) -> str:
    """Return the field that holds clients' ids, where one is called so."""
    for key in sorted(key for key in keys if key):
        of = [kind for kind in words.objects_in(key) if words.file.objects[kind].person]
        if of and _IDS.fullmatch(key.lower()):
            return f"field:{key}"
    return ""
