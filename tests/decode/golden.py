"""Golden samples of formats: what each line of tests/golden/formats/<name>.samples decodes to.

A file is made of blocks with a blank line between them::

    = "column": value       what the line below must decode to, one column a line, JSON
    > the line itself

``= "reject": "reason"`` stands above a line that gives no event. Lines beginning with ``#`` are remarks.
``python -m tests.decode.golden`` writes the expectations anew from what the decoder says now; read the diff.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detector.decode import rows
from tests.decode.batches import batch_of, decoder_for

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "formats"
SAME_EVERYWHERE = frozenset(
    {"event.original", "event.id", "event.hash", "event.ingested", "log.offset", "log.file.path", "log.stream"}
    | {"log.file.identity", "log.source"}
)


def files() -> list[Path]:
    """Return every sample file."""
    return sorted(FOLDER.glob("*.samples"))


def read(path: Path) -> Iterator[tuple[list[str], dict[str, Any], str]]:
    """Give remarks, expectations and line of each block."""
    remarks: list[str] = []
    expected: dict[str, Any] = {}
    for text in path.read_text(encoding="utf-8").split("\n"):
        if text.startswith("#"):
            remarks.append(text)
        elif text.startswith("= "):
            expected |= json.loads("{" + text[2:] + "}")
        elif text.startswith(">"):
            yield remarks, expected, text[2:]
            remarks, expected = [], {}


def decoded(name: str, line: str, fmt: str) -> dict[str, Any]:
    """Return what a line decodes to by itself, without the columns that tell only where it stood."""
    (row,) = rows(decoder_for(format=fmt).decode(batch_of([line])))
    if "reject" in row:
        return {"reject": row["reject"]}
    return {key: value for key, value in row["fields"].items() if key not in SAME_EVERYWHERE}


def write(path: Path) -> None:
    """Write the expectations of one file anew."""
    blocks = []
    for remarks, _, line in list(read(path)):
        fields = decoded(path.stem, line, path.stem)
        expected = [f"= {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
        blocks.append("\n".join([*remarks, *expected, f"> {line}"]))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for file in files():
        write(file)
