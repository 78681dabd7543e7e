"""A flood of the open form, from many places and from few, silences no honest client."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from detector.store import Store
from tests.runtime.places import Daemon
from tests.servers import free_port

_FLOOD = 1_000
_FEW = ("198.51.100.7", "2001:db8:0:1::1", "2001:db8:0:1::2")
"""Two addresses: those of IPv6 are of one /64."""


class Flooded:
    """The open form of a running service, as a proxy of this machine passes visitors on.

    Args:
        port: Of the service.
        browser: What all of them send by: whoever floods a form opens it once.
    """

    def __init__(self, port: int, browser: httpx.Client) -> None:
        self._site, self._browser = f"http://127.0.0.1:{port}", browser
        page = browser.get(f"{self._site}/report").text
        self._token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]

    def send(self, address: str, text: str) -> int:
        """Send a form; who finds no place tries again."""
        form = {"kind": "client", "text": text, "form_token": self._token}
        headers = {"x-forwarded-for": address, "origin": self._site}
        answers = (self._browser.post(f"{self._site}/report", data=form, headers=headers) for _ in range(20))
        return next((each.status_code for each in answers if each.status_code != 503), 503)


@pytest.mark.timeout(600)
def test_an_honest_report_arrives_amid_a_flood_from_many_places_and_from_few(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one = daemon(web={"port": free_port(), "report_form": True}).start()
    many = [f"2001:db8:{n:x}::1" for n in range(1, _FLOOD // 2 + 1)]
    # What a visitor writes of itself stands before what the proxy saw.
    few = [f"203.0.113.{n % 250}, {_FEW[n % len(_FEW)]}" for n in range(_FLOOD // 2)]
    senders = [address for pair in zip(many, few, strict=True) for address in pair]
    with httpx.Client(timeout=60) as browser, ThreadPoolExecutor(4) as pool, ThreadPoolExecutor(1) as client:
        form = Flooded(one.settings.web.port, browser)
        flood = [pool.submit(form.send, address, f"junk {n}") for n, address in enumerate(senders)]
        amid = client.submit(form.send, "192.0.2.80", "honest, amid it")
        behind = pool.submit(form.send, "192.0.2.81", "honest, behind it")
        assert (amid.result(), behind.result()) == (200, 200)
        answers = Counter(each.result() for each in flood)
    assert answers == {200: _FLOOD // 2 + 10, 429: _FLOOD // 2 - 10}, "five of each of the few addresses"
    store = Store.open(one.settings.database_url)
    with store.read() as unit:
        texts = {each.text for each in unit.reports.waiting()}
    store.close()
    assert {"honest, amid it", "honest, behind it"} < texts
    assert len(texts) == _FLOOD // 2 + 12
    assert one.page("/reports").status_code == 200
    assert one.end() == 0
