"""Who asks: the peer of the connection, or whom a proxy names that is trusted to say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from werkzeug.http import parse_dict_header

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_ONE_HOUSEHOLD = 64  # the bits of an IPv6 address that one customer of a provider cannot choose
_NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class Clients:
    """``proxies`` are believed, and nobody else: whoever asks can send any header. ``header`` is the one they write.

    The other header must not count, because a proxy that does not know it passes it on as it came.
    """

    proxies: Sequence[Network] = ()
    header: str = "X-Forwarded-For"

    def of(self, peer: str, forwarded: str) -> str:
        """Names the client of a request from ``peer`` with that value of the header.

        Read from its end, where the nearest proxy wrote, the first hop that is no trusted proxy is the client. Of an
        IPv6 address the first 64 bits count, for who has one has all that begin so.
        """
        client = _address(peer)
        hops = _hops(forwarded, self.header) if client is not None and self._trusts(client) else []
        for hop in reversed(hops):
            if client is None or not self._trusts(client):
                break
            named = _address(hop)
            if named is None:
                break
            client = named
        return _named(client) if client else peer or _NOBODY

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.proxies)


def _hops(forwarded: str, header: str) -> list[str]:
    """The addresses of a header, as they stand there: ``for`` of each element of Forwarded (RFC 7239)."""
    elements = [element.strip() for element in forwarded.split(",") if element.strip()]
    if header != "Forwarded":
        return elements
    pairs = [
        {name.lower(): value for name, value in parse_dict_header(element.replace(";", ",")).items()}
        for element in elements
    ]
    return [pair.get("for") or "" for pair in pairs]


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


def _named(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), _ONE_HOUSEHOLD), strict=False))
