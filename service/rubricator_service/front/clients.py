"""Who asks: the peer of the connection, or whom a proxy names that is trusted to say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from werkzeug.http import parse_dict_header

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_ONE_HOUSEHOLD = 64  # the bits of an IPv6 address that one customer of a provider cannot choose
_MAPPED = 96  # the bits of an IPv6 address before the IPv4 address that it stands for
_NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class Clients:
    """``proxies`` are believed, and nobody else: whoever asks can send any header. ``header`` is the one they write.

    The other header must not count, because a proxy that does not know it passes it on as it came.
    """

    proxies: tuple[Network, ...] = ()
    header: str = "X-Forwarded-For"

    def of(self, peer: str, forwarded: str) -> str:
        """Names the client of a request from ``peer`` with that value of the header, as ``client_at`` does.

        Read from its end, where the nearest proxy wrote, the first hop that is no trusted proxy is the client.
        """
        client = peer
        for hop in _hops(forwarded, self.header):
            if not is_in(client, self.proxies) or _address(hop) is None:
                break
            client = hop
        return client_at(client)


@lru_cache(maxsize=4096)
def client_at(address: str) -> str:
    """Names who has an address, for whatever is counted by client: an IPv4 address itself, also where it comes as an
    IPv6 one (``::ffff:192.0.2.1``); the first 64 bits of an IPv6 address, for who has one has all that begin so.
    """
    known = _address(address)
    if known is None:
        return address or _NOBODY
    return str(known if isinstance(known, IPv4Address) else ip_network((int(known), _ONE_HOUSEHOLD), strict=False))


@lru_cache(maxsize=4096)
def is_in(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of ``networks``, IPv4 ones written as IPv6 (``::ffff:10.0.0.0/104``) or not."""
    known = _address(address)
    return known is not None and any(known in _unmapped(network) for network in networks)


def _hops(forwarded: str, header: str) -> Iterator[str]:
    """The addresses of a header, the last first, as they stand there: ``for`` of each element of Forwarded (RFC 7239).

    Read one by one, for whoever asks can write thousands before what a proxy wrote.
    """
    for element in filter(None, map(str.strip, reversed(forwarded.split(",")))):
        if header != "Forwarded":
            yield element
        else:
            pairs = parse_dict_header(element.replace(";", ","))
            yield next((value or "" for name, value in pairs.items() if name.lower() == "for"), "")


@lru_cache(maxsize=1024)
def _address(hop: str) -> Address | None:
    """The address in ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1`` or ``[2001:db8::1]:80``; None in all else."""
    text = hop.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _unmapped(network: Network) -> Network:
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return IPv4Network((int(mapped), network.prefixlen - _MAPPED))
