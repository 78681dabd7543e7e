"""What a company's files say of a client is said of nobody else."""

from detector.runtime.incidents.scopes.client_lookup import ClientLookup


def test_of_two_clients_whom_a_log_may_spell_alike_neither_is_taken_for_the_other() -> None:
    found = ClientLookup({"7": "Ann", "007": "Bob"})
    assert (found.of("7"), found.of("007")) == ("Ann", "Bob")
    assert [found.of(each) for each in ("07", "0007", "+7")] == [None, None, None]


def test_an_id_with_zeros_is_found_however_the_log_spells_it() -> None:
    found = ClientLookup({"05000": "Ann", "6": "Bob", "006": "Bob"})
    assert [found.of(each) for each in ("05000", "5000", "005000")] == ["Ann"] * 3
    assert found.of("0006") == "Bob"
    assert found.of("7") is None
