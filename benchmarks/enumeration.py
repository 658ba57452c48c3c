"""Whether the time of an answer tells that an address is known: each door, asked by turns for known and unknown.

    python -m benchmarks.enumeration --rounds 60 --record benchmarks/results/enumeration

A press room of its own in a temporary folder, with the real hashes. Each question comes from another network, for
another account and with another cookie, so that no wait and no limit answers in the place of the page. Only the POST,
or the link, is timed: on the wall, and by the processor time of this process.
"""

from __future__ import annotations

import argparse
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from pressroom import commands, publishing
from pressroom.accounts import actions as accounts
from pressroom.accounts import passwords
from pressroom.accounts.rules import LinkFor, Role
from pressroom.accreditation import actions as accreditation
from pressroom.accreditation.models import Journalist
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import db

GOAL = 1.25  # the slower of two by the faster
PASSWORD, WRONG = "kelp harbour quilt", "the wrong words entirely"
SETTINGS = {
    "mail_server": "smtp.example.org",
    "mail_from": "press@society.example",
    "accreditation_limit": "999 per hour",
}


@dataclass(frozen=True)
class Door:
    """A page, and who asks it.

    Attributes:
        form: where the token of the form is; empty for a link, which is opened.
        path: where it is sent, for whoever asks.
        fields: what is sent, for whoever asks.
        kinds: who asks: the names under which :func:`people` made them.
        status: of every answer.
        times: how many rounds, where one stands for a door that hashes.
    """

    name: str
    form: str
    path: Callable[[str], str]
    fields: Callable[[str], dict[str, str]]
    kinds: tuple[str, ...]
    status: int
    times: int = 3


def sign_in(email: str) -> dict[str, str]:
    """A sign-in with a wrong password."""
    return {"email": email, "password": WRONG}


def only(email: str) -> dict[str, str]:
    """The address alone."""
    return {"email": email}


def applies(email: str) -> dict[str, str]:
    """An application of a journalist."""
    return {
        "name": "Mika Sol",
        "email": email,
        "outlet": "Northline Radio",
        "role": "Reporter",
        "basis": "staff",
        "bylines": "https://northline.example/1\nhttps://northline.example/2\nhttps://northline.example/3",
        "statement": "I report on the sea.",
        "agrees": "y",
    }


def at(path: str) -> Callable[[str], str]:
    """The same path for everybody."""
    return lambda _who: path


STAFF, READERS = ("unknown", "staff", "staff without access"), ("unknown", "journalist", "journalist no more")
DOORS = (
    Door("sign-in, wrong password", "/sign-in", at("/sign-in"), sign_in, STAFF, 422, 1),
    Door("forgotten password", "/sign-in/forgot", at("/sign-in/forgot"), only, STAFF, 200),
    Door("link to a password", "", "/sign-in/password/{}".format, only, ("unknown link", "used link", "old link"), 404),
    Door("journalists: sign-in, wrong password", "/embargo/", at("/embargo/sign-in"), sign_in, READERS, 422, 1),
    Door("journalists: forgotten password", "/embargo/forgotten", at("/embargo/forgotten"), only, READERS, 200),
    Door("journalists: application", "/accreditation/", at("/accreditation/"), applies, READERS, 303),
    Door(
        "journalists: link to a password",
        "",
        "/embargo/password/{}".format,
        only,
        ("unknown link", "old invitation"),
        404,
    ),
)


@contextmanager
def house(rounds: int) -> Iterator[tuple[Flask, dict[str, list[str]]]]:
    """A press room, and for each kind as many addresses, or tokens of links, as are asked with."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Path(folder), SETTINGS)
        with app.app_context():
            commands.prepare()
            with publishing.as_staff():
                asked = people(rounds)
        yield app, asked
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def people(rounds: int) -> dict[str, list[str]]:
    """Somebody of each kind for each round and each door."""
    many, now, hashed = (rounds + 3) * sum(door.times for door in DOORS), clock.now(), passwords.hashed(PASSWORD)
    asked: dict[str, list[str]] = {"unknown": [f"nobody{n}@press.example" for n in range(many)]}
    asked["unknown link"] = [secrets.token_urlsafe(32) for _ in range(many)]
    for kind in ("staff", "staff without access", "used link", "old link"):
        made = [
            accounts.create_user(
                by=None,
                now=now,
                email=f"{kind.replace(' ', '.')}{n}@press.example",
                name="Ada Lindqvist",
                role=Role.WRITER,
                password=hashed,
            )
            for n in range(many)
        ]
        asked[kind] = [user.email for user in made]
        for user in made:
            user.active = kind != "staff without access"
        if kind.endswith("link"):
            lasts = timedelta(days=-1 if kind == "old link" else 1)
            links = [accounts.make_link(user, LinkFor.RESET, by=None, now=now, lasts=lasts) for user in made]
            asked[kind] = [token for _, token in links]
            for link, _ in links:
                link.used_at = now if kind == "used link" else None
        db.session.commit()
    for kind in ("journalist", "journalist no more", "old invitation"):
        rows = [reader(f"{kind.replace(' ', '.')}{n}@paper.example", hashed) for n in range(many)]
        db.session.add_all(rows)
        db.session.flush()
        asked[kind] = [row.email for row in rows]
        if kind == "old invitation":
            before = now - timedelta(days=30)
            asked[kind] = [accreditation.invite(row, by=None, now=before, days=7) for row in rows]
        for row in rows:
            row.ended_at = now if kind == "journalist no more" else None
        db.session.commit()
    return asked


def reader(email: str, hashed: str) -> Journalist:
    """An accredited journalist."""
    now = clock.now()
    until = now + timedelta(days=300)
    return Journalist(
        name="Robin Vance",
        email=email,
        outlet="Ledger",
        role="",
        created_at=now,
        valid_until=until,
        password_hash=hashed,
    )


def ask(client: FlaskClient, door: Door, who: str) -> tuple[float, float]:
    """One question: seconds on the wall, and of the processor."""
    data = {}
    if door.form:
        page = html.fromstring(client.get(door.form).data)
        data = {"csrf_token": page.xpath("//main//input[@name='csrf_token']/@value")[0], **door.fields(who)}
    method, path = ("POST" if door.form else "GET"), door.path(who)
    wall, processor = time.perf_counter(), time.process_time()
    answer = client.open(path, method=method, data=data or None, buffered=True)
    spent = time.perf_counter() - wall, time.process_time() - processor
    assert answer.status_code == door.status, f"{door.name}, {who}: {answer.status_code}"
    return spent


def measure(
    app: Flask, asked: dict[str, list[str]], rounds: int, only: str
) -> Iterator[tuple[Door, dict[str, list[tuple[float, float]]]]]:
    """Each door, its kinds by turns, each turn beginning with another kind. The first three do not count."""
    network = iter(range(1, 2**24))
    for door in (door for door in DOORS if only in door.name):
        spent: dict[str, list[tuple[float, float]]] = {kind: [] for kind in door.kinds}
        for turn in range(rounds * door.times + 3):
            first = turn % len(door.kinds)
            for kind in door.kinds[first:] + door.kinds[:first]:
                client = app.test_client()
                number = next(network)
                client.environ_base["REMOTE_ADDR"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
                took = ask(client, door, asked[kind].pop())
                if turn >= 3:
                    spent[kind].append(took)
        yield door, spent


def row(door: Door, spent: dict[str, list[tuple[float, float]]]) -> tuple[list[str], float]:
    """The lines of a table, and the worst ratio of two medians."""
    medians = {
        kind: [statistics.median(column) * 1000 for column in zip(*times, strict=True)] for kind, times in spent.items()
    }
    ratios = [max(column) / min(column) for column in zip(*medians.values(), strict=True)]
    lines = [
        f"| {door.name if not n else ''} | {kind} | {wall:.2f} | {processor:.2f} | {'' if n else f'{ratios[0]:.2f}'} | "
        f"{'' if n else f'{ratios[1]:.2f}'} |"
        for n, (kind, (wall, processor)) in enumerate(medians.items())
    ]
    return lines, max(ratios)


def main() -> None:
    """Measure, print a table, and exit with 1 when two answers lie further apart than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="questions of each kind at each door")
    parser.add_argument("--only", default="", help="only doors with this in their name")
    parser.add_argument("--record", default="", help="write the table to this file, with .md")
    chosen = parser.parse_args()
    lines = [
        "| door | who | wall, ms | CPU, ms | wall, ratio | CPU, ratio |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    worst = 0.0
    with house(chosen.rounds) as (app, asked):
        for door, spent in measure(app, asked, chosen.rounds, chosen.only):
            more, ratio = row(door, spent)
            lines += more
            worst = max(worst, ratio)
    many = f"Medians of {chosen.rounds} (sign-in) and {3 * chosen.rounds}"
    about = f"{many}, by turns, on SQLite; Python {platform.python_version()}."
    lines += ["", f"{about} The worst ratio is {worst:.2f}; the goal is {GOAL}."]
    print("\n".join(lines))
    if chosen.record:
        Path(chosen.record).with_suffix(".md").write_text("\n".join(lines) + "\n", "utf-8")
    sys.exit(worst > GOAL)


if __name__ == "__main__":
    main()
