"""Actions of audit logs in words of their own: what hands out a client's record is a read or an export of it."""

import json
from typing import Any

import pytest

from detector.decode import Decoder
from tests.decode.batches import KEY, batch_of, settings_for


def event_of(action: str, form: str = "audit.json", **more: Any) -> dict[str, Any]:
    line = {"ts": "2026-05-17T07:05:03Z", "user": "anna", "action": action, "client_id": 17, **more}
    text = json.dumps({key: value for key, value in line.items() if value is not None})
    decoder = Decoder(settings_for(format=form, records={}), session_key=KEY)
    return decoder.decode(batch_of([text])).frame.to_dicts()[0]


def test_what_hands_out_a_clients_record_is_an_act_on_it(subtests: pytest.Subtests) -> None:
    for word, action in [
        ("client.view", "read"),
        ("client.copy", "read"),
        ("client.copied", "read"),
        ("client.clone", "read"),
        ("client.duplicate", "read"),
        ("client.preview", "read"),
        ("Client.Fetch", "read"),
        ("client.dump", "export"),
        ("client.backup", "export"),
        ("client.snapshot", "export"),
        ("client.extract", "export"),
        ("client.sync", "export"),
        ("client.share", "export"),
        ("client.forwarded", "export"),
        ("client.send_by_mail", "export"),
        ("client.exported", "export"),
        ("client.print", "print"),
        ("client.printed", "print"),
        ("client.download_card", "download"),
        ("client.update", "update"),
        ("client.viewed", "read"),
        ("client.updated", "update"),
        ("client.deleted", "delete"),
        ("client.frobnicate", "read"),
        ("просмотр", "read"),
    ]:
        with subtests.test(word=word, action=action):
            event = event_of(word)
            assert (event["event.action"], event["subject.ids"], event["record.count"]) == (action, ["17"], 1)
            assert {"key": "action", "value": word} in event["labels"]


@pytest.mark.parametrize("word", ["frobnicate", "cache.flush"])
def test_an_unknown_action_on_nothing_is_other(word: str) -> None:
    assert event_of(word, client_id=None)["event.action"] == "other"


def test_a_record_is_as_good_as_a_client() -> None:
    assert event_of("frobnicate", client_id=None, document_id="d-1")["event.action"] == "read"


def test_what_failed_was_not_read() -> None:
    event = event_of("frobnicate", status="denied")
    assert (event["event.action"], event["subject.ids"]) == ("read", None)


@pytest.mark.parametrize("action", ["other", "update"])
def test_a_route_says_what_a_word_means(action: str) -> None:
    route = {
        "when": {"action": "client.frobnicate"},
        "object": "client",
        "action": action,
        "subject": "field:client_id",
    }
    settings = settings_for(format="audit.json", records={"routes": [route]})
    line = '{"ts": "2026-05-17T07:05:03Z", "user": "anna", "action": "client.frobnicate", "client_id": 17}'
    (event,) = Decoder(settings, session_key=KEY).decode(batch_of([line])).frame.to_dicts()
    assert (event["event.action"], event["subject.ids"]) == (action, ["17"])


def test_the_logs_of_others_have_the_same_words() -> None:
    line = "ts=2026-05-17T07:05:03Z user=anna ip=192.0.2.7 action=client.{} client_id=17"
    for word, action in (("copy", "read"), ("share", "export"), ("frobnicate", "read"), ("delete", "delete")):
        decoder = Decoder(settings_for(format="logfmt", records={}), session_key=KEY)
        (event,) = decoder.decode(batch_of([line.format(word)])).frame.to_dicts()
        assert (event["event.action"], event["subject.ids"]) == (action, ["17"])
