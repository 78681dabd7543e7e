"""Regular expressions mean what they mean to Sigma (PCRE), whatever their engine makes of brackets."""

import re
import warnings

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules import evaluate
from detector.detect.rules.loading.regular_expression import for_rust

CASES = [
    # expression, texts it is found in, texts it is not
    (r"[;&&|]", ["a&b", "x;y", "x|y"], ["xy"]),
    (r"^[\w&&-]+$", ["a&b", "a-b"], ["a;b"]),
    (r"^[a~~b]+$", ["a~b"], ["c"]),
    (r"^[!--]+$", ["+", "-"], ["a", "."]),
    (r"^[\w.-]+$", ["a-b", "a.b"], ["!"]),
    (r"^cmd[ -~--x]*$", ["cmd x"], ["cmd\t"]),
    (r"[[]", ["a[b"], ["a"]),
    (r"^[]a]+$", ["]a"], ["b"]),
    (r"^[^]a]+$", ["b"], ["]"]),
    (r"^[Z-[]$", ["Z", "["], ["Y", "a"]),
    (r"^[\d-x]+$", ["1-x"], ["a"]),
    (r"a{b", ["a{b"], ["ab"]),
    (r"\$\{jndi:[^}]*}", ["${jndi:ldap}"], ["$jndi:"]),
    (r"^a{2}$", ["aa"], ["a", "a{2}"]),
    (r"abc\Z", ["xabc", "abc\n"], ["abcd"]),
    (r"^\x{41}[\x42-\x44]$", ["AC"], ["AE"]),
    (r"^[[:alpha:]&]+$", ["a&"], ["1"]),
    (r"a\[b\{c", ["a[b{c"], ["ab"]),
]


@pytest.mark.parametrize(("pattern", "found", "missed"), CASES, ids=[row[0] for row in CASES])
def test_an_expression_is_found_where_sigma_finds_it(write, pattern, found, missed):
    rule = {"title": "R", "id": "r", "logsource": {"product": "x"}, "detection": {"s": {"m|re": pattern}}}
    rule["detection"]["condition"] = "s"
    texts = [*found, *missed]
    hits = [each["event"] for each in evaluate([write(rule)], [{"m": text} for text in texts])]
    assert hits == list(range(1, len(found) + 1))


SIGNS = st.text(alphabet="ab-&~[^]!{}.", min_size=1, max_size=8)


@given(SIGNS, st.booleans(), st.lists(st.sampled_from("ab-&~[^]!{}.c"), min_size=1, max_size=5))
def test_brackets_hold_the_signs_that_they_hold_for_others(inside, negated, signs):
    pattern = f"[{'^' if negated else ''}{inside}]"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            theirs = re.compile(pattern)
        except re.error:
            return
    text = pl.Series(signs)
    assert text.str.contains(for_rust(pattern)).to_list() == [theirs.search(sign) is not None for sign in signs]
