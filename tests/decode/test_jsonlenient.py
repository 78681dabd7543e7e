"""Lines that are JSON but for what stands in their texts are read; what is no JSON is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.decode.json.lookup import lenient_object

_HOSTILE = st.lists(
    st.sampled_from(['"', "\\", "x22", "u0041", "ud83d", "udc00", "\n", "\t", "\x00", "{", "}", "é", "a", ":"])
).map("".join)


@pytest.mark.parametrize(
    ("inside", "meant"),
    [
        ("a\tb\x0bc", "a\tb\x0bc"),
        (r"a\x22b", 'a"b'),
        (r"\xD0\x9D", "Н"),
        (r"\xFF", "ÿ"),
        (r"\\x22", r"\x22"),
        (r"\ud83d", "\ufffd"),
        (r"\udc00\ud83d", "\ufffd\ufffd"),
        (r"\ud83d\ude00", "😀"),
        (r"\e[2J", r"\e[2J"),
        (r"\'", r"\'"),
    ],
)
def test_texts_that_strict_json_refuses_are_read(inside: str, meant: str) -> None:
    assert lenient_object('{"a":"' + inside + '","b":1}') == {"a": meant, "b": 1}


@pytest.mark.parametrize(
    "line", ["", "[1]", "a", '{"a":', '{"a":NaN}', '{"a":1e999}', "{" * 100_000, '{"a":"\\', '{"a":"b"} x']
)
def test_what_is_no_object_is_none(line: str) -> None:
    assert lenient_object(line) is None


@given(_HOSTILE, st.dictionaries(_HOSTILE, _HOSTILE))
def test_nothing_raises_and_strict_json_is_read_as_itself(text: str, item: dict[str, str]) -> None:
    found = lenient_object("{" + text)
    assert found is None or isinstance(found, dict)
    plain = {key.encode("utf-8", "replace").decode(): value for key, value in item.items()}
    assert lenient_object(json.dumps(plain, ensure_ascii=False)) == plain
