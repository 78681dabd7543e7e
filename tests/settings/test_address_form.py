"""One form for each address, as events and people name an actor."""

import pytest

from detector.settings.address_form import address_form


@pytest.mark.parametrize(
    ("written", "prefix", "form"),
    [
        ("192.0.2.7", 64, "192.0.2.7"),
        ("::ffff:192.0.2.7", 64, "192.0.2.7"),
        ("192.0.2.7/32", 64, "192.0.2.7"),
        ("192.0.2.0/24", 64, ""),
        ("::ffff:192.0.2.7/120", 64, ""),
        ("2001:DB8:77:1::5", 64, "2001:db8:77:1::/64"),
        ("2001:db8:77:1::5/128", 64, "2001:db8:77:1::/64"),
        ("2001:db8:77:1::/64", 64, "2001:db8:77:1::/64"),
        ("2001:db8:77:1::/64", 56, "2001:db8:77::/56"),
        ("2001:db8:77:1::/48", 64, ""),
        ("2001:db8:77:1::5", 128, "2001:db8:77:1::5"),
        ("2001:db8:77:1::/x", 64, ""),
        ("elsewhere", 64, ""),
    ],
)
def test_an_address_counts_by_itself_or_by_its_network(written: str, prefix: int, form: str) -> None:
    assert address_form(written, prefix) == form
