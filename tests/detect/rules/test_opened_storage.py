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


def test_a_statement_opens_a_bucket_to_whom_it_lets_read(subtests: pytest.Subtests) -> None:
    for statement, to in [
        (ALLOW | {"Principal": "*"}, ["everybody"]),
        (ALLOW | {"Principal": {"AWS": "*"}}, ["everybody"]),
        (ALLOW | {"Principal": {"AWS": [f"arn:aws:iam::{OWN}:root", "*"]}}, ["everybody"]),
        (ALLOW | {"NotPrincipal": OTHER}, ["everybody"]),
        (ALLOW | {"Principal": "*", "Condition": {}}, ["everybody"]),
        (ALLOW | {"Principal": {"Federated": "arn:aws:iam::666666666666:saml-provider/x"}}, ["account"]),
        (ALLOW | {"Principal": "*", "Action": "s3:PutObjectVersionAcl"}, ["everybody"]),
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
    ]:
        with subtests.test(statement=statement, to=to):
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


def test_a_condition_binds_by_who_or_where_somebody_is(subtests: pytest.Subtests) -> None:
    for condition, to in [
        ({"Bool": {"aws:SecureTransport": "true"}}, "everybody"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "everybody"),
        ({"StringLike": {"aws:UserAgent": "agent"}}, "everybody"),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, "everybody"),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "::/1"]}}, "everybody"),
        ({"IpAddress": {"aws:SourceIp": [f"{n}.0.0.0/8" for n in range(11)]}}, "everybody"),
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2000::/3"]}}, "everybody"),
        ({"NotIpAddress": {"aws:SourceIp": "192.0.2.1/32"}}, "everybody"),
        ({"StringLike": {"aws:PrincipalArn": "*"}}, "everybody"),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, "everybody"),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, "everybody"),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-company"}}, "everybody"),
        ({"StringEquals": {"aws:SourceVpce": "${aws:SourceVpce}"}}, "everybody"),
        ({"StringEquals": {"aws:PrincipalAccount": "666666666666"}}, "account"),
        ({"StringEquals": {"aws:principalaccount": [OWN, "666666666666"]}}, "account"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::666666666666:*"}}, "account"),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "conditional"),
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}}, "conditional"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:SecureTransport": "true"}}, "conditional"),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-company1/*"}}, "conditional"),
        ({"StringEquals": {"aws:PrincipalAccount": OWN}}, "conditional"),
    ]:
        with subtests.test(condition=condition, to=to):
            allowed = ALLOW | {"Principal": "*", "Condition": condition}
            assert opened("PutBucketPolicy", **policy(allowed)) == [to]
            assert opened("PutBucketPolicy", **policy(allowed | {"Principal": {"AWS": ["*"]}})) == [to]


@pytest.mark.parametrize("written", ["%s", "\n  %s"])
def test_a_policy_written_as_a_text_is_read_however_it_is_written(written: str) -> None:
    text = written % json.dumps({"Statement": [ALLOW | {"Principal": "*"}]}).replace("Statement", "\\u0053tatement")
    assert opened("PutAccessPointPolicy", PutAccessPointPolicyRequest={"Policy": text}) == ["everybody"]


ME, SOMEBODY = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("grantee", "permission", "to"),
    [
        ({"ID": SOMEBODY}, "READ", ["account"]),
        ({"ID": SOMEBODY}, "WRITE_ACP", ["account"]),
        ({"EmailAddress": "x@example.org"}, "FULL_CONTROL", ["account"]),
        ({"ID": SOMEBODY}, "WRITE", None),
        ({"ID": ME}, "FULL_CONTROL", None),
        ({"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "WRITE", None),
    ],
)
def test_an_access_list_gives_another_account_what_it_grants(
    grantee: dict[str, str], permission: str, to: list[str] | None
) -> None:
    own = {"Grantee": {"ID": ME}, "Permission": "FULL_CONTROL"}
    more = {"Grantee": grantee, "Permission": permission}
    listed = {"Owner": {"ID": ME}, "AccessControlList": {"Grant": [own, more]}}
    assert opened("PutBucketAcl", bucketName="b", AccessControlPolicy=listed) == to


def test_a_grant_by_header_gives_another_account_a_bucket() -> None:
    granted = {"x-amz-grant-full-control": [f'id="{SOMEBODY}"']}
    assert opened("PutBucketAcl", bucketName="b", accessControlList=granted) == ["account"]
    assert opened("PutObjectAcl", bucketName="b", key="k", **{"x-amz-grant-read": f"id={SOMEBODY}"}) == ["account"]
    assert opened("PutBucketAcl", bucketName="b", **{"x-amz-grant-write": f"id={SOMEBODY}"}) is None


GROUP = {"Grantee": {"xsi:type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}}


def test_other_requests_open_snapshots_images_and_copies(subtests: pytest.Subtests) -> None:
    for name, asked, to in [
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
    ]:
        with subtests.test(name=name, asked=asked, to=to):
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
