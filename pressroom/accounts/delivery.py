"""How a link reaches somebody: by mail where a room above says how, else the person who made it hands it over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from pressroom.accounts.rules import LinkFor


@dataclass(frozen=True)
class Letter:
    """A link for one person.

    Attributes:
        to: their e-mail address.
        link: the absolute address; whoever has it can use it, so it stands in no log and no audit.
        until: when it is good no more.
        number: of the link, for the room that sends it.
    """

    purpose: LinkFor
    to: str
    to_name: str
    link: str
    until: datetime
    number: int


@dataclass(frozen=True)
class Post:
    """Who carries letters.

    Attributes:
        is_on: whether this press room sends mail now.
        carry: takes one letter, in the transaction in which its link is made.
    """

    is_on: Callable[[], bool]
    carry: Callable[[Letter, datetime], None]


def delivered_by(app: Flask, post: Post) -> None:
    """Let *post* carry the letters of *app*."""
    app.extensions["account_post"] = post


def is_on() -> bool:
    """Whether letters are carried."""
    post: Post | None = current_app.extensions.get("account_post")
    return post is not None and post.is_on()


def deliver(letter: Letter, *, now: datetime) -> bool:
    """Have *letter* carried; False where somebody has to hand the link over."""
    if not is_on():
        return False
    current_app.extensions["account_post"].carry(letter, now)
    return True
