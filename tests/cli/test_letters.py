"""`nabat letters` at the command line: from a plan to letters that came back."""

import json
from pathlib import Path

from tests.receivers import Mails, smtp_server
from tests.runtime.letters.mailroom import Mailroom
from tests.runtime.letters.test_letters import report
from tests.runtime.places import answer, write_plan

__all__ = ["smtp_server"]


def test_letters_are_planned_approved_by_two_sent_and_read_when_they_come_back(
    tmp_path: Path, smtp_server: Mails
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    room = Mailroom(state, smtp_server.port)
    room.contacts(
        '1,Anna,mail,anna@example.org,en,,\n2,"=cmd()",mail,ben@example.org,ru,,\n2,"=cmd()",post,1 Long Street,ru,,\n'
    )
    room.concern({"1": ["contact"], "2": ["contact"], "3": ["contact"]})
    ref = room.ref

    def run(login: str, *words: str) -> tuple[int, str, str]:
        config = write_plan(
            tmp_path,
            login=login,
            organization="Example Bank",
            contacts={"csv": str(state / "contacts.csv")},
            letters={
                "smtp": f"smtp://127.0.0.1:{smtp_server.port}",
                "sender": "letters@example.org",
                "hotline": "Call 8 800 000 00 00.",
                "rate": 100,
            },
        )
        return answer(config, "letters", *words)

    missing = tmp_path / "missing.csv"
    status, out, said = run("lev", "plan", ref, "--missing", str(missing))
    assert (status, "Letters: 2" in out, "Dear Anna," in out, "nothing was filed" in said) == (0, True, True, True)
    assert missing.read_text().splitlines() == ["client,why", "3,no_contact"]
    assert run("lev", "send", ref)[0] == 2, "nothing was filed"
    assert json.loads(run("lev", "plan", ref, "--json")[1])["by_language"] == {"en": 1, "ru": 1}
    assert "waits for two people" in run("lev", "plan", ref, "--file")[2]
    assert run("lev", "approve", ref)[0] == 2
    assert "waits for one more" in run("anna", "approve", ref)[2]
    assert "approval of two people" in run("lev", "send", ref)[2]
    assert "it can be sent" in run("dina", "approve", ref)[2]
    assert "the service sends them while it runs" in run("lev", "send", ref, "--service")[2]
    assert "stopped: nabat letters status" in run("lev", "stop", ref)[2]
    status, out, _ = run("lev", "send", ref)
    assert (status, "sent 2" in out) == (0, True)
    box = tmp_path / "box"
    box.mkdir()
    ids = {str(mail["To"]): str(mail["Message-ID"]) for mail in smtp_server.received}
    (box / "1").write_bytes(report(ids["ben@example.org"]))
    assert "1 go another way, 0 have none" in run("lev", "bounces", ref, str(box))[2]
    listed, pages = tmp_path / "post.csv", tmp_path / "letters.html"
    assert run("lev", "post", ref, "--out", str(listed), "--print", str(pages))[0] == 0
    assert listed.read_text().splitlines()[1] == "2,2,'=cmd(),1 Long Street,ru,post"
    assert "Здравствуйте, =cmd()!" in pages.read_text()
    assert listed.stat().st_mode & 0o077 == pages.stat().st_mode & 0o077 == 0
    (told,) = json.loads(run("anna", "status", ref, "--json")[1])
    assert dict(told["by_state"]) == {"not-reached": 1, "post": 1, "sent": 1}
    out = run("lev", "status", ref)[1]
    assert ("approved by anna, dina" in out, "by lev; stopped" in out) == (True, True)
    assert run("lev", "settle", ref)[0] == 2
    shown = answer(write_plan(tmp_path), "incidents", "show", ref)[1]
    assert "Letters to clients" in shown
    assert "example.org" not in shown
    assert answer(write_plan(tmp_path), "verify")[0] == 0
