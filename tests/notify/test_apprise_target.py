import json
import logging
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

import pytest

from detector.notify.delivery.apprise_target import deliver, understood
from detector.notify.delivery.send_pool import Result, SendPool
from detector.schema.team.delivery import Message, MessageFile, MessageKind
from detector.settings import Target
from tests.receivers import Mails, Ntfy, Web, until
from tests.servers import free_port
from tests.store.values import message

SECRET = "s3cr3t-token"


def test_a_text_arrives_at_a_real_ntfy_server(ntfy_server: Ntfy) -> None:
    outcome = deliver(ntfy_server.url("direct"), "HIGH: Heron", "Кто: кто-то\nдва", severity="high", timeout=5)
    assert (outcome.ok, outcome.error) == (True, "")
    (message,) = ntfy_server.messages("direct")
    assert (message["title"], message["message"]) == ("HIGH: Heron", "Кто: кто-то\nдва")
    assert "icon" not in message  # phones must not fetch pictures from strangers


@pytest.mark.parametrize(
    ("severity", "priority"), [("low", 2), ("medium", None), ("high", 4), ("critical", 5), ("", None)]
)
def test_a_push_rings_as_the_severity_deserves_and_opens_the_incident(
    ntfy_server: Ntfy, severity: str, priority: int | None
) -> None:
    topic, link = f"push-{severity or 'trial'}", "https://nabat.example.org/ack/abc-d_e.f?x=1&y=2"
    assert deliver(ntfy_server.url(topic), "t", "b", severity=severity, timeout=5, link=link).ok
    (message,) = ntfy_server.messages(topic)
    assert (message.get("priority"), message["click"]) == (priority, link)


def test_buttons_arrive_as_they_are_written_and_other_services_take_the_message_without_them(
    ntfy_server: Ntfy, web_server: Callable[..., Web]
) -> None:
    buttons = [('I have it, "ja" + 100 %; да', "https://nabat.example.org/press/abc-d_e.f")]
    for url in (ntfy_server.url("buttons"), web_server().url("x")):
        assert deliver(url, "t", "b", severity="high", timeout=5, buttons=buttons).ok
    (message,) = ntfy_server.messages("buttons")
    assert [(each["label"], each["url"]) for each in message["actions"]] == buttons
    own = ntfy_server.url("own-buttons") + "?actions=view,Wiki,https://wiki.example.org"
    assert deliver(own, "t", "b", severity="high", timeout=5, buttons=buttons).ok
    (message,) = ntfy_server.messages("own-buttons")
    assert [each["label"] for each in message["actions"]] == ["Wiki"]


def test_a_note_does_not_ring_and_what_the_operator_has_set_counts(ntfy_server: Ntfy) -> None:
    assert deliver(ntfy_server.url("push-note"), "t", "b", severity="critical", timeout=5, urgent=False).ok
    (note,) = ntfy_server.messages("push-note")
    assert not {"priority", "click"} & set(note)
    url = ntfy_server.url("push-own") + "?priority=low&click=https://wiki.example.org/night"
    assert deliver(url, "t", "b", severity="critical", timeout=5, link="https://nabat.example.org/").ok
    (message,) = ntfy_server.messages("push-own")
    assert (message["priority"], message["click"]) == (2, "https://wiki.example.org/night")


def test_a_text_arrives_at_a_real_mail_server(smtp_server: Mails) -> None:
    assert deliver(smtp_server.url("anna"), "ВЫСОКАЯ: Цапля", "Кто: кто-то <b>", severity="high", timeout=5).ok
    (mail,) = smtp_server.received
    assert (mail["subject"], mail["to"]) == ("ВЫСОКАЯ: Цапля", "anna@example.org")
    assert "Кто: кто-то <b>" in mail.get_content()


@pytest.mark.parametrize(
    ("answer", "error", "final"),
    [(500, "http-500", False), (503, "http-503", False), (429, "http-429", False), (401, "http-401", True),
     (403, "http-403", True), (404, "http-404", True)],
)  # fmt: skip
def test_an_answer_of_the_server_is_told_as_a_code(
    web_server: Callable[..., Web], answer: int, error: str, final: bool
) -> None:
    outcome = deliver(web_server(answer).url(SECRET), "t", "b", severity="", timeout=5)
    assert (outcome.ok, outcome.error, outcome.final) == (False, error, final)


def test_a_server_that_hangs_or_refuses_is_told_as_a_code(web_server: Callable[..., Web]) -> None:
    assert deliver(web_server("hang").url(), "t", "b", severity="", timeout=0.2).error == "timeout"
    assert deliver(f"json://127.0.0.1:{free_port()}/", "t", "b", severity="", timeout=2).error == "connect"
    assert deliver("json://nobody.invalid/", "t", "b", severity="", timeout=2).error in {"name", "connect"}


def test_a_refused_recipient_is_final_and_a_busy_mail_server_is_not(smtp_server: Mails) -> None:
    smtp_server.refuse = "550 no such mailbox"
    refused = deliver(smtp_server.url("anna"), "t", "b", severity="", timeout=5)
    smtp_server.refuse = "451 try later"
    busy = deliver(smtp_server.url("anna"), "t", "b", severity="", timeout=5)
    assert (refused.error, refused.final) == ("smtp-550", True)
    assert (busy.error, busy.final) == ("smtp-451", False)


def test_files_go_out_where_a_service_takes_them(smtp_server: Mails) -> None:
    report = MessageFile("readiness.md", "text/markdown", "# Готовность".encode())
    files = (report, MessageFile("r.pdf", "application/pdf", b"%PDF-1"))
    assert deliver(smtp_server.url("anna"), "t", "b", severity="low", timeout=5, files=files).ok
    (mail,) = smtp_server.received
    found = {str(each.get_filename()): each.get_payload(decode=True) for each in mail.iter_attachments()}
    assert found == {each.name: each.body for each in files}


def test_a_message_comes_without_its_files_where_these_are_refused_or_cannot_be_made(
    web_server: Callable[..., Web],
) -> None:
    results: list[Result | None] = []
    pool, web = SendPool(results.append), web_server(413, 200, 200)
    target = Target.model_validate({"url": web.url()})

    def made(message: Message) -> Sequence[MessageFile]:
        if message.title == "broken":
            raise ValueError
        return (MessageFile("r.md", "text/markdown", b"#"),)

    for title in ("refused", "broken"):
        assert pool.start(message(title, title=title, kind=MessageKind.MONTHLY), target, files=made)
        until(lambda: not pool.under_way())
    assert [each is not None and each.outcome.ok for each in results] == [True, True]
    assert [(each["title"], len(each["attachments"])) for each in web.received] == [
        ("refused", 1),
        ("refused", 0),
        ("broken", 0),
    ]


@pytest.mark.parametrize("url", ["", "nonsense", "unknown://x/y", "mailto://"])
def test_a_url_nobody_understands_is_final(url: str) -> None:
    assert not understood(url)
    outcome = deliver(url, "t", "b", severity="", timeout=1)
    assert (outcome.ok, outcome.error, outcome.final) == (False, "url", True)


def test_no_part_of_the_url_reaches_a_log_our_output_or_the_outcome(
    web_server: Callable[..., Web], capfd: pytest.CaptureFixture[str]
) -> None:
    written = StringIO()
    listening = logging.StreamHandler(written)
    root = logging.getLogger()
    root.addHandler(listening)
    try:
        urls = [web_server(500).url(SECRET), f"json://127.0.0.1:{free_port()}/{SECRET}", f"unknown://{SECRET}",
                f"ntfy://{SECRET}:pw@127.0.0.1:{free_port()}/{SECRET}"]  # fmt: skip
        said = [repr(deliver(url, "t", "b", severity="", timeout=1)) for url in urls]
    finally:
        root.removeHandler(listening)
    captured = capfd.readouterr()
    assert SECRET not in json.dumps([said, captured.out, captured.err, written.getvalue()])


def test_apprise_keeps_no_files(
    web_server: Callable[..., Web], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert deliver(web_server().url(), "t", "b", severity="", timeout=5).ok
    assert list(tmp_path.iterdir()) == []
