"""Where an address leads: its parts, and whether its host is one of the public internet. Nothing is asked here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

LONGEST = 2000  # characters of an address
NO_ADDRESS = "This is no web address: check it for spaces and missing parts."
PORTS = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA, IPv4 and IPv6 Special-Purpose Address Registries; listed here, since what Python calls global differs between
# its versions. Of IPv6 only 2000::/3 is given out at all (RFC 4291), so mapped addresses, NAT64 (64:ff9b::/96), unique
# local and link-local ones fall outside of it by themselves.
_SPECIAL_4 = tuple(
    map(
        ipaddress.IPv4Network,
        """
        0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
        192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24
        203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
        """.split(),  # noqa: SIM905 - a list of networks reads best as one
    )
)
_GIVEN_OUT_6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    map(
        ipaddress.IPv6Network,
        ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),  # Teredo and 6to4 among them
    )
)

_UNWRITABLE = re.compile(r"[\x00-\x20\x7f\\]")
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # what browsers read as an IPv4 address (WHATWG URL, 3.5)


class FetchError(RuntimeError):
    """An address was not read; the message says why, for staff."""


class NoSiteError(FetchError):
    """No page of this site can be read at the moment: it has no address, takes no connection, or proves nothing."""


@dataclass(frozen=True)
class Target:
    """What to ask, and whom.

    Attributes:
        host: a name in ASCII and small letters, or an IP address without brackets.
        path: with the question, as it goes into the request.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """The host as a ``Host`` header has it (RFC 9110, section 7.2)."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def address(self) -> str:
        """The whole of it, without a fragment."""
        return f"{self.scheme}://{self.place}{self.path}"


def read(address: str, ports: Collection[int]) -> Target:
    """The parts of *address*.

    Args:
        ports: those that may be asked.

    Raises:
        FetchError: it is no web address, names a user, or another port.
    """
    if len(address) > LONGEST or _UNWRITABLE.search(address):
        raise FetchError(NO_ADDRESS)
    parts, port = _split(address)
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise FetchError("Only addresses that begin with https:// or http:// are read.")
    if "@" in parts.netloc:
        raise FetchError("An address with a name or a password before the host is not read. Take them out.")
    port = PORTS[scheme] if port is None else port
    if port not in ports:
        raise FetchError(f"Port {port} is not read; see the setting fetch_ports.")
    query = f"?{parts.query}" if parts.query else ""
    return Target(
        scheme, _host(parts.hostname or ""), port, quote((parts.path or "/") + query, _AS_IT_IS, errors="replace")
    )


def sent_on(target: Target, location: str, ports: Collection[int]) -> Target:
    """Where a redirect from *target* to *location* leads.

    Raises:
        FetchError: as for :func:`read`.
    """
    try:
        joined = urljoin(target.address, location)
    except ValueError:
        raise FetchError(NO_ADDRESS) from None
    return read(joined, ports)


def is_global(ip: Address) -> bool:
    """Whether *ip* is an address of the public internet that a site can have.

    >>> is_global(ipaddress.ip_address("::ffff:127.0.0.1"))
    False
    """
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _SPECIAL_4)
    return ip in _GIVEN_OUT_6 and not any(ip in network for network in _SPECIAL_6)


_AS_IT_IS = "%!$&'()*+,-./:;=?@[]_~"


def _split(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        return parts, parts.port
    except ValueError:
        raise FetchError(NO_ADDRESS) from None


def _host(name: str) -> str:
    """*name* as it is resolved: an IP address in its one usual form, or a name."""
    with suppress(ValueError):
        if "%" not in name:  # a zone of this machine's own network
            return str(ipaddress.ip_address(name))
    try:
        name = name.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        name = ""
    if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name):
        raise FetchError("This address names no site. Write the name of the site, as in www.example.org.")
    return name
