"""Clients without a letter are asked about at the close; who is held back gets nothing; what is said is kept."""

import csv
import sqlite3
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError, Problem
from detector.incident import load_regulations
from detector.incident.notices.answers import edpb_answers
from detector.runtime.incidents.letters.post_list import post_table
from detector.schema.case.incidents import CaseMerge, CloseReason
from detector.schema.letters.mailings import STRANDED, LetterState, MailingKind
from detector.schema.team.grants import SkipReason
from tests.receivers import Mails, smtp_server, until
from tests.runtime.letters.mailroom import FIRST, Mailroom, body_of
from tests.runtime.letters.test_letters import report

__all__ = ["smtp_server"]

CONTACTS = (
    "1,Anna,mail,anna@example.org,en,,\n"
    "2,Ben,mail,ben@example.org,en,,\n"
    "3,Cora,mail,cora@example.org,en,,\n"
    "4,Dan,mail,dan@example.org,en,yes,\n"
    '5,Emil,post,"1 Long Street",en,,\n'
)
CLIENTS = ("1", "2", "3", "4", "5", "6")


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    """A case of which a law may want clients told: one gets a letter, five do not."""
    room = Mailroom(tmp_path, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts(CONTACTS)
    room.concern({each: ["contact"] for each in CLIENTS})
    return room


def sent_all(room: Mailroom, smtp_server: Mails) -> None:
    """Send letters: one arrives, one is refused, one comes back, one goes by post; a child and a stranger get none."""
    smtp_server.unknown.add("ben@example.org")
    room.file()
    room.send()
    (back,) = (mail for mail in smtp_server.received if mail["To"] == "cora@example.org")
    room.desk().take_in_mail(room.ref, report(str(back["Message-ID"])))


def asked(room: Mailroom) -> list[Problem]:
    """Return what the close as handled asks of clients."""
    with pytest.raises(ConflictError) as refused:
        room.house.by("lev").close(room.ref, CloseReason.HANDLED, note="done")
    return [each for each in refused.value.problems if "letter" in each.what or "told" in each.what]


def stand(room: Mailroom) -> dict[str, int]:
    return {state.value: count for state, count in room.desk().standing_of(room.ref).counts}


def test_the_close_asks_for_each_client_without_a_letter_until_it_is_said_how_they_were_told(
    room: Mailroom, smtp_server: Mails
) -> None:
    assert asked(room) == [], "no letters were filed: whoever records the duty's receipt says how clients were told"
    sent_all(room, smtp_server)
    assert stand(room) == {"sent": 1, "failed": 1, "bounced": 1, "not-reached": 1, "unrepresented": 1, "post": 1}
    number, anew = room.house.incident().number, "put their addresses right and plan again, or "
    assert [(each.what, each.fix) for each in asked(room)] == [
        (
            f"closing incident {number} waits for 1 client without a letter: {state} 1 ({why}); "
            f"first: {number}-d1 no. {at}",
            f"{mend}say how they were told, or why not: nabat letters settle {number} --state {state}",
        )
        for state, why, at, mend in (
            ("failed", "refused by the mail server", 2, anew),
            ("bounced", "came back", 3, anew),
            ("not-reached", "no contact", 6, ""),
            ("unrepresented", "a minor or represented, nobody to write to", 5, ""),
            ("post", "on the list for the post", 4, ""),
        )
    ]
    desk = room.desk()
    said = {"words": "list 12, sent with the post office"}
    assert desk.settle_clients(room.ref, LetterState.POSTED, states=[LetterState.POST], **said) == (1, False)
    both = [LetterState.FAILED, LetterState.BOUNCED]
    assert desk.settle_clients(room.ref, LetterState.TOLD, states=both, words="by telephone, Olga") == (2, False)
    assert desk.settle_clients(room.ref, LetterState.GIVEN_UP, client="6", words="deceased, no heir") == (1, False)
    assert "unrepresented 1" in asked(room)[0].what
    assert desk.settle_clients(room.ref, LetterState.PUBLIC, client="4", words="site, 3 March") == (1, False)
    assert asked(room) == []
    found = desk.standing_of(room.ref)
    assert (found.without, found.informed) == (0, 4), "posted and told count, given up and in public do not"
    (registered,) = room.house.by().register()
    assert (registered.letters.informed, registered.letters.without) == (4, 0)
    with room.house.store.read() as unit:
        facts = room.house.by().notices.facts(unit, room.house.console.dossier(unit, room.ref), "en")
    assert edpb_answers.told_count(facts).text == "each for themselves: 4; by a public communication: 1"
    assert edpb_answers.not_all_told(facts).text == "could not be told: 1; not told yet: 0"
    assert stand(room) == {"sent": 1, "posted": 1, "told-otherwise": 2, "given-up": 1, "public": 1}
    kept = {each.number: each for each in room.ledger()}
    assert {(each.by, each.words) for each in kept.values() if each.words} == {
        ("lev", "list 12, sent with the post office"),
        ("lev", "by telephone, Olga"),
        ("lev", "deceased, no heir"),
        ("lev", "site, 3 March"),
    }
    entries = [each for each in room.house.console.detail(room.ref).entries if each.kind == "letters_told"]
    assert [each.by for each in entries] == ["lev"] * 4
    assert "by telephone, Olga" in entries[1].text
    assert [each.text.partition(":")[0] for each in entries] == [
        "1 client without a letter, for the post 1",
        "2 clients without a letter, refused 1, came back 1",
        f"1 client without a letter ({number}-d1 no. 6)",
        f"1 client without a letter ({number}-d1 no. 5)",
    ], "nothing that is zero"
    assert not any(client in dict(each.data).values() for each in entries for client in CLIENTS)
    assert not room.plan().recipients, "whoever was told otherwise is not written to"


def test_the_step_to_tell_clients_asks_as_well_whether_it_is_done_or_left_out(
    room: Mailroom, smtp_server: Mails
) -> None:
    sent_all(room, smtp_server)
    person = room.house.by("lev")
    for act in (
        lambda: person.complete(room.ref, "N4", proof="all told"),
        lambda: person.skip(room.ref, "N4", reason=SkipReason.DONE_ELSEWHERE, words="told"),
    ):
        with pytest.raises(ConflictError, match="step N4 waits for 1 client without a letter: failed 1"):
            act()
    room.desk().settle_clients(
        room.ref,
        LetterState.TOLD,
        states=STRANDED,
        words="by telephone",
    )
    person.complete(room.ref, "N4", proof="all told")


@pytest.mark.parametrize("reason", [each for each in CloseReason if each is not CloseReason.HANDLED])
def test_any_other_close_asks_how_clients_who_were_told_are_set_right(
    room: Mailroom, smtp_server: Mails, reason: CloseReason
) -> None:
    person, number = room.house.by("lev"), room.house.incident().number
    sent_all(room, smtp_server)
    room.desk().settle_clients(room.ref, LetterState.PUBLIC, states=[LetterState.FAILED], words="newspaper")
    room.desk().post(room.ref, FIRST)
    with pytest.raises(ConflictError) as refused:
        person.close(room.ref, reason, note="none")
    (problem,) = refused.value.problems
    told = "2 clients got a letter or were told, 1 more perhaps, and a correction is owed to them"
    assert problem.what == f"closing incident {number} as {reason.value.replace('_', ' ')}: {told}"
    assert "--correction TEXT" in problem.fix
    assert (f"nabat incidents merge {number} OTHER" in problem.fix) is (reason is CloseReason.DUPLICATE)
    with pytest.raises(ConflictError, match="correction is owed"):
        person.close(room.ref, reason, note="none", correction=" ")
    person.close(room.ref, reason, note="none", correction="a second letter on 4 March")
    room.house.by("anna").approve(room.ref, "close")
    assert room.house.incident().close_reason is reason
    closed = [each for each in room.house.console.detail(room.ref).entries if each.kind == "closed"][-1]
    assert (
        "(told: clients 2, perhaps 1 more, notices 0; how they are told of the mistake: a second letter on 4 March)"
        in closed.text
    )
    assert dict(closed.data)["correction"] == "a second letter on 4 March"


@pytest.mark.parametrize("reason", [each for each in CloseReason if each is not CloseReason.HANDLED])
def test_where_no_letter_went_another_close_asks_for_nothing(
    room: Mailroom, smtp_server: Mails, reason: CloseReason
) -> None:
    room.file()
    room.house.by("lev").close(room.ref, reason, note="none")
    room.house.by("anna").approve(room.ref, "close")
    assert room.house.incident().close_reason is reason


def test_letters_that_go_out_while_the_second_word_is_awaited_are_asked_about(
    room: Mailroom, smtp_server: Mails
) -> None:
    room.file()
    room.house.by("lev").close(room.ref, CloseReason.FALSE_POSITIVE, note="none")
    room.send()
    with pytest.raises(ConflictError, match="3 clients got a letter"):
        room.house.by("anna").approve(room.ref, "close")


def test_where_two_have_agreed_that_nobody_has_to_be_told_the_close_does_not_ask(
    room: Mailroom, smtp_server: Mails
) -> None:
    sent_all(room, smtp_server)
    assert len(asked(room)) == 5
    room.house.by("lev").decide_duty(room.ref, "gdpr-subjects", owed=False, reason="encrypted, the key is safe")
    room.house.by("olga").approve(room.ref, "eu-gdpr-34/gdpr-subjects")
    assert asked(room) == []


def test_letters_not_sent_or_in_doubt_and_clients_of_no_plan_are_asked_about_each_with_its_command(
    room: Mailroom, smtp_server: Mails
) -> None:
    room.file()
    number = room.house.incident().number
    assert asked(room)[0].what.endswith(f"first: {number}-d1 no. 6")
    fixes = [each.fix.rpartition(": ")[2] for each in asked(room)]
    assert fixes == [
        f"nabat letters settle {number} --state not-reached",
        f"nabat letters settle {number} --state unrepresented",
        f"nabat letters settle {number} --state post",
        f"nabat letters send {number}",
    ]
    room.concern({"7": ["contact"]})
    room.house.rescope(7)
    assert "waits for 1 client in no plan of letters" in [each.what for each in asked(room)][-1]
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("UPDATE letters SET state = 'unknown' WHERE number = 1")
    assert "waits for 1 letter of which nobody knows" in asked(room)[-2].what
    room.file()
    assert stand(room) == {"unknown": 1, "planned": 2, "not-reached": 2, "unrepresented": 1, "post": 1}, (
        "planned anew, none counts twice"
    )


def test_what_an_older_version_counted_without_a_letter_is_asked_about_by_a_new_plan(
    room: Mailroom, smtp_server: Mails
) -> None:
    room.file()
    room.send()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("DELETE FROM letters WHERE state IN ('not-reached', 'unrepresented')")
    assert "waits for 2 clients in no plan of letters" in asked(room)[-1].what
    room.file()
    assert stand(room) == {"sent": 3, "post": 1, "not-reached": 1, "unrepresented": 1}


def test_words_a_moment_and_whom_it_is_about_are_asked_for(room: Mailroom, smtp_server: Mails) -> None:
    sent_all(room, smtp_server)
    desk, ref = room.desk(), room.ref
    failed = [LetterState.FAILED]
    with pytest.raises(InputError, match="the words are missing"):
        desk.settle_clients(ref, LetterState.GIVEN_UP, states=failed, words=" ")
    with pytest.raises(InputError, match="not said which clients"):
        desk.settle_clients(ref, LetterState.GIVEN_UP, words="x")
    with pytest.raises(InputError, match="not said which clients"):
        desk.settle_clients(ref, LetterState.GIVEN_UP, words="x", states=failed, client="6")
    at = room.house.clock.now() + timedelta(days=1)
    with pytest.raises(InputError, match="in the future"):
        desk.settle_clients(ref, LetterState.TOLD, words="x", states=failed, at=at)
    with pytest.raises(InputError, match="no way a client is told"):
        desk.settle_clients(ref, LetterState.SENT, words="x", states=failed)
    with pytest.raises(ConflictError, match="stands so: held"):
        desk.settle_clients(ref, LetterState.TOLD, words="x", states=[LetterState.HELD])
    with pytest.raises(ConflictError, match="this client has a letter"):
        desk.settle_clients(ref, LetterState.TOLD, words="x", client="1")
    with pytest.raises(NotFoundError, match="no letter of incident"):
        desk.settle_clients(ref, LetterState.TOLD, words="x", client="99")
    with pytest.raises(DeniedError):
        room.desk("anna").settle_clients(ref, LetterState.TOLD, words="x", states=failed)
    desk.settle_clients(ref, LetterState.GIVEN_UP, client="6", words="no contact")
    desk.settle_clients(ref, LetterState.TOLD, client="6", words="came by, signed")
    assert stand(room)["told-otherwise"] == 1, "what was said is corrected by saying it anew"
    assert {each.recipient.client for each in desk.without(ref)} == {"2", "3", "4", "5"}


def test_who_is_held_back_gets_nothing_by_whatever_plan_or_way_until_they_are_released(
    room: Mailroom, smtp_server: Mails
) -> None:
    desk, ref = room.desk(), room.ref
    _, held, gone = desk.hold_client(ref, "1", reason="objects, no. 88")
    assert (held, gone) == (0, 0), "before anything was planned"
    assert [desk.concerns(ref, each) for each in ("1", "no such client")] == [True, False]
    with pytest.raises(DeniedError):
        room.desk("karl").concerns(ref, "1")
    with pytest.raises(ConflictError, match="held back since"):
        desk.hold_client(ref, "1", reason="again")
    with pytest.raises(InputError, match="reason"):
        desk.hold_client(ref, "2", reason=" ")
    room.file()
    assert stand(room) == {"held": 1, "planned": 2, "not-reached": 1, "unrepresented": 1, "post": 1}
    assert desk.hold_client(ref, "5", reason="the lawyer")[1] == 1
    room.send()
    assert sorted(str(each["To"]) for each in smtp_server.received) == ["ben@example.org", "cora@example.org"]
    assert [each.recipient.client for each in desk.post(ref, FIRST)] == []
    assert "held 2 (held back)" in asked(room)[2].what
    room.file()
    assert stand(room) == {"sent": 2, "held": 2, "not-reached": 1, "unrepresented": 1}, (
        "a later plan holds them back as well"
    )
    assert desk.release_client(ref, "1", reason="withdrawn") == 1
    with pytest.raises(NotFoundError, match="not held back"):
        desk.release_client(ref, "1", reason="withdrawn")
    room.send()
    assert str(smtp_server.received[-1]["To"]) == "anna@example.org"
    kinds = [each.kind for each in room.house.console.detail(ref).entries if each.kind.startswith("letters_")]
    assert (kinds.count("letters_held"), kinds.count("letters_released")) == (2, 1)
    with sqlite3.connect(room.folder / "nabat.db") as database:
        rows = database.execute("SELECT client FROM letter_holds").fetchall()
    assert all(len(client) == 64 for (client,) in rows), "the database knows them by a hash"


def test_what_comes_back_of_a_held_client_goes_no_other_way(room: Mailroom, smtp_server: Mails) -> None:
    room.contacts("1,Anna,mail,anna@example.org,en,,\n1,Anna,mail,second@example.org,en,,\n")
    room.file()
    room.send()
    room.desk().hold_client(room.ref, "1", reason="objects")
    room.desk().take_in_mail(room.ref, report(str(smtp_server.received[0]["Message-ID"])))
    room.send()
    assert (len(smtp_server.received), stand(room)["held"]) == (1, 1)


def test_a_client_held_back_while_letters_are_being_sent_is_passed_over(room: Mailroom, smtp_server: Mails) -> None:
    count = 40
    room.contacts("".join(f"{n},N{n},mail,c{n}@example.org,en,,\n" for n in range(100, 100 + count)))
    room.concern({str(n): ["contact"] for n in range(100, 100 + count)})
    room.configure(rate=20)
    room.file()
    sending = Thread(target=room.send)
    sending.start()
    until(lambda: len(smtp_server.received) > 2)
    last = str(99 + count)
    assert room.desk().hold_client(room.ref, last, reason="objects")[1] == 1
    settled = str(98 + count)
    room.desk().settle_clients(room.ref, LetterState.TOLD, client=settled, words="rang us")
    room.house.by("anna").approve(room.ref, "letters")
    sending.join(30)
    got = {str(each["To"]) for each in smtp_server.received}
    assert (len(got), f"c{last}@example.org" in got, f"c{settled}@example.org" in got) == (count - 2, False, False)
    assert stand(room) == {"sent": count - 2, "held": 1, "told-otherwise": 1, "not-reached": 6}
    room.send()
    assert len(smtp_server.received) == count - 2, "nor does another start send them"


def test_letters_that_follow_speak_of_a_first_one_to_nobody_who_had_none(room: Mailroom, smtp_server: Mails) -> None:
    sent_all(room, smtp_server)
    desk = room.desk()
    desk.settle_clients(room.ref, LetterState.TOLD, states=[LetterState.FAILED], words="by telephone")
    desk.settle_clients(room.ref, LetterState.POSTED, states=[LetterState.POST], words="list 12")
    desk.settle_clients(room.ref, LetterState.GIVEN_UP, states=[LetterState.BOUNCED], words="no other address")
    assert [each.client for each in room.plan(MailingKind.WEEK).recipients] == ["1", "5"]


def test_ten_thousand_clients_without_a_letter_are_counted_and_settled_by_the_database(
    room: Mailroom, smtp_server: Mails
) -> None:
    room.file()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.executemany(
            "INSERT INTO letters SELECT incident_id, mailing, ?, way, channel, language, 'bounced', message_id || ?, "
            """attempts, changed_at, error, "by", words, told_at, '' FROM letters WHERE number = 1""",
            [(number, number) for number in range(100, 10_100)],
        )
    (first,) = (each for each in asked(room) if "bounced" in each.what)
    assert "bounced 10000" in first.what
    assert len(first.what) < 400
    done = room.desk().settle_clients(room.ref, LetterState.PUBLIC, states=[LetterState.BOUNCED], words="newspaper")
    assert (done, stand(room)["public"]) == ((10_000, False), 10_000)


def test_the_annex_of_a_law_that_lists_people_by_name_has_their_names_and_counts_who_has_none(tmp_path: Path) -> None:
    room = Mailroom(tmp_path, laws=load_regulations(["kz-94v", "eu-gdpr-34"]))
    room.contacts('1,"=Anna",mail,anna@example.org,ru,,\n2,,mail,ben@example.org,ru,,\n')
    room.concern({each: ["contact"] for each in ("1", "2", "3")})
    annex, other = tmp_path / "annex.csv", tmp_path / "other.csv"
    written = room.house.by().write_subjects(room.ref, annex, law="kz-94v")
    assert (written.clients, written.nameless) == (3, 2)
    counted = room.house.by().count_names(room.ref, "kz-94v")
    assert (counted, room.house.by().count_names(room.ref, "eu-gdpr-34")) == (written, None)
    rows = list(csv.DictReader(annex.read_text(encoding="utf-8-sig").splitlines()))
    assert [(each["subject_id"], each["name"]) for each in rows] == [("1", "'=Anna"), ("2", ""), ("3", "")]
    assert room.house.by().write_subjects(room.ref, other, law="eu-gdpr-34").nameless is None
    assert "name" not in other.read_text(encoding="utf-8-sig").splitlines()[0].split(",")


def test_of_whom_nobody_knows_where_they_live_stand_in_an_annex_apart_as_the_notice_says(tmp_path: Path) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text("client,residence\n1,KZ\n2,RU\n", encoding="utf-8")
    room = Mailroom(tmp_path, laws=load_regulations(["kz-94v"]), residence=str(homes))
    room.contacts("1,Anna,mail,anna@example.org,ru,,\n3,Cyril,mail,c@example.org,ru,,\n")
    room.concern({each: ["contact"] for each in ("1", "2", "3")})
    annex, apart = tmp_path / "annex.csv", tmp_path / "annex-not-known.csv"
    written = room.house.by().write_subjects(room.ref, annex, law="kz-94v")
    assert (written.clients, written.apart, written.nameless) == (1, 1, 0)
    named = [file.read_text(encoding="utf-8-sig").splitlines()[1:] for file in (annex, apart)]
    assert [[line.split(",")[:3] for line in lines] for lines in named] == [
        [["1", "Anna", "yes"]],
        [["3", "Cyril", "not known"]],
    ]
    assert apart.stat().st_mode & 0o777 == 0o600
    fields = {each.id: each.value for each in room.house.by("dina").notices.one(room.ref, "kz-1bd").made.fields}
    assert any("annex: 1 person" in each and "annex apart: 1 more" in each for each in fields.values())


def test_of_a_case_that_goes_on_in_this_one_counts_what_had_begun(room: Mailroom, smtp_server: Mails) -> None:
    """What was planned only is planned anew in the case it goes on in; what was refused there is asked about here."""
    sent_all(room, smtp_server)
    desk, ref = room.desk(), room.ref
    with sqlite3.connect(room.folder / "nabat.db") as database:
        for table, key in (("incidents", "id"), ("mailings", "incident_id"), ("letters", "incident_id")):
            found = database.execute(f"SELECT * FROM {table}")
            names = [f'"{each[0]}"' for each in found.description]
            other = {f'"{key}"': "'other'", '"merged_into"': "id", '"number"': "number"}
            if table == "incidents":
                other['"number"'] = "'20260301-000000'"
            copied = ", ".join(other.get(name, name) for name in names)
            database.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {copied} FROM {table}")
    counts = {state.value: count for state, count in desk.standing_of(ref).counts}
    assert counts == {"sent": 1, "failed": 1, "bounced": 1, "not-reached": 1, "unrepresented": 1, "post": 1}, (
        "each client counts once"
    )
    assert desk.settle_clients(ref, LetterState.TOLD, states=[LetterState.FAILED], words="by telephone") == (1, False)
    assert dict(desk.standing_of(ref).counts)[LetterState.TOLD] == 1


def test_who_turns_out_to_have_lost_more_than_was_told_is_asked_about_and_told_again(
    room: Mailroom, smtp_server: Mails
) -> None:
    sent_all(room, smtp_server)
    states = list(STRANDED)
    room.desk().settle_clients(room.ref, LetterState.TOLD, states=states, words="by telephone")
    assert asked(room) == []
    room.concern({"1": ["card"], "2": ["card"], "6": ["card"]})
    room.house.rescope(7)
    (problem,) = asked(room)
    number = room.house.incident().number
    assert problem.what == (
        f"closing incident {number} waits for 3 clients of whose data more is concerned than was told"
    )
    assert problem.fix == f"plan letters that name all of it: nabat letters plan {number} --file"
    plan = room.plan()
    assert [(each.client, each.again) for each in plan.recipients] == [("1", True), ("2", True)]
    assert [each.client for each in plan.not_reached] == ["6"], "nobody knows how they are reached: asked about anew"
    room.file()
    assert stand(room) == {"planned": 2, "not-reached": 1, "told-otherwise": 3}, "each client counts once"
    smtp_server.received.clear()
    room.send()
    (mail,) = smtp_server.received
    assert "We told you of this before." in body_of(mail)
    assert stand(room) == {"sent": 1, "failed": 1, "not-reached": 1, "told-otherwise": 3}
    assert {each.recipient.client for each in room.desk().without(room.ref)} == {"2", "6"}
    assert room.desk().settle_clients(room.ref, LetterState.GIVEN_UP, states=states, words="no way known") == (2, False)
    assert asked(room) == []
    assert not room.plan().recipients, "nobody is told of the same again"


def copy_rows(database: sqlite3.Connection, table: str, **changes: str) -> None:
    """Copy all rows of a table, but for some columns."""
    names = [each[1] for each in database.execute(f"PRAGMA table_info({table})")]
    listed = ", ".join(f'"{each}"' for each in names)
    copied = ", ".join(f"'{changes[each]}'" if each in changes else f'"{each}"' for each in names)
    database.execute(f"INSERT INTO {table} ({listed}) SELECT {copied} FROM {table}")


def copy_letters(database: sqlite3.Connection) -> None:
    """Let another case have the letters that a case has."""
    for table in ("mailings", "letters", "letter_holds"):
        copy_rows(database, table, incident_id="other")


def test_letters_planned_before_a_case_with_letters_went_into_theirs_are_planned_again(
    room: Mailroom, smtp_server: Mails
) -> None:
    """Anna got one there; Cora's letters were held back there."""
    room.file()
    room.desk().hold_client(room.ref, "3", reason="objection")
    with sqlite3.connect(room.folder / "nabat.db") as database:
        copy_letters(database)
        names = {each: f"other-{each}" for each in ("code_name", "code_name_ru", "number")}
        folded = {f"{each}_folded": f"other-{each}" for each in ("code_name", "code_name_ru")}
        copy_rows(database, "incidents", id="other", merged_into=room.ref, **names, **folded)
        database.execute("UPDATE letters SET state = 'sent' WHERE incident_id = 'other' AND number = 1")
        database.execute("DELETE FROM letter_holds WHERE incident_id <> 'other'")
        database.execute("UPDATE letters SET state = 'planned' WHERE state = 'held'")
    with room.house.store.begin() as unit:
        case = unit.incidents.find(room.ref)
        assert case is not None
        unit.incidents.save_merge(
            CaseMerge(
                incident_id="other", number=1, into_id=case.id, at=room.house.clock.now() + timedelta(seconds=1),
                by="lev", reason="the same", alert_ids=(), status=case.status, opened_at=case.opened_at,
                became_at=None, severity=case.severity, kind=case.kind, playbook=case.playbook,
                checklist=case.checklist, named=None,
            )
        )  # fmt: skip
    with pytest.raises(ConflictError, match="was planned before a case with letters of its own went into this one"):
        room.send()
    assert not smtp_server.received
    room.house.clock.advance(timedelta(seconds=2))
    assert [each.client for each in room.plan().recipients] == ["2", "3", "5"]
    room.file()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("UPDATE letters SET state = 'planned' WHERE state = 'held' AND incident_id <> 'other'")
    room.send()
    assert [each["To"] for each in smtp_server.received] == ["ben@example.org"], "a sender asks for holds of both cases"
    assert stand(room) == {"sent": 2, "held": 1, "not-reached": 1, "unrepresented": 1, "post": 1}


def test_a_client_of_two_cases_that_became_one_counts_once(room: Mailroom, smtp_server: Mails) -> None:
    """Anna is sent a letter in both, Ben is sent one in the other alone; Cora was to be told there and is not."""
    smtp_server.unknown.add("ben@example.org")
    room.file()
    room.send()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        copy_letters(database)
        database.execute("UPDATE letters SET state = 'sent' WHERE incident_id = 'other' AND number = 2")
        database.execute(
            "UPDATE letters SET state = 'planned', attempts = 0 WHERE incident_id = 'other' AND number = 3"
        )
    with room.house.store.read() as unit:
        counts, _ = unit.letters.first_counts(room.ref, ["other"])
        without = unit.letters.first_in_state(room.ref, ["other"], LetterState.FAILED, LetterState.NOT_REACHED)
    assert {state.value: count for state, count in counts.items()} == {
        "sent": 3,
        "post": 1,
        "not-reached": 1,
        "unrepresented": 1,
    }
    assert {each.incident_id for each in without} == {room.ref}


def test_an_address_that_refused_a_letter_is_not_tried_again_by_a_later_plan(
    room: Mailroom, smtp_server: Mails
) -> None:
    room.contacts(CONTACTS + '7,Gus,mail,gus@example.org,en,,\n7,Gus,post,"7 Long Street",en,,\n')
    room.concern({"7": ["contact"]})
    smtp_server.unknown.add("gus@example.org")
    room.file()
    room.send()
    assert stand(room) == {"sent": 3, "not-reached": 1, "unrepresented": 1, "post": 2}
    room.contacts(CONTACTS + "8,Hanna,mail,hanna@example.org,en,,\n")
    room.concern({"8": ["contact"]})
    assert [each.client for each in room.plan().recipients] == ["5", "8"], "5 was never tried: planned anew"
    room.file()
    assert {each.recipient.client for each in room.desk().post(room.ref, FIRST)} == {"5", "7"}


def test_nobody_is_told_after_a_week_of_a_first_letter_that_was_refused_or_came_back(
    room: Mailroom, smtp_server: Mails
) -> None:
    sent_all(room, smtp_server)
    assert [each.client for each in room.plan(MailingKind.WEEK).recipients] == ["1"]


def test_the_list_for_the_post_says_in_which_plan_each_number_stands(room: Mailroom, smtp_server: Mails) -> None:
    sent_all(room, smtp_server)
    room.desk().post(room.ref, FIRST)
    room.contacts(CONTACTS + '7,Gus,post,"7 Long Street",en,,\n')
    room.concern({"7": ["contact"]})
    room.file()
    rows = post_table(room.desk().post(room.ref, FIRST)).select("number", "client", "document").rows()
    number = room.house.incident().number
    assert [each for each in rows if each[1] in ("5", "7")] == [(4, "5", f"{number}-d1"), (1, "7", f"{number}-d2")]


def test_of_a_case_that_names_no_class_of_data_the_figures_of_letters_are_read(
    tmp_path: Path, smtp_server: Mails
) -> None:
    room = Mailroom(tmp_path, smtp_server.port)
    room.contacts(CONTACTS)
    room.concern({"1": []})
    room.desk().file(room.ref, room.plan())
    assert stand(room) == {"planned": 1}
