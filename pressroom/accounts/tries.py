"""What failed sign-ins cost: waits that grow, by account and by network."""

from __future__ import annotations

from pressroom.accounts.rules import normal_email
from pressroom.kit import delays, limits
from pressroom.kit.delays import Patience
from pressroom.kit.limits import LimitError
from pressroom.kit.networks import digest, network
from pressroom.kit.settings import setting

PEOPLE_BEHIND_ONE_ADDRESS = 4  # a newsroom or a hotel shares one, and may mistype that many times as often
HOUR, DAY = 3600, 24 * 3600


def count(kind: str, email: str, address: str) -> None:
    """Count one try before it is checked. It has transactions of its own: hold none.

    The network is counted first: while it waits, it cannot make an account wait as well.

    Args:
        kind: what is tried, such as ``sign-in`` or ``code``; each is counted by itself.
        email: whose account, as it was typed.
        address: the network address from which it comes.

    Raises:
        LimitError: this account or this network has to wait.
    """
    there, them = _keys(kind, email, address)
    free, longest = setting("sign_in_tries"), setting("sign_in_longest_wait") * 60
    delays.count(Patience(free * PEOPLE_BEHIND_ONE_ADDRESS, longest, memory=HOUR), *there)
    try:
        delays.count(Patience(free, longest, memory=DAY), *them)
    except LimitError:
        delays.give_back(*there)  # nothing was tried
        raise


def right(kind: str, email: str, address: str) -> None:
    """The try that was counted was right: the account owes nothing, and the network not this one.

    A network is not forgiven the rest, or whoever has an account could guess those of others for ever.
    """
    there, them = _keys(kind, email, address)
    delays.give_back(*there)
    delays.forget(*them)


def count_request(kind: str, email: str, address: str) -> None:
    """Count a question for a link, known address or not: nobody fills somebody's letter box from here.

    Raises:
        LimitError: there were as many as are taken.
    """
    there, them = _keys(kind, email, address)
    limits.hit(setting("link_limit"), *there)
    limits.hit("3 per hour", *them)


def _keys(kind: str, email: str, address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Digests, since the table is no list of who tried to sign in from where."""
    return (kind, "network", digest(network(address))), (kind, "account", digest(normal_email(email)))
