"""Families of user agents: a closed list, found by plain words in what the client said of itself.

Comes in: user agents. Goes out: the family's name, ``other`` for what is not in the list. It says what a client claims
to be, never what it is.
"""

from collections.abc import Sequence

OTHER = "other"
FAMILIES: tuple[tuple[str, str], ...] = (
    ("sqlmap", "sqlmap"),
    ("nikto", "Nikto"),
    ("nmap", "Nmap"),
    ("nuclei", "Nuclei"),
    ("masscan", "masscan"),
    ("zgrab", "zgrab"),
    ("gobuster", "gobuster"),
    ("feroxbuster", "feroxbuster"),
    ("dirbuster", "DirBuster"),
    ("wpscan", "WPScan"),
    ("fuzz faster", "ffuf"),
    ("python-requests", "python-requests"),
    ("python-httpx", "python-httpx"),
    ("python-urllib", "Python-urllib"),
    ("aiohttp", "aiohttp"),
    ("scrapy", "Scrapy"),
    ("curl/", "curl"),
    ("libcurl", "curl"),
    ("wget", "Wget"),
    ("go-http-client", "Go-http-client"),
    ("okhttp", "okhttp"),
    ("apache-httpclient", "Apache-HttpClient"),
    ("java/", "Java"),
    ("postmanruntime", "Postman"),
    ("insomnia", "Insomnia"),
    ("axios", "axios"),
    ("node-fetch", "node-fetch"),
    ("libwww-perl", "libwww-perl"),
    ("ruby", "Ruby"),
    ("powershell", "PowerShell"),
    ("dalvik", "Dalvik"),
    ("headlesschrome", "HeadlessChrome"),
    ("googlebot", "Googlebot"),
    ("bingbot", "bingbot"),
    ("yandexbot", "YandexBot"),
    ("baiduspider", "Baiduspider"),
    ("kube-probe", "kube-probe"),
    ("prometheus", "Prometheus"),
    ("zabbix", "Zabbix"),
    ("bot", "bot"),
    ("spider", "bot"),
    ("crawl", "bot"),
    ("yabrowser", "Yandex Browser"),
    ("edg/", "Edge"),
    ("edge/", "Edge"),
    ("opr/", "Opera"),
    ("opera", "Opera"),
    ("firefox", "Firefox"),
    ("chrome/", "Chrome"),
    ("crios/", "Chrome"),
    ("safari/", "Safari"),
    ("msie ", "Internet Explorer"),
    ("trident/", "Internet Explorer"),
)
"""Words in small letters and the family they tell; the first that is found counts."""

_REMEMBERED = 20_000
_LONG = 512


class Agents:
    """Families by user agent, remembered within bounds."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def families(self, agents: Sequence[str]) -> list[str]:
        """Return the family of each agent."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        known = self._known
        return [known.get(agent) or self._learn(agent) for agent in agents]

    def _learn(self, agent: str) -> str:
        low = agent[:_LONG].lower()
        family = next((name for word, name in FAMILIES if word in low), OTHER)
        if len(agent) <= _LONG:
            self._known[agent] = family
        return family
