"""An address is tried before it becomes a source: what its feed has; of a page, what the feed has that it names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from pressroom.clips import addresses
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import polling
from pressroom.clips.gathering.feeds import About, NoFeedError, open_feed
from pressroom.clips.gathering.items import Item
from pressroom.clips.gathering.polling import ReadingError
from pressroom.kit import clock
from pressroom.kit.fetch import FetchError

SHOWN = 10


@dataclass(frozen=True)
class Tried:
    """A feed that was read.

    Attributes:
        address: where it is; a page's feed, or where it moved for good.
        items: its first entries.
        total: how many it has.
    """

    address: str
    about: About
    items: tuple[Item, ...]
    total: int


def ask(address: str) -> Tried:
    """What stands at *address*. It may take half a minute: hold no transaction.

    Raises:
        ReadingError: it cannot be read, or is no feed; with a sentence.
    """
    try:
        return _ask(addresses.checked(address), may_be_page=True)
    except AddressError as error:
        sentence = str(error)
        raise ReadingError(f"{sentence[:1].upper()}{sentence[1:]}.") from None
    except (FetchError, NoFeedError) as error:
        raise ReadingError(str(error)) from None


def _ask(address: str, *, may_be_page: bool) -> Tried:
    fetched = polling.large().get(address, accept=polling.ACCEPT)
    now = clock.now()
    polling.refuse(fetched, now)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feed"
        path.write_bytes(polling.with_mark(fetched))
        try:
            feed = open_feed(path, address=fetched.address)
        except NoFeedError as error:
            if may_be_page and error.feeds:
                return _ask(error.feeds[0][0], may_be_page=False)
            raise
    return Tried(fetched.moved_to or address, feed.about, tuple(islice(feed.items(0, now=now), SHOWN)), feed.total)
