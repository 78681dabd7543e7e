"""How often the open form is taken: so often from one address, from one network, from all together.

Comes in: where somebody comes from, the time. Goes out: whether it is enough for now. The total is large: it is there
for the memory, and whoever fills it has used many networks. Nothing of it outlives the service: how many of the form's
reports wait does, and is bounded where they are kept.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from detector.auth import network_of

FROM_ADDRESS: Final = 5
"""An IPv6 address is its /64."""
FROM_NETWORK: Final = 20
"""Of an address of IPv4 its /24, of IPv6 its /48: so much is given to one customer."""
FROM_ALL: Final = 5_000
WITHIN: Final = timedelta(hours=1)


class FormLimits:
    """Counts forms. What comes from no known address (no proxy says it) counts among all alone."""

    def __init__(self) -> None:
        self._taken: deque[tuple[datetime, tuple[str, ...]]] = deque()
        self._counts = Counter[str]()

    def allow(self, address: str, now: datetime) -> bool:
        """Count a form, unless there were enough; tell whether it is taken."""
        while self._taken and now - self._taken[0][0] >= WITHIN:
            for place in self._taken.popleft()[1]:
                self._counts[place] -= 1
                if not self._counts[place]:
                    del self._counts[place]
        limits = {network_of(address): FROM_ADDRESS, _wider(address): FROM_NETWORK} if address else {}
        if len(self._taken) >= FROM_ALL or any(self._counts[place] >= most for place, most in limits.items()):
            return False
        self._taken.append((now, tuple(limits)))
        self._counts.update(limits.keys())
        return True


def _wider(address: str) -> str:
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped  # or all of IPv4 would be one network
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
