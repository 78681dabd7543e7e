"""Escapes and spellings of paths are undone once, from left to right, however many there are."""

import string

from hypothesis import given
from hypothesis import strategies as st

from detector.decode.columns.unescape import unescape
from detector.decode.record_map.normalize_path import normalised
from detector.decode.weblog.layouts import LAYOUTS

MEANT = {"n": 10, "t": 9, "r": 13, "b": 8, "f": 12, "v": 11, "0": 0, '"': 34, "'": 39, "\\": 92}
PIECES = ("\\", "\\x", "x", "22", "5c", "4", "1", "n", '"', "'", "a", "é", "日", "\\xc3\\xa9", "\\xff", "0", "\n")
STEPS = ("/", ".", "..", "a", "%2e", "%2F", "%5c", "\\", ";", "b=c", "%", "%zz", "é", "%ff", "%3b")


def read(text):
    """Undo escapes byte by byte."""
    raw, made = text.encode(), bytearray()
    while raw:
        letters = raw[1:4].decode("latin-1")
        if raw[:1] == b"\\" and letters[:1] == "x" and len(letters) == 3 and {*letters[1:]} <= {*string.hexdigits}:
            made.append(int(letters[1:], 16))
            raw = raw[4:]
        elif raw[:1] == b"\\" and letters[:1] in {*MEANT}:
            made.append(MEANT[letters[0]])
            raw = raw[2:]
        else:
            made += raw[:1]
            raw = raw[1:]
    try:
        return made.decode()
    except UnicodeDecodeError:
        return made.decode("latin-1")


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_escapes_are_undone_as_byte_by_byte(text):
    assert unescape(text) == read(text)


@given(st.lists(st.sampled_from(STEPS), max_size=14).map("".join))
def test_a_path_has_one_spelling(path):
    found = normalised(path)
    assert found.startswith("/")
    assert not {"", ".", ".."} & {*found[1:].split("/")} or found == "/"
    assert "\\" not in found
    assert normalised("/x/../" + path) == normalised("//./" + path + "/;y") == found


def test_parameters_are_cut_off_before_a_step_up_is_seen():
    assert normalised("/a;b/c/..;x/d;e;f/./g/") == "/a/d/g"
    assert normalised("/../../a") == "/a"


def test_what_tells_lines_of_a_layout_is_its_pattern_without_names():
    for layout in LAYOUTS.values():
        assert "?P<" in layout.careful
        assert "?P<" not in layout.telling
        assert layout.telling.count("(?:") == layout.careful.count("(?:") + layout.careful.count("(?P<")
