"""What programs say, taken apart by their words: an account may be called whatever its inventor likes."""

from hypothesis import given
from hypothesis import strategies as st

from detector.decode.formats.hosts.message_table import PHRASES
from detector.decode.formats.hosts.phrase import Phrase
from detector.decode.formats.hosts.program_messages import understood

WORDS = st.sampled_from(
    [" from ", " port ", " ssh2", "invalid user ", "192.0.2.1", ": ", "[preauth]", "x", " ", "=", ";"]
)
NAME = st.one_of(st.lists(WORDS, min_size=1, max_size=8).map("".join), st.text(min_size=1, max_size=20))
KNOWN = NAME.filter(lambda name: not name.startswith("invalid user "))


@given(KNOWN)
def test_a_failed_login_is_of_the_account_and_the_address_sshd_wrote(name):
    phrase, said = understood("sshd", f"Failed password for {name} from 203.0.113.9 port 4711 ssh2")
    assert (phrase.action, phrase.outcome) == ("login", "failure")
    assert (said["user"], said["ip"], said["port"]) == (name, "203.0.113.9", "4711")


@given(NAME)
def test_an_invented_account_is_no_user_and_its_address_is_what_sshd_wrote(name):
    phrase, said = understood("sshd", f"Failed none for invalid user {name} from 203.0.113.9 port 4711 ssh2")
    assert (phrase.outcome, said["unknown_user"], said["ip"]) == ("failure", name, "203.0.113.9")
    assert "user" not in said


@given(st.sampled_from(sorted(PHRASES)).flatmap(lambda word: st.sampled_from(PHRASES[word])), st.data())
def test_a_phrase_reads_what_it_is_filled_with(phrase, data):
    places = [*phrase.forward, (phrase.middle[0], "", phrase.middle[1]), *phrase.backward]
    filled = {name: data.draw(st.text("ab1", min_size=1, max_size=5)) for name, _, _ in places}
    text = phrase.text
    for name, value in filled.items():
        for kind in ("", "*", ">"):
            text = text.replace(f"{{{name}{kind}}}", value)
    assert phrase.read(text) == filled


@given(st.text(max_size=60))
def test_any_text_is_understood_or_kept(text):
    for program in ("sshd", "sudo", "nginx"):
        phrase, said = understood(program, text)
        assert isinstance(phrase, Phrase)
        assert all(isinstance(value, str) for value in said.values())


def test_no_other_program_is_believed():
    assert understood("webapp", "Accepted password for root from 192.0.2.1 port 22 ssh2")[1].keys() == {"message"}
