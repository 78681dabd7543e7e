"""Each file a company keeps is looked at: what is edited in it is taken up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.runtime.edited_files import EditedFiles
from detector.settings import Settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def nested(*parts: str, **values: str) -> dict[str, object]:
    """Return settings in which a part, or a part of a part, holds these values."""
    first, *rest = parts
    return {first: nested(*rest, **values) if rest else values}


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("actors", "teams"),
        ("actors", "leave"),
        ("actors", "holidays"),
        ("records", "watched"),
        ("records", "portfolio"),
        ("records", "residence"),
        ("notify.rota", "calendar"),
    ],
)
def test_an_edited_list_is_taken_up_once(tmp_path: Path, part: str, name: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text("user,team\n", encoding="utf-8")
    settings = Settings.model_validate(nested(*part.split("."), **{name: str(file)}))
    files = EditedFiles(None, lambda: settings, NOW)
    assert not files.edited(NOW)
    file.write_text("user,team\nanna,north\n", encoding="utf-8")
    assert files.edited(NOW + timedelta(seconds=1))
    assert not files.edited(NOW + timedelta(seconds=2))
