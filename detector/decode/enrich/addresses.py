"""Addresses: their one canonical spelling, the client behind trusted proxies, the name of a network.

Comes in: what logs wrote. Goes out: text. Each distinct value is worked out once and remembered; the memory is bounded,
because anybody can write addresses into X-Forwarded-For.
"""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from detector.decode.columns.null_values import NULL_VALUES
from detector.schema.events.columns import ADDRESS, INTERNET, PRIVATE_NETWORK
from detector.settings.address_form import IPV6_PREFIX, Address, parse_address, subnet_of

Networks = Sequence[IPv4Network | IPv6Network]
Place = tuple[str | None, str | None, str | None, str | None]
"""A canonical address, the name of its network, the key of an actor, and the network an IPv6 address counts by. A
machine's name has the key alone, and what names nobody has nothing."""
NOWHERE = NULL_VALUES | {"unix:", "unknown", "_"}
"""What stands in place of an address where there is none."""
_MACHINE = re.compile(r"[0-9A-Za-z_-]{1,63}(?:\.[0-9A-Za-z_-]{1,63}){0,8}\.?")
_LETTER = re.compile("[A-Za-z]")
_REMEMBERED = 100_000
THIS_MACHINE = "this machine"
"""The network of what never left the machine or its wire: loopback, link-local addresses, sockets in files."""
# Addresses nobody has on the internet.
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
_SOCKET = "unix:"
_NO_HOST = (ip_network("0.0.0.0/8"),)
# What IPv6 addresses are given from: global, unique local, link local.
_GIVEN = tuple(map(ip_network, ("2000::/3", "fc00::/7", "fe80::/10")))


def plausible_client(text: str) -> bool:
    """Tell whether a text is an address that a client may have: for a guess, where a parser alone takes too much.

    Eight pairs of a fingerprint or an ``a:b::c`` of somebody's code are IPv6 by the letter; nobody has such an address.
    """
    found = parse_address(text)
    if found is None or found.is_multicast:
        return False
    if found.version == 4:
        return not found.is_reserved and not _within(found, _NO_HOST)
    return found.is_loopback or _within(found, _GIVEN)


def _within(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)


def is_within(text: str, networks: Networks) -> bool:
    """Tell whether a text is an address of one of some networks."""
    found = parse_address(text)
    return found is not None and _within(found, networks)


class AddressBook:
    """Canonical addresses and the names of networks.

    Args:
        networks: Networks by name, as configured; the first that holds an address names it.
        ipv6_prefix: IPv6 addresses that agree in so many bits are one actor: whoever has one has all of them.
    """

    def __init__(self, networks: Mapping[str, Networks], ipv6_prefix: int = IPV6_PREFIX) -> None:
        self._prefix = ipv6_prefix
        self._networks = dict(networks)
        self._known: dict[str, Place] = {}

    def look_up(self, texts: Sequence[str]) -> list[Place]:
        """Return for each text its canonical address, the name of its network, and the key of an actor there."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        known = self._known
        return [known.get(text) or self._learn(text) for text in texts]

    def _learn(self, text: str) -> Place:
        address = parse_address(text)
        machine = text.lower() not in NOWHERE and _MACHINE.fullmatch(text) and _LETTER.search(text)
        answer: Place = (None, None, f"{ADDRESS}{text[:255]}" if machine else None, None)
        if address is not None:
            named = (name for name, networks in self._networks.items() if _within(address, networks))
            subnet = subnet_of(address, self._prefix)
            answer = (str(address), next(named, _unnamed(address)), f"{ADDRESS}{subnet or address}", subnet)
        elif text.startswith(_SOCKET):
            answer = (None, THIS_MACHINE, None, None)  # whoever is behind a socket, the log does not say
        if len(text) <= 64:
            self._known[text] = answer
        return answer


def _unnamed(address: Address) -> str:
    """Return what a network is called that no name was given to."""
    if address.is_loopback or address.is_link_local:
        return THIS_MACHINE
    return PRIVATE_NETWORK if _within(address, _PRIVATE) else INTERNET


def host_name(text: str) -> str:
    """Return the host of ``host:port`` in small letters; an IPv6 address loses its brackets."""
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    host, colon, port = text.rpartition(":")
    return (host if colon and port.isdigit() and ":" not in host else text).lower()


def of_list(text: str) -> tuple[str | None, str | None]:
    """Return the last address of a list written as X-Forwarded-For is, and the others.

    The last one spoke to the machine that wrote the line, or to the proxy before it. Without an address there is none.
    """
    others, comma, last = text.rpartition(",")
    if not comma:
        return text, None
    last = last.strip().strip('"()')
    return (last, others.strip().strip('"()')) if parse_address(last) is not None else (None, text)


def client_of(peer: str, forwarded: str | None, proxies: Networks) -> str:
    """Return the client's address: the last one of X-Forwarded-For that is no proxy of ours.

    The header is believed only when ``peer`` is a trusted proxy itself; what stands left of the first foreign address
    was written by strangers. An entry that is no address ends the search: the proxy before it is the last we know.
    """
    last = parse_address(peer)
    if not forwarded or last is None or not _within(last, proxies):
        return peer
    for entry in reversed(forwarded.split(",")):
        address = parse_address(entry)
        if address is None:
            break
        last = address
        if not _within(address, proxies):
            break
    return str(last)
