"""Feeds out: one description of a feed, in RSS 2.0, Atom and JSON Feed, answered conditionally."""

from pressroom.kit.syndication.answer import respond as respond
from pressroom.kit.syndication.answer import written as written
from pressroom.kit.syndication.feed import FORMATS as FORMATS
from pressroom.kit.syndication.feed import Category as Category
from pressroom.kit.syndication.feed import Extent as Extent
from pressroom.kit.syndication.feed import Feed as Feed
from pressroom.kit.syndication.feed import FeedError as FeedError
from pressroom.kit.syndication.feed import Item as Item
from pressroom.kit.syndication.feed import Link as Link
from pressroom.kit.syndication.feed import Tombstone as Tombstone
from pressroom.kit.syndication.house import house_feed as house_feed
from pressroom.kit.syndication.media import Media as Media
from pressroom.kit.syndication.monthly import Monthly as Monthly
from pressroom.kit.syndication.months import Month as Month
from pressroom.kit.syndication.paging import Near as Near
from pressroom.kit.syndication.paging import View as View
from pressroom.kit.syndication.paging import archives as archives
