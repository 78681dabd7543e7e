"""Access logs of AWS's Classic Load Balancer: requests, and connections of TCP listeners.

Comes in: lines. Goes out: ``Parsed``. As with the Application Load Balancer (``alb``) the request names an absolute
URL, and the duration is the sum of the three stages. A connection is an event without method and path.
"""

import polars as pl

from detector.decode.columns.frame_ops import replace_columns
from detector.decode.format import Format
from detector.decode.formats.cloud.alb import KNOWN, duration, prepare
from detector.decode.formats.cloud.space_separated import BARE_TAIL, CellLines

_STAGES = ("request_processing_time", "backend_processing_time", "response_processing_time")
_DURATION = duration(_STAGES)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    return replace_columns(frame, frame.select_seq(_DURATION).get_columns())


_LINES = CellLines(
    [
        f"time elb client backend {' '.join(_STAGES)} elb_status_code backend_status_code received_bytes sent_bytes "
        '"request" "user_agent"',
    ],
    {name: one for name, one in KNOWN.items() if name != "trace_id"},
    shapes={
        "client": r"[^ ]+:[0-9]+",
        "elb_status_code": "[0-9]{3}|-",
        "received_bytes": "[0-9]+|-",
        "sent_bytes": "[0-9]+|-",
    },
    tail=("ssl_cipher", "ssl_protocol"),
    tail_shape=BARE_TAIL,
    prepare=prepare,
    finish=_finish,
)

FORMATS: tuple[Format, ...] = (
    Format(
        "elb",
        "aws.elb",
        "web",
        _LINES.parse,
        66,
        telling=r"^[0-9-]{10}T[0-9:.]+Z [^ ]+ [^ ]+:[0-9]+ [^ ]+ -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ (?:[0-9]{3}|-) ",
        about="access log of AWS's Classic Load Balancer",
        ways=_LINES.ways,
    ),
)
