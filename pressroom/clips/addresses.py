"""Web addresses of clips: which are taken, and when two are the same.

Canonical here means: fit to tell whether two people found the same story. It is compared, never followed;
the clip keeps the address as it was found.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

LONGEST = 2000

# What campaigns, mailings and social networks add. It never says which story is meant.
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|igshid|yclid|mc_cid|mc_eid|_hsenc|_hsmi|"
    r"mkt_tok|"
    r"ns_campaign|ns_mchannel|ns_source|cmpid|ocid|smid|guccounter|guce_referrer\w*)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")


class AddressError(ValueError):
    """A text is no address that a clip may link to; the message says what is wrong."""


def checked(text: str) -> str:
    """*text* as an address that may stand in a link.

    Raises:
        AddressError: it is not an http or https address with a host, or it is too long.
    """
    address = text.strip()
    if len(address) > LONGEST:
        raise AddressError(f"the address has {len(address):,} characters; {LONGEST:,} is the most")
    parts = _split(address)
    if parts is None or parts.scheme.lower() not in _PORTS:
        raise AddressError(f"“{_shown(address)}” is no web address: it has to begin with https:// or http://")
    if not parts.hostname or _FORBIDDEN.search(address):
        raise AddressError(f"“{_shown(address)}” is no web address: check it for spaces and missing parts")
    return address


def canonical(address: str) -> str:
    """*address* in the form that is compared; the same for two spellings of one place. Never raises.

    Scheme and host in lower case, https for http, no default port, fragment, tracking parameters or last
    slash;
    other parameters stay, in their order. A text that is no address is given back without spaces round it.
    """
    parts = _split(address.strip())
    if parts is None or parts.scheme.lower() not in _PORTS or not parts.hostname:
        return address.strip()
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.split("=")[0]))
    path = _ESCAPE.sub(lambda escape: escape[0].upper(), parts.path).rstrip("/")
    return f"https://{_place(parts)}{path}" + (f"?{query}" if query else "")


def host(address: str) -> str:
    """The host of *address* without ``www.``, to name an outlet by; empty if there is none."""
    parts = _split(address.strip())
    return (parts.hostname or "").removeprefix("www.").rstrip(".") if parts else ""


def _place(parts: SplitResult) -> str:
    """Host in lower case, with a port that is not the scheme's own."""
    name = (parts.hostname or "").rstrip(".")
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, _PORTS[parts.scheme.lower()]) else f"{name}:{parts.port}"


def _split(address: str) -> SplitResult | None:
    """The parts of *address*; None when they cannot be told apart (a port that is no number)."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _shown(address: str) -> str:
    return address if len(address) <= 60 else address[:59] + "…"
