"""A log nobody wrote for this project."""

from pathlib import Path

import pytest

from tests.decode.batches import decode

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "apache_combined_10k.log"


@pytest.mark.skipif(not REAL.exists(), reason="the folder with real logs is not beside the project")
@pytest.mark.parametrize("form", ["auto", "combined", "apache.combined"])
def test_every_line_of_a_public_servers_log_becomes_an_event(form):
    lines = REAL.read_text(encoding="utf-8").splitlines()
    result = decode(lines, format=form)
    assert (len(lines), result.frame.height, result.rejects) == (10_000, 10_000, ())
    assert result.frame["source.ip"].null_count() == 0
    assert result.frame["http.request.method"].null_count() == 0
