"""What is written to subscribers, as text and as HTML that says the same. Nothing here commits.

A message that somebody can have sent to anybody's address repeats nothing of what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from markupsafe import Markup

from pressroom import mail
from pressroom.alerts import links
from pressroom.alerts.documents import Item
from pressroom.alerts.models import Alert, Subscriber
from pressroom.alerts.rules import UNCONFIRMED, Rhythm
from pressroom.kit import dates, web
from pressroom.kit.settings import setting
from pressroom.mail.models import Mail

RULE = "-" * 66
WIDEST = 66  # of a line under a heading


@dataclass(frozen=True)
class Words:
    """A message without its envelope."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Group:
    """What one alert found, for a message.

    Attributes:
        page: the absolute address of what it is about.
        more: how many were found beside *items*.
        settings: the address at which the alert is changed and ended.
    """

    title: str
    page: str
    items: Sequence[Item]
    more: int
    settings: str
    rhythm: Rhythm


def ask(alert: Alert, *, now: datetime) -> Mail | None:
    """Ask whoever reads at the address whether they want it; or remind them that they have it."""
    house = setting("organisation_name")
    if alert.confirmed_at is None or alert.subscriber.stopped_at is not None:
        address, days = links.confirmed(alert), UNCONFIRMED.days
        subject = f"Please confirm: alerts from the press room of {house}"
        text = (
            "Hello,\n\nsomebody asked that alerts from our press room be sent to this address. See which, and confirm "
        )
        text += f"them here, within {days} days:\n\n{address}\n\n"
        text += (
            "If it was not you, nothing is to be done: without your word nothing is sent, and the address is deleted.\n"
        )
    else:
        address = links.shown(alert)
        subject = f"You have this alert already: press room of {house}"
        text = (
            "Hello,\n\nsomebody asked for an alert from our press room that is sent to this address already. Look at "
        )
        text += f"it, change it or end it here:\n\n{address}\n\nIf it was not you, nothing is to be done.\n"
    return mail.queue(
        purpose="alert-ask",
        to=alert.subscriber.address,
        to_name="",
        subject=subject,
        words=f"{text}\n{house}\n{web.absolute('/')}\n",
        now=now,
        about={"subscriber": alert.subscriber_id, "alert": alert.id},
        secret=True,
    )


def digest(groups: Sequence[Group], stop: str, zone: str) -> Words:
    """What alerts found, by alert."""
    count = sum(len(group.items) + group.more for group in groups)
    first = groups[0]
    if count == 1:
        subject = first.items[0].headline
    else:
        subject = f"{count:,} new: " + (first.title if len(groups) == 1 else f"{len(groups)} alerts")
    parts = [_group(group, zone) for group in groups]
    text = "\n\n\n".join([*parts, _foot(groups, stop)]) + "\n"
    html = render_template("alerts/mail.html", subject=subject, groups=groups, stop=stop, zone=zone)
    return Words(subject, text, html)


def _group(group: Group, zone: str) -> str:
    title = group.title
    parts = [f"{title}\n{'=' * min(len(title), WIDEST)}", *(_item(item, zone) for item in group.items)]
    if group.more:
        parts.append(f"And {group.more:,} more: {group.page}")
    return "\n\n".join(parts)


def _item(item: Item, zone: str) -> str:
    line = ", ".join(filter(None, (item.line, day(item, zone))))
    return "\n".join(filter(None, (item.headline, line, item.excerpt, item.address)))


def day(item: Item, zone: str) -> str:
    """The day that an item bears; that of a clip is a day of its outlet, in no zone."""
    return dates.day(item.when.date() if item.key.kind == "clip" else item.when, zone)


def _foot(groups: Sequence[Group], stop: str) -> str:
    rows = [f"{RULE}\nYou get this because you asked for it, at {web.absolute('/')}"]
    rows += [f"Pause, change or end {group.title}:\n{group.settings}" for group in groups]
    return "\n\n".join([*rows, f"End all alerts to this address:\n{stop}", _house()])


def _house() -> str:
    return "\n".join(filter(None, (setting("organisation_name"), setting("organisation_address"))))


def release(item: Item, group: Group | None, plain: str, inner: Markup, stop: str) -> Words:
    """A whole release, for whoever has press releases sent at once.

    Args:
        group: the alert that found it; None where the desk tries what it looks like.
        plain: its rendition as text.
        inner: the same as HTML.
        stop: the address that ends all alerts; empty with no group.
    """
    end = _foot([group], stop) if group else f"{RULE}\nA test from the desk. Nobody else got it.\n\n{_house()}"
    groups = [group] if group else []
    html = render_template(
        "alerts/mail.html", subject=item.headline, groups=groups, stop=stop, whole=inner, item=item, zone=""
    )
    return Words(item.headline, f"{item.address}\n\n{plain.strip()}\n\n{end}\n", html)


def correction(subscriber: Subscriber, *, headline: str, act: str, words: str, address: str) -> Words:
    """That a release was corrected or withdrawn after it was sent to somebody."""
    stop = links.stopped(subscriber)
    if act == "withdraw":
        subject, said = f"Withdrawn: {headline}", "was withdrawn. Please do not use it"
    else:
        subject, said = f"Correction: {headline}", "was corrected"
    text = f"A release that we sent you {said}:\n\n“{headline}”\n\n{words}\n\n"
    text += f"It stands here:\n{address}\n\n" if act != "withdraw" else f"{address}\n\n"
    html = render_template(
        "alerts/mail_correction.html",
        subject=subject,
        said=said,
        headline=headline,
        words=words,
        address=address,
        stop=stop,
    )
    return Words(subject, f"{text}{RULE}\nEnd all alerts to this address:\n{stop}\n\n{_house()}\n", html)
