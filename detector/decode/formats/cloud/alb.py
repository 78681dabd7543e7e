"""Access logs of AWS's Application Load Balancer: HTTP, HTTP/2, gRPC and WebSocket, gzipped files.

Comes in: lines. Goes out: ``Parsed``. The request names an absolute URL: its host is what the client asked for,
the rest gives path and query. The duration is the sum of the three stages; a stage of -1 did not take place. What has
no column is a label of the name AWS gives it.
"""

from collections.abc import Sequence

import polars as pl

from detector.decode.columns.frame_ops import replace_columns
from detector.decode.format import Format
from detector.decode.formats.cloud.space_separated import ANY_TAIL, CELL, CellLines
from detector.decode.json.field_map import REQUEST
from detector.decode.logformat.items import TIME, Variable

_STAGES = ("request_processing_time", "target_processing_time", "response_processing_time")
_BEGIN = (
    f"type time elb client target {' '.join(_STAGES)} elb_status_code target_status_code received_bytes sent_bytes "
    '"request" "user_agent" ssl_cipher ssl_protocol target_group_arn "trace_id" "domain_name" "chosen_cert_arn" '
    'matched_rule_priority request_creation_time "actions_executed" "redirect_url" "error_reason"'
)
_NEW = f'{_BEGIN} "target_port_list" "target_status_code_list" "classification" "classification_reason"'
KNOWN = {
    "time": Variable(TIME, form="iso"),
    "address": Variable("source.ip"),
    "client_port": Variable(CELL + "client_port"),
    "protocol": Variable(CELL + "protocol"),
    "elb_status_code": Variable("http.response.status_code"),
    "received_bytes": Variable("http.request.body.bytes"),
    "sent_bytes": Variable("http.response.body.bytes"),
    "host": Variable("url.domain", rank=1),
    "request": Variable(REQUEST),
    "user_agent": Variable("user_agent.original"),
    "trace_id": Variable("http.request.id"),
}
PREPARED = [
    pl.col("client").str.extract("^(.*):[0-9]+$").alias("address"),
    pl.col("client").str.extract(":([0-9]+)$").alias("client_port"),
    pl.col("request").str.extract(" (HTTP/[0-9.]+)$").alias("protocol"),
    pl.col("request").str.extract('^[^ ]+ [a-z0-9]{1,8}://([^/ "?]*)').str.strip_suffix("-").alias("host"),
    # A request that could not be read is written as "- http://host:80- -": it names a host and no path.
    pl.col("request").str.replace('^([^ ]+) [a-z0-9]{1,8}://[^/ "?]*', "${1} ").str.replace("^- .*", "-"),
]


def duration(stages: Sequence[str]) -> pl.Expr:
    """Return the sum of the stages that took place."""
    seconds = [pl.col(CELL + name).cast(pl.Float64, strict=False) for name in stages]
    spent = [pl.when(one.is_between(0, 1e6)).then(one) for one in seconds]
    known = pl.any_horizontal([one.is_not_null() for one in spent])
    total = pl.when(known).then(pl.sum_horizontal(spent) * 1e9)
    return total.round().cast(pl.Int64).alias("event.duration")


_DURATION = duration(_STAGES)


def prepare(values: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with address, port, host and request told apart."""
    return replace_columns(values, values.select_seq(PREPARED).get_columns()).drop("client")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    return replace_columns(frame, frame.select_seq(_DURATION).get_columns())


_LINES = CellLines(
    [_NEW, _BEGIN],
    KNOWN,
    shapes={
        "type": "[a-z0-9]+",
        "client": r"[^ ]+:[0-9]+",
        "elb_status_code": "[0-9]{3}|-",
        "received_bytes": "[0-9]+|-",
        "sent_bytes": "[0-9]+|-",
    },
    tail=("conn_trace_id", "transformed_host", "transformed_uri", "request_transform_status"),
    tail_shape=ANY_TAIL,
    prepare=prepare,
    finish=_finish,
)

FORMATS: tuple[Format, ...] = (
    Format(
        "alb",
        "aws.alb",
        "web",
        _LINES.parse,
        65,
        telling=r"^(?:https?|h2|grpcs?|wss?) [0-9-]{10}T[0-9:.]+Z [^ ]+ ",
        about="access log of AWS's Application Load Balancer",
        ways=_LINES.ways,
    ),
)
