"""Where a request comes from, as it is counted."""

from __future__ import annotations

import hashlib
import ipaddress


def network(address: str) -> str:
    """What tries are counted for: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def is_own_machine(address: str) -> bool:
    """Whether *address* is this machine's: a web server in front that nobody told us of (the setting ``proxies``)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def digest(text: str) -> str:
    """A key of a count: the table is no list of who did what from where."""
    return hashlib.sha256(text.encode()).hexdigest()
