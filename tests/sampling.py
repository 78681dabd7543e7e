"""Which tests CI tries at a commit: of what is dear a part, and which part the commit's hash says.

What is red stays red, and the next commits try the others. Elsewhere, and with ``NABAT_MATRIX=full``, all are tried.
"""

from zlib import crc32

# So many values make a matrix of a test, where cells take long: one in five of them is tried.
_CELLS, _OF_CELLS = 4, 5
_DEAR = tuple(
    f"tests/{name}/"
    for name in ("acquire", "cli", "decode", "detect", "live", "runtime", "scenarios", "simulate", "store", "web")
)

# Folders whose tests run whole services, commands, pages, nights, days of lines: one in four of their other tests is
# tried.
_OF_WHOLE = 4
_WHOLE = tuple(
    f"tests/{name}/"
    for name in (
        "cli",
        "decode",
        "detect",
        "evade",
        "example",
        "live",
        "runtime",
        "scenarios",
        "simulate",
        "store",
        "web",
    )
)


def is_tried(nodeid: str, cell: str, cells: int, share: int | None, turn: int) -> bool:
    """Tell whether a test is tried in a turn.

    Args:
        nodeid: It.
        cell: The values it is tried with. Cells of one name share what takes long, and are drawn together.
        cells: With how many values its test is tried.
        share: What it is marked with: of so many parts one is tried.
        turn: Which commit it is.
    """
    if share is None and not (cells >= _CELLS and nodeid.startswith(_DEAR)):
        return _is_drawn(nodeid, _OF_WHOLE if nodeid.startswith(_WHOLE) else 1, turn)
    return _is_drawn(cell or nodeid, _OF_CELLS if share is None else share, turn)


def _is_drawn(key: str, parts: int, turn: int) -> bool:
    return (crc32(key.encode()) + turn) % parts == 0
