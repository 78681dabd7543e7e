"""What a sieve remembers of texts changes no answer."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.matching.prefilter import TextPrefilter
from detector.detect.rules.matching.value_prefilter import ValuePrefilter

NEEDED = [("sqlmap", 0), ("curl", 1), ("sqlmap/1", 2), ("nikto", 3)]
AGENTS = ["sqlmap/1.8", "curl/8", "Mozilla", "SQLMAP curl", "nikto " + "x" * 3_000, "\u212aelvin", None]


def paired(found):
    return set(zip(found[0].tolist(), found[1].tolist(), strict=True))


@given(st.lists(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=30), min_size=1, max_size=5))
def test_texts_that_come_again_are_paired_as_the_sieve_pairs_them(batches):
    remembering, plain = ValuePrefilter(TextPrefilter(NEEDED)), TextPrefilter(NEEDED)
    for batch in batches:
        column = pl.Series("agent", batch, dtype=pl.String())
        expected = paired(plain.pairs(column)) if column.null_count() < len(column) else set()
        assert paired(remembering.pairs(FrameView(pl.DataFrame([column])), "agent")) == expected
