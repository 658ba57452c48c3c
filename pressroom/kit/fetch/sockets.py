"""Connections to addresses that were checked, which end when their time or their share of bytes is used up."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from pressroom.kit.fetch.targets import Address, FetchError, NoSiteError, Target

CONNECTING = 5.0  # seconds for each address of a name
MOST_ADDRESSES = 4  # of a name that are tried
NO_SITE = "There is no site with this name: check the address, or whether the press room reaches the internet."


class Resolver(Protocol):
    """What turns a name into addresses."""

    def __call__(self, host: str, port: int) -> Sequence[str]:
        """IP addresses of *host*, as text. Raises OSError or UnicodeError when there are none."""


def resolve(host: str, port: int) -> Sequence[str]:
    """What the machine's own resolver answers. It has its own patience, of some seconds."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked(target: Target, ask: Resolver, is_allowed: Callable[[Address], bool]) -> list[Address]:
    """The addresses of *target*, all of which are allowed; this is the one time that its name is asked for.

    Raises:
        FetchError: there is none, or one that is not allowed. A name with a public and an inner address is refused
            as a whole: nobody needs such a name but to be led inside.
    """
    try:
        answers = ask(target.host, target.port)
        found = [ipaddress.ip_address(answer.partition("%")[0]) for answer in answers]
    except (OSError, ValueError):  # a UnicodeError is a ValueError
        raise NoSiteError(NO_SITE) from None
    if not found:
        raise NoSiteError(NO_SITE)
    if not all(map(is_allowed, found)):
        raise FetchError("This address leads into a private network, and those are not read.")
    return found[:MOST_ADDRESSES]


class Budget:
    """The time and the bytes that one page may take."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self.seconds, self._monotonic = seconds, monotonic
        self._ends = monotonic() + seconds
        self.bytes = 0

    def remaining(self) -> float:
        """Seconds that are left.

        Raises:
            FetchError: none.
        """
        left = self._ends - self._monotonic()
        if left <= 0:
            raise self.used_up()
        return left

    def used_up(self) -> FetchError:
        """What is said when the time is over."""
        return FetchError(f"The site did not send its answer within {self.seconds:g} seconds. Try again later.")

    def spend(self, received: int) -> None:
        """Count bytes as they come.

        Raises:
            FetchError: there are more than were granted.
        """
        self.bytes -= received
        if self.bytes < 0:
            raise FetchError("The site sent more than is read of one page.")


# `settimeout` is for each single receive, so a byte every few seconds would go on for ever. Whatever reads a response,
# its head and the sizes of its chunks too, comes through here.


class Watched(socket.socket):
    """A socket that receives on a :class:`Budget`."""

    budget: Budget

    def recv_into(self, *args: Any, **options: Any) -> int:
        """Receive, as long as there is time, and count."""
        self.settimeout(self.budget.remaining())
        received = super().recv_into(*args, **options)
        self.budget.spend(received)
        return received


class WatchedTLS(ssl.SSLSocket):
    """The same, encrypted."""

    budget: Budget

    def recv_into(self, *args: Any, **options: Any) -> int:
        """Receive, as long as there is time, and count."""
        self.settimeout(self.budget.remaining())
        received = super().recv_into(*args, **options)
        self.budget.spend(received)
        return received


@lru_cache(maxsize=4)
def context(authorities: str) -> ssl.SSLContext:
    """TLS that checks certificates and their names against the file *authorities*."""
    made = ssl.create_default_context(cafile=authorities)
    made.sslsocket_class = WatchedTLS
    return made


def connect(target: Target, addresses: Sequence[Address], budget: Budget, tls: ssl.SSLContext) -> socket.socket:
    """A connection to the first of *addresses* that takes one, encrypted for https under the target's name.

    Raises:
        FetchError: none does, or its certificate is not good.
    """
    plain = _connected(target, addresses, budget)
    if target.scheme == "http":
        return plain
    try:
        plain.settimeout(budget.remaining())
        encrypted = tls.wrap_socket(plain, server_hostname=target.host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise NoSiteError(f"The certificate of {target.host} is not good: {error.verify_message}.") from None
    except TimeoutError:
        plain.close()
        raise budget.used_up() from None
    except (OSError, ValueError):
        plain.close()
        raise NoSiteError(f"No encrypted connection to {target.host} could be made.") from None
    assert isinstance(encrypted, WatchedTLS)
    encrypted.budget = budget
    return encrypted


def _connected(target: Target, addresses: Sequence[Address], budget: Budget) -> Watched:
    for ip in addresses:
        sock = Watched(socket.AF_INET if ip.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        sock.budget = budget
        try:
            sock.settimeout(min(CONNECTING, budget.remaining()))
            sock.connect((str(ip), target.port))
        except OSError:
            sock.close()
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise NoSiteError(f"{target.host} takes no connection. Try again later.")
