"""How many different records the events name that name a subject, or subjects of one kind.

Comes in: events with the subjects and the records each names. Goes out: two counts a subject; counts by what somebody
says of the subjects. An answer that names 30,000 clients beside 30,000 records is never paired out: subjects that the
same events name share one count, and these are counted a few at a time.
"""

from collections.abc import Iterator, Mapping

import polars as pl

_TOGETHER = 5_000_000
"""So many records, as often as events name them, are looked at together; more only of subjects of the same events."""


def records_by_subject(events: pl.DataFrame) -> pl.DataFrame:
    """Return the columns ``subject``, ``record_low`` and ``named``, a row for each subject that stands beside a record.

    Args:
        events: Columns ``object.type``, ``record.ids`` and ``subjects``, the different ones an event names.

    ``record_low`` counts the records of events that name the subject alone, ``named`` those of all that name it.
    """
    numbered = events.with_row_index("event")
    records = _records(numbered)
    telling = numbered.join(records.select("event").unique(), on="event", how="semi")
    people = telling.select("event", "subjects", alone=pl.col("subjects").list.len() == 1).explode("subjects")
    people = people.drop_nulls("subjects").rename({"subjects": "subject"})
    mine = people.filter("alone").join(records, on="event").select("subject", "record").unique()
    groups = _alike(people.filter(~pl.col("alone")))
    found = [people.select("subject").unique().with_columns(named=pl.lit(0, pl.Int64()))]
    for some in _portions(groups, records):
        theirs = some.select("group", "events").explode("events").join(records, left_on="events", right_on="event")
        theirs = theirs.select("group", "record").unique()
        among = some.select("group", "subject").explode("subject")
        twice = among.join(mine, on="subject").join(theirs, on=["group", "record"], how="semi")
        found += [
            among.join(theirs.group_by("group").len("named"), on="group").select(
                "subject", pl.col("named").cast(pl.Int64)
            ),
            twice.group_by("subject").len("named").select("subject", -pl.col("named").cast(pl.Int64)),
        ]
    own = mine.group_by("subject").len("record_low").with_columns(pl.col("record_low").cast(pl.Int64))
    shared = pl.concat(found).group_by("subject").agg(pl.col("named").sum())
    low = pl.col("record_low").fill_null(0)
    return shared.join(own, on="subject", how="left").select("subject", low, named=pl.col("named") + low)


def records_by_label(events: pl.DataFrame, labels: Mapping[str, str]) -> dict[str, int]:
    """Return how many different records name subjects of one label alone, by that label.

    Whose each record is that stands beside several subjects nobody knows; where an answer names as records the very ids
    of its subjects, each is its own. A record that never stands beside a subject is nobody's.

    Args:
        events: Columns ``object.type``, ``record.ids`` and ``subject.ids``.
        labels: By subject; of any other it is empty.
    """
    record, text = ("object.type", "record.ids"), pl.String()
    ids = [pl.col(name).cast(pl.List(text)).list.drop_nulls().list.unique().list.sort() for name in record[1:]]
    ids.append(pl.col("subject.ids").cast(pl.List(text)).list.drop_nulls().list.unique().list.sort())
    some = events.select(pl.col("object.type").cast(text), *ids).unique()
    some = some.filter(pl.col("record.ids").list.len() > 0, pl.col("subject.ids").list.len() > 0)
    some = some.with_row_index("event").with_columns(same=pl.col("record.ids") == pl.col("subject.ids"))
    known = pl.DataFrame({"subject": list(labels), "label": list(labels.values())}, {"subject": text, "label": text})
    people = some.select("event", "same", subject="subject.ids").explode("subject")
    people = people.join(known, on="subject", how="left").with_columns(pl.col("label").fill_null(""))
    label = pl.when(pl.col("label").n_unique() == 1).then(pl.col("label").first())
    each = some.select("event", "same", *record).explode("record.ids")
    shared = each.filter(~pl.col("same")).join(people.group_by("event").agg(label), on="event")
    own = each.filter("same").join(people, left_on=["event", "record.ids"], right_on=["event", "subject"])
    found = pl.concat([frame.select(*record, "label") for frame in (shared, own)])
    alike = found.group_by(record).agg(label, mixed=pl.col("label").is_null().any())
    counted = alike.filter(~pl.col("mixed"), pl.col("label").is_not_null()).group_by("label").len()
    return {name: int(count) for name, count in counted.sort("label").iter_rows()}


def _records(events: pl.DataFrame) -> pl.DataFrame:
    """Return the different records each event names, as numbers."""
    named = events.filter(pl.col("record.ids").list.len() > 0).select("event", "object.type", "record.ids")
    each = named.explode("record.ids").drop_nulls("record.ids")
    return each.select("event", record=pl.struct("object.type", "record.ids").rank("dense")).unique()


def _alike(people: pl.DataFrame) -> pl.DataFrame:
    """Return subjects in groups that the same events name, with those events: ``group``, ``subject``, ``events``."""
    marks = [pl.col("event").hash(seed).sum().alias(f"mark{seed}") for seed in (1, 2)]
    named = people.group_by("subject").agg(*marks, pl.col("event").n_unique().alias("count"), events="event")
    alike = named.group_by("mark1", "mark2", "count").agg("subject", pl.col("events").first())
    return alike.with_row_index("group").select("group", "subject", "events")


def _portions(groups: pl.DataFrame, records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield some groups at a time, none of them twice."""
    if not groups.height:
        return
    many = records.group_by("event").len("records")
    weight = groups.select("group", "events").explode("events").join(many, left_on="events", right_on="event")
    weight = weight.group_by("group").agg(pl.col("records").sum().cast(pl.Int64)).sort("group")
    portion = (pl.col("records").cum_sum() // _TOGETHER).alias("portion")
    placed = groups.join(weight.with_columns(portion), on="group").sort("group")
    yield from placed.partition_by("portion", include_key=False)
