"""One form for each address, and for the network by which one counts as an actor.

Comes in: an address as a log or a person wrote it. Goes out: the address, or the text by which it counts: an IPv6
address by its network, since whoever has one address has all of it; any other by itself.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
IPV6_PREFIX = 64
"""What a line of a provider's customer has, as a rule."""


def parse_address(text: str) -> Address | None:
    """Read an address as logs write it: plain, ``[v6]``, with a port, with a zone, v4 mapped into v6.

    ``0.0.0.0`` and ``::`` are what software writes for no address in particular: none.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    found = mapped or address
    return None if found.is_unspecified else found


def subnet_of(address: Address, prefix: int = IPV6_PREFIX) -> str | None:
    """Return the network an address counts by, None where it counts by itself."""
    if address.version == 4 or prefix == address.max_prefixlen or address.is_loopback or address.is_link_local:
        return None
    return str(IPv6Network((int(address), prefix), strict=False))


def address_form(text: str, prefix: int = IPV6_PREFIX) -> str:
    """Return the text by which an address counts as an actor; empty for none, and for a network of several actors."""
    address = parse_address(text.partition("/")[0])
    if address is None:
        return ""
    form = subnet_of(address, prefix) or str(address)
    if "/" not in text:
        return form
    try:
        network, counted = ip_network(text.strip(), strict=False), ip_network(form)
    except ValueError:
        return ""
    return form if network.version == counted.version and network.prefixlen >= counted.prefixlen else ""
