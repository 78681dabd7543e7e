"""Names of user agents: tools by a list of our own, everything else by ua-parser.

Comes in: user agents. Goes out: the name of each, ``other`` for what nobody knows. It says what a client claims to be,
never what it is.

A tool is named by a word of its own (``curl/8.5``, ``Mozilla/5.00 (Nikto/2.1.6)``), not by letters within another word.
Names are short whatever was sent. Only the first ``_LONG`` characters are looked at, in linear time.
"""

import re
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ua_parser_rs import UserAgentExtractor

OTHER, BOT = "other", "bot"
SCANNERS = (
    *("Acunetix", "Arachni", "DirBuster", "feroxbuster", "ffuf", "gobuster", "masscan", "Nessus", "Nikto", "Nmap"),
    *("Nuclei", "OpenVAS", "sqlmap", "wfuzz", "WhatWeb", "WPScan", "zgrab"),
)
"""Tools that look for holes: named by a word of theirs wherever it stands."""
PROGRAMS = (
    *("aiohttp", "Apache-HttpClient", "aws-cli", "aws-sdk", "axios", "Boto3", "Bruno", "curl", "Go-http-client"),
    *("GuzzleHttp", "HTTPie", "Insomnia", "Java", "k6", "libwww-perl", "Locust", "node-fetch", "Postman", "PowerShell"),
    *("python-httpx", "python-requests", "Python-urllib", "rclone", "reqwest", "RestSharp", "Ruby", "s3cmd", "Wget"),
)
"""Programs that scripts and exports are made with. They are named by the first word or by one with a version."""
MONITORS = ("kube-probe", "Prometheus", "Zabbix")
"""Programs that ask whether a service lives."""
LIBRARIES = ("Dalvik", "Dart", "okhttp", "Scrapy")
"""What apps and crawlers are built with."""
CRAWLERS = ("Googlebot", "bingbot", "YandexBot", "Baiduspider", BOT)
"""Search engines, and ``bot`` for all other robots that say so."""

_SDKS = ("cpp", "dotnet-core", "dotnet-coreclr", "go", "go-v2", "java", "js", "nodejs", "php", "ruby3", "rust")
_ALIASES = {
    **{f"aws-sdk-{one}": "aws-sdk" for one in _SDKS},
    "botocore": "Boto3",
    "bruno-runtime": "Bruno",
    "faraday": "Ruby",
    "fuzz faster u fool": "ffuf",
    "google-http-java-client": "Java",
    "grpc-java": "Java",
    "grpc-java-netty": "Java",
    "grpc-java-okhttp": "Java",
    "jakarta commons-httpclient": "Apache-HttpClient",
    "java-http-client": "Java",
    "libcurl": "curl",
    "libcurl-agent": "curl",
    "node": "node-fetch",
    "postmanruntime": "Postman",
    "python-urllib3": "Python-urllib",
    "rest-client": "Ruby",
    "wget2": "Wget",
    "windowspowershell": "PowerShell",
}
"""Words that stand for a tool of another name."""
_LONG = 1024
REMEMBERED = 8192


def _words(*names: str) -> str:
    known = frozenset(names)
    words = [*map(str.lower, names), *(word for word, name in _ALIASES.items() if name in known)]
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_TOOLS = {**{name.lower(): name for name in (*SCANNERS, *PROGRAMS, *MONITORS, *LIBRARIES)}, **_ALIASES}
_SCANNER = re.compile(rf"(?<![\w-])(?:{_words(*SCANNERS)})(?![a-z\d])", re.IGNORECASE | re.ASCII)
_FIRST = re.compile(rf"(?:{_words(*PROGRAMS, *MONITORS, *LIBRARIES)})(?=[/\s,;]|$)", re.IGNORECASE | re.ASCII)
_VERSIONED = re.compile(rf"(?<![\w.-])({_words(*PROGRAMS, *MONITORS)})/v?\d", re.IGNORECASE | re.ASCII)
_ROBOT = re.compile(r"bot\b|spider|crawl|scrape", re.IGNORECASE)
_NAME = re.compile(r"[\w .:!&+()'-]{1,48}", re.ASCII)
# Agents of these browsers on desktops are frozen: but for versions all are alike, and need no expressions of ua-parser,
# which take a twentieth of a second of a start.
_DESKTOP = (
    r"Mozilla/5\.0 \((?:Windows NT 10\.0; Win64; x64|X11; Linux x86_64|Macintosh; Intel Mac OS X 10[._]15(?:_7)?)"
)
_BROWSER = re.compile(
    rf"{_DESKTOP}(?:; rv:\d+\.0\) Gecko/20100101 (Firefox)/\d+\.0"
    r"|\) AppleWebKit/537\.36 \(KHTML, like Gecko\) (Chrome)/\d+\.0\.0\.0 Safari/537\.36(?: (Edg)/\d+[\d.]*)?)",
    re.ASCII,
)
_BROWSERS = {"Chrome": "Chrome", "Edg": "Edge", "Firefox": "Firefox"}


class Agents:
    """Names by user agent, remembered within bounds.

    Args:
        most: How many are remembered.
    """

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._known: dict[str, str] = {}

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._known)

    def names(self, agents: Sequence[str]) -> list[str]:
        """Return the name of each agent."""
        known = self._known
        return [known.get(agent) or self._learn(agent) for agent in agents]

    def _learn(self, agent: str) -> str:
        name = _name(agent[:_LONG])
        if len(agent) <= _LONG:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[agent] = name
        return name


def _name(agent: str) -> str:
    found = _BROWSER.fullmatch(agent)
    if found is not None:
        return _BROWSERS[found[found.lastindex or 0]]
    found = _SCANNER.search(agent) or _FIRST.match(agent)
    if found is not None:
        return _TOOLS[found[0].lower()]
    found = _VERSIONED.search(agent)
    if found is not None:
        return _TOOLS[found[1].lower()]
    parsed = _parser().extract(agent)
    name = parsed.family.strip() if parsed is not None else OTHER
    if name not in CRAWLERS and _ROBOT.search(name):
        return BOT
    return name if _NAME.fullmatch(name) else OTHER


@cache
def _parser() -> "UserAgentExtractor":
    """Return ua-parser's expressions for names; made when the first agent is seen that is told by nothing here."""
    from ua_parser.loaders import load_lazy_builtins  # noqa: PLC0415 - a tenth of a second that not every start needs
    from ua_parser_rs import UserAgentExtractor  # noqa: PLC0415

    parts = attrgetter("regex", "family", "major", "minor", "patch", "patch_minor")
    return UserAgentExtractor(map(parts, load_lazy_builtins()[0]))
