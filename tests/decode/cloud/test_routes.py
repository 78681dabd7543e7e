"""The record map on logs of clouds: one route for an object however its touch was logged, routes by what was done."""

import json
from typing import Any

import pytest

from detector.decode import Decoder
from tests.decode.batches import KEY, batch_of, one, settings_for

ROUTES = {
    "data_classes": {"identity": {"confidentiality": "confidential"}},
    "routes": [
        {
            "path": "/documents/clients/{client_id}/**",
            "action": "download",
            "object": "document",
            "classes": ["identity"],
            "subject": "{client_id}",
        },
        {
            "when": {"id.applicationName": "drive", "name": "download"},
            "action": "download",
            "object": "document",
            "record": "field:parameters.doc_id",
        },
    ],
}
S3 = (
    f"{'7' * 64} documents [17/May/2026:07:05:03 +0000] 192.0.2.1 - R1 REST.GET.OBJECT clients/17/a%2520b.pdf "
    '"GET /clients/17/a%20b.pdf HTTP/1.1" 200 - 5 5 7 6 "-" "curl/8.5.0" - h SigV4 C - s3.amazonaws.com T - - r'
)
TRAIL = {
    "eventVersion": "1.09",
    "eventName": "GetObject",
    "eventSource": "s3.amazonaws.com",
    "eventTime": "2026-05-17T07:05:03Z",
    "requestParameters": {"bucketName": "documents", "key": "clients/17/a b.pdf"},
}
SHARE = {
    "CreationTime": "2026-05-17T07:05:03",
    "Operation": "FileDownloaded",
    "RecordType": 6,
    "Workload": "SharePoint",
    "UserId": "anna@example.org",
    "SiteUrl": "https://example.org/documents/",
    "SourceRelativeUrl": "clients/17",
    "SourceFileName": "a b.pdf",
}
DRIVE = {
    "id": {"time": "2026-05-17T07:05:03Z", "applicationName": "drive"},
    "actor": {"email": "anna@example.org"},
    "events": [{"name": "view"}, {"name": "download", "parameters": [{"name": "doc_id", "value": "d-1"}]}],
}


def test_one_route_serves_an_object_in_s3s_log_in_cloudtrail_and_a_file_of_a_share():
    for line in (S3, json.dumps(TRAIL), json.dumps(SHARE)):
        event = one(line, records=ROUTES)
        assert event["subject.ids"] == ["17"]
        assert (event["object.type"], event["event.action"], event["event.outcome"]) == (
            "document",
            "download",
            "success",
        )


def test_what_failed_touched_no_record():
    event = one(json.dumps({**TRAIL, "errorCode": "AccessDenied"}), records=ROUTES)
    assert (event["object.type"], event["subject.ids"], event["record.count"]) == ("document", None, None)


def test_routes_ask_each_event_of_a_line_by_itself_and_its_ids_are_no_labels():
    frame = Decoder(settings_for(records=ROUTES), session_key=KEY).decode(batch_of([json.dumps(DRIVE)])).frame
    assert frame["object.type"].to_list() == [None, "document"]
    assert frame["record.ids"].to_list() == [None, ["d-1"]]
    assert "d-1" not in str(frame["labels"].to_list())


def trail(name: str, **parameters: str) -> dict[str, Any]:
    line = json.dumps(TRAIL | {"eventName": name, "requestParameters": {"bucketName": "mine", "key": "x"} | parameters})
    return one(line, format="cloudtrail", records=ROUTES)


@pytest.mark.parametrize("name", ["CopyObject", "UploadPartCopy"])
@pytest.mark.parametrize(
    "source",
    [
        "documents/clients/17/a b.pdf",
        "/documents/clients/17/a%20b.pdf",
        "documents%2Fclients%2F17%2Fa.pdf",
        "documents/clients/%31%37/a.pdf?versionId=3",
        "arn:aws:s3:eu-central-1:123456789012:accesspoint/documents/object/clients/17/a.pdf",
        "arn%3Aaws%3As3%3Aeu-central-1%3A123456789012%3Aaccesspoint%2Fdocuments%2Fobject%2Fclients%2F17%2Fa.pdf",
    ],
)
def test_what_is_copied_is_read(name: str, source: str) -> None:
    event = trail(name, **{"x-amz-copy-source": source})
    assert (event["event.action"], event["subject.ids"]) == ("download", ["17"])


def test_an_access_point_is_a_bucket_of_its_name() -> None:
    point = "arn:aws:s3:eu-central-1:123456789012:accesspoint/documents"
    assert trail("GetObject", bucketName=point, key="clients/17/a.pdf")["subject.ids"] == ["17"]


_POINT = "arn:aws:s3:eu-central-1:123456789012:accesspoint"
_OBJECT = {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::documents/clients/17/a.pdf"}
_REAL = {"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::documents"}
_THERE = {"accountId": "123456789012", "type": "AWS::S3::AccessPoint", "ARN": f"{_POINT}/analytics"}


@pytest.mark.parametrize(
    "named",
    [f"{_POINT}/analytics", "analytics-cd2nqmh5mjyz1ub6-s3alias", "analytics-hrzrlukc5m36ft7ok--ol-s3"],
    ids=["arn", "alias", "lambda"],
)
@pytest.mark.parametrize("others", [1, 3])
def test_an_access_point_is_the_bucket_that_the_record_names(named: str, others: int) -> None:
    record = {
        **TRAIL,
        "eventName": "GetObject",
        "requestParameters": {"bucketName": named, "key": "clients/17/a.pdf"},
        "resources": [_OBJECT, _REAL, _THERE],
    }
    plain = {**record, "requestParameters": {"bucketName": "documents", "key": "clients/18/x-s3alias"}, "resources": []}
    lines = [json.dumps(each) for each in (record, *[plain] * others)]
    frame = Decoder(settings_for(format="cloudtrail", records=ROUTES), session_key=KEY).decode(batch_of(lines)).frame
    assert frame["subject.ids"].to_list() == [["17"], *[["18"]] * others]
    assert frame["url.path"][0] == "/documents/clients/17/a.pdf"
    assert "documents/clients" not in str(frame["labels"][0])


@pytest.mark.parametrize(
    "resources", [None, [], [_OBJECT], [_REAL, {**_REAL, "ARN": "arn:aws:s3:::other"}], [_REAL, 5]]
)
def test_an_access_point_without_one_bucket_stands_under_its_own_name(resources: Any) -> None:
    parameters = {"bucketName": f"{_POINT}/analytics", "key": "clients/17/a.pdf"}
    record = {**TRAIL, "eventName": "GetObject", "requestParameters": parameters, "resources": resources}
    path = one(json.dumps(record), format="cloudtrail", records=ROUTES)["url.path"]
    assert path == ("/documents/clients/17/a.pdf" if resources == [_REAL, 5] else "/analytics/clients/17/a.pdf")


@pytest.mark.parametrize("status", ["OK", "True", "Succeeded", "Success", "PartiallySucceeded", "Completed", ""])
def test_microsofts_words_for_success(status: str) -> None:
    event = one(json.dumps(SHARE | {"ResultStatus": status}), format="m365", records=ROUTES)
    assert event["event.outcome"] == "success"


@pytest.mark.parametrize(
    "operation",
    [
        *("AnonymousLinkCreated", "AnonymousLinkUpdated", "SecureLinkCreated", "AddedToSecureLink"),
        *("SharingSet", "SharingInvitationCreated"),
    ],
)
def test_a_file_of_a_client_that_is_shared_is_a_download(operation: str) -> None:
    event = one(json.dumps(SHARE | {"Operation": operation}), format="m365")
    assert event["event.action"] == "download"


@pytest.mark.parametrize("operation", ["FileDownloaded", "FileCopied", "FileMoved", "FolderCopied", "FolderMoved"])
def test_a_file_of_a_client_that_is_taken_to_another_place_is_a_download(operation: str) -> None:
    event = one(json.dumps(SHARE | {"Operation": operation}), format="m365")
    assert event["event.action"] == "download"
