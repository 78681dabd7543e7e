"""To whom a request to a cloud opens stored data.

Comes in: events of CloudTrail. Goes out: the column ``nabat.opened_to``, a list of words from ``OPENED``. What a policy
allows is read statement by statement, which no condition of a rule can do. A statement counts if it lets somebody read
objects, or change who may. Who is another account is told by the account the record was written for.
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.native_values import label_object

OPENED_TO: Final = "nabat.opened_to"
EVERYBODY, CONDITIONAL, ACCOUNT, COPY, UNGUARDED = "everybody", "conditional", "account", "copy", "unguarded"
_ASKED: Final = "requestParameters"
_NAME: Final = "labels.eventName"
_POLICY: Final = ("PutBucketPolicy", "PutAccessPointPolicy", "PutResourcePolicy")
_ACL: Final = ("PutBucketAcl", "PutObjectAcl", "PutObject", "CopyObject", "CreateMultipartUpload", "CreateBucket")
_SHARED: Final = {
    "ModifySnapshotAttribute": "createVolumePermission.add",
    "ModifyImageAttribute": "launchPermission.add",
    "ModifyDBSnapshotAttribute": "valuesToAdd",
    "ModifyDBClusterSnapshotAttribute": "valuesToAdd",
    "AuthorizeSnapshotAccess": "accountWithRestoreAccess",
    "AuthorizeDataShare": "consumerIdentifier",
}
"""Where the accounts stand to which something is given."""
_COPIED: Final = (
    "PutBucketReplication",
    "StartExportTask",
    "ExportTableToPointInTime",
    "CreateInstanceExportTask",
    "CreateStoreImageTask",
)
_GUARD: Final = ("PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock", "PutPublicAccessBlock")
_UNGUARDED: Final = (
    "DeleteBucketPublicAccessBlock",
    "DeleteAccountPublicAccessBlock",
    "DeletePublicAccessBlock",
    "DisableSnapshotBlockPublicAccess",
    "DisableImageBlockPublicAccess",
)
_NAMES: Final = frozenset((*_POLICY, *_ACL, *_SHARED, *_COPIED, *_GUARD, *_UNGUARDED))
_PUBLIC_ACLS: Final = ("public-read", "public-read-write", "authenticated-read")
_PUBLIC_GROUPS: Final = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
_READING: Final = (
    "s3:getobject", "s3:getobjectversion", "s3:putobjectacl", "s3:putbucketacl", "s3:putbucketpolicy",
    "dynamodb:getitem", "dynamodb:query", "dynamodb:scan", "dynamodb:exporttabletopointintime",
)  # fmt: skip
_MOST: Final = 1 << 16  # characters of a policy; S3 takes 20 KB


def opened_column(view: FrameView) -> pl.Series | None:
    """Return to whom each event opens something; None: none does."""
    column = view.field(_NAME) if view.holds("event.dataset", "aws.cloudtrail").any() else None
    if column is None:
        return None
    asked = column.is_in(_NAMES).fill_null(value=False).to_numpy()
    asked &= view.holds("event.dataset", "aws.cloudtrail") & ~view.holds("event.outcome", "failure")
    rows: npt.NDArray[np.int64] = np.flatnonzero(asked)
    values: list[list[str] | None] = [None] * view.height
    for row, labels in zip(rows.tolist(), view.values("labels", rows), strict=True):
        pairs = [(each["key"], each["value"]) for each in labels]
        values[row] = list(dict.fromkeys(opened_to(pairs))) or None
    return pl.Series(OPENED_TO, values, dtype=pl.List(pl.String())) if any(values) else None


def opened_to(labels: list[tuple[str, str]]) -> Iterator[str]:
    """Yield to whom one request opens something, by its labels."""
    own = {key: text for key, text in labels if key in ("eventName", "recipientAccountId", "userIdentity.accountId")}
    name, account = own["eventName"], own.get("recipientAccountId") or own.get("userIdentity.accountId") or ""
    made = label_object(labels, _ASKED)
    asked = json.loads(made[0] or "{}") if made else {}
    if name in _POLICY:
        for policy in _policies(asked):
            yield from _allowed(policy, account)
    elif name in _ACL:
        texts = list(_texts(asked))
        acls = _listed(asked.get("x-amz-acl"))
        if any(group in text for text in texts for group in _PUBLIC_GROUPS) or set(acls) & {*_PUBLIC_ACLS}:
            yield EVERYBODY
    elif name in _SHARED:
        yield from _given(_at(asked, _SHARED[name]), account)
    elif name in _COPIED:
        yield COPY
        yield from _given(_at(asked, "ReplicationConfiguration"), account, only=("Account", "account"))
    elif name in _UNGUARDED or "false" in _texts(asked.get("PublicAccessBlockConfiguration")):
        yield UNGUARDED


def _policies(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the policies within a request, which name theirs differently; some write it as one text."""
    if isinstance(value, Mapping):
        if "Statement" in value:
            yield value
            return
        for part in value.values():
            yield from _policies(part)
    elif isinstance(value, str) and value.startswith("{") and '"Statement"' in value[:_MOST]:
        try:
            yield from _policies(json.loads(value[:_MOST]))
        except (ValueError, RecursionError):
            return


def _allowed(policy: Mapping[str, Any], account: str) -> Iterator[str]:
    """Yield to whom the statements of a policy open something."""
    statements = policy["Statement"]
    for one in statements if isinstance(statements, list) else [statements]:
        if not isinstance(one, Mapping):
            yield CONDITIONAL  # it cannot be read
            continue
        if one.get("Effect") != "Allow" or not _reads(one):
            continue
        principals = one.get("Principal")
        named = principals if isinstance(principals, Mapping) else {"AWS": principals}
        theirs = [*_listed(named.get("AWS")), *_listed(named.get("CanonicalUser"))]
        if "NotPrincipal" in one or "*" in theirs:
            yield CONDITIONAL if one.get("Condition") else EVERYBODY
        elif "CanonicalUser" in named or any(_other(text, account) for text in theirs):
            yield ACCOUNT


def _reads(statement: Mapping[str, Any]) -> bool:
    """Say whether a statement lets somebody read, or let others read."""
    actions = [text.lower() for text in _listed(statement.get("Action"))]
    return "NotAction" in statement or any(fnmatchcase(one, text) for text in actions for one in _READING)


def _other(principal: str, account: str) -> bool:
    """Say whether a principal, a number or an ARN, is of another account."""
    number = principal.split(":")[4] if principal.count(":") > 4 else principal
    return number.isdigit() and number != account


def _given(value: Any, account: str, only: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield to whom a list of accounts gives something; ``only``: those fields of it alone."""
    for text in _texts(value, only):
        if text == "all":
            yield EVERYBODY
        elif _other(text, account) or ":organizations:" in text:
            yield ACCOUNT


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _listed(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _texts(value: Any, only: tuple[str, ...] = (), name: str = "") -> Iterator[str]:
    """Yield the texts within a value; ``only``: those of fields of these names."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, only, key)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, only, name)
    elif value is not None and (not only or name in only):
        yield value if isinstance(value, str) else json.dumps(value)
