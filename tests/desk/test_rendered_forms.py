"""Each form of the desk, sent as a browser sends it: with every field that the page has, hidden ones too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories, rendered
from tests.conftest import NOON, signed_in, submit
from tests.meetings.conftest import meeting


@dataclass(frozen=True)
class Kind:
    """Something that is added with one form and edited with another.

    Attributes:
        new: the page with the empty form.
        typed: what somebody types into it, as the editor shows it afterwards.
        changes: what they change later; None takes the check out of a box.
        lists: the page with a link to its editor.
        link: the text of this link.
        person: who does it.
        answer: to what was added.
        save: the button, where the forms have several; ``add`` where the empty form's has another text.
    """

    new: str
    typed: dict[str, str]
    changes: dict[str, str | None]
    lists: str
    link: str
    person: str = "ada"
    answer: int = 303
    save: str | None = None
    add: str | None = None

    def made(self, client: FlaskClient) -> str:
        """Add one; the address of its editor."""
        assert submit(client, self.new, dict(self.typed), button=self.add or self.save).status_code == self.answer
        links = client.get(self.lists).page.xpath("//main//a[normalize-space()=$text]/@href", text=self.link)
        assert links, f"no link to {self.link}"
        return links[0]


RELEASE = Kind(
    "/desk/releases/new",
    {
        "headline": "Dogs agree too",
        "subhead": "They were asked twice.",
        "kind": "award",
        "dateline": "BETHESDA, Md.",
        "body": "They did.\r\n\r\n## All\r\n\r\nOf them.",
        "topics": "Dogs, Surveys",
        "notes": "Ask them.",
        "peer_review": "yes",
        "study_doi": "10.5555/12345678",
        "study_published_on": "2026-11-01",
        "study_funders": "Sample Foundation: SF-1, SF-2",
        "language": "de",
        "related": "https://cats.example/ All about cats",
        "zone": "America/New_York",
    },
    {"headline": "Dogs agree, mostly", "slug": "dogs-agree", "peer_review": "", "study_doi": ""},
    lists="/desk/releases/",
    link="Dogs agree too",
    save="Save draft",
)
CLIP = Kind(
    "/desk/clips/new",
    {
        "headline": "Clinics skip family history",
        "outlet": "The Harbor Ledger",
        "published_on": "2026-11-12",
        "url": "https://harborledger.example/1",
        "byline": "Rita Okafor",
        "excerpt": "Recorded visits.\r\n\r\nFew trees.",
        "medium": "print",
        "language": "en",
        "topics": "Genetic testing; Policy",
        "featured": "y",
    },
    {"headline": "Clinics skip it", "language": "", "featured": None},
    lists="/desk/clips/",
    link="Clinics skip family history",
    person="wren",
    add="Add to the archive",
    save="Save",
)
WEBCAST = Kind(
    "/desk/webcasts/new",
    {
        "title": "How to read a genetic test",
        "summary": "In short.",
        "description": "At *length*.\r\n\r\nAnd on.",
        "speakers": "Noor Haddad, MD; Laboratory director\r\nDana Whitfield",
        "transcript": "**Dana:** Hello.\r\n\r\n**Noor:** Hello.",
        "video_url": "https://video.example/1",
        "day": "2026-12-03",
        "time": "14:00",
        "zone": "America/New_York",
        "minutes": "45",
        "topics": "Genetic testing, Reporting",
    },
    {"title": "How to read it", "minutes": "30", "speakers": "Dana Whitfield"},
    lists="/desk/webcasts/",
    link="How to read a genetic test",
    person="wren",
)
FACT = Kind(
    "/desk/fact-sheet/new",
    {
        "label": "Members",
        "qualifier": "nearly",
        "value": "8,000",
        "unit": "people",
        "detail": "In all.\r\nEverywhere.",
        "as_of": "2026-06-30",
        "source": "The membership office",
        "section": "The society",
        "headline_figure": "y",
    },
    {"value": "8,100", "as_of": "2026-07-31", "headline_figure": None},
    lists="/desk/fact-sheet",
    link="Members",
)
MEETING = Kind(
    "/desk/meetings/new",
    {
        "title": "Annual meeting 2027",
        "place": "Hall, Portside",
        "starts_on": "2027-10-19",
        "ends_on": "2027-10-23",
        "zone": "America/Los_Angeles",
        "body": "Come.\r\n\r\nAll of you.",
    },
    {"place": "Hall, Starboard", "zone": "Europe/Berlin", "press_office": ""},
    lists="/desk/meetings/",
    link="Annual meeting 2027",
)
BRIEFING = Kind(
    "/desk/meetings/1/briefings/new",
    {
        "title": "Genomes",
        "day": "2026-10-20",
        "time": "10:30",
        "minutes": "45",
        "place": "Room 204",
        "summary": "What they say.\r\nAnd what not.",
        "speakers": "Noor Haddad, MD",
    },
    {"time": "14:00", "place": ""},
    lists="/desk/meetings/1",
    link="Genomes",
)
PERSON = Kind(
    "/desk/people/new",
    {"name": "Ines Moreau", "email": "ines@press.example", "role": "editor"},
    {"role": "writer"},
    lists="/desk/people/",
    link="Ines Moreau",
    person="nadia",
    answer=200,
)

BOILERPLATE = Kind(
    "/desk/boilerplates/new",
    {"name": "the Society", "body": "We study *cats*.\r\n\r\nAnd dogs.", "standard": "y"},
    {"body": "We study dogs.", "standard": None},
    lists="/desk/boilerplates/",
    link="the Society",
)
CONTACT = Kind(
    "/desk/contacts/new",
    {
        "name": "Dana Whitfield",
        "role": "Press officer",
        "organisation": "Society of Tests",
        "phone": "301-555-0142",
        "email": "press@tests.example",
        "weekdays": "4",
        "opens_at": "09:00",
        "closes_at": "17:30",
        "zone": "America/New_York",
        "after_hours": "Ring again.",
        "listed": "y",
    },
    {"role": "", "opens_at": "", "closes_at": "", "listed": None, "standard": "y"},
    lists="/desk/contacts/",
    link="Dana Whitfield",
)

ADDED = {
    "release": RELEASE,
    "clip": CLIP,
    "webcast": WEBCAST,
    "fact": FACT,
    "meeting": MEETING,
    "briefing": BRIEFING,
    "person": PERSON,
    "boilerplate": BOILERPLATE,
    "contact": CONTACT,
}
THERE = {
    "page": ("/desk/pages/privacy", {"title": "Your data", "body": "None.\r\n\r\n## Kept\r\n\r\nNone."}, "Save"),
    "settings": (
        "/desk/settings",
        {"organisation_name": "Society of Tests", "organisation_address": "1 Quay\r\nPortside", "sample": None},
        None,
    ),
}
"""What is only edited: where, what is changed, and with which button."""

ONE_VERSION = {"csrf_token", "version", "base", "keeping", "seen", "note"}
"""Fields that differ after each save."""


@dataclass(frozen=True)
class Editor:
    """Somebody before the editor of something that is there."""

    client: FlaskClient
    path: str
    changes: dict[str, str | None]
    button: str | None

    def save(self, **changes: str | None) -> TestResponse:
        """Change and send."""
        return submit(self.client, self.path, dict(changes), button=self.button)

    def shown(self) -> dict[str, str]:
        """What stands in the form, but for what differs after each save."""
        return shown(self.client, self.path)


@pytest.fixture(params=ADDED)
def kind(request: pytest.FixtureRequest, prepared: None) -> Kind:
    """One kind after another."""
    return ADDED[request.param]


@pytest.fixture(params=[*ADDED, *THERE])
def editor(request: pytest.FixtureRequest, app: Flask, prepared: None) -> Editor:
    """One editor after another."""
    if request.param in THERE:
        return Editor(signed_in(app, "ada"), *THERE[request.param])
    kind = ADDED[request.param]
    client = signed_in(app, kind.person)
    return Editor(client, kind.made(client), kind.changes, kind.save)


@pytest.fixture
def prepared(staff: Callable, clock_at: Callable) -> None:
    """The meeting that the briefing belongs to, of another year than the one that is added."""
    clock_at(NOON)
    with staff():
        meeting(2026)


def shown(client: FlaskClient, path: str) -> dict[str, str]:
    """What stands in the form at *path*, but for what differs after each save."""
    fields = rendered.fields(rendered.form_of(client.get(path).page))  # type: ignore[attr-defined]
    return {name: values[0] for name, values in fields.items() if name not in ONE_VERSION}


def test_what_is_added_stands_in_its_editor(kind: Kind, app: Flask) -> None:
    client = signed_in(app, kind.person)
    stands = shown(client, kind.made(client))
    edited = kind.typed.keys() & (kind.changes.keys() if kind is PERSON else kind.typed.keys())  # of a person: the role
    assert {name: stands.get(name) for name in edited} == {name: kind.typed[name] for name in edited}


def test_saving_nothing_changes_nothing(editor: Editor) -> None:
    before = editor.shown()
    assert editor.save().status_code == 303
    assert editor.shown() == before


def test_a_change_stands_in_the_editor_and_the_rest_stays(editor: Editor) -> None:
    before = editor.shown()
    assert editor.save(**editor.changes).status_code == 303
    after = before | editor.changes
    assert editor.shown() == {name: value for name, value in after.items() if value is not None}


@pytest.mark.parametrize("version", [None, "", "0", "9" * 30])
def test_without_its_version_nothing_is_saved(editor: Editor, version: str | None) -> None:
    before = editor.shown()
    name = "seen" if "settings" in editor.path else "version"
    assert editor.save(**editor.changes, **{name: version}).status_code == 409
    assert editor.shown() == before


@pytest.mark.parametrize("editor", ["fact", "page", "meeting", "briefing", "person"], indirect=True)
def test_a_version_that_is_no_number_is_refused_in_our_words(editor: Editor) -> None:
    answer = editor.save(**editor.changes, version="x")
    assert answer.status_code == 422
    assert "pen this form again" in answer.page.xpath("string(//*[@class='errors'])")  # type: ignore[attr-defined]


def test_a_password(app: Flask) -> None:
    ada = signed_in(app, "ada")
    new = "quite another password"
    for before, after in ((factories.PASSWORD, new), (new, factories.PASSWORD)):
        typed = {"current": before, "new": after, "again": after}
        assert submit(ada, "/desk/account", typed).status_code == 303
