"""A field map of the operator's own."""

from pathlib import Path

import pytest

from detector.decode.fieldmap import FieldMap
from detector.errors import ConfigError
from detector.settings.load import read_model

MAP = """
kind: json
about: a log of our own
dataset: own.log
time: {{fields: [ts]}}
fields: {{user.name: who, event.action: verb}}
values: {{event.action: {words}}}
"""


def read(folder: Path, words: str) -> FieldMap:
    path = folder / "own.json.yml"
    path.write_text(MAP.format(words=words), encoding="utf-8")
    return read_model(path, FieldMap)


def test_words_of_the_log_fit_in_any_case(tmp_path):
    assert read(tmp_path, "{ClientView: read}").values["event.action"] == {"clientview": "read"}


def test_a_word_that_is_not_of_the_closed_list_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"event\.action cannot be 'peek'"):
        read(tmp_path, "{ClientView: peek}")
