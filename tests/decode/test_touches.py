"""Comparing all routes of a map at once finds the route that comparing one after the other finds."""

import re

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.record_map.apply import RecordMapper
from detector.decode.record_map.normalize_path import normalised
from detector.decode.record_map.path_segments import Segments
from detector.decode.record_map.routes import compile_routes
from detector.settings import RecordMap

WORDS = ("a", "b", "clients", "documents", "documents2", "%61", "..", ".", "", "x-1.pdf", "a;b", "é", "a\\b", "{")
JOINED = st.lists(st.sampled_from(WORDS), max_size=5).map(lambda words: "/" + "/".join(words))
PATHS = st.none() | JOINED | st.text("/a.%", max_size=6) | st.sampled_from(["/api/a", "/api", "api/"])
PIECES = st.sampled_from(
    ["a", "b", "clients", "documents", "documents2", "*", "{one}", "{two}", "x-*.pdf", "x-{three}.pdf"]
)
METHODS = st.sampled_from(["GET", "POST", "get", "PURGE", None])


@st.composite
def routes(draw):
    """A route of a record map; several of a map may fit one path."""
    pieces = draw(st.lists(PIECES, max_size=4, unique=True))
    rest = draw(st.sampled_from(["", "", "/**"])) if pieces else ""
    path = "/" + "/".join(pieces) if pieces else "/"
    return {
        "path": path + rest,
        "action": "read",
        "object": "thing",
        "methods": draw(st.sampled_from([[], ["GET"], ["POST", "GET"]])),
        "service": draw(st.sampled_from(["*", "crm", "shop"])),
        "when": draw(st.sampled_from([{}, {}, {"http.response.status_code": 200}, {"event.dataset": "x"}])),
    }


def spelt_once(path):
    """Return the path as the map compares it: what has one spelling only is left alone."""
    special = re.search(r"(?s)[%;\\]|/[/.]|./\Z", path)
    return normalised(path) if special else path


def fits(one, row):
    """Say whether a route fits a row, as the documentation tells it."""
    path = row["url.path"]
    methods = {spelt for method in one.route.methods for spelt in (method.upper(), method.lower())}
    template = one.template.regex.replace("$", r"\Z") if one.template else ""
    return (
        (not template or (path is not None and re.match(template, spelt_once(path)) is not None))
        and (not methods or row["http.request.method"] in methods)
        and one.route.service in ("*", row["service.name"])
        and all(str(row.get(key)) == str(value) for key, value in one.route.when.items())
    )


ROW = st.fixed_dictionaries(
    {
        "url.path": PATHS,
        "http.request.method": METHODS,
        "service.name": st.sampled_from(["crm", "shop", "other"]),
        "http.response.status_code": st.sampled_from([200, 404, None]),
    }
)


@settings(deadline=None, max_examples=200)
@given(st.lists(routes(), max_size=8), st.lists(st.lists(ROW, min_size=1, max_size=6), max_size=3))
def test_the_first_route_that_fits_is_found(given_routes, batches):
    compiled = compile_routes(RecordMap.model_validate({"routes": given_routes}))
    touches = RecordMapper(compiled)
    for rows in batches:
        columns = BatchBuilder(
            (
                pl.Series(name, [row[name] for row in rows], dtype=pl.Int16() if "status" in name else pl.String())
                for name in rows[0]
            ),
            len(rows),
        )
        found = touches.route(columns, Segments(columns["url.path"]))
        expected = [next((at for at, one in enumerate(compiled) if fits(one, row)), len(compiled)) for row in rows]
        assert found.tolist() == expected


@settings(deadline=None, max_examples=200)
@given(st.lists(PATHS, max_size=8))
def test_segments_are_those_of_the_path_in_its_one_spelling(paths):
    segments = Segments(pl.Series("url.path", paths, dtype=pl.String()))
    for number in range(1, 5):
        starts, stops = segments.place(number)
        texts = segments.laid.texts(starts, stops.clip(starts)).to_list()
        for path, has, text in zip(paths, segments.has(number).tolist(), texts, strict=True):
            cut = spelt_once(path or "").split("/")
            assert has == (len(cut) > number)
            assert not has or text == cut[number]
    api = [bool(path and path.startswith("/api/")) for path in paths]
    assert segments.api.tolist() == api
