"""To whom a request to a cloud opens stored data.

Comes in: events of CloudTrail. Goes out: the column ``nabat.opened_to``, a list of words from ``OPENED``. What a policy
allows is read statement by statement, which no condition of a rule can do. A statement counts if it lets somebody read
objects, or change who may. Who is another account is told by the account the record was written for. Anybody is anybody
unless a condition binds him, as AWS itself tells policies for the public: by a fixed account, organization, network or
the like. Most conditions bind nobody: TLS, a date, a user agent, or all addresses there are.
"""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from ipaddress import ip_network
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
    "s3:getobject", "s3:getobjectversion", "s3:getobjecttorrent", "s3:getobjectversiontorrent",
    "s3:getobjectversionforreplication", "s3:putreplicationconfiguration", "s3:putobjectacl", "s3:putobjectversionacl",
    "s3:putbucketacl", "s3:putbucketpolicy", "s3:putaccesspointpolicy",
    "dynamodb:getitem", "dynamodb:query", "dynamodb:scan", "dynamodb:exporttabletopointintime",
)  # fmt: skip
_MOST: Final = 1 << 16  # characters of a policy; S3 takes 20 KB
_GRANTED: Final = ("x-amz-grant-read", "x-amz-grant-full-control", "x-amz-grant-write-acp")
_PERMITTED: Final = ("READ", "FULL_CONTROL", "WRITE_ACP")
_EQUALS: Final = re.compile(
    "(foranyvalue:)?(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress)"
)
"""Operators that bind; those of ``…IfExists`` and ``ForAllValues`` hold where there is nothing, too."""
_OF_ACCOUNTS: Final = (
    "aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "aws:principalarn", "aws:sourcearn",
    "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
)  # fmt: skip
_OF_NETWORKS: Final = ("aws:sourceip", "aws:vpcsourceip")
_OF_NAMES: Final = ("aws:sourcevpc", "aws:sourcevpce", "aws:userid", "aws:principalorgid", "aws:principalorgpaths")
_OPEN: Final = re.compile(r"[*?]|\$\{")
_HEAD: Final = 8  # signs of a name before what is left open
_WIDEST: Final = {4: 1 << 24, 6: 1 << 96}  # addresses of a network at most: /8, /32


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
        yield from _access_list(asked)
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
    elif isinstance(value, str) and value[:_MOST].lstrip().startswith("{"):
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
        theirs = [text for kind in ("AWS", "CanonicalUser", "Federated") for text in _listed(named.get(kind))]
        if "NotPrincipal" in one or "*" in theirs:
            yield _bound(one.get("Condition"), account)
        elif "CanonicalUser" in named or any(_other(text, account) for text in theirs):
            yield ACCOUNT


def _bound(condition: Any, account: str) -> str:
    """Return whom a condition leaves of everybody."""
    if not isinstance(condition, Mapping):
        return CONDITIONAL if condition else EVERYBODY  # it cannot be read
    found = EVERYBODY
    for operation, keys in condition.items():
        if not _EQUALS.fullmatch(operation.lower()) or not isinstance(keys, Mapping):
            continue
        for key, value in keys.items():
            texts = _listed(value)
            if texts and _binds(key.lower(), texts):
                others = key.lower() in _OF_ACCOUNTS and any(_other(text, account) for text in texts)
                found = ACCOUNT if others or found == ACCOUNT else CONDITIONAL
    return found


def _binds(key: str, texts: list[str]) -> bool:
    """Say whether every value of a condition stands for somebody, and not for anybody."""
    if key in _OF_ACCOUNTS:
        return all(_account_of(text).isdigit() for text in texts)
    if key in _OF_NETWORKS:
        return _are_narrow(texts)
    heads = [_OPEN.split(text, maxsplit=1)[0] for text in texts]
    return key in _OF_NAMES and all(head == text or len(head) >= _HEAD for head, text in zip(heads, texts, strict=True))


def _are_narrow(texts: list[str]) -> bool:
    """Say whether networks are less than a large part of all addresses, together."""
    try:
        networks = [ip_network(text, strict=False) for text in texts]
    except ValueError:
        return False
    many = {version: sum(each.num_addresses for each in networks if each.version == version) for version in _WIDEST}
    return all(many[version] <= most for version, most in _WIDEST.items())


def _access_list(asked: Mapping[str, Any]) -> Iterator[str]:
    """Yield to whom an access list opens something."""
    acls = {*_listed(asked.get("x-amz-acl"))} & {*_PUBLIC_ACLS}
    if acls or any(group in text for text in _texts(asked) for group in _PUBLIC_GROUPS):
        yield EVERYBODY
    if any(_granted(asked)):
        yield ACCOUNT


def _granted(asked: Mapping[str, Any]) -> Iterator[bool]:
    """Say of each grant of an access list whether it lets somebody else read, or change who may.

    A list names its owner. What a header grants says nothing of whose it is: nobody grants himself what he has.
    """
    listed = asked.get("AccessControlPolicy")
    if isinstance(listed, Mapping):
        owner, grants = _at(listed, "Owner.ID"), _at(listed, "AccessControlList.Grant")
        for one in grants if isinstance(grants, list) else [grants]:
            grantee = _at(one, "Grantee")
            if isinstance(grantee, Mapping) and _at(one, "Permission") in _PERMITTED:
                yield bool(grantee.get("EmailAddress")) or grantee.get("ID") not in (None, owner)
    for part in (asked, asked.get("accessControlList")):
        for text in _texts(part, _GRANTED) if isinstance(part, Mapping) else ():
            yield "id=" in text or "emailAddress=" in text


def _reads(statement: Mapping[str, Any]) -> bool:
    """Say whether a statement lets somebody read, or let others read."""
    actions = [text.lower() for text in _listed(statement.get("Action"))]
    return "NotAction" in statement or any(fnmatchcase(one, text) for text in actions for one in _READING)


def _other(principal: str, account: str) -> bool:
    """Say whether a principal, a number or an ARN, is of another account."""
    number = _account_of(principal)
    return number.isdigit() and number != account


def _account_of(principal: str) -> str:
    return principal.split(":")[4] if principal.count(":") > 4 else principal


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
