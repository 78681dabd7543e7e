"""When most of a source's lines were read by a last resort."""

from detector.messages import messages
from detector.runtime.sources.last_resort import LastResort
from detector.runtime.visibility.blind_spots import Blind


def test_a_source_most_of_whose_lines_only_a_last_resort_read_is_a_blind_spot_with_its_format() -> None:
    seen = LastResort()
    seen.add("crm", 30, {"syslog": 10, "combined": 6})
    seen.add("web", 30, {"combined": 15})
    (spot,) = seen.spots({"crm", "web"})
    assert (spot.kind, spot.name, spot.why, spot.count) == (Blind.FORMAT, "crm", "last-resort", 53)
    assert spot.args == (("format", "syslog"),)
    for language in ("en", "ru"):
        said = messages(language).reason(spot.reason)
        assert "crm" in said
        assert "syslog" in said
        assert "53" in said
    assert "syslog" in str(spot)


def test_a_few_lines_say_nothing_and_other_sources_are_not_spoken_of() -> None:
    seen = LastResort()
    seen.add("crm", 19, {"syslog": 19})
    assert seen.spots({"crm"}) == []
    seen.add("crm", 1, {})
    assert len(seen.spots({"crm"})) == 1
    assert seen.spots({"web"}) == []


def test_only_the_last_thousand_lines_count() -> None:
    seen = LastResort()
    for _ in range(50):
        seen.add("crm", 100, {"syslog": 100})
    assert len(seen.spots({"crm"})) == 1
    for _ in range(6):
        seen.add("crm", 100, {})
    assert seen.spots({"crm"}) == []
