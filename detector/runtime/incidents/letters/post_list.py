"""Files for those who send letters by post, and of clients for whom there is no letter.

Comes in: letters and clients, shown to somebody who may see them. Goes out: CSV that a spreadsheet takes for text, and
pages to be printed, one letter each, on which nothing is markup but ours. For the owner only, whole or not there.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import polars as pl

from detector.runtime.incidents.letters.letter_desk import PostLetter
from detector.runtime.incidents.letters.settled_letters import ClientWithout
from detector.runtime.incidents.letters.standing.unplanned_clients import UnplannedClients
from detector.schema.letters.mailings import NotReached
from detector.store import write_csv, write_text

_STYLE = (
    "@page{size:A4;margin:25mm}body{font:11pt/1.45 serif}"
    "article{break-after:page;white-space:pre-wrap}address{font-style:normal;min-height:40mm}h1{font-size:12pt}"
)


def write_post_list(letters: Sequence[PostLetter], path: Path) -> None:
    """Write to whom letters go by post, a row each."""
    write_csv(post_table(letters), path)


def post_table(letters: Sequence[PostLetter]) -> pl.DataFrame:
    """Return to whom letters go by post, a row each."""
    columns = ("number", "client", "name", "address", "language", "why", "document")
    rows = [
        (
            each.letter.number,
            each.recipient.client,
            each.recipient.name,
            each.address,
            each.recipient.language,
            each.letter.state.value,
            each.document,
        )
        for each in letters
    ]
    schema = {name: pl.Int64() if name == "number" else pl.String() for name in columns}
    return pl.DataFrame(rows, schema, orient="row")


def write_post_pages(letters: Sequence[PostLetter], path: Path) -> None:
    """Write the letters as pages to be printed, in the order of the list."""
    write_text(path, post_pages(letters))


def post_pages(letters: Sequence[PostLetter]) -> str:
    """Return the letters as pages to be printed, in the order of the list."""
    pages = [
        f'<article lang="{escape(each.recipient.language)}"><address>{escape(each.recipient.name)}\n'
        f"{escape(each.address.replace(', ', chr(10)))}</address>"
        f"<h1>{escape(each.text.subject)}</h1>{escape(each.text.body)}</article>"
        for each in letters
    ]
    head = f'<!doctype html><html><head><meta charset="utf-8"><title>Letters</title><style>{_STYLE}</style></head>'
    return f"{head}<body>{''.join(pages)}</body></html>\n"


def write_without(clients: Sequence[ClientWithout], unplanned: UnplannedClients, path: Path) -> None:
    """Write who has no letter, and why, and of whom another plan would have to speak."""
    write_csv(without_table(clients, unplanned), path)


def without_table(clients: Sequence[ClientWithout], unplanned: UnplannedClients) -> pl.DataFrame:
    """Return who has no letter, and why, and of whom another plan would have to speak, a row each."""
    columns = ("client", "name", "state", "why", "document", "number")
    rows: list[tuple[str | int | None, ...]] = [
        (
            each.recipient.client,
            each.recipient.name,
            each.letter.state.value,
            each.letter.error or each.letter.words,
            each.document,
            each.letter.number,
        )
        for each in clients
    ]
    for why, ids in unplanned._asdict().items():
        rows += ((each, "", why, "", "", None) for each in ids)
    schema = {name: pl.Int64() if name == "number" else pl.String() for name in columns}
    return pl.DataFrame(rows, schema, orient="row")


def write_not_reached(missed: Sequence[NotReached], path: Path) -> None:
    """Write for which clients there is no letter, and why."""
    write_csv(not_reached_table(missed), path)


def not_reached_table(missed: Sequence[NotReached]) -> pl.DataFrame:
    """Return for which clients there is no letter, and why."""
    rows = [(each.client, each.why.value) for each in missed]
    return pl.DataFrame(rows, {"client": pl.String(), "why": pl.String()}, orient="row")
