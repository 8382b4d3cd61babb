"""Which network addresses may be asked: public ones only, unless the settings say otherwise."""

import ipaddress
import queue
import socket
import threading

from rubricator.transfer.errors import TransferError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """True for an address of the open internet; looks through IPv4 addresses wrapped into IPv6 ones."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped:
            return is_public(str(wrapped))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def resolve(host: str, port: int, timeout: float, allow_private: bool) -> tuple[str, ...]:
    """The addresses of a host, all of them checked; the caller connects to one of these and resolves no second time.

    Raises TransferError: unreachable (no such host), timeout, private-address (if even one is).
    """
    addresses = tuple(dict.fromkeys(_lookup(host, port, timeout)))
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise TransferError(
                    "private-address",
                    f"{host} is at {address}, which is not on the open internet; it is asked only with "
                    "allow_private_addresses = true.",
                )
    return addresses


def _lookup(host: str, port: int, timeout: float) -> list[str]:
    """getaddrinfo knows no timeout, so it runs in a thread that is left behind when it takes too long."""
    answer: queue.SimpleQueue[list[str] | OSError | ValueError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([str(address[0]) for *_, address in found])
        except (OSError, ValueError) as error:  # a host name with a zero byte or a label that is too long
            answer.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        result = answer.get(timeout=max(timeout, 0.001))
    except queue.Empty:
        raise TransferError("timeout", f"Looking up {host} took longer than {timeout:.3g} seconds.") from None
    if isinstance(result, Exception):
        raise TransferError("unreachable", f"The host {host} is not known: {result}.") from result
    return result
