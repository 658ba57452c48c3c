"""Every route as everybody: stranger, journalist, writer, editor, administrator. A route that nobody placed fails.

Who may do what is one table in ``accounts/rules.py``. What a route of the desk asks for is read off its blueprint and
its view; what must come of it is worked out here for each role. Whatever asks for no permission stands in a list below,
so that a new route is closed until somebody wrote down for whom it is open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from pressroom.accounts import protection
from pressroom.accounts.rules import PERMISSIONS, Permission, Role
from pressroom.accreditation import actions
from tests import factories
from tests.accreditation.conftest import accept, client_of, robin
from tests.conftest import NOON, signed_in

STAFF = {"wren": Role.WRITER, "ada": Role.EDITOR, "nadia": Role.ADMIN}

PUBLIC = frozenset(
    """
    static brand.style brand.logo front.home front.find front.suggest front_feeds.index front_feeds.outlines
    sitemap.sitemap sitemap.robots health.alive health.ready metrics.show releases.index releases.year releases.show
    releases.plain releases.press_kit releases_feeds.releases clips.index clips.show clips_exports.export
    clips_exports.suggest clips_icons.show
    clips_feeds.clips webcasts.index webcasts.show webcasts.event webcasts.text webcasts_feeds.webcasts meetings.show
    meetings.of_year pages.fact_sheet pages.logos pages.reporting_science pages.communicating_science pages.contact
    pages.contact_card pages.privacy media.file accreditation.lift accreditation.apply accreditation.take
    accreditation.received accounts.change_password embargo.password embargo.set_password embargo.feed
    releases.month releases.on_paper releases.contact_card accounts.choose_password accounts.set_password
    accounts.forgot accounts.ask_for_link embargo.forgotten embargo.forgot embargo.mailings embargo.mailings_again
    embargo.end_mailings security_txt.security_txt
    sitemap.file sitemap.news opensearch.description opensearch.suggestions llms.llms brand.card releases.card
    webcasts.embed webcasts.chapters_json webcasts.chapters_vtt
    webcasts.card releases.as_ninjs releases.as_newsml websub.about websub.ask
    front_feeds.dates front_feeds.found releases_feeds.archived releases_view_feeds.index releases_view_feeds.year
    releases_view_feeds.month clips_feeds.archived clips_view_feeds.index webcasts_feeds.archived
    webcasts_view_feeds.index webcasts_podcast.podcast webcasts.coming meetings_feeds.index meetings_feeds.of_year
    meetings_feeds.every embargo.lifts
    glossary.index glossary.show experts.index experts.show experts.statements
    check.show check.read enquiries.new enquiries.ask enquiries.status
    meetings_schedule.index meetings_schedule.as_calendar meetings_schedule.session
    meetings_schedule.session_as_calendar meetings_schedule.abstracts meetings_schedule.abstract
    meetings_registration.register meetings_registration.take meetings_registration.received
    meetings_registration.status meetings_registration.change meetings_registration.badge
    meetings_registration.badge_on_paper
    alerts.index alerts.new alerts.ask alerts.asked alerts.confirming
    alerts.confirm alerts.show alerts.change alerts.ended alerts.stopping alerts.stop
    pages.further logos.preview logos.file logos.everything logos.terms logos.accept
    facts.changes facts.show facts.embed fact_files.as_json fact_files.as_csv fact_files.on_paper
    """.split()  # noqa: SIM905 - a list of endpoints reads best as one
)
"""For everybody, and for everybody the same, whatever cookie came with it. What they show goes through the gate."""

DOOR = {
    "accounts.sign_in": {"GET": (200, 303)},
    "accounts.try_sign_in": {"POST": (422, 422)},
    "accounts.ask_code": {"GET": (303, 303)},
    "accounts.try_code": {"POST": (422, 422)},
    "accounts.try_passkey": {"POST": (422, 422)},
    "accounts.sign_out": {"GET": (303, 200)},
    "accounts.end": {"POST": (303, 303)},
}
"""The door of the desk: the status for who is outside, and for who is in."""

JOURNALISTS = {
    "embargo.index": {"GET": (200, 200)},
    "embargo.agreement": {"GET": (303, 200)},
    "embargo.sign_in": {"POST": (422, 422)},
    "embargo.sign_out": {"POST": (303, 303)},
    "embargo.accept": {"POST": (303, 303)},
    "embargo.new_feed": {"POST": (303, 200)},
    "embargo.end_feed": {"POST": (303, 303)},
}
"""For accredited journalists: the status for everybody else, staff among them, and for a journalist."""

ANY_STAFF = frozenset(
    """
    desk.board patterns_desk.show preview_desk.show accounts_desk.account accounts_desk.change_password
    accounts_desk.ask_confirm accounts_desk.confirm accounts_desk.end_device accounts_desk.end_other_devices
    factor_desk.show factor_desk.begin factor_desk.confirm factor_desk.new_codes factor_desk.switch_off
    passkeys_desk.show passkeys_desk.begin passkeys_desk.new passkeys_desk.add passkeys_desk.remove
    releases_desk.index releases_desk.lift releases_desk.plain releases_desk.on_paper releases_revisions.index
    releases_revisions.show releases_revisions.compare webcasts_desk.index media_desk.file
    """.split()  # noqa: SIM905 - a list of endpoints reads best as one
)
"""For whoever is signed in at the desk: one's own account, and what all three roles read."""

WITHOUT_A_FORM = frozenset({"embargo.end_mailings", "alerts.stop", "websub.ask"})
"""Programs send these: a mail program with a signed address that ends mail to one reader and does nothing else; a
subscriber of our hub, which does nothing unless the callback confirms it."""

ENDS_THE_SESSION = frozenset({"accounts.end", "embargo.sign_out"})


@pytest.fixture
def everybody(app: Flask, staff: Callable[[], Any], clock_at: Callable[[datetime], None]) -> dict[str, FlaskClient]:
    """Each of the cast with their cookie: name → client."""
    clock_at(NOON)
    app.test_client_class = FlaskClient  # a thousand pages: their hygiene is checked where they are tested
    with staff():
        actions.write_agreement("Nothing before the instant.", by=None, now=NOON)
        journalist = robin()
        accept(journalist)
        reporter = client_of(app, journalist)
    return {"stranger": app.test_client(), "robin": reporter} | {name: signed_in(app, name) for name in STAFF}


def addresses(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Each route with each method that it takes, and an address at which nothing is; signing out comes last."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint in ENDS_THE_SESSION, rule.rule))
    for rule in rules:
        path = re.sub(r"<int\(\w+=\d+, max=9999\):[^>]*>|<int\(fixed_digits=4\):[^>]*>", "2026", rule.rule)
        path = re.sub(r"<any\((\w+)[^)]*\):[^>]*>", r"\1", path)
        path = re.sub(r"<int\b[^>]*>", "999999", path)
        path = re.sub(r"<[^>]*>", "nothing", path)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, path


def asked_for(app: Flask, rule: Rule) -> set[Permission]:
    """What the route asks for, on its view and for all of its blueprint."""
    of_all = protection.protected[rule.endpoint.rpartition(".")[0]]
    return {of_all, getattr(app.view_functions[rule.endpoint], "permission", None)} - {None}  # type: ignore[return-value]


def send(client: FlaskClient, method: str, path: str, token: str) -> TestResponse:
    data = {"csrf_token": token} if method != "GET" else None
    return client.open(path, method=method, data=data, buffered=True)


def token_of(client: FlaskClient, name: str) -> str:
    """The token of a form that this person sees."""
    page = client.get("/desk/account" if name in STAFF else "/accreditation/").text
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_each_route_has_its_place(app: Flask) -> None:
    """Closed by default: whoever adds a route writes down for whom it is."""
    desk = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")}
    outside = {rule.endpoint for rule in app.url_map.iter_rules()} - desk
    placed = PUBLIC | DOOR.keys() | JOURNALISTS.keys()
    assert outside - placed == set(), "for whom are these? Put them into a list of this file"
    assert placed - outside == set(), "these are no more"
    unguarded = {name for name in desk if name.rpartition(".")[0] not in protection.protected}
    assert unguarded == set(), "protect the blueprint"
    free = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint in desk and not asked_for(app, rule)}
    assert free == ANY_STAFF, "require a permission, or say that any of the staff may"


def expected(app: Flask, rule: Rule, method: str, name: str) -> set[int] | None:
    """The statuses that may come; None where a person is let in, and gets what the view answers."""
    role = STAFF.get(name)
    for table, inside in ((DOOR, role is not None), (JOURNALISTS, name == "robin")):
        if rule.endpoint in table:
            return {table[rule.endpoint][method][inside]}
    if role is None:
        return {303} if method == "GET" else {401}
    return None if asked_for(app, rule) <= set(PERMISSIONS[role]) else {403}


def test_everybody_gets_as_far_as_the_tables_say(app: Flask, everybody: dict[str, FlaskClient]) -> None:
    tokens = {name: token_of(client, name) for name, client in everybody.items()}
    wrong, let_in, kept_out = [], 0, 0
    for rule, method, path in addresses(app):
        if rule.endpoint in PUBLIC:
            continue
        for name, client in everybody.items():
            answer = send(client, method, path, tokens[name])
            allowed = expected(app, rule, method, name)
            outside = answer.status_code in {401, 403} or (answer.location or "").startswith("/sign-in?")
            fits = answer.status_code in allowed if allowed else not outside and answer.status_code < 500
            let_in, kept_out = let_in + (not outside), kept_out + outside
            if rule.rule.startswith("/desk") and "no-store" not in answer.headers["Cache-Control"]:
                wrong.append(f"{method} {path} as {name}: it may be kept in a cache")
            if allowed == {303} and rule.rule.startswith("/desk"):
                fits = fits and outside
            if not fits:
                wrong.append(f"{method} {path} as {name}: {answer.status_code}, and not {allowed or 'let in'}")
    assert not wrong, "\n".join(wrong)
    assert let_in > 150
    assert kept_out > 250


def test_what_is_public_is_the_same_for_everybody(app: Flask, everybody: dict[str, FlaskClient]) -> None:
    for rule, method, path in addresses(app):
        if rule.endpoint not in PUBLIC or method != "GET":
            continue
        answers = {name: send(client, method, path, "") for name, client in everybody.items()}
        stranger = answers["stranger"]
        with_token = "csrf_token" in stranger.text if stranger.mimetype == "text/html" else False
        for name, answer in answers.items():
            assert answer.status_code == stranger.status_code < 500, (path, name)
            if rule.endpoint == "health.ready":  # its numbers are those of a moment, for whoever asks on this machine
                assert answer.json["checks"].keys() == stranger.json["checks"].keys()
                continue
            assert with_token or answer.data == stranger.data, (path, name)


def test_nothing_is_sent_without_the_token_of_a_form(app: Flask, everybody: dict[str, FlaskClient]) -> None:
    """Forged requests: everything that writes, as everybody, with a cookie and without the token."""
    sent = 0
    for rule, method, path in addresses(app):
        if method == "GET" or rule.endpoint in WITHOUT_A_FORM:
            continue
        for name, client in everybody.items():
            answer = client.open(path, method=method, data={"x": "y"})
            assert answer.status_code == 400, (method, path, name)
            sent += 1
    assert sent > 5 * 60
    assert everybody["nadia"].get("/desk/").status_code == 200, "not even signed out"


def test_the_cast_has_every_role() -> None:
    assert set(STAFF.values()) == set(Role)
    assert {role: factories.CAST[name][1] for name, role in STAFF.items()} == {role: role for role in Role}
