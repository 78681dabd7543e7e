"""To whom requests to AWS open stored data, from lines of CloudTrail as it writes them."""

import json
from typing import Any

import pytest

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.fact_maker import FactMaker
from detector.settings import Settings
from tests.decode.batches import decode, one

OWN = "123456789012"
LINE = {
    "eventVersion": "1.09",
    "eventSource": "s3.amazonaws.com",
    "eventTime": "2026-05-17T07:05:03Z",
    "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{OWN}:user/anna", "accountId": OWN},
    "recipientAccountId": OWN,
}
OTHER = {"AWS": "arn:aws:iam::666666666666:root"}
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::documents/*"}


def opened(name: str, **asked: Any) -> list[str] | None:
    """Return to whom a request opens something."""
    more = {"errorCode": asked.pop("errorCode")} if "errorCode" in asked else {}
    frame = decode(
        [json.dumps(LINE | more | {"eventName": name, "requestParameters": asked})], format="cloudtrail"
    ).frame
    (fact,) = [
        column
        for column in FactMaker(Settings(), ["nabat.opened_to"]).late(FrameView(frame))
        if column.name == "nabat.opened_to"
    ]
    found: list[str] | None = fact.to_list()[0]
    return found


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"bucketName": "documents", "bucketPolicy": {"Version": "2012-10-17", "Statement": [*statements]}}


@pytest.mark.parametrize(
    ("statement", "to"),
    [
        (ALLOW | {"Principal": "*"}, ["everybody"]),
        (ALLOW | {"Principal": {"AWS": "*"}}, ["everybody"]),
        (ALLOW | {"Principal": {"AWS": [f"arn:aws:iam::{OWN}:root", "*"]}}, ["everybody"]),
        (ALLOW | {"NotPrincipal": OTHER}, ["everybody"]),
        (ALLOW | {"Principal": "*", "Condition": {}}, ["everybody"]),
        (ALLOW | {"Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, ["conditional"]),
        (ALLOW | {"Principal": OTHER}, ["account"]),
        (ALLOW | {"Principal": {"AWS": "666666666666"}}, ["account"]),
        (ALLOW | {"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}}, ["account"]),
        (ALLOW | {"Principal": OTHER, "Action": ["s3:List*", "S3:g*"]}, ["account"]),
        ({"Effect": "Allow", "Principal": OTHER, "NotAction": "s3:DeleteObject"}, ["account"]),
        (ALLOW | {"Principal": OTHER, "Action": "s3:PutBucketPolicy"}, ["account"]),
        (ALLOW | {"Principal": OTHER, "Action": ["s3:PutObject", "s3:ListBucket"]}, None),
        (ALLOW | {"Principal": {"AWS": f"arn:aws:iam::{OWN}:role/app"}}, None),
        (ALLOW | {"Principal": {"Service": "cloudfront.amazonaws.com"}}, None),
        (ALLOW | {"Principal": {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}}, None),
        (ALLOW | {"Principal": "*", "Effect": "Deny"}, None),
    ],
)
def test_a_statement_opens_a_bucket_to_whom_it_lets_read(statement: dict[str, Any], to: list[str] | None) -> None:
    closed = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert opened("PutBucketPolicy", **policy(closed, statement)) == to
    single = {"bucketName": "documents", "bucketPolicy": {"Statement": statement}}
    assert opened("PutBucketPolicy", **single) == to
    assert opened("PutResourcePolicy", resourceArn="x", policy=json.dumps({"Statement": statement})) == to
    assert opened("PutBucketPolicy", errorCode="AccessDenied", **policy(statement)) is None


GROUP = {"Grantee": {"xsi:type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}}


@pytest.mark.parametrize(
    ("name", "asked", "to"),
    [
        ("PutBucketAcl", {"x-amz-acl": ["public-read"], "acl": [""]}, ["everybody"]),
        ("PutObjectAcl", {"key": "a", "x-amz-acl": "authenticated-read"}, ["everybody"]),
        ("PutBucketAcl", {"AccessControlPolicy": {"AccessControlList": {"Grant": [GROUP]}}}, ["everybody"]),
        ("PutBucketAcl", {"AccessControlPolicy": {"AccessControlList": {"Grant": GROUP}}}, ["everybody"]),
        ("PutObject", {"x-amz-grant-read": f'uri="{GROUP["Grantee"]["URI"]}"'}, ["everybody"]),
        ("PutBucketAcl", {"x-amz-acl": ["private"]}, None),
        ("PutBucketReplication", {"ReplicationConfiguration": {"Rule": {"Destination": {"Account": OWN}}}}, ["copy"]),
        (
            "PutBucketReplication",
            {"ReplicationConfiguration": {"rules": [{"destination": {"account": "666666666666"}}]}},
            ["copy", "account"],
        ),
        ("PutBucketPublicAccessBlock", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}}, ["unguarded"]),
        ("PutBucketPublicAccessBlock", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}, None),
        ("DeleteAccountPublicAccessBlock", {}, ["unguarded"]),
        ("ModifySnapshotAttribute", {"createVolumePermission": {"add": {"items": [{"group": "all"}]}}}, ["everybody"]),
        ("ModifySnapshotAttribute", {"createVolumePermission": {"remove": {"items": [{"group": "all"}]}}}, None),
        ("ModifyImageAttribute", {"launchPermission": {"add": {"items": [{"userId": "666666666666"}]}}}, ["account"]),
        ("ModifyImageAttribute", {"launchPermission": {"add": {"items": [{"userId": OWN}]}}}, None),
        ("ModifyDBSnapshotAttribute", {"attributeName": "restore", "valuesToAdd": ["all"]}, ["everybody"]),
        ("ModifyDBClusterSnapshotAttribute", {"valuesToAdd": ["666666666666"]}, ["account"]),
        ("ModifyDBSnapshotAttribute", {"valuesToRemove": ["666666666666"]}, None),
        ("StartExportTask", {"s3BucketName": "b"}, ["copy"]),
        ("CopyDBSnapshot", {"targetDBSnapshotIdentifier": "x"}, None),
        ("GetBucketPolicy", {"bucketName": "documents"}, None),
    ],
)
def test_other_requests_open_snapshots_images_and_copies(
    name: str, asked: dict[str, Any], to: list[str] | None
) -> None:
    assert opened(name, **asked) == to


@pytest.mark.parametrize("text", ["[", "[1,", '["x", {"Effect": 1}]', '[{"Effect":"Allow","Principal":7,"Action":{}}]'])
def test_a_policy_that_cannot_be_read_is_told_or_opens_nothing(text: str) -> None:
    assert opened("PutBucketPolicy", bucketPolicy={"Statement": text}) in (None, ["conditional"])


RECORDS = {
    "data_classes": {"identity": {"confidentiality": "confidential"}},
    "routes": [
        {
            "path": "/documents/clients/{client_id}/**",
            "action": "download",
            "object": "document",
            "classes": ["identity"],
            "subject": "{client_id}",
        }
    ],
}


@pytest.mark.parametrize(
    ("name", "bucket", "touched"),
    [
        ("PutBucketPolicy", "documents", "document"),
        ("PutBucketReplication", "documents", "document"),
        ("DeleteBucketPublicAccessBlock", "documents", "document"),
        ("PutBucketPolicy", "pictures", None),
        ("PutBucketTagging", "documents", None),
        ("ListObjects", "documents", None),
    ],
)
def test_who_may_read_a_bucket_of_client_data_is_a_matter_of_client_data(
    name: str, bucket: str, touched: str | None
) -> None:
    line = json.dumps(LINE | {"eventName": name, "requestParameters": {"bucketName": bucket}})
    event = one(line, format="cloudtrail", records=RECORDS)
    assert (event["object.type"], event["subject.ids"], event["url.path"]) == (touched, None, None)
