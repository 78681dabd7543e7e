"""S3's server access log: which object of which bucket was asked for, by whom, and how it ended.

Comes in: lines. Goes out: ``Parsed``. What was touched is a path, ``/BUCKET/KEY``, however the request spelled it (with
the bucket in the path or in the host's name) and also where there was no request (lifecycle, replication), so that
routes of the record map fit all of them. S3 escapes the key once more than the client did: one layer is taken off here,
the other one by the record map. A ``+`` in a key is a blank, as S3 reads it.
"""

from urllib.parse import unquote

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, replace_columns
from detector.decode.columns.value_map import ValueMap
from detector.decode.format import Format
from detector.decode.formats.cloud.space_separated import BARE_TAIL, CELL, CellLines
from detector.decode.json.field_map import REQUEST
from detector.decode.logformat.items import TIME, Variable
from detector.schema.events.columns import ACTIONS

_KEY = "$key"
_LAYOUT = (
    "bucket_owner bucket begin end client requester request_id operation key "
    '"request" status error_code bytes_sent object_size total_time turn_around_time "referer" "user_agent"'
)
_WITHOUT_REQUEST = _LAYOUT.replace('"', "")
"""Objects deleted by one request for many have no request of their own, and no quotes either."""
_SERVICES = r"^(?:svc:.*|AmazonS3|[a-z0-9.-]+\.amazonaws\.com)$"
_KNOWN = {
    "time": Variable(TIME, form="[%d/%b/%Y:%H:%M:%S %z]"),
    "client": Variable("source.ip"),
    "requester": Variable("user.id"),
    "key": Variable(_KEY),
    "request_id": Variable("http.request.id"),
    "request": Variable(REQUEST),
    "status": Variable("http.response.status_code"),
    "bytes_sent": Variable("http.response.body.bytes"),
    "total_time": Variable("event.duration", form="ms"),
    "referer": Variable("http.request.referrer"),
    "user_agent": Variable("user_agent.original"),
}
_ACTIONS = ValueMap(
    {
        "rest.get.object": "download",
        "website.get.object": "download",
        "rest.get.object_torrent": "download",
        "soap.getobject": "download",
        "rest.select.object": "search",
        "rest.post.select": "search",
        "rest.get.bucket": "list",
        "rest.get.bucketversions": "list",
        "rest.get.versioning": "read",
        "rest.get.*": "read",
        "website.get.*": "read",
        "rest.put.object": "create",
        "rest.put.part": "create",
        "rest.post.object": "create",
        "rest.post.upload*": "create",
        "rest.copy.object_get": "export",
        "rest.copy.part_get": "export",
        "rest.copy.*": "create",
        "rest.put.*": "update",
        "rest.post.multi_object_delete": "delete",
        "rest.delete.*": "delete",
        "batch.delete.*": "delete",
        "s3.expire.*": "delete",
        "s3.create.*": "create",
        "s3.delete.*": "delete",
        "*": "other",
    },
    ACTIONS,
)


# Not REST.POST.MULTI_OBJECT_DELETE, whose keys stand in lines of their own.
_OF_OBJECT = r"(?i)\.(?:object|part)(?:_|$)"


def _prepare(values: pl.DataFrame) -> pl.DataFrame:
    return replace_columns(values, [(values["begin"] + " " + values["end"]).alias("time")]).drop("begin", "end")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    operation = frame[CELL + "operation"]
    made = [
        _path(frame[CELL + "bucket"], _named(frame[_KEY], operation)),
        _ACTIONS.ours(operation.alias("event.action")),
        frame[CELL + "host_header"].alias("url.domain"),
        constant("event.category", "file", frame.height),
        _kind(frame["user.id"]),
    ]
    return replace_columns(frame, made)


def _kind(requester: pl.Series) -> pl.Series:
    """Tell AWS' own services, which deliver logs and make lifecycle rules true, from accounts."""
    services = requester.str.contains(_SERVICES).fill_null(value=False)
    nobody = constant("actor.type", None, len(requester), pl.String())
    return constant("actor.type", "service", len(requester)).zip_with(services, nobody)


def _named(key: pl.Series, operation: pl.Series) -> pl.Series:
    """Return the keys; what is done to an object has one, so that there a dash is its name and not nothing."""
    unnamed = key.is_null() & operation.str.contains(_OF_OBJECT).fill_null(value=False)
    return constant(key.name, "-", len(key)).zip_with(unnamed, key) if unnamed.any() else key


def _path(bucket: pl.Series, key: pl.Series) -> pl.Series:
    """Return ``/BUCKET/KEY``, with the escapes the client wrote."""
    odd = np.flatnonzero(key.str.contains("[%+]").fill_null(value=False).to_numpy())
    if len(odd):
        key = key.scatter(odd, pl.Series(list(map(_once, key[odd].to_list())), dtype=pl.String()))
    parts = pl.DataFrame([bucket.alias("bucket"), key.alias("key")])
    return parts.select(
        pl.concat_str(pl.lit("/"), "bucket", pl.concat_str(pl.lit("/"), "key").fill_null("")).alias("url.path")
    ).to_series()


def _once(key: str) -> str:
    """Take one layer of escapes off; what then is no text was escaped only once."""
    made = unquote(key, errors="replace")
    return (key if "\ufffd" in made else made).replace("+", "%20")


_LINES = CellLines(
    [_LAYOUT, _WITHOUT_REQUEST],
    _KNOWN,
    shapes={
        "status": "[0-9]{3}|-",
        "bytes_sent": "[0-9]+|-",
        "object_size": "[0-9]+|-",
        "request": "-",
        "referer": "-",
        "user_agent": "-",
    },
    tail=(
        "version_id",
        "host_id",
        "signature_version",
        "cipher_suite",
        "authentication_type",
        "host_header",
        "tls_version",
        "access_point_arn",
        "acl_required",
        "source_region",
    ),
    tail_shape=BARE_TAIL,
    prepare=_prepare,
    finish=_finish,
)

FORMATS: tuple[Format, ...] = (
    Format(
        "s3",
        "aws.s3access",
        "file",
        _LINES.parse,
        64,
        telling=r"^[0-9a-f]{64} [^ ]+ \[[^\]]+\] ",
        about="S3 server access log; the object touched is the path `/BUCKET/KEY`",
    ),
)
