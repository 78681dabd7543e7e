"""The table of clients' contacts is read whole, or refused with every wrong row, and no row is repeated in words."""

import pytest
from pydantic import ValidationError

from detector.errors import ConfigError
from detector.settings.lists.contact_rows import Contact, ContactWay, read_contacts
from detector.settings.lists.csv_rows import CsvRows
from detector.settings.sections.letter_settings import BounceBox

HEADER = "id,name,channel,address,language,country,minor,represented_by\n"


def contacts(rows, header=HEADER):
    return read_contacts(CsvRows("contacts.csv", ("contacts", "csv"), header + rows), {"sms"})


def test_a_client_has_ways_in_their_order_and_whoever_is_written_to_for_a_child():
    found = contacts(
        "7,Анна,mail,anna@example.org,RU,ru,,\n"
        '7,Анна,post,"1 Long Street\nTown",ru,RU,no,\n'
        "8,Ben,sms,+15551230001,en,US-CA,yes,7\n"
        "9,,,,,,,7\n"
    )
    assert found["7"] == Contact(
        client="7",
        name="Анна",
        ways=(ContactWay("mail", "anna@example.org"), ContactWay("post", "1 Long Street, Town")),
        language="ru",
        country="RU",
    )
    assert (found["8"].minor, found["8"].represented_by, found["8"].country) == (True, "7", "US-CA")
    assert found["9"].ways == ()


def test_a_tenant_stands_before_the_client_and_before_whoever_represents_them():
    found = contacts(
        "7,acme,mail,a@example.org,\n8,acme,mail,b@example.org,7\n", "id,tenant,channel,address,represented_by\n"
    )
    assert found["acme/8"].represented_by == "acme/7"


def test_letters_go_on_without_a_row_whose_address_or_name_is_of_no_use():
    rows = (
        "7,Anna,mail,not an address,,,,\n7,Anna,post,1 Long Street,,,,\n8,Be\u202en,mail,ben@example.org,,,,\n"
        "9,Cy,mail,a@example.org\u2028Bcc: b@example.org,,,,\n6,Dee,mail,dee@example.org,,,,404\n"
    )
    found = read_contacts(CsvRows("contacts.csv", ("contacts", "csv"), HEADER + rows), set(), whole=False)
    assert {client: each.ways for client, each in found.items()} == {
        "7": (ContactWay("post", "1 Long Street"),),
        "8": (ContactWay("mail", "ben@example.org"),),
        "9": (),
        "6": (ContactWay("mail", "dee@example.org"),),
    }
    assert [found[client].name for client in "78"] == ["Anna", ""]
    with pytest.raises(ConfigError):
        read_contacts(CsvRows("c.csv", ("contacts", "csv"), HEADER + "7,A,pigeon,loft,,,,\n"), set(), whole=False)


def test_a_name_that_holds_what_other_texts_end_a_line_with_is_told_not_cut():
    with pytest.raises(ConfigError) as refused:
        contacts("7,An\u2028na,mail,anna@example.org,,,,\n8,Ben,mail,ben@example.org,,,,\n")
    assert [each.line for each in refused.value.problems] == [2]


def test_every_wrong_row_is_told_with_its_line_and_nothing_that_stands_in_it():
    rows = [
        ",Anna,mail,anna@example.org,,,,",
        "2,Anna,mail,anna@example.org\\nBcc: all@example.org,,,,",
        "3,Anna,mail,not an address,,,,",
        "4,Anna,pigeon,loft,,,,",
        "5,Anna,,anna@example.org,,,,",
        "6,Anna,mail,,,,,",
        "7,Anna,mail,anna@example.org,english,,,",
        "8,Anna,mail,anna@example.org,,Russia,,",
        "9,Anna,mail,anna@example.org,,,perhaps,",
        "10,Anna,mail,anna@example.org,,,,10",
        "11,Anna,mail,anna@example.org,,,,404",
        "12,Anna,mail,anna@example.org,,,yes,15",
        "13,Anna,mail",
        "14,Anna,mail,anna@example.org,,,,",
        "14,Boris,mail,boris@example.org,,,,",
        "15,Anna,mail,anna@example.org,,,,14",
        "15,Anna,mail,anna@example.org,,,,14",
        "16,Anna,sms,+1 555,,,,",
    ]
    with pytest.raises(ConfigError) as refused:
        contacts("\n".join(rows))
    told = refused.value.problems
    wrong = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 19]
    assert [each.line for each in told] == wrong
    assert not any("anna" in str(each).lower() for each in told)


def test_of_very_many_wrong_rows_the_first_are_told_and_the_others_counted():
    with pytest.raises(ConfigError) as refused:
        contacts("".join(f"{n},,pigeon,loft,,,,\n" for n in range(100)))
    assert (len(refused.value.problems), refused.value.problems[-1].what) == (21, "and 80 rows more")


@pytest.mark.parametrize(
    "header",
    ["", "1001,mail\n", "id,address\n", "id,channel\n", "channel,address,id\n", "id,channel,address,name,name\n"],
)
def test_a_first_line_that_does_not_name_the_columns_is_refused(header):
    with pytest.raises(ConfigError) as refused:
        contacts("", header)
    assert [each.line for each in refused.value.problems] == [1]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"imap": "imap://letters@mail.example.org"}, "write imaps://"),
        ({"imap": "imaps://mail.example.org/INBOX"}, "write imaps://"),
        ({"imap": "imaps://letters:secret@mail.example.org"}, "without a password"),
        ({"imap": "imaps://letters@mail.example.org"}, "password_file names no file"),
    ],
)
def test_the_mailbox_of_what_came_back_is_read_safely_or_not_at_all(given: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        BounceBox.model_validate(given)
    assert BounceBox.model_validate({"imap": "imap://letters@127.0.0.1", "password_file": "p"}).imap
