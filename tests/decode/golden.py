"""Golden samples of formats: what each line of tests/golden/formats/<name>.samples decodes to.

A file is made of blocks with a blank line between them::

    ! {"header": "..."}     what the decoder is told beside the line, if anything: JSON with any of the keys
                            header, written, path (of the batch), timezone, log_format (of the source),
                            beside (file texts by path)
    = "column": value       what the line below must decode to, one column a line, JSON
    > the line itself
    | further lines of the same record, where the format has records of several lines

``= "reject": "reason"`` stands above a line that gives no event. Lines beginning with ``#`` are remarks.
``python -m tests.decode.golden`` writes the expectations anew from what the decoder says now, and the index of shipped
formats from the formats; read the diff.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from detector.decode import Decoder, rows
from detector.decode.formats.format_index import INDEX, index_text
from detector.decode.registry import shipped_formats
from tests.decode.batches import KEY, batch_of, settings_for

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "formats"
SAME_EVERYWHERE = frozenset(
    {"event.original", "event.id", "event.hash", "event.ingested", "log.offset", "log.file.path", "log.stream"}
    | {"log.file.identity", "log.source"}
)


def files() -> list[Path]:
    """Return every sample file."""
    return sorted(FOLDER.glob("*.samples"))


_STREAMS = count()


@dataclass
class Block:
    """One record, what must come of it, and what the decoder is told beside it."""

    remarks: list[str] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def record(self) -> str:
        """The record as the reader would hand it on."""
        return "\n".join(self.lines)


def read(path: Path) -> Iterator[Block]:
    """Give each block of a file."""
    for text in re.split(r"\n{2,}", path.read_text(encoding="utf-8")):
        block = Block()
        for line in text.split("\n"):
            if line.startswith(("> ", "| ")) or line in (">", "|"):
                block.lines.append(line[2:])
            elif line.startswith("= "):
                block.expected |= json.loads("{" + line[2:] + "}")
            elif line.startswith("! "):
                block.told |= json.loads(line[2:])
            elif line:
                block.remarks.append(line)
        if block.lines:
            yield block


def decoded(block: Block, fmt: str) -> dict[str, Any]:
    """Return what a record decodes to by itself, without the columns that tell only where it stood."""
    told = dict(block.told)
    files = told.pop("beside", {})
    batch = {key: told.pop(key) for key in ("header", "path") if key in told}
    if "written" in told:
        batch["written"] = datetime.fromisoformat(told.pop("written"))
    # A stream of its own: the decoder remembers which format each stream has.
    stream = f"stream-{next(_STREAMS)}"
    decoder = _decoder(fmt, json.dumps(told), json.dumps(files))
    (row,) = rows(decoder.decode(batch_of([block.record], stream=stream, **batch)))
    if "reject" in row:
        return {"reject": row["reject"]}
    return {key: value for key, value in row["fields"].items() if key not in SAME_EVERYWHERE}


@lru_cache(maxsize=512)
def _decoder(fmt: str, told: str, files: str) -> Decoder:
    """Return the decoder for these settings; making one costs more than what one record is worth."""
    texts: dict[str, str] = json.loads(files)
    return Decoder(
        settings_for(format=fmt, **json.loads(told)),
        session_key=KEY,
        beside=lambda path: texts[path].encode() if path in texts else None,
    )


def write(path: Path) -> None:
    """Write the expectations of one file anew."""
    blocks = []
    for block in list(read(path)):
        fields = decoded(block, path.stem)
        told = [f"! {json.dumps(block.told, ensure_ascii=False)}"] if block.told else []
        expected = [f"= {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
        first, *more = block.lines
        blocks.append("\n".join([*block.remarks, *told, *expected, f"> {first}", *(f"| {line}" for line in more)]))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    INDEX.write_text(index_text(shipped_formats()), encoding="utf-8")
    for file in files():
        write(file)
