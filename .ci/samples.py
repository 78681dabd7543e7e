#!/usr/bin/env python3
"""Find addresses of real machines and people, and secrets, in files that go into the repository.

    .ci/samples.py [FILE ...]     without FILE: every file that git tracks

Logs are copied into samples and tests easily, and with them the addresses and tokens of real people. Allowed are the
networks and names kept for documentation, private and shared networks, and the machine itself.
"""

import ipaddress
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NETWORKS = [
    ipaddress.ip_network(text)
    for text in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),  # documentation
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),  # private and shared
        *("0.0.0.0/32", "127.0.0.0/8", "169.254.0.0/16"),  # the machine and its link
    )
]
# Just outside the private and shared networks: tests of their bounds need them.
BOUNDS = {"100.128.0.9", "172.32.0.1", "192.169.1.7"}
# A name that Okta itself writes into its log.
MAILBOXES = {"system@okta.com"}

IPV4 = re.compile(r"(?<![\w./-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
IPV6 = re.compile(
    r"(?<![\w:.])[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]+(?![0-9A-Fa-f:]|/\d\b)"
)  # 2000::/3, what is routed in public
MAILBOX = re.compile(r"(?<![\w.%+-])[\w.%+-]+@(?:[A-Za-z0-9-]+\.)+(?:com|org|net|info|biz|io|[a-z]{2})\b")
EXAMPLE = re.compile(r"@(?:[a-z0-9-]+\.)*(?:example\.(?:com|org|net)|example|test|invalid)$", re.IGNORECASE)
SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY"),
    "an access key of AWS": re.compile(r"\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20}"),
    "a token of Slack": re.compile(r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    "a token of Telegram": re.compile(r"\b\d{8,10}:AA[\w-]{33}"),
    "a key of Google": re.compile(r"\bAIza[\w-]{35}"),
    "a key of Stripe": re.compile(r"\b[rs]k_live_\w{16,}"),
    "a JSON Web Token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}


def problems(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line number of each problem and what is wrong there."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in (*IPV4.findall(line), *IPV6.findall(line)):
            if not _allowed(found):
                yield number, f"{found} is no address for documentation: take 192.0.2.x or 2001:db8::x"
        for found in MAILBOX.findall(line):
            if not EXAMPLE.search(found) and found not in MAILBOXES:
                yield number, f"{found} may be a person's address: take one of example.org"
        yield from ((number, f"looks like {name}") for name, pattern in SECRETS.items() if pattern.search(line))


def _allowed(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True
    return text in BOUNDS or any(address in network for network in NETWORKS)


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and not name.endswith(".lock")]


def main(names: list[str]) -> int:
    """Print the problems of the files; return 1 when there are any."""
    wrong = 0
    for path in map(Path, names) if names else _tracked():
        if path.is_file():
            for number, problem in problems(path.read_text(encoding="utf-8", errors="replace")):
                print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{number}: {problem}")
                wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
