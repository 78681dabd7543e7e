"""How many lines a second and core become events.

``taskset -c 1 env POLARS_MAX_THREADS=1 python -m tests.bench.bench_decode``, or pytest with this file.

pytest-benchmark prints seconds a round; a round is ``LINES`` lines, so lines a second are ``LINES`` over the median.
Run as a program it prints thousand lines a second of CPU time, which other programs on the machine disturb less.
"""

import random
import time
from collections.abc import Callable

import pytest

from detector.decode import Decoder
from detector.frames import LineBatch
from tests.decode.batches import KEY, RECORDS, batch_of, settings_for

LINES = 10_000
KINDS = ("combined", "audit", "pasted", "auto", "garbage")
"""``auto`` finds the format of combined lines by itself; of ``garbage`` each hundredth line is of no format."""
NETWORKS = {"office": ["203.0.113.0/24"], "vpn": ["198.51.100.0/24"]}
PASTED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
    '$request_time $upstream_response_time $upstream_addr "$http_x_forwarded_for" $request_id'
)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.{}.0 Safari/537.36"
)


def _target(luck: random.Random) -> str:
    return luck.choice(
        [
            f"/static/app.{luck.randrange(50)}.js",
            "/index.html",
            f"/crm/clients/{luck.randrange(10_000)}",
            f"/crm/clients/{luck.randrange(10_000)}/documents/{luck.randrange(99)}",
            f"/crm/search?q=ivanov%20{luck.randrange(1000)}&limit=50",
        ]
    )


def combined(count: int, seed: int = 7) -> list[str]:
    """Return combined lines of about 230 bytes, a third of them outside the record map."""
    luck = random.Random(seed)
    return [
        f"{luck.choice(('203.0.113', '198.51.100'))}.{luck.randrange(256)} - {luck.choice(('-', 'anna', 'boris'))} "
        f'[17/May/2026:{at // 72_000 % 24:02}:{at // 1200 % 60:02}:{at // 20 % 60:02} +0300] "GET {_target(luck)} '
        f'HTTP/1.1" {luck.choice((200, 200, 200, 304, 404))} {luck.randrange(100_000)} '
        f'"https://crm.example.org/some/page/{luck.randrange(1000)}" "{CHROME.format(100 + at % 20, at % 40)}"'
        for at in range(count)
    ]


def audit(count: int, seed: int = 7) -> list[str]:
    """Return JSON audit lines."""
    luck = random.Random(seed)
    return [
        f'{{"ts":"2026-05-17T{at // 72_000 % 24:02}:{at // 1200 % 60:02}:{at // 20 % 60:02}.250Z","service":"portal",'
        f'"user":"op{luck.randrange(50)}","role":"operator","action":"client.view","object":"client",'
        f'"client_id":"{luck.randrange(10_000)}","rows":1,"ip":"203.0.113.{luck.randrange(256)}",'
        f'"session":"s{luck.randrange(80)}","ua":"{CHROME.format(120, 1)}","status":"ok"}}'
        for at in range(count)
    ]


def pasted(count: int, seed: int = 7) -> list[str]:
    """Return lines of an operator's own log format: combined, and five more fields."""
    return [
        f'{line} 0.{at % 900 + 100} 0.012 192.0.2.9:80 "-" {at:032x}' for at, line in enumerate(combined(count, seed))
    ]


def garbage(count: int, seed: int = 7) -> list[str]:
    """Return combined lines among which each hundredth is of no format."""
    return [line if at % 100 else f"no format reads line {at}" for at, line in enumerate(combined(count, seed))]


def prepared(kind: str, size: int) -> tuple[Decoder, list[LineBatch]]:
    """Return a warm decoder and ``LINES`` lines in batches of ``size``."""
    lines = {"audit": audit, "pasted": pasted, "garbage": garbage}.get(kind, combined)(LINES)
    told = {"pasted": {"log_format": PASTED}, "audit": {"format": "audit.json"}, "garbage": {}, "auto": {}}.get(
        kind, {"format": kind}
    )
    settings = settings_for(**told, records=RECORDS, actors={"networks": NETWORKS})
    if kind != "audit":  # a web log's map has no routes by JSON fields
        routes = [route for route in RECORDS["routes"] if "path" in route]
        settings = settings_for(**told, records={**RECORDS, "routes": routes}, actors={"networks": NETWORKS})
    decoder = Decoder(settings, session_key=KEY)
    batches = [batch_of(lines[at : at + size]) for at in range(0, LINES, size)]
    decoder.decode(batches[0])
    return decoder, batches


@pytest.mark.parametrize("size", [100, 1000, 10_000])
@pytest.mark.parametrize("kind", KINDS)
def test_decoding_in_batches(benchmark: Callable[..., object], kind: str, size: int) -> None:
    decoder, batches = prepared(kind, size)
    benchmark(lambda: [decoder.decode(batch) for batch in batches])


def main() -> None:
    """Print thousand lines a second and core, the median of seven rounds."""
    for kind in KINDS:
        for size in (100, 1000, 10_000):
            decoder, batches = prepared(kind, size)
            spent = []
            for _ in range(7):
                begin = time.process_time()
                for batch in batches:
                    decoder.decode(batch)
                spent.append(time.process_time() - begin)
            best, median = min(spent), sorted(spent)[3]
            print(
                f"{kind} in batches of {size}: median {LINES / median / 1000:5.0f}, best {LINES / best / 1000:5.0f} k/s"
            )


if __name__ == "__main__":
    main()
