"""“Fetch headline and date from the address”: what a story's page says, put where nothing was typed.

Nothing is saved by it, and what was typed stays. Both buttons of the form send all of it, so it works without script.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Response, make_response, request

from pressroom import accounts
from pressroom.clips import addresses, queries, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.forms import ClipForm
from pressroom.clips.gathering import pages
from pressroom.clips.gathering.pages import Told
from pressroom.kit import limits
from pressroom.kit.db import db, reading
from pressroom.kit.fetch import FetchError
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting

EMPTY = "Write the address of the story, then fetch."


@dataclass(frozen=True)
class Taken:
    """What came of it, for the page.

    Attributes:
        filled: the labels of the fields that were filled in.
        other_url: the address that the page calls its own, where it is not the one that was typed.
    """

    filled: list[str]
    other_url: str


def wanted() -> bool:
    """Whether the button was pressed."""
    return request.form.get("do") == "fetch"


def answer(form: ClipForm, show: Callable[..., str]) -> Response:
    """The form again, with what the page says.

    Args:
        show: renders the page; it is given ``taken`` and ``same``, the id of a clip with this address.
    """
    url = form.url.data or ""
    try:
        told = _ask(url)
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        form.url.errors = [f"You had many pages fetched. Wait {minutes} minutes, or fill the form in by hand."]
        return _page(show, 429, {"Retry-After": str(limit.retry_after)})
    except (AddressError, FetchError) as error:
        sentence = str(error)
        form.url.errors = [sentence[:1].upper() + sentence[1:].rstrip(".") + "."]
        return _page(show, 422)
    filled = form.take(told)
    other = told.url if told.url and addresses.canonical(told.url) != addresses.canonical(url) else ""
    return _page(show, 200, taken=Taken(filled, other), urls=(url, told.url))


def _ask(url: str) -> Told:
    """Count, let go of the database, and read the page."""
    if not url:
        raise FetchError(EMPTY)
    address = addresses.checked(url)
    person = str(accounts.current_user().id)
    with reading():
        limits.hit(setting("fetch_limit"), "fetch", person)
    db.session.rollback()  # a page may take ten seconds, and nobody else waits for it meanwhile
    return pages.ask(address)


def _page(
    show: Callable[..., str],
    status: int,
    headers: dict[str, str] | None = None,
    *,
    urls: tuple[str, ...] = (),
    taken: Taken | None = None,
) -> Response:
    with reading():
        same = next(filter(None, map(_known, filter(None, urls))), None)
        return make_response(show(taken=taken, same=same), status, headers or {})


def _known(url: str) -> int | None:
    """The clip that has this address."""
    return queries.by_fingerprint(rules.fingerprint(url=url, outlet="", headline="", published_on=date.min))
