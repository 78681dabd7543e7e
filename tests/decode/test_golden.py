"""Real lines of every format, with the answer above each."""

import pytest

from detector.decode import format_names
from detector.decode.logformat import KINDS
from detector.decode.weblog.layouts import LAYOUTS
from tests.decode.batches import settings_for
from tests.decode.golden import FOLDER, decoded, files, read

pytestmark = pytest.mark.share(1)  # all of them, always: they take little each

BLOCKS = [(path.stem, block) for path in files() for block in read(path)]


def test_a_line_decodes_to_what_is_written_above_it(subtests: pytest.Subtests) -> None:
    for name, block in BLOCKS:
        with subtests.test(name=name, record=block.record):
            assert decoded(block, name) == block.expected


BY_NAME_ONLY = {"json"}
FOUND = [(name, block) for name, block in BLOCKS if name not in BY_NAME_ONLY]


def test_auto_reads_every_line_as_its_own_format_does(subtests: pytest.Subtests) -> None:
    for name, block in FOUND:
        with subtests.test(name=name, record=block.record):
            told = decoded(block, "auto")
            if "reject" in block.expected:
                assert "reject" in told
            else:
                assert told == block.expected


def test_every_format_has_samples_with_at_least_one_reject():
    aliases = {f"{server}.{layout}" for server in ("nginx", "apache") for layout in LAYOUTS}
    rare = {"auto", "vhost_common", "combined_forwarded_time"}
    rejected = {name for name, block in BLOCKS if "reject" in block.expected}
    assert set(format_names(settings_for())) - aliases - rare == rejected - set(KINDS)
    assert {path.stem for path in FOLDER.iterdir()} == rejected
