"""`nabat letters` at the command line: from a plan to letters that came back."""

import json
from pathlib import Path

from detector.incident import load_regulations
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import MailingKind
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.joined_room import JoinedRoom
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
    first, again = (run("lev", "bounces", ref, str(box))[2] for _ in range(2))
    assert ("1 mail: 1 letter came back\n" in first, "1 go another way\n" in first) == (True, True), first
    assert "1 mail: 0 letters came back, 1 known already\n" in again, "though it goes by post by now"
    listed, pages = tmp_path / "post.csv", tmp_path / "letters.html"
    assert run("lev", "post", ref, "--out", str(listed), "--print", str(pages))[0] == 0
    assert listed.read_text().splitlines()[1].startswith("2,2,'=cmd(),1 Long Street,ru,post,2")
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


def test_settling_letters_of_withdrawal_says_what_is_left_of_withdrawing(tmp_path: Path, smtp_server: Mails) -> None:
    state = tmp_path / "state"
    state.mkdir()
    room = Mailroom(state, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts("1,Anna,mail,anna@example.org,en,,\n")
    room.concern({"1": ["contact"], "3": ["contact"]})
    room.file()
    room.send()
    room.house.by("lev").close(room.ref, CloseReason.FALSE_POSITIVE, note="an audit", correction="by letters")
    room.house.by("anna").approve(room.ref, "close")
    smtp_server.unknown.add("anna@example.org")
    room.file(MailingKind.WITHDRAWAL)
    room.send(MailingKind.WITHDRAWAL)
    number, config = room.house.incident().number, write_plan(tmp_path, login="lev")
    words = ("--state", "failed", "--as", "posted", "--words", "list 13")
    status, _, said = answer(config, "letters", "settle", number, "--kind", "withdrawal", *words)
    assert (status, "1 client: " in said) == (0, True), said
    assert f"is withdrawn: nabat incidents withdrawals {number}" in said
    assert "without a letter left" not in said, "these are the first letters' own"


def test_the_command_that_the_close_prints_settles_clients_without_a_letter(tmp_path: Path, smtp_server: Mails) -> None:
    state = tmp_path / "state"
    state.mkdir()
    room = Mailroom(state, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts("1,Anna,mail,anna@example.org,en,,\n2,Ben,mail,ben@example.org,en,,\n")
    room.concern({"1": ["contact"], "2": ["contact"], "3": ["contact"]})
    smtp_server.unknown.add("ben@example.org")
    room.file()
    room.send()
    number = room.house.incident().number
    config = write_plan(tmp_path, login="lev")

    def run(*words: str) -> tuple[int, str, str]:
        return answer(config, *words)

    closing = ("incidents", "close", number, "--reason", "handled", "--note", "done")
    status, _, said = run(*closing)
    assert (status, "waits for 1 client without a letter: failed 1" in said) == (2, True), said
    commands = [f"letters settle {number} --state {state}" for state in ("failed", "not-reached")]
    assert all(f"nabat {each})" in said or f"nabat {each}\n" in said for each in commands), said
    command = commands[0]
    status, _, said = run(*command.split())
    assert (status, "it is not said how the clients were told" in said) == (2, True), "no terminal, nothing given"
    status, out, _ = run("letters", "without", number)
    assert (status, "* failed" in out, "Without a letter (*): 2. Told each for themselves: 1." in out) == (
        0,
        True,
        True,
    )
    listed = tmp_path / "without.csv"
    assert run("letters", "without", number, "--out", str(listed))[0] == 0
    assert listed.read_text().splitlines()[1:] == [
        f"2,Ben,failed,smtp-550,{number}-d1,2",
        f'3,"",not-reached,no_contact,{number}-d1,3',
    ]
    assert listed.stat().st_mode & 0o077 == 0
    held = run("letters", "hold", number, "3", "--reason", "objects")[2]
    assert "1 letter held back" not in held
    assert "the incident concerns this client, and no letter to them waits now" in held
    strange = run("letters", "hold", number, "no-such-client", "--reason", "objects")[2]
    assert "does not concern this client as far as is known" in strange
    assert "released: 0 letters" in run("letters", "release", number, "3", "--reason", "no more")[2]
    for words in (("--client", "2", "--rest", "again"), ("--as", "posted")):
        assert run("letters", "settle", number, *words)[0] == 2
    for each in commands:
        done = run(*each.split(), "--as", "told-otherwise", "--words", "by telephone", "--at", "2026-03-01T23:00")
        assert (done[0], "1 client: told otherwise" in done[2]) == (0, True), done
    assert "without a letter" not in run(*closing)[2]
    assert json.loads(run("letters", "without", number, "--json")[1])["informed"] == 3
    assert "told each for themselves: 3; in public: 0; given up: 0; without a letter: 0" in run("register")[1]
    register = tmp_path / "register.csv"
    assert run("register", "--csv", str(register))[0] == 0
    head, row = register.read_text(encoding="utf-8-sig").splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=False))["number"].endswith(number)
    assert "people_informed,people_informed_in_public,people_given_up,people_without_letter" in head
    assert ",3,0,0,0," in row
    assert run("verify")[0] == 0


def test_who_stands_in_no_plan_is_named_to_whoever_may_see_clients(tmp_path: Path, smtp_server: Mails) -> None:
    state = tmp_path / "state"
    state.mkdir()
    room = Mailroom(state, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts("1,Anna,mail,anna@example.org,en,,\n")
    room.concern({"1": ["contact"]})
    room.file()
    room.concern({str(n): ["contact"] for n in range(4711, 4718)})
    room.house.rescope(9)
    number = room.house.incident().number
    named = (
        f"in no plan of letters: 4711, 4712, 4713, 4714, 4715 and 2 more: nabat letters without {number} --out FILE.csv"
    )
    closing = ("incidents", "close", number, "--reason", "handled", "--note", "done")
    for words in (closing, ("letters", "without", number)):
        assert named in answer(write_plan(tmp_path, login="lev"), *words)[2]
    listed = tmp_path / "without.csv"
    assert answer(write_plan(tmp_path, login="lev"), "letters", "without", number, "--out", str(listed))[0] == 0
    rows = [line.split(",") for line in listed.read_text().splitlines()[1:]]
    assert [each[0] for each in rows if each[2] == "later"] == [str(n) for n in range(4711, 4718)]


def test_who_lost_more_than_was_told_is_named_where_that_alone_is_open(tmp_path: Path, smtp_server: Mails) -> None:
    state = tmp_path / "state"
    state.mkdir()
    room = Mailroom(state, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts("1,Anna,mail,anna@example.org,en,,\n")
    room.concern({"1": ["contact"]})
    room.file()
    room.concern({"1": ["contact", "card"]})
    room.house.rescope(9)
    number = room.house.incident().number
    for words in (
        ("incidents", "close", number, "--reason", "handled", "--note", "done"),
        ("letters", "without", number),
    ):
        assert "more of their data is concerned: 1" in answer(write_plan(tmp_path, login="lev"), *words)[2]


def test_the_letters_of_a_case_that_went_into_another_are_shown_there_and_it_says_where_it_goes_on(
    tmp_path: Path, smtp_server: Mails
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    cases = JoinedRoom.open(state, smtp_server.port, ["1", "2"], ["2", "3"], rate=1000)
    plan = write_plan(tmp_path, login="lev")
    with cases.room.house.store.read() as unit:
        numbers = {key: each.number for key, each in unit.incidents.by_ids({cases.one, cases.other}).items()}
    cases.file(cases.one)
    cases.send(cases.one)
    cases.join()
    _, shown, said = answer(plan, "letters", "status", cases.other)
    assert f"of incident {numbers[cases.one]}, which went into this one" in shown
    assert "sent 2" in shown
    assert "Told each for themselves: 2" in shown
    assert "no letters were filed" not in said
    (theirs,) = json.loads(answer(plan, "letters", "status", cases.other, "--json")[1])
    assert (theirs["mailing"]["incident_id"], dict(theirs["by_state"])) == (cases.one, {"sent": 2})
    _, shown, said = answer(plan, "letters", "status", cases.one)
    assert "sent 2" in shown
    assert f"it goes on in {numbers[cases.other]}: nabat letters status {numbers[cases.other]}" in said
    cases.part()
    assert "goes on in" not in answer(plan, "letters", "status", cases.one)[2]
    assert "no letters were filed" in answer(plan, "letters", "status", cases.other)[2]
