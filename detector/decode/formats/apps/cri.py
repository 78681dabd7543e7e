"""The log format of Kubernetes' container runtimes (containerd, CRI-O) and of Podman's k8s-file.

Comes in: ``2026-05-17T07:05:03.123456789Z stdout F text``. Goes out: the text; the stream as a label, the time for
lines without one.

A text longer than the runtime's buffer is cut into pieces tagged ``P``, the last one ``F``. The reader puts them
together (``PARTS``); here a record is as many of these lines as there are pieces.
"""

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import cut
from detector.decode.columns.list_columns import label_lists
from detector.decode.envelope import Unwrapped, Wrapper
from detector.decode.line_context import LineContext
from detector.decode.time.event_time import parse_values
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

_HEAD = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5}) (?:stdout|stderr) "
_PIECE = rf"\n{_HEAD}[A-Z](?::[^ \n]*)? "


def unwrap(lines: pl.Series, place: LineContext) -> Unwrapped:
    """Take the runtime's envelopes off."""
    fits = lines.str.contains(f"^{_HEAD}[PF](?::[^ ]*)? ").to_numpy()
    failures = dict.fromkeys(np.flatnonzero(~fits).tolist(), RejectReason.MALFORMED)
    rows = np.flatnonzero(fits) if failures else None
    kept = lines if rows is None else lines[rows]
    # Only a runtime's own head begins a piece; an application cannot write a line end without beginning a record.
    whole = kept.str.replace_all(_PIECE, "") if kept.str.contains("\n", literal=True).any() else kept
    time, stream, _tag, text = cut(whole, " ", ["time", "stream", "tag", "text"])
    times = parse_values(time, "auto", place.zone)
    labels = label_lists(["stream"] * len(kept), stream.to_list(), [1] * len(kept))
    return Unwrapped(text.str.strip_chars_end("\r\n"), [times, labels], rows, failures)


WRAPPER = Wrapper(
    name="cri",
    dataset="cri.logs",
    steady=True,
    zoned=True,
    unwrap=unwrap,
    order=5,
    telling=f"^{_HEAD}[PF]",
    framing=Framing(Cutting.PARTS, start=f"^{_HEAD}P(?::[^ ]*)? "),
    head=f"^{_HEAD}[PF]",
    about="log of a container under containerd or CRI-O (Kubernetes): the text is read by the format inside",
)
