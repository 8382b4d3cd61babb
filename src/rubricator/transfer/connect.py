"""A connection to an address that was checked, for a name that may not be looked up a second time."""

import os
import ssl
from functools import lru_cache

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from rubricator.transfer.addresses import resolve
from rubricator.transfer.deadline import Deadline
from rubricator.transfer.errors import TransferError
from rubricator.transfer.target import Target

_PATIENCE = 10.0  # seconds; who does not take a connection within them is not there


def connect(target: Target, silence: float, allow_private: bool, deadline: Deadline) -> HTTPConnection:
    """Connects to the first of the host's addresses that answers, all of them checked before.

    ``silence`` is the longest wait for the next bytes, in seconds. Proxies are ignored: one would resolve the name
    again, out of our sight. Raises TransferError (unreachable, timeout, private-address).
    """
    patience = min(silence, _PATIENCE)
    failure: Exception | None = None
    for address in resolve(target.host, target.port, min(deadline.remaining(), patience), allow_private):
        deadline.check(target.url)
        connection = _connection(target, address, min(deadline.remaining(), patience) or 0.001)
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            failure = error
        else:
            connection.timeout = min(deadline.remaining(), silence) or 0.001
            return connection
    deadline.check(target.url)
    raise TransferError("unreachable", f"{target.host} cannot be reached: {_words(failure)}.") from failure


def _words(failure: Exception | None) -> str:
    """What went wrong, without the names that programs have for it."""
    cause = failure.__cause__ or failure if failure else None
    if isinstance(cause, TimeoutError):
        return "it does not answer"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({cause.verify_message})"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror[0].lower() + cause.strerror[1:]
    return str(failure)


def _connection(target: Target, address: str, timeout: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=timeout)
    # certificate and SNI are for the name, the connection is to the address that was checked
    authorities = _authorities(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    return HTTPSConnection(address, target.port, timeout=timeout, ssl_context=authorities, server_hostname=target.host)


@lru_cache(maxsize=1)
def _authorities(_file: str | None, _directory: str | None) -> ssl.SSLContext:
    """The system's certificate authorities (and those of the environment) beside Mozilla's. Reading them takes longer
    than a handshake.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
