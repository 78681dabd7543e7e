"""What a user agent is called: browsers by ua-parser, tools by our list, in bounds whatever was sent."""

import csv
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml
from ua_parser import parse_user_agent

from detector.decode.enrich.user_agents import CRAWLERS, MONITORS, OTHER, PROGRAMS, SCANNERS, Agents
from detector.resources import shipped
from tests.decode.batches import batch_of, decoder_for
from tests.decode.linear import SPECIAL

GOLDEN = Path(__file__).parents[1] / "golden" / "user_agents.tsv"
TABLE = list(csv.reader(GOLDEN.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def name(agent: str) -> str:
    return Agents().names([agent])[0]


def test_an_agent_has_its_name(subtests: pytest.Subtests) -> None:
    for expected, agent in TABLE:
        with subtests.test(expected=expected, agent=agent):
            assert name(agent) == expected


def test_every_tool_of_the_list_is_in_the_table() -> None:
    assert {*SCANNERS, *PROGRAMS, *MONITORS, *CRAWLERS} - {expected for expected, _ in TABLE} == set()


@pytest.mark.parametrize(
    "rule", ["volume/bulk-read-burst.yml", "volume/new-program-export.yml", "accounts/account-realms-burst.yml"]
)
def test_rules_name_the_programs_of_the_list(rule: str) -> None:
    named = next(one for one in _detections(rule) if "tools" in one)["tools"]["user_agent.name"]
    assert sorted(named) == sorted(PROGRAMS)


def _detections(rule: str) -> list[dict[str, dict[str, list[str]]]]:
    documents = yaml.safe_load_all((shipped("rules") / rule).read_text(encoding="utf-8"))
    return [one["detection"] for one in documents if "detection" in one]


def test_whatever_is_sent_the_name_is_short_and_can_be_printed(subtests: pytest.Subtests) -> None:
    for begin in ["", "Mozilla/5.0 (", "curl/", "MyApp/", "a/1.0 CFNetwork/"]:
        for special in SPECIAL:
            with subtests.test(begin=begin, special=special):
                sent = begin + special * (8000 // len(special))
                for agent in (sent, sent[:900] + "Bot/1.0", sent[:190] + "/1.2 CFNetwork/1 Darwin/1"):
                    found = name(agent)
                    assert 0 < len(found) <= 48
                    assert found.isascii()
                    assert found.isprintable()


def test_answers_are_remembered_within_bounds() -> None:
    agents = Agents(100)
    sent = [f"curl/{at}" for at in range(1000)]
    assert agents.names(sent) == ["curl"] * 1000
    assert len(agents) <= 100
    agents.names(["x" * 8000])
    assert len(agents) <= 100


def test_random_letters_have_a_name() -> None:
    letters = random.Random(4)
    for _ in range(300):
        agent = "".join(letters.choices("abBotspider/ 1.()", k=letters.randrange(200)))
        assert name(agent)


def test_an_event_has_the_name() -> None:
    line = '203.0.113.7 - anna [17/May/2026:10:05:03 +0300] "GET /x HTTP/1.1" 200 5 "-" "aws-cli/2.15.30 Python/3.11.8"'
    assert decoder_for(format="combined").decode(batch_of([line])).frame["user_agent.name"].to_list() == ["aws-cli"]
    assert OTHER == "other"


PLATFORMS = (
    *("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15_7"),
    *("Macintosh; Intel Mac OS X 10.15", "Windows NT 10.0; Win64; x64; Touch", "Linux; Android 10; K", "X11; CrOS"),
)
BROWSERS = (
    *("Chrome/131.0.0.0 Safari/537.36", "Chrome/9.0.0.0 Safari/537.36 Edg/131.0.2903.86", "Chrome/131.0 Safari/537.36"),
    *("Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0", "Safari/537.36"),
)


FROZEN = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36 Edg/131.0.2903.86",
]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_browsers_of_desktops_are_named_as_by_ua_parser(platform: str) -> None:
    agents = [f"Mozilla/5.0 ({platform}) AppleWebKit/537.36 (KHTML, like Gecko) {browser}" for browser in BROWSERS]
    agents += [
        f"Mozilla/5.0 ({platform}; rv:{version}) Gecko/20100101 Firefox/{version}" for version in ("132.0", "5.0")
    ]
    for agent in agents:
        parsed = parse_user_agent(agent)
        assert name(agent) == (parsed.family if parsed else OTHER), agent


def test_expressions_are_loaded_when_the_first_agent_comes_that_is_no_browser_of_a_desktop() -> None:
    said = (
        "import sys; from detector.decode.enrich.user_agents import Agents;"
        f"print(*Agents().names({FROZEN!r}), 'ua_parser' in sys.modules, 'ua_parser_rs' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["Firefox", "Chrome", "Edge", "False", "False"]


def test_rows_of_one_agent_share_its_text() -> None:
    agent = "Mozilla/5.0 " + "x" * 200
    lines = [f'192.0.2.1 - - [17/May/2026:10:05:03 +0300] "GET /{n} HTTP/1.1" 200 5 "-" "{agent}"' for n in range(100)]
    agents = decoder_for(format="combined").decode(batch_of(lines)).frame.get_column("user_agent.original")
    assert agents.to_list() == [agent] * 100
    text = agents.to_arrow(compat_level=pl.CompatLevel.newest())
    assert sum(buffer.size for buffer in text.buffers() if buffer is not None) < 20 * 100 + 2 * len(agent)
