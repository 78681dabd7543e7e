"""Names within path patterns."""

import pytest

from detector.settings.placeholders import as_glob, names_in, values_in

CONTAINERS = "/var/log/containers/{pod}_{namespace}_{container}-*.log"


def test_names_become_stars_and_are_listed_once() -> None:
    assert as_glob(CONTAINERS) == "/var/log/containers/*_*_*-*.log"
    assert names_in([CONTAINERS, "/srv/{namespace}/x", "/plain/*.log"]) == ("pod", "namespace", "container")


@pytest.mark.parametrize(
    ("patterns", "path", "values"),
    [
        (
            [CONTAINERS],
            "/var/log/containers/crm-5d9_prod_web-0123abc.log",
            {"pod": "crm-5d9", "namespace": "prod", "container": "web"},
        ),
        (["/srv/**/{host}/[ab]?.log"], "/srv/x/y/h1/a1.log", {"host": "h1"}),
        (["/srv/**/{host}/[ab]?.log"], "/srv/h1/b2.log", {"host": "h1"}),
        (["/srv/{host}/[!ab].log"], "/srv/h1/a.log", {}),
        (["/srv/{host.name}/(x)+.log"], "/srv/h/(x)+.log", {"host.name": "h"}),
        (["/plain/*.log", "/srv/{a}/*.log"], "/srv/v/1.log", {"a": "v"}),
        (["/srv/{a}/*.log"], "/srv/v/w/1.log", {}),
        (["/plain/*.log"], "/plain/1.log", {}),
    ],
)
def test_a_path_tells_what_the_names_stand_for(patterns: list[str], path: str, values: dict[str, str]) -> None:
    assert values_in(patterns, path) == values
